package dev.parallax;

import dev.parallax.internal.client.CallFuture;
import dev.parallax.internal.client.Delivery;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What a {@link ViewConfig} shows of a table, kept up to date. It lives on the server until it is
 * deleted or its client is closed. May be used from any thread; after deletion its calls throw
 * {@link UnknownViewException}.
 *
 * <p>Rows are numbered from 0; in a grouped view row 0 is the total. Reads see every write that was
 * answered before them.
 */
public final class View implements AutoCloseable {
  private final AsyncView async;

  View(AsyncView async) {
    this.async = async;
  }

  /**
   * The same view without waiting.
   *
   * @return the asynchronous form
   */
  public AsyncView async() {
    return async;
  }

  /**
   * The random name by which the server knows the view.
   *
   * @return unique on its server
   */
  public String name() {
    return async.name();
  }

  /**
   * The configuration, completed with the defaults that the server chose.
   *
   * @return gives the same view again
   */
  public ViewConfig config() {
    return CallFuture.await(async.config());
  }

  /**
   * The shown columns and the types of their cells.
   *
   * @return type by column, in no order; unmodifiable
   */
  public Map<String, ColumnType> schema() {
    return CallFuture.await(async.schema());
  }

  /**
   * The view's expressions and their types.
   *
   * @return type by expression, in no order; unmodifiable
   */
  public Map<String, ColumnType> expressionSchema() {
    return CallFuture.await(async.expressionSchema());
  }

  /**
   * The sizes of the view and of its table.
   *
   * @return a snapshot
   */
  public Dimensions dimensions() {
    return CallFuture.await(async.dimensions());
  }

  /**
   * The number of rows, totals and open groups included.
   *
   * @return rows of the view
   */
  public long numRows() {
    return CallFuture.await(async.numRows());
  }

  /**
   * The number of column paths.
   *
   * @return columns of the view
   */
  public long numColumns() {
    return CallFuture.await(async.numColumns());
  }

  /**
   * The column paths: a column's name, in a split view with the splits before it, joined by {@code
   * |}.
   *
   * @return in order; unmodifiable
   */
  public List<String> columnPaths() {
    return CallFuture.await(async.columnPaths());
  }

  /**
   * Some of the column paths.
   *
   * @param window its columns count, nothing else
   * @return in order; unmodifiable
   */
  public List<String> columnPaths(Window window) {
    return CallFuture.await(async.columnPaths(window));
  }

  /**
   * Everything as a JSON record of lists.
   *
   * @return JSON text, as {@code {"a":[1,2],"b":["x","y"]}}
   */
  public String toColumns() {
    return CallFuture.await(async.toColumns());
  }

  /**
   * A part as a JSON record of lists.
   *
   * @param window which part
   * @return JSON text, as {@code {"a":[1,2],"b":["x","y"]}}
   */
  public String toColumns(Window window) {
    return CallFuture.await(async.toColumns(window));
  }

  /**
   * Everything as a JSON list of records.
   *
   * @return JSON text, as {@code [{"a":1,"b":"x"},{"a":2,"b":"y"}]}
   */
  public String toJson() {
    return CallFuture.await(async.toJson());
  }

  /**
   * A part as a JSON list of records.
   *
   * @param window which part
   * @return JSON text, as {@code [{"a":1,"b":"x"},{"a":2,"b":"y"}]}
   */
  public String toJson(Window window) {
    return CallFuture.await(async.toJson(window));
  }

  /**
   * Everything as one JSON record a line.
   *
   * @return NDJSON text
   */
  public String toNdjson() {
    return CallFuture.await(async.toNdjson());
  }

  /**
   * A part as one JSON record a line.
   *
   * @param window which part
   * @return NDJSON text
   */
  public String toNdjson(Window window) {
    return CallFuture.await(async.toNdjson(window));
  }

  /**
   * Everything as CSV with a header line.
   *
   * @return CSV text
   */
  public String toCsv() {
    return CallFuture.await(async.toCsv());
  }

  /**
   * A part as CSV with a header line.
   *
   * @param window which part
   * @return CSV text
   */
  public String toCsv(Window window) {
    return CallFuture.await(async.toCsv(window));
  }

  /**
   * Everything as Arrow.
   *
   * @return an Arrow IPC stream, the caller's own
   */
  public byte[] toArrow() {
    return CallFuture.await(async.toArrow());
  }

  /**
   * A part as Arrow.
   *
   * @param window which part
   * @return an Arrow IPC stream, the caller's own
   */
  public byte[] toArrow(Window window) {
    return CallFuture.await(async.toArrow(window));
  }

  /**
   * The least and the greatest value of a column among the rows shown; in a grouped view among the
   * innermost open groups.
   *
   * @param column a shown column
   * @return the two values
   * @throws BadInputException if the view does not show it
   */
  public MinMax getMinMax(String column) {
    return CallFuture.await(async.getMinMax(column));
  }

  /**
   * Opens a row of a grouped view.
   *
   * @param row from 0; one that is not there does nothing
   * @return how many rows appeared
   */
  public long expand(long row) {
    return CallFuture.await(async.expand(row));
  }

  /**
   * Closes a row of a grouped view.
   *
   * @param row from 0; one that is not there does nothing
   * @return how many rows vanished
   */
  public long collapse(long row) {
    return CallFuture.await(async.collapse(row));
  }

  /**
   * Opens a grouped view down to a level and closes it below.
   *
   * @param depth levels below the total
   */
  public void setDepth(long depth) {
    CallFuture.await(async.setDepth(depth));
  }

  /**
   * Hears of each batch of changes to the table, without the rows.
   *
   * @param callback hears of each batch
   * @return ends it
   */
  public Subscription onUpdate(Consumer<? super UpdateEvent> callback) {
    return onUpdate(UpdateMode.NOTIFY, callback);
  }

  /**
   * Hears of each batch of changes to the table.
   *
   * @param mode what events carry
   * @param callback hears of each batch
   * @return ends it
   */
  public Subscription onUpdate(UpdateMode mode, Consumer<? super UpdateEvent> callback) {
    return async.onUpdate(mode, callback);
  }

  /**
   * Hears of removed rows of an indexed table, before the update event of the same batch. Without
   * an index nothing ever comes.
   *
   * @param callback hears of each batch that removed rows
   * @return ends it
   */
  public Subscription onRemove(Consumer<? super RemoveEvent> callback) {
    return async.onRemove(callback);
  }

  /**
   * Hears when the view is deleted.
   *
   * @param callback run once
   * @return ends it
   */
  public Subscription onDelete(Runnable callback) {
    return async.onDelete(callback);
  }

  /** Deletes the view; its subscriptions end. */
  public void delete() {
    CallFuture.await(async.delete());
  }

  /**
   * Deletes the view unless that was done, and takes no offence if it is gone already. Inside a
   * stage of an asynchronous call it does not wait.
   */
  @Override
  public void close() {
    if (async.isDeleted()) {
      return;
    }
    CompletableFuture<Void> done = async.delete();
    if (Delivery.active()) {
      return;
    }
    try {
      CallFuture.await(done);
    } catch (UnknownViewException | ClosedException | TransportException e) {
      // Gone with its session: what was wanted.
      async.report(e);
    }
  }

  @Override
  public String toString() {
    return async.toString();
  }
}

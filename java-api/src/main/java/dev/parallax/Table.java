package dev.parallax;

import dev.parallax.internal.client.CallFuture;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * A table of a server: ordered, typed, nullable columns. A handle is only a name: it may be used
 * from any thread, and by several at once; it needs no closing, and after the table is deleted its
 * calls throw {@link UnknownTableException}.
 *
 * <p>Every write is done whole or not at all: one that is refused ({@link BadInputException})
 * changes nothing. What was written is seen by every later read. Views hear of it after the write's
 * answer.
 */
public final class Table {
  private final AsyncTable async;

  Table(AsyncTable async) {
    this.async = async;
  }

  /**
   * The same table without waiting.
   *
   * @return the asynchronous form
   */
  public AsyncTable async() {
    return async;
  }

  /**
   * The name by which the table is hosted.
   *
   * @return unique on its server
   */
  public String name() {
    return async.name();
  }

  /**
   * The key column.
   *
   * @return empty if there is none
   */
  public Optional<String> index() {
    return async.index();
  }

  /**
   * The greatest number of rows.
   *
   * @return empty if there is none
   */
  public OptionalLong limit() {
    return async.limit();
  }

  /**
   * The columns and their types.
   *
   * @return type by column, in order; unmodifiable
   */
  public Map<String, ColumnType> schema() {
    return CallFuture.await(async.schema());
  }

  /**
   * The columns.
   *
   * @return their names in order; unmodifiable
   */
  public List<String> columns() {
    return CallFuture.await(async.columns());
  }

  /**
   * The number of rows.
   *
   * @return rows
   */
  public long size() {
    return CallFuture.await(async.size());
  }

  /**
   * Makes a port: updates that name it can be told apart in {@link UpdateEvent#portId()}.
   *
   * @return its number, from 1
   */
  public long makePort() {
    return CallFuture.await(async.makePort());
  }

  /**
   * Writes rows: with an index, a row with a known key changes the columns it names; otherwise rows
   * are added. Returns when the server has taken the rows; views hear of them after that.
   *
   * @param data rows, no schema
   * @throws BadInputException if the data does not fit; nothing is changed
   */
  public void update(TableData data) {
    CallFuture.await(async.update(data));
  }

  /**
   * Writes rows through a port.
   *
   * @param data rows, no schema
   * @param portId a port of {@link #makePort()}, or 0
   * @throws BadInputException if the data does not fit; nothing is changed
   */
  public void update(TableData data, long portId) {
    CallFuture.await(async.update(data, portId));
  }

  /**
   * Writes rows in place of all that are there.
   *
   * @param data rows, no schema
   * @throws BadInputException if the data does not fit; nothing is changed
   */
  public void replace(TableData data) {
    CallFuture.await(async.replace(data));
  }

  /**
   * Makes an appender of all columns, for feeds: it takes rows cell by cell and sends them in
   * batches.
   *
   * @return to be closed after use
   */
  public Appender appender() {
    return appender(AppenderOptions.defaults());
  }

  /**
   * Makes an appender.
   *
   * @param options which columns, how many rows at once
   * @return to be closed after use
   * @throws BadInputException if the table has no such column, or its index is not among them
   */
  public Appender appender(AppenderOptions options) {
    return CallFuture.await(async.appender(options));
  }

  /** Removes all rows. */
  public void clear() {
    CallFuture.await(async.clear());
  }

  /**
   * Removes rows by their keys; keys that are not there are ignored.
   *
   * @param keys values of the index column, as {@link TableData#rows} takes them
   * @throws BadInputException if the table has no index
   */
  public void remove(List<?> keys) {
    CallFuture.await(async.remove(keys));
  }

  /**
   * Removes rows by their keys; keys that are not there are ignored.
   *
   * @param keys Arrow data with the index column, or a JSON list of keys
   * @throws BadInputException if the table has no index, or the data has not
   */
  public void remove(TableData keys) {
    CallFuture.await(async.remove(keys));
  }

  /**
   * Checks expressions without making a view.
   *
   * @param expressions text by name
   * @return the types of the good and the faults of the bad ones
   */
  public ExpressionValidation validateExpressions(Map<String, String> expressions) {
    return CallFuture.await(async.validateExpressions(expressions));
  }

  /**
   * Makes a view of the whole table.
   *
   * @return the view, to be deleted after use
   */
  public View view() {
    return view(ViewConfig.all());
  }

  /**
   * Makes a view.
   *
   * @param config what to show
   * @return the view, to be deleted after use
   * @throws BadInputException if the configuration names unknown columns or operators, or an
   *     expression is wrong
   */
  public View view(ViewConfig config) {
    return new View(CallFuture.await(async.view(config)));
  }

  /**
   * Hears when the table is deleted, by whomever.
   *
   * @param callback run once
   * @return ends it
   */
  public Subscription onDelete(Runnable callback) {
    return async.onDelete(callback);
  }

  /**
   * Deletes the table now.
   *
   * @throws BadInputException if it has views or is the source of a join; nothing is changed
   */
  public void delete() {
    CallFuture.await(async.delete());
  }

  /**
   * Deletes the table as soon as its last view is gone. It can no longer be opened, but handles and
   * views that exist work on until then.
   *
   * @return completes when the table is gone, however late
   */
  public CompletionStage<Void> deleteLazily() {
    return async.deleteLazily();
  }

  @Override
  public String toString() {
    return async.toString();
  }
}

package dev.parallax;

import com.google.protobuf.ByteString;
import dev.parallax.internal.client.Connection;
import dev.parallax.internal.client.EventSubscription;
import dev.parallax.internal.leak.LeakTracker;
import dev.parallax.internal.proto.Request;
import dev.parallax.internal.proto.Response;
import dev.parallax.internal.proto.ViewCollapseReq;
import dev.parallax.internal.proto.ViewColumnPathsReq;
import dev.parallax.internal.proto.ViewDeleteReq;
import dev.parallax.internal.proto.ViewDimensionsReq;
import dev.parallax.internal.proto.ViewExpandReq;
import dev.parallax.internal.proto.ViewExpressionSchemaReq;
import dev.parallax.internal.proto.ViewGetConfigReq;
import dev.parallax.internal.proto.ViewGetMinMaxReq;
import dev.parallax.internal.proto.ViewOnDeleteReq;
import dev.parallax.internal.proto.ViewOnRemoveReq;
import dev.parallax.internal.proto.ViewOnUpdateReq;
import dev.parallax.internal.proto.ViewRemoveDeleteReq;
import dev.parallax.internal.proto.ViewRemoveOnRemoveReq;
import dev.parallax.internal.proto.ViewRemoveOnUpdateReq;
import dev.parallax.internal.proto.ViewSchemaReq;
import dev.parallax.internal.proto.ViewSetDepthReq;
import dev.parallax.internal.proto.ViewToArrowReq;
import dev.parallax.internal.proto.ViewToCSVReq;
import dev.parallax.internal.proto.ViewToColumnsStringReq;
import dev.parallax.internal.proto.ViewToNdjsonStringReq;
import dev.parallax.internal.proto.ViewToRowsStringReq;
import dev.parallax.internal.wire.Codec;
import dev.parallax.internal.wire.ConfigCodec;
import dev.parallax.internal.wire.Messages;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;

/** The asynchronous form of a {@link View}. See {@link AsyncClient} for where stages run. */
public final class AsyncView {
  /** Held so that the client is not taken for forgotten while a view of it is in use. */
  private final ClientHandle handle;

  private final Connection connection;
  private final String name;
  private final String tableIndex;
  private final OptionalLong tableLimit;
  private final AtomicBoolean deleted = new AtomicBoolean();

  AsyncView(ClientHandle handle, String name, String tableIndex, OptionalLong tableLimit) {
    this.handle = handle;
    this.connection = handle.connection;
    this.name = name;
    this.tableIndex = tableIndex;
    this.tableLimit = tableLimit;
    if (LeakTracker.level() == LeakTracker.Level.PARANOID) {
      track(connection, deleted);
    }
  }

  /** The watch must not refer to this view, else the view would stay reachable. */
  private void track(Connection of, AtomicBoolean gone) {
    String view = name;
    LeakTracker.track(
        this, "View", view, () -> of.call(deletion(view)), () -> gone.get() || of.isClosed());
  }

  private static Request.Builder deletion(String view) {
    return Request.newBuilder()
        .setEntityId(view)
        .setViewDeleteReq(ViewDeleteReq.getDefaultInstance());
  }

  private Request.Builder request() {
    return Request.newBuilder().setEntityId(name);
  }

  private <T> CompletableFuture<T> ask(Request.Builder request, Function<Response, T> answer) {
    return connection.call(request).thenApply(answer);
  }

  String tableIndex() {
    return tableIndex;
  }

  OptionalLong tableLimit() {
    return tableLimit;
  }

  void report(ParallaxException error) {
    connection.report(error);
  }

  /**
   * See {@link View#name()}.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * See {@link View#config()}.
   *
   * @return the completed configuration
   */
  public CompletableFuture<ViewConfig> config() {
    return ask(
        request().setViewGetConfigReq(ViewGetConfigReq.getDefaultInstance()),
        response -> ConfigCodec.decode(response.getViewGetConfigResp().getConfig()));
  }

  /**
   * See {@link View#schema()}.
   *
   * @return type by column
   */
  public CompletableFuture<Map<String, ColumnType>> schema() {
    return ask(
        request().setViewSchemaReq(ViewSchemaReq.getDefaultInstance()),
        response -> Codec.schema(response.getViewSchemaResp().getSchemaValueMap()));
  }

  /**
   * See {@link View#expressionSchema()}.
   *
   * @return type by expression
   */
  public CompletableFuture<Map<String, ColumnType>> expressionSchema() {
    return ask(
        request().setViewExpressionSchemaReq(ViewExpressionSchemaReq.getDefaultInstance()),
        response -> Codec.schema(response.getViewExpressionSchemaResp().getSchemaValueMap()));
  }

  /**
   * See {@link View#dimensions()}.
   *
   * @return the sizes
   */
  public CompletableFuture<Dimensions> dimensions() {
    return ask(
        request().setViewDimensionsReq(ViewDimensionsReq.getDefaultInstance()),
        response -> {
          var sizes = response.getViewDimensionsResp();
          return new Dimensions(
              Integer.toUnsignedLong(sizes.getNumTableRows()),
              Integer.toUnsignedLong(sizes.getNumTableColumns()),
              Integer.toUnsignedLong(sizes.getNumViewRows()),
              Integer.toUnsignedLong(sizes.getNumViewColumns()));
        });
  }

  /**
   * See {@link View#numRows()}.
   *
   * @return rows of the view
   */
  public CompletableFuture<Long> numRows() {
    return dimensions().thenApply(Dimensions::viewRows);
  }

  /**
   * See {@link View#numColumns()}.
   *
   * @return column paths of the view
   */
  public CompletableFuture<Long> numColumns() {
    return dimensions().thenApply(Dimensions::viewColumns);
  }

  /**
   * See {@link View#columnPaths()}.
   *
   * @return the paths in order
   */
  public CompletableFuture<List<String>> columnPaths() {
    return columnPaths(Window.all());
  }

  /**
   * See {@link View#columnPaths(Window)}.
   *
   * @param window which columns
   * @return the paths in order
   */
  public CompletableFuture<List<String>> columnPaths(Window window) {
    ViewColumnPathsReq.Builder paths = ViewColumnPathsReq.newBuilder();
    window.startColumn().ifPresent(column -> paths.setStartCol((int) column));
    window.endColumn().ifPresent(column -> paths.setEndCol((int) column));
    return ask(
        request().setViewColumnPathsReq(paths),
        response -> List.copyOf(response.getViewColumnPathsResp().getPathsList()));
  }

  /**
   * See {@link View#toColumns()}.
   *
   * @return JSON text
   */
  public CompletableFuture<String> toColumns() {
    return toColumns(Window.all());
  }

  /**
   * See {@link View#toColumns(Window)}.
   *
   * @param window which part
   * @return JSON text
   */
  public CompletableFuture<String> toColumns(Window window) {
    ViewToColumnsStringReq.Builder read =
        ViewToColumnsStringReq.newBuilder().setViewport(Codec.viewPort(window));
    setIf(window.hasId(), read::setId);
    setIf(window.hasIndex(), read::setIndex);
    setIf(window.isFormatted(), read::setFormatted);
    return ask(
        request().setViewToColumnsStringReq(read),
        response -> response.getViewToColumnsStringResp().getJsonString());
  }

  /**
   * See {@link View#toJson()}.
   *
   * @return JSON text
   */
  public CompletableFuture<String> toJson() {
    return toJson(Window.all());
  }

  /**
   * See {@link View#toJson(Window)}.
   *
   * @param window which part
   * @return JSON text
   */
  public CompletableFuture<String> toJson(Window window) {
    ViewToRowsStringReq.Builder read =
        ViewToRowsStringReq.newBuilder().setViewport(Codec.viewPort(window));
    setIf(window.hasId(), read::setId);
    setIf(window.hasIndex(), read::setIndex);
    setIf(window.isFormatted(), read::setFormatted);
    return ask(
        request().setViewToRowsStringReq(read),
        response -> response.getViewToRowsStringResp().getJsonString());
  }

  /**
   * See {@link View#toNdjson()}.
   *
   * @return a JSON record a line
   */
  public CompletableFuture<String> toNdjson() {
    return toNdjson(Window.all());
  }

  /**
   * See {@link View#toNdjson(Window)}.
   *
   * @param window which part
   * @return a JSON record a line
   */
  public CompletableFuture<String> toNdjson(Window window) {
    ViewToNdjsonStringReq.Builder read =
        ViewToNdjsonStringReq.newBuilder().setViewport(Codec.viewPort(window));
    setIf(window.hasId(), read::setId);
    setIf(window.hasIndex(), read::setIndex);
    setIf(window.isFormatted(), read::setFormatted);
    return ask(
        request().setViewToNdjsonStringReq(read),
        response -> response.getViewToNdjsonStringResp().getNdjsonString());
  }

  /** An absent flag is shorter than a false one and means the same. */
  private static void setIf(boolean flag, Consumer<Boolean> setter) {
    if (flag) {
      setter.accept(true);
    }
  }

  /**
   * See {@link View#toCsv()}.
   *
   * @return CSV text
   */
  public CompletableFuture<String> toCsv() {
    return toCsv(Window.all());
  }

  /**
   * See {@link View#toCsv(Window)}.
   *
   * @param window which part
   * @return CSV text
   */
  public CompletableFuture<String> toCsv(Window window) {
    return ask(
        request().setViewToCsvReq(ViewToCSVReq.newBuilder().setViewport(Codec.viewPort(window))),
        response -> response.getViewToCsvResp().getCsv());
  }

  /**
   * See {@link View#toArrow()}.
   *
   * @return an Arrow IPC stream
   */
  public CompletableFuture<byte[]> toArrow() {
    return toArrow(Window.all());
  }

  /**
   * See {@link View#toArrow(Window)}.
   *
   * @param window which part
   * @return an Arrow IPC stream
   */
  public CompletableFuture<byte[]> toArrow(Window window) {
    ViewToArrowReq.Builder read = ViewToArrowReq.newBuilder().setViewport(Codec.viewPort(window));
    if (window.compression() != Compression.NONE) {
      read.setCompression(window.compression().name().toLowerCase(Locale.ROOT));
    }
    return ask(
        request().setViewToArrowReq(read),
        response -> Messages.array(response.getViewToArrowResp().getArrow()));
  }

  /**
   * See {@link View#getMinMax}.
   *
   * @param column a shown column
   * @return its least and greatest value
   */
  public CompletableFuture<MinMax> getMinMax(String column) {
    return ask(
        request().setViewGetMinMaxReq(ViewGetMinMaxReq.newBuilder().setColumnName(column)),
        response -> Codec.minMax(response.getViewGetMinMaxResp()));
  }

  /**
   * See {@link View#expand}.
   *
   * @param row from 0
   * @return how many rows appeared
   */
  public CompletableFuture<Long> expand(long row) {
    int index = (int) Unsigned.check(row, "row");
    return ask(
        request().setViewExpandReq(ViewExpandReq.newBuilder().setRowIndex(index)),
        response -> Integer.toUnsignedLong(response.getViewExpandResp().getNumChanged()));
  }

  /**
   * See {@link View#collapse}.
   *
   * @param row from 0
   * @return how many rows vanished
   */
  public CompletableFuture<Long> collapse(long row) {
    int index = (int) Unsigned.check(row, "row");
    return ask(
        request().setViewCollapseReq(ViewCollapseReq.newBuilder().setRowIndex(index)),
        response -> Integer.toUnsignedLong(response.getViewCollapseResp().getNumChanged()));
  }

  /**
   * See {@link View#setDepth}.
   *
   * @param depth levels below the total
   * @return done
   */
  public CompletableFuture<Void> setDepth(long depth) {
    int levels = (int) Unsigned.check(depth, "depth");
    return ask(
        request().setViewSetDepthReq(ViewSetDepthReq.newBuilder().setDepth(levels)),
        response -> null);
  }

  /**
   * See {@link View#onUpdate(UpdateMode, Consumer)}. Returns without waiting.
   *
   * @param mode what events carry
   * @param callback hears of each batch
   * @return ends it
   */
  public Subscription onUpdate(UpdateMode mode, Consumer<? super UpdateEvent> callback) {
    return EventSubscription.open(
        connection,
        updates(mode),
        endUpdates(),
        false,
        response -> {
          var event = response.getViewOnUpdateResp();
          // A server may send rows to all once one subscriber wants them.
          boolean rows = mode == UpdateMode.ROW && event.hasDelta();
          callback.accept(
              new UpdateEvent(
                  Integer.toUnsignedLong(event.getPortId()),
                  rows ? Messages.array(event.getDelta()) : null));
        });
  }

  private Request.Builder updates(UpdateMode mode) {
    ViewOnUpdateReq.Builder subscribe = ViewOnUpdateReq.newBuilder();
    if (mode == UpdateMode.ROW) {
      subscribe.setMode(ViewOnUpdateReq.Mode.ROW);
    }
    return request().setViewOnUpdateReq(subscribe);
  }

  private IntFunction<Request.Builder> endUpdates() {
    return id -> request().setViewRemoveOnUpdateReq(ViewRemoveOnUpdateReq.newBuilder().setId(id));
  }

  /** Row deltas on the delivering thread. */
  Subscription onUpdateInline(Consumer<byte[]> rows) {
    return EventSubscription.openInline(
        connection,
        updates(UpdateMode.ROW),
        endUpdates(),
        response -> {
          ByteString delta = response.getViewOnUpdateResp().getDelta();
          if (!delta.isEmpty()) {
            rows.accept(Messages.array(delta));
          }
        });
  }

  /**
   * See {@link View#onRemove}. Returns without waiting.
   *
   * @param callback hears of each batch that removed rows
   * @return ends it
   */
  public Subscription onRemove(Consumer<? super RemoveEvent> callback) {
    return EventSubscription.open(
        connection,
        removals(),
        endRemovals(),
        false,
        response -> {
          var event = response.getViewOnRemoveResp();
          callback.accept(
              new RemoveEvent(
                  Integer.toUnsignedLong(event.getPortId()), Messages.array(event.getIndices())));
        });
  }

  private Request.Builder removals() {
    return request().setViewOnRemoveReq(ViewOnRemoveReq.getDefaultInstance());
  }

  private IntFunction<Request.Builder> endRemovals() {
    return id -> request().setViewRemoveOnRemoveReq(ViewRemoveOnRemoveReq.newBuilder().setId(id));
  }

  /** Removed keys on the delivering thread. */
  Subscription onRemoveInline(Consumer<byte[]> keys) {
    return EventSubscription.openInline(
        connection,
        removals(),
        endRemovals(),
        response -> keys.accept(Messages.array(response.getViewOnRemoveResp().getIndices())));
  }

  /**
   * See {@link View#onDelete}. Returns without waiting.
   *
   * @param callback run once
   * @return ends it
   */
  public Subscription onDelete(Runnable callback) {
    return EventSubscription.open(
        connection,
        request().setViewOnDeleteReq(ViewOnDeleteReq.getDefaultInstance()),
        id -> request().setViewRemoveDeleteReq(ViewRemoveDeleteReq.newBuilder().setId(id)),
        true,
        response -> callback.run());
  }

  /**
   * See {@link View#delete()}.
   *
   * @return done
   */
  public CompletableFuture<Void> delete() {
    deleted.set(true);
    return ask(deletion(name), response -> null);
  }

  /** Whether {@link #delete} was called through this handle. */
  boolean isDeleted() {
    return deleted.get();
  }

  @Override
  public String toString() {
    return "View[" + name + "]";
  }
}

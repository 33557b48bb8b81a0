package dev.parallax;

import dev.parallax.internal.arrow.ArrowSchema;
import dev.parallax.internal.client.CallFuture;
import dev.parallax.internal.client.Connection;
import dev.parallax.internal.client.EventSubscription;
import dev.parallax.internal.client.Names;
import dev.parallax.internal.proto.MakeTableData;
import dev.parallax.internal.proto.Request;
import dev.parallax.internal.proto.TableDeleteReq;
import dev.parallax.internal.proto.TableMakePortReq;
import dev.parallax.internal.proto.TableMakeViewReq;
import dev.parallax.internal.proto.TableOnDeleteReq;
import dev.parallax.internal.proto.TableRemoveDeleteReq;
import dev.parallax.internal.proto.TableRemoveReq;
import dev.parallax.internal.proto.TableReplaceReq;
import dev.parallax.internal.proto.TableSchemaReq;
import dev.parallax.internal.proto.TableSizeReq;
import dev.parallax.internal.proto.TableUpdateReq;
import dev.parallax.internal.proto.TableValidateExprReq;
import dev.parallax.internal.wire.Codec;
import dev.parallax.internal.wire.ConfigCodec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The asynchronous form of a {@link Table}. See {@link AsyncClient} for where stages run. */
public final class AsyncTable {
  private final ClientHandle handle;
  private final Connection connection;
  private final String name;
  private final String index;
  private final OptionalLong limit;
  private final TableMirror mirror;

  AsyncTable(
      ClientHandle handle, String name, String index, OptionalLong limit, TableMirror mirror) {
    this.handle = handle;
    this.connection = handle.connection;
    this.name = name;
    this.index = index;
    this.limit = limit;
    this.mirror = mirror;
  }

  /** The same table, which from now on takes the mirror along when it is deleted. */
  AsyncTable with(TableMirror feeding) {
    return new AsyncTable(handle, name, index, limit, feeding);
  }

  private Request.Builder request() {
    return Request.newBuilder().setEntityId(name);
  }

  /**
   * See {@link Table#name()}.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * See {@link Table#index()}.
   *
   * @return the key column
   */
  public Optional<String> index() {
    return Optional.ofNullable(index);
  }

  /**
   * See {@link Table#limit()}.
   *
   * @return the greatest number of rows
   */
  public OptionalLong limit() {
    return limit;
  }

  /**
   * See {@link Table#schema()}.
   *
   * @return type by column, in order
   */
  public CompletableFuture<Map<String, ColumnType>> schema() {
    return connection
        .call(request().setTableSchemaReq(TableSchemaReq.getDefaultInstance()))
        .thenApply(response -> Codec.schema(response.getTableSchemaResp().getSchema()));
  }

  /**
   * See {@link Table#columns()}.
   *
   * @return the column names in order
   */
  public CompletableFuture<List<String>> columns() {
    return schema().thenApply(schema -> List.copyOf(schema.keySet()));
  }

  /**
   * See {@link Table#size()}.
   *
   * @return the number of rows
   */
  public CompletableFuture<Long> size() {
    return connection
        .call(request().setTableSizeReq(TableSizeReq.getDefaultInstance()))
        .thenApply(response -> Integer.toUnsignedLong(response.getTableSizeResp().getSize()));
  }

  /**
   * See {@link Table#makePort()}.
   *
   * @return the port
   */
  public CompletableFuture<Long> makePort() {
    return connection
        .call(request().setTableMakePortReq(TableMakePortReq.getDefaultInstance()))
        .thenApply(response -> Integer.toUnsignedLong(response.getTableMakePortResp().getPortId()));
  }

  /**
   * See {@link Table#update(TableData)}.
   *
   * @param data rows
   * @return done
   */
  public CompletableFuture<Void> update(TableData data) {
    return update(data, 0);
  }

  /**
   * See {@link Table#update(TableData, long)}.
   *
   * @param data rows
   * @param portId a port of {@link #makePort()}, or 0
   * @return done
   */
  public CompletableFuture<Void> update(TableData data, long portId) {
    int port = (int) Unsigned.check(portId, "port");
    return run(
        data,
        "update",
        rows ->
            request().setTableUpdateReq(TableUpdateReq.newBuilder().setData(rows).setPortId(port)));
  }

  /**
   * See {@link Table#replace}.
   *
   * @param data rows
   * @return done
   */
  public CompletableFuture<Void> replace(TableData data) {
    return run(
        data,
        "replace",
        rows -> request().setTableReplaceReq(TableReplaceReq.newBuilder().setData(rows)));
  }

  /**
   * See {@link Table#clear()}.
   *
   * @return done
   */
  public CompletableFuture<Void> clear() {
    return replace(TableData.jsonRows("[]"));
  }

  /**
   * See {@link Table#remove(List)}.
   *
   * @param keys values of the index column
   * @return done
   */
  public CompletableFuture<Void> remove(List<?> keys) {
    return remove(TableData.keys(keys));
  }

  /**
   * See {@link Table#remove(TableData)}.
   *
   * @param keys Arrow data with the index column, or a JSON list of keys
   * @return done
   */
  public CompletableFuture<Void> remove(TableData keys) {
    return run(
        keys,
        "remove",
        rows -> request().setTableRemoveReq(TableRemoveReq.newBuilder().setData(rows)));
  }

  /**
   * See {@link Table#appender()}.
   *
   * @return the appender
   */
  public CompletableFuture<Appender> appender() {
    return appender(AppenderOptions.defaults());
  }

  /**
   * See {@link Table#appender(AppenderOptions)}.
   *
   * @param options how it works
   * @return the appender
   */
  public CompletableFuture<Appender> appender(AppenderOptions options) {
    // Schemas name no widths: only Arrow output tells which numbers fit.
    ViewConfig.Builder shown = ViewConfig.builder();
    options.columns().ifPresent(names -> shown.columns(names.toArray(String[]::new)));
    return view(shown.build())
        .thenCompose(
            view ->
                view.toArrow(Window.all().rows(0, 0))
                    .whenComplete((read, failure) -> view.delete()))
        .thenApply(empty -> new Appender(this, ArrowSchema.columns(empty), options));
  }

  private CompletableFuture<Void> run(Request.Builder request) {
    return connection.call(request).thenApply(response -> null);
  }

  private CompletableFuture<Void> run(
      TableData data, String call, Function<MakeTableData, Request.Builder> request) {
    if (data.format() == TableData.Format.SCHEMA) {
      throw new BadInputException(call + " takes rows, not a schema");
    }
    return connection.call(data, data.source(), request).thenApply(response -> null);
  }

  /**
   * See {@link Table#validateExpressions}.
   *
   * @param expressions text by name
   * @return their types and faults
   */
  public CompletableFuture<ExpressionValidation> validateExpressions(
      Map<String, String> expressions) {
    return connection
        .call(
            request()
                .setTableValidateExprReq(
                    TableValidateExprReq.newBuilder().putAllColumnToExpr(expressions)))
        .thenApply(response -> Codec.validation(response.getTableValidateExprResp()));
  }

  /**
   * See {@link Table#view()}.
   *
   * @return the view
   */
  public CompletableFuture<AsyncView> view() {
    return view(ViewConfig.all());
  }

  /**
   * See {@link Table#view(ViewConfig)}.
   *
   * @param config what to show
   * @return the view
   */
  public CompletableFuture<AsyncView> view(ViewConfig config) {
    String view = Names.random();
    return connection
        .call(
            request()
                .setTableMakeViewReq(
                    TableMakeViewReq.newBuilder()
                        .setViewId(view)
                        .setConfig(ConfigCodec.encode(config))))
        .thenApply(
            response -> {
              String made = response.getTableMakeViewResp().getViewId();
              if (!made.equals(view)) {
                throw new TransportException(
                    "the server made a view \"" + made + "\", not \"" + view + "\" as asked");
              }
              return new AsyncView(handle, view, index, limit);
            });
  }

  /**
   * See {@link Table#onDelete}. Returns without waiting.
   *
   * @param callback run once
   * @return ends it
   */
  public Subscription onDelete(Runnable callback) {
    return EventSubscription.open(
        connection,
        request().setTableOnDeleteReq(TableOnDeleteReq.getDefaultInstance()),
        id -> request().setTableRemoveDeleteReq(TableRemoveDeleteReq.newBuilder().setId(id)),
        true,
        response -> callback.run());
  }

  /**
   * See {@link Table#delete()}.
   *
   * @return done
   */
  public CompletableFuture<Void> delete() {
    return unmirror().thenCompose(done -> run(deletion(true)));
  }

  /**
   * See {@link Table#deleteLazily()}.
   *
   * @return completes when the table is gone, however late
   */
  public CompletableFuture<Void> deleteLazily() {
    return unmirror()
        .thenCompose(done -> connection.callUntimed(deletion(false)))
        .thenApply(response -> null);
  }

  private Request.Builder deletion(boolean immediate) {
    return request().setTableDeleteReq(TableDeleteReq.newBuilder().setIsImmediate(immediate));
  }

  private CompletableFuture<Void> unmirror() {
    return mirror == null ? CallFuture.done(null) : mirror.stop();
  }

  @Override
  public String toString() {
    return "Table[" + name + "]";
  }
}

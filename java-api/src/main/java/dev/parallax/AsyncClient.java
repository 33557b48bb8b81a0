package dev.parallax;

import dev.parallax.internal.client.Connection;
import dev.parallax.internal.client.EventSubscription;
import dev.parallax.internal.client.Names;
import dev.parallax.internal.proto.GetHostedTablesReq;
import dev.parallax.internal.proto.MakeJoinTableReq;
import dev.parallax.internal.proto.MakeTableReq;
import dev.parallax.internal.proto.RemoveHostedTablesUpdateReq;
import dev.parallax.internal.proto.Request;
import dev.parallax.internal.proto.ServerSystemInfoReq;
import dev.parallax.internal.wire.Codec;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The asynchronous form of a {@link Client}: the same calls, which return at once. A future fails
 * with a {@link ParallaxException}.
 *
 * <p>Stages that depend on a future may run on the thread that delivers messages. Do not block
 * there: a blocking call of this library on that thread throws {@link IllegalStateException}; use
 * {@code thenCompose}, or {@code thenApplyAsync} to leave that thread. Callbacks (of {@code
 * onUpdate} and the like) run elsewhere and may block.
 */
public final class AsyncClient implements AutoCloseable {
  private final ClientHandle handle;
  private final Connection connection;

  AsyncClient(ClientHandle handle) {
    this.handle = handle;
    this.connection = handle.connection;
  }

  /**
   * See {@link Client#table(TableData)}.
   *
   * @param data rows, or the columns of an empty table
   * @return the table
   */
  public CompletableFuture<AsyncTable> table(TableData data) {
    return table(data, TableOptions.none());
  }

  /**
   * See {@link Client#table(TableData, TableOptions)}.
   *
   * @param data rows, or the columns of an empty table
   * @param options name, index, limit
   * @return the table
   */
  public CompletableFuture<AsyncTable> table(TableData data, TableOptions options) {
    String name = options.name().orElseGet(Names::random);
    MakeTableReq.Builder request = MakeTableReq.newBuilder().setOptions(Codec.options(options));
    return connection
        .call(
            data,
            data.source(),
            content ->
                Request.newBuilder().setEntityId(name).setMakeTableReq(request.setData(content)))
        .thenApply(
            done ->
                new AsyncTable(handle, name, options.index().orElse(null), options.limit(), null));
  }

  /**
   * See {@link Client#table(View)}.
   *
   * @param view of this or another client
   * @return the copy
   */
  public CompletableFuture<AsyncTable> table(AsyncView view) {
    return table(view, TableOptions.none());
  }

  /**
   * See {@link Client#table(View, TableOptions)}.
   *
   * @param view of this or another client
   * @param options name, index, limit of the copy
   * @return the copy
   */
  public CompletableFuture<AsyncTable> table(AsyncView view, TableOptions options) {
    return TableMirror.make(this, view, options);
  }

  /**
   * See {@link Client#openTable}.
   *
   * @param name of a hosted table
   * @return the table
   */
  public CompletableFuture<AsyncTable> openTable(String name) {
    return hostedTables()
        .thenApply(
            tables ->
                tables.stream()
                    .filter(table -> table.name().equals(name))
                    .findFirst()
                    .map(
                        table ->
                            new AsyncTable(
                                handle, name, table.index().orElse(null), table.limit(), null))
                    .orElseThrow(
                        () -> new UnknownTableException("Unknown table \"" + name + "\"")));
  }

  /**
   * See {@link Client#hostedTables()}.
   *
   * @return the tables
   */
  public CompletableFuture<List<HostedTable>> hostedTables() {
    return connection
        .call(Request.newBuilder().setGetHostedTablesReq(GetHostedTablesReq.getDefaultInstance()))
        .thenApply(response -> Codec.hosted(response.getGetHostedTablesResp()));
  }

  /**
   * See {@link Client#onHostedTablesUpdate}. Returns without waiting.
   *
   * @param callback run at each change
   * @return ends it
   */
  public Subscription onHostedTablesUpdate(Runnable callback) {
    return EventSubscription.open(
        connection,
        Request.newBuilder()
            .setGetHostedTablesReq(GetHostedTablesReq.newBuilder().setSubscribe(true)),
        id ->
            Request.newBuilder()
                .setRemoveHostedTablesUpdateReq(RemoveHostedTablesUpdateReq.newBuilder().setId(id)),
        false,
        response -> callback.run());
  }

  /**
   * See {@link Client#join(Table, Table, String)}.
   *
   * @param left the left table
   * @param right the right table
   * @param on the key column
   * @return the join
   */
  public CompletableFuture<AsyncTable> join(AsyncTable left, AsyncTable right, String on) {
    return join(left, right, on, JoinOptions.inner());
  }

  /**
   * See {@link Client#join(Table, Table, String, JoinOptions)}.
   *
   * @param left the left table
   * @param right the right table
   * @param on the key column
   * @param options kind, name, key column of the right table
   * @return the join
   */
  public CompletableFuture<AsyncTable> join(
      AsyncTable left, AsyncTable right, String on, JoinOptions options) {
    String name = options.name().orElseGet(Names::random);
    Request.Builder request =
        Request.newBuilder()
            .setEntityId(name)
            .setMakeJoinTableReq(
                MakeJoinTableReq.newBuilder()
                    .setLeftTableId(left.name())
                    .setRightTableId(right.name())
                    .setOnColumn(on)
                    .setJoinTypeValue(options.type().ordinal())
                    .setRightOnColumn(options.rightColumn().orElse("")));
    return connection
        .call(request)
        .thenApply(done -> new AsyncTable(handle, name, on, OptionalLong.empty(), null));
  }

  /**
   * See {@link Client#features()}.
   *
   * @return what the server can do
   */
  public CompletableFuture<Features> features() {
    return connection.features().copy();
  }

  /**
   * See {@link Client#systemInfo()}.
   *
   * @return memory and time of the server
   */
  public CompletableFuture<SystemInfo> systemInfo() {
    return connection
        .call(Request.newBuilder().setServerSystemInfoReq(ServerSystemInfoReq.getDefaultInstance()))
        .thenApply(
            response -> {
              var info = response.getServerSystemInfoResp();
              return new SystemInfo(
                  info.getHeapSize(),
                  info.getUsedSize(),
                  Duration.ofMillis(Integer.toUnsignedLong(info.getCpuTime())),
                  Duration.ofMillis(Integer.toUnsignedLong(info.getCpuTimeEpoch())));
            });
  }

  /**
   * See {@link Client#onError}.
   *
   * @param listener hears of errors
   * @return run it to stop listening
   */
  public Runnable onError(Consumer<? super ParallaxException> listener) {
    return connection.onError(listener);
  }

  /**
   * See {@link Client#reconnect()}.
   *
   * @return completes when connected
   */
  public CompletableFuture<Void> reconnect() {
    return connection.connect().copy();
  }

  /**
   * See {@link Client#isConnected()}.
   *
   * @return whether requests can be sent
   */
  public boolean isConnected() {
    return connection.isOpen();
  }

  /**
   * See {@link Client#newProxySession}.
   *
   * @param handler takes the messages for the child
   * @return the session
   */
  public ProxySession newProxySession(ResponseHandler handler) {
    return new ProxySession(handle, handler);
  }

  /** See {@link Client#close()}. */
  @Override
  public void close() {
    handle.close();
  }
}

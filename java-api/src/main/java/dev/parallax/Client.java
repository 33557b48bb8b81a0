package dev.parallax;

import dev.parallax.internal.client.CallFuture;
import dev.parallax.internal.client.LocalSession;
import dev.parallax.internal.client.LocalTransport;
import dev.parallax.internal.client.WebSocketTransport;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A user of a server's tables: in the same process ({@link Server#newLocalClient()}) or over a web
 * socket ({@link #connect(URI)}). The two behave alike.
 *
 * <p>Methods may be called from any thread and wait for the server's answer; they suit virtual
 * threads. They throw a {@link ParallaxException} of the kind that fits, {@link ClosedException}
 * after {@link #close()}. {@link #async()} offers the same without waiting. Arguments and results
 * are never null unless said.
 *
 * <p>Callbacks ({@code onUpdate} and the like) of one client run in order and one at a time, on a
 * thread of their own, and may call back into the client. A callback that takes long holds up the
 * client's later callbacks (they queue up), and nothing else. What a callback throws is logged.
 *
 * <p>Closing a client deletes the views it made; tables stay. A client that is forgotten without
 * {@code close()} is reported at ERROR to the logger {@code parallax}; see {@link Server}.
 */
public final class Client implements AutoCloseable {
  private final ClientHandle handle;
  private final AsyncClient async;

  private Client(ClientHandle handle) {
    this.handle = handle;
    this.async = new AsyncClient(handle);
  }

  /**
   * Connects to a server.
   *
   * @param uri for example {@code ws://localhost:8080/websocket}
   * @return the connected client
   * @throws TransportException if the connection is refused
   * @throws BadInputException if this is no web socket address
   */
  public static Client connect(URI uri) {
    return connect(uri, ClientOptions.defaults());
  }

  /**
   * Connects to a server.
   *
   * @param uri for example {@code wss://example.com/websocket}
   * @param options time-outs, headers and so on
   * @return the connected client
   * @throws TransportException if the connection is refused
   * @throws BadInputException if this is no web socket address
   */
  public static Client connect(URI uri, ClientOptions options) {
    return CallFuture.await(connectAsync(uri, options));
  }

  /**
   * Connects to a server without waiting.
   *
   * @param uri for example {@code ws://localhost:8080/websocket}
   * @param options time-outs, headers and so on
   * @return the connected client; fails with {@link TransportException}
   * @throws BadInputException if this is no web socket address
   */
  public static CompletableFuture<Client> connectAsync(URI uri, ClientOptions options) {
    ClientHandle handle =
        new ClientHandle(
            "to " + uri, options, listener -> new WebSocketTransport(uri, options, listener));
    return handle
        .connection
        .connect()
        .handle(
            (done, failure) -> {
              if (failure != null) {
                handle.close();
                throw failure instanceof ParallaxException ours
                    ? ours
                    : new TransportException("cannot connect to " + uri, failure);
              }
              return new Client(handle);
            });
  }

  /** A client on a session of a server in this process. */
  static Client local(Function<ResponseHandler, LocalSession> sessions, ClientOptions options) {
    return new Client(
        new ClientHandle(
            "of a server in this process",
            options,
            listener -> new LocalTransport(sessions, listener)));
  }

  /**
   * The same client without waiting: each call gives a future.
   *
   * @return the asynchronous form; closing either closes both
   */
  public AsyncClient async() {
    return async;
  }

  /**
   * Makes a table under a random name.
   *
   * @param data rows, or the columns of an empty table
   * @return the table
   * @throws BadInputException if the server cannot read the data
   */
  public Table table(TableData data) {
    return table(data, TableOptions.none());
  }

  /**
   * Makes a table.
   *
   * @param data rows, or the columns of an empty table
   * @param options name, index, limit
   * @return the table
   * @throws BadInputException if the server cannot read the data, the name is taken, or the index
   *     is not among the columns
   */
  public Table table(TableData data, TableOptions options) {
    return new Table(CallFuture.await(async.table(data, options)));
  }

  /**
   * Makes a table that is a copy of a view, maybe of another server, and follows its changes. If
   * the view is neither grouped nor split, shows its table's index and no options forbid it, the
   * copy has the same index and follows removals as well. A limit is taken over likewise.
   *
   * @param view of this or another client; closing that client ends the following
   * @return the copy
   */
  public Table table(View view) {
    return table(view, TableOptions.none());
  }

  /**
   * Makes a table that is a copy of a view and follows its changes, as {@link #table(View)}.
   *
   * @param view of this or another client
   * @param options name, index, limit of the copy
   * @return the copy
   */
  public Table table(View view, TableOptions options) {
    return new Table(CallFuture.await(async.table(view.async(), options)));
  }

  /**
   * Opens a table that someone made.
   *
   * @param name of a hosted table
   * @return the table
   * @throws UnknownTableException if no table of that name is hosted
   */
  public Table openTable(String name) {
    return new Table(CallFuture.await(async.openTable(name)));
  }

  /**
   * The tables that can be opened.
   *
   * @return in order of creation
   */
  public List<HostedTable> hostedTables() {
    return CallFuture.await(async.hostedTables());
  }

  /**
   * Hears whenever a table comes or goes; ask {@link #hostedTables()} then.
   *
   * @param callback run at each change
   * @return ends it
   */
  public Subscription onHostedTablesUpdate(Runnable callback) {
    return async.onHostedTablesUpdate(callback);
  }

  /**
   * Joins two tables of this client's server, keeping rows that match on both sides.
   *
   * @param left the left table
   * @param right the right table
   * @param on the key column of both
   * @return a read-only table that follows its sources
   * @throws BadInputException if the keys do not fit or a column would occur twice
   */
  public Table join(Table left, Table right, String on) {
    return join(left, right, on, JoinOptions.inner());
  }

  /**
   * Joins two tables of this client's server.
   *
   * @param left the left table
   * @param right the right table
   * @param on the key column of the left table, and of the right one unless the options say
   *     otherwise
   * @param options kind, name, key column of the right table
   * @return a read-only table that follows its sources
   * @throws BadInputException if the keys do not fit or a column would occur twice
   */
  public Table join(Table left, Table right, String on, JoinOptions options) {
    return new Table(CallFuture.await(async.join(left.async(), right.async(), on, options)));
  }

  /**
   * What the server can do; asked for once.
   *
   * @return operators, aggregates, window functions
   */
  public Features features() {
    return CallFuture.await(async.features());
  }

  /**
   * What the server says of its memory and time.
   *
   * @return a snapshot; asking starts a new period of time for all
   */
  public SystemInfo systemInfo() {
    return CallFuture.await(async.systemInfo());
  }

  /**
   * Hears of a lost connection ({@link TransportException}), of failed attempts to send, and of
   * errors that belong to no call, as one of a subscription to a view that does not exist. Runs
   * where callbacks run.
   *
   * @param listener hears of errors; may call {@link #reconnect()}
   * @return run it to stop listening
   */
  public Runnable onError(Consumer<? super ParallaxException> listener) {
    return async.onError(listener);
  }

  /**
   * Connects again after the connection was lost; does nothing if it was not. Nothing is sent
   * again: tables work on, but views are gone and must be made anew, as must subscriptions.
   *
   * @throws TransportException if the connection is refused
   */
  public void reconnect() {
    CallFuture.await(async.reconnect());
  }

  /**
   * Whether requests can be sent.
   *
   * @return false once closed or while the connection is lost
   */
  public boolean isConnected() {
    return async.isConnected();
  }

  /**
   * Opens a session through which another client can use this client's server over this client's
   * connection.
   *
   * @param handler takes the messages for that client
   * @return the session
   */
  public ProxySession newProxySession(ResponseHandler handler) {
    return async.newProxySession(handler);
  }

  /**
   * Ends the connection: the server deletes the views that this client made; tables stay. Calls
   * that wait fail with {@link ClosedException}. Does not wait, does nothing the second time.
   */
  @Override
  public void close() {
    handle.close();
  }
}

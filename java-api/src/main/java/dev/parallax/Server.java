package dev.parallax;

import dev.parallax.internal.leak.LeakTracker;
import dev.parallax.jni.EngineLimits;
import dev.parallax.jni.NativeEngine;
import dev.parallax.jni.NativeException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Holds tables and answers clients. All methods may be called from any thread.
 *
 * <pre>{@code
 * try (Server server = Server.create();
 *     Client client = server.newLocalClient()) {
 *   TableData data = TableData.csv(Path.of("trades.csv"));
 *   Table trades = client.table(data, TableOptions.named("trades"));
 *   ...
 * }
 * }</pre>
 *
 * <p><b>Leaks.</b> A server, session or client that becomes unreachable without {@code close()} is
 * reported once, at ERROR, to the {@code System.Logger} {@code parallax}; nothing fails, and what
 * it held stays held. {@code -Dparallax.leakDetection} sets how much is recorded: {@code disabled},
 * {@code simple} (the default), {@code advanced} (also where it was opened) or {@code paranoid}
 * (also forgotten views). {@code -Dparallax.leakReclaim=true} closes what leaked. A response
 * handler or callback that refers to its session or client keeps it reachable.
 */
public final class Server implements AutoCloseable {
  private final NativeEngine engine;
  private final LeakTracker.Tracked tracked;

  private Server(Builder options) {
    NativeEngine made = NativeCalls.call(() -> options.engine());
    engine = made;
    tracked =
        LeakTracker.track(
            this, "Server", "@" + Integer.toHexString(made.hashCode()), made::close, () -> false);
  }

  /**
   * Makes a server with the default options.
   *
   * @return the server
   * @throws EngineException if the native library cannot be loaded; the message says what to do
   */
  public static Server create() {
    return builder().build();
  }

  /**
   * Starts from the default options.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Opens a session: a conversation with one client, as bytes.
   *
   * @param handler takes the messages for that client. If it refers to the session, a session that
   *     is forgotten cannot be noticed
   * @return the session; sends nothing by itself
   * @throws ClosedException if the server is closed
   */
  public Session newSession(ResponseHandler handler) {
    return ServerSession.open(this, Objects.requireNonNull(handler, "handler"), true);
  }

  /**
   * Opens a session whose calls return at once.
   *
   * @param handler takes the messages for that client
   * @return the session
   * @throws ClosedException if the server is closed
   */
  public AsyncSession newAsyncSession(ResponseHandler handler) {
    return AsyncSession.of(newSession(handler));
  }

  /**
   * A client in this process.
   *
   * @return the client; close it before the server
   * @throws ClosedException if the server is closed
   */
  public Client newLocalClient() {
    return newLocalClient(ClientOptions.defaults());
  }

  /**
   * A client in this process.
   *
   * @param options time-outs, callback threads
   * @return the client; close it before the server
   * @throws ClosedException if the server is closed
   */
  public Client newLocalClient(ClientOptions options) {
    // The client does its own leak reporting, so its session needs none.
    return Client.local(handler -> ServerSession.open(this, handler, false), options);
  }

  /**
   * Applies queued updates and tells those concerned. Needed only with {@link
   * Builder#onPollRequest}.
   *
   * @throws ClosedException if the server is closed
   */
  public void poll() {
    NativeCalls.run(engine::poll);
  }

  /** Closes all sessions and frees all tables. Does nothing the second time. */
  @Override
  public void close() {
    tracked.close();
  }

  NativeEngine engine() {
    return engine;
  }

  /** Collects options. Not for use by several threads at once. */
  public static final class Builder {
    private int threads;
    private Path pageDirectory;
    private Runnable onPollRequest;
    private long maxRequestBytes;
    private long maxViews;
    private long maxSubscriptions;
    private long maxWaitingChanges;

    private Builder() {}

    /**
     * How many threads work at most, the caller's included; by default one a processor.
     *
     * @param count 0 for the default
     * @return this
     */
    public Builder threads(int count) {
      if (count < 0) {
        throw new BadInputException("threads " + count + " is negative; 0 means one a processor");
      }
      threads = count;
      return this;
    }

    /**
     * Where tables with {@link TableOptions#pageToDisk()} keep their files; by default the
     * directory that the environment variable {@code TMPDIR} names or, without it, {@code
     * /var/tmp}. The files have no names: nothing of them shows in the directory, and none outlives
     * the process.
     *
     * @param directory exists and can be written to
     * @return this
     */
    public Builder pageDirectory(Path directory) {
      pageDirectory = Objects.requireNonNull(directory, "directory");
      return this;
    }

    /**
     * Defers notifications: instead of applying updates at once, the server calls this, which must
     * arrange for a later {@link Server#poll()} (not call it itself). Everything written between
     * two polls is told in one go.
     *
     * @param request called on the thread of the request that left something pending; must not
     *     block
     * @return this
     */
    public Builder onPollRequest(Runnable request) {
      onPollRequest = Objects.requireNonNull(request, "request");
      return this;
    }

    /**
     * The largest request to take; larger ones are answered with an error. Does not bind the data
     * that a client in this process hands over.
     *
     * @param bytes 0 for the default
     * @return this
     */
    public Builder maxRequestBytes(long bytes) {
      maxRequestBytes = limit("maxRequestBytes", bytes);
      return this;
    }

    /**
     * How many views one session may have at a time; further ones are answered with an error.
     *
     * @param count 0 for the default, 10,000
     * @return this
     */
    public Builder maxViewsPerSession(long count) {
      maxViews = limit("maxViewsPerSession", count);
      return this;
    }

    /**
     * How many subscriptions of all kinds one session may have at a time; further ones are answered
     * with an error.
     *
     * @param count 0 for the default, 100,000
     * @return this
     */
    public Builder maxSubscriptionsPerSession(long count) {
      maxSubscriptions = limit("maxSubscriptionsPerSession", count);
      return this;
    }

    /**
     * How many changes of one table may wait for a {@link Server#poll()}; further ones are answered
     * with an error until then. Matters only with {@link #onPollRequest}.
     *
     * @param count 0 for the default, 100,000
     * @return this
     */
    public Builder maxWaitingChangesPerTable(long count) {
      maxWaitingChanges = limit("maxWaitingChangesPerTable", count);
      return this;
    }

    private static long limit(String name, long value) {
      if (value < 0) {
        throw new BadInputException(name + " " + value + " is negative; 0 is the default");
      }
      return value;
    }

    /**
     * Makes the server.
     *
     * @return the server
     * @throws EngineException if the native library cannot be loaded; the message says what to do
     * @throws BadInputException if an option makes no sense
     */
    public Server build() {
      return new Server(this);
    }

    private NativeEngine engine() throws NativeException {
      String directory = pageDirectory == null ? null : pageDirectory.toString();
      EngineLimits limits =
          new EngineLimits(maxRequestBytes, maxViews, maxSubscriptions, maxWaitingChanges);
      return NativeEngine.create(threads, directory, onPollRequest, limits);
    }
  }
}

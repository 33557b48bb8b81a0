package dev.parallax.jni;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * One engine. Every method may be called from any thread; after {@link #close} they throw {@link
 * IllegalStateException}.
 */
public final class NativeEngine implements AutoCloseable {
  private final long handle;

  private NativeEngine(long handle) {
    this.handle = handle;
  }

  /**
   * Makes an engine, loading the native library first if need be.
   *
   * @param threads worker threads, the caller's included; 0 for one per core
   * @param pageDirectory where tables that page to disk keep their files; null for the default
   * @param onPollRequest hears that a later {@link #poll} is wanted; null to have every request
   *     followed by one
   * @param limits what clients may use
   * @return the engine
   * @throws NativeException if the library cannot be loaded or an option makes no sense
   */
  public static NativeEngine create(
      int threads, String pageDirectory, Runnable onPollRequest, EngineLimits limits) {
    if (threads < 0) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", should be 0 (one per core) or more");
    }
    NativeLibrary.load();
    byte[] directory =
        pageDirectory == null ? null : pageDirectory.getBytes(StandardCharsets.UTF_8);
    PollRequest pollRequest = onPollRequest == null ? null : new PollRequest(onPollRequest);
    return new NativeEngine(
        Bridge.createEngine(
            threads,
            directory,
            pollRequest,
            limits.requestBytes(),
            limits.views(),
            limits.subscriptions(),
            limits.waitingChanges()));
  }

  /**
   * Opens a session; sends nothing.
   *
   * @param sink receives the responses
   * @return the session
   */
  public NativeSession openSession(ResponseSink sink) {
    Objects.requireNonNull(sink, "sink");
    return new NativeSession(Bridge.openSession(handle, new Delivery(sink)));
  }

  /** Processes what earlier requests of any session left pending and delivers the notifications. */
  public void poll() {
    Bridge.pollEngine(handle);
  }

  /** Closes every session and frees every table. May be called again. */
  @Override
  public void close() {
    Bridge.closeEngine(handle);
  }

  /**
   * Sessions opened and not closed, of all engines in this process that share this class.
   *
   * @return how many
   */
  public static long liveSessions() {
    NativeLibrary.load();
    return Bridge.liveSessions();
  }
}

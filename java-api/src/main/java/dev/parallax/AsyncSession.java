package dev.parallax;

import dev.parallax.internal.client.CallFuture;
import dev.parallax.internal.client.SerialExecutor;
import dev.parallax.internal.client.Threads;
import dev.parallax.internal.wire.Messages;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A {@link Session} whose calls return at once. Requests of one session are handled in the order of
 * the calls, one after the other, on threads of the process; requests of different sessions side by
 * side.
 */
public final class AsyncSession implements AutoCloseable {
  private final Session session;
  private final SerialExecutor order;

  private AsyncSession(Session session, Executor threads) {
    this.session = session;
    this.order = new SerialExecutor(threads);
  }

  /**
   * The asynchronous form of a session.
   *
   * @param session from now on to be used through the result alone, else the order is lost
   * @return the asynchronous form; closing it closes the session
   */
  public static AsyncSession of(Session session) {
    return of(session, Threads.shared());
  }

  /**
   * The asynchronous form of a session, on threads of one's own.
   *
   * @param session from now on to be used through the result alone, else the order is lost
   * @param threads where requests are handled
   * @return the asynchronous form; closing it closes the session
   */
  public static AsyncSession of(Session session, Executor threads) {
    return new AsyncSession(session, threads);
  }

  /**
   * Handles a request, as {@link Session#handleRequest(byte[])}.
   *
   * @param request not to be changed until the stage completes
   * @return completes when the request was handled; fails with {@link ClosedException}
   */
  public CompletionStage<Void> handleRequest(byte[] request) {
    return run(() -> session.handleRequest(request));
  }

  /**
   * Handles a request, as {@link Session#handleRequest(ByteBuffer)}.
   *
   * @param request copied before this returns
   * @return completes when the request was handled; fails with {@link ClosedException}
   */
  public CompletionStage<Void> handleRequest(ByteBuffer request) {
    byte[] bytes = Messages.copy(request);
    return run(() -> session.handleRequest(bytes));
  }

  /**
   * Flushes what is pending, as {@link Session#poll()}, after the requests before it.
   *
   * @return completes when done; fails with {@link ClosedException}
   */
  public CompletionStage<Void> poll() {
    return run(session::poll);
  }

  /**
   * Closes the session after the requests before it were handled.
   *
   * @return completes when closed
   */
  public CompletionStage<Void> closeAsync() {
    return run(session::close);
  }

  /** Closes the session at once, as {@link Session#close()}; requests not handled yet fail. */
  @Override
  public void close() {
    session.close();
  }

  private CompletionStage<Void> run(Runnable call) {
    CompletableFuture<Void> done = new CallFuture<>();
    order.execute(
        () -> {
          try {
            call.run();
            done.complete(null);
          } catch (Throwable thrown) {
            done.completeExceptionally(thrown);
          }
        });
    return done;
  }
}

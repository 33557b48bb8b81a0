package dev.parallax.internal.client;

import dev.parallax.ParallaxException;
import dev.parallax.TransportException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A future that refuses to be waited for where that would wait for ever. */
public final class CallFuture<T> extends CompletableFuture<T> {
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CallFuture<>();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    check();
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    check();
    return super.get(timeout, unit);
  }

  @Override
  public T join() {
    check();
    return super.join();
  }

  private void check() {
    if (!isDone()) {
      Delivery.checkMayWait();
    }
  }

  /** A future that has failed already. */
  public static <T> CompletableFuture<T> failed(Throwable cause) {
    CallFuture<T> future = new CallFuture<>();
    future.completeExceptionally(cause);
    return future;
  }

  /** A future that is done already. */
  public static <T> CompletableFuture<T> done(T value) {
    CallFuture<T> future = new CallFuture<>();
    future.complete(value);
    return future;
  }

  /**
   * Waits for a future and returns what it gives or throws what it failed with.
   *
   * @throws IllegalStateException if this thread must not wait
   */
  public static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransportException("interrupted while waiting for an answer", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof ParallaxException ours) {
        // The trace of the thread that delivered the answer says nothing to the caller.
        ours.fillInStackTrace();
        throw ours;
      }
      if (cause instanceof RuntimeException runtime) {
        throw runtime;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new ParallaxException(String.valueOf(cause), cause);
    }
  }
}

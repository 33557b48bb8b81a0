package dev.parallax;

import java.util.concurrent.CompletableFuture;

/**
 * A callback that is registered with the server, until it is closed, its view or table is deleted,
 * or the connection is lost.
 */
public interface Subscription extends AutoCloseable {
  /**
   * The id by which the server knows the subscription: unique within its client.
   *
   * @return an unsigned 32-bit number
   */
  long id();

  /**
   * Whether events may still come.
   *
   * @return false once closed, fired for the last time, or lost with the connection
   */
  boolean isActive();

  /**
   * Ends the subscription. From the moment of this call the callback is not started again; one that
   * runs on another thread may finish later. Does nothing the second time.
   *
   * @return completes when the server has confirmed
   */
  CompletableFuture<Void> cancel();

  /**
   * Ends the subscription and waits for the server to confirm, except inside a stage of an
   * asynchronous call, where it does not wait. Does nothing the second time.
   */
  @Override
  void close();
}

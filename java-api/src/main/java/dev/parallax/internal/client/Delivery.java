package dev.parallax.internal.client;

/**
 * Marks threads that are handing a message to a client or session. Waiting for an answer on such a
 * thread could wait for itself, so it is refused.
 */
public final class Delivery {
  private static final ThreadLocal<int[]> DEPTH = ThreadLocal.withInitial(() -> new int[1]);

  private Delivery() {}

  /** Runs something as part of a delivery. */
  public static void run(Runnable body) {
    int[] depth = DEPTH.get();
    depth[0]++;
    try {
      body.run();
    } finally {
      depth[0]--;
    }
  }

  /** Whether this thread is delivering. */
  public static boolean active() {
    return DEPTH.get()[0] > 0;
  }

  /**
   * Refuses to wait on a delivering thread.
   *
   * @throws IllegalStateException if this thread is delivering
   */
  public static void checkMayWait() {
    if (active()) {
      throw new IllegalStateException(
          "a blocking call inside a response handler or a stage of an asynchronous call would wait"
              + " for itself: use the asynchronous form (thenCompose), or hand over to another"
              + " thread (thenApplyAsync)");
    }
  }
}

package dev.parallax.websocket;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads for what must not run on a container's or an engine's thread: pings and closing,
 * which may have to wait for a client. All are daemons, and end when nothing is left to do.
 */
final class Housekeeping {
  private static final int IDLE_SECONDS = 10;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(1, this::thread);
  private final ThreadPoolExecutor workers =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          this::thread);

  Housekeeping() {
    clock.setRemoveOnCancelPolicy(true);
    clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    clock.allowCoreThreadTimeOut(true);
  }

  /** For tasks that may wait; each has a thread of its own. */
  Executor workers() {
    return workers;
  }

  /**
   * Runs a task, which must not wait, again and again.
   *
   * @return what ends it
   */
  Runnable every(long nanos, Runnable task) {
    var future = clock.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  private Thread thread(Runnable task) {
    Thread thread = new Thread(task, "parallax-websocket-" + COUNT.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}

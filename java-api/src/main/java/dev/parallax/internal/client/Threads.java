package dev.parallax.internal.client;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Daemon threads for callbacks and timers, made as needed and shared by all clients of the process.
 */
public final class Threads {
  private static final Executor SHARED =
      Executors.newCachedThreadPool(daemons("parallax-callback-"));

  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private Threads() {}

  private static ThreadFactory daemons(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, daemons("parallax-timer-"));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /** The shared threads. */
  public static Executor shared() {
    return SHARED;
  }

  /** Runs a task on a shared thread after a while, unless cancelled. */
  public static Future<?> later(Duration delay, Runnable task) {
    return TIMER.schedule(() -> SHARED.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }
}

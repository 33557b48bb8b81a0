package dev.parallax;

import dev.parallax.internal.client.Delivery;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Sends an appender's batches in order, a few ahead of their answers, and keeps what went wrong
 * until it is told. Batches are given by one thread at a time; answers come on any.
 */
final class BatchSender {
  /** Enough to keep a connection busy; more would only queue. */
  private static final int MOST_UNANSWERED = 4;

  private final AsyncTable table;
  private final long port;
  private final Deque<ByteBuffer> spare = new ArrayDeque<>();
  private int unanswered;
  private AppendException failure;

  BatchSender(AsyncTable table, long port) {
    this.table = table;
    this.port = port;
  }

  /**
   * Sends a batch, waiting first if too many are unanswered. What goes wrong is kept for {@link
   * #takeFailure()}.
   *
   * @param encoder writes the batch to a buffer like the one it is given (null if there is none)
   *     and returns what it wrote
   */
  void send(long firstRow, int rows, Function<ByteBuffer, ByteBuffer> encoder) {
    ByteBuffer reused = begin();
    try {
      ByteBuffer batch = encoder.apply(reused);
      table
          .update(TableData.arrow(batch), port)
          .whenComplete((done, problem) -> answered(batch, firstRow, rows, problem));
    } catch (RuntimeException | OutOfMemoryError e) {
      answered(null, firstRow, rows, e);
    }
  }

  private synchronized ByteBuffer begin() {
    // Where waiting could wait for itself, the batch goes out all the same.
    if (!Delivery.active()) {
      awaitAtMost(MOST_UNANSWERED - 1);
    }
    unanswered++;
    return spare.poll();
  }

  private synchronized void answered(ByteBuffer batch, long firstRow, int rows, Throwable problem) {
    unanswered--;
    // The transport may read a batch until it is answered.
    if (batch != null) {
      spare.add(batch);
    }
    if (problem != null) {
      Throwable cause = problem instanceof CompletionException ? problem.getCause() : problem;
      AppendException told = new AppendException(firstRow, rows, cause);
      if (failure == null) {
        failure = told;
      } else {
        failure.addSuppressed(told);
      }
    }
    notifyAll();
  }

  /**
   * Waits until all batches are answered.
   *
   * @throws IllegalStateException if this thread must not wait
   */
  synchronized void drain() {
    if (unanswered > 0) {
      Delivery.checkMayWait();
    }
    awaitAtMost(0);
  }

  /** Waits even if interrupted: the client's time-out bounds it, and rows must not get lost. */
  private void awaitAtMost(int most) {
    boolean interrupted = false;
    while (unanswered > most) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What went wrong since this was last asked, or null. */
  synchronized AppendException takeFailure() {
    AppendException taken = failure;
    failure = null;
    return taken;
  }
}

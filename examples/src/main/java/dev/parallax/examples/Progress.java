package dev.parallax.examples;

import java.io.PrintStream;
import java.util.Locale;

/** A line on the console that counts the seconds of something that takes long. */
final class Progress implements AutoCloseable {
  private static final int TICK_MS = 200;

  private final PrintStream out = System.out;
  private final String what;
  private final long start = System.nanoTime();
  private final Thread ticker = new Thread(this::tick, "progress");

  Progress(String what) {
    this.what = what;
    ticker.setDaemon(true);
    if (System.console() != null) {
      ticker.start();
    } else {
      out.println(what);
    }
  }

  /** Ends the line with the result. */
  void done(String result) {
    close();
    String start = System.console() != null ? "\r" : "";
    out.printf(Locale.ROOT, "%s%s: %s in %.2f s%n", start, what, result, seconds());
  }

  /** Stops counting. */
  @Override
  public void close() {
    ticker.interrupt();
    try {
      ticker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(TICK_MS);
        out.printf(Locale.ROOT, "\r%s: loading, %.1f s", what, seconds());
      }
    } catch (InterruptedException stopped) {
      // Done or failed: the last word is not ours.
    }
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}

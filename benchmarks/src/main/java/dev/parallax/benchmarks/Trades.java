package dev.parallax.benchmarks;

import dev.parallax.Client;
import dev.parallax.Server;
import dev.parallax.Subscription;
import dev.parallax.Table;
import dev.parallax.TableData;
import dev.parallax.TableOptions;
import dev.parallax.UpdateMode;
import dev.parallax.View;
import dev.parallax.ViewConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Loads trades from an Arrow file, groups them by symbol and updates single rows while the grouped
 * view listens. Prints times, and the memory of the process beside the size of the file. The files
 * come from {@code trades.mjs}.
 */
public final class Trades {
  private static final int WARM_UP = 2_000;
  private static final int UPDATES = 5_000;

  private Trades() {}

  /**
   * Measures each file in turn.
   *
   * @param args paths of Arrow files made by {@code trades.mjs}
   * @throws IOException if a file cannot be read
   */
  public static void main(String[] args) throws IOException {
    for (String file : args) {
      measure(Path.of(file));
    }
  }

  private static void measure(Path file) throws IOException {
    long before = resident();
    try (Server server = Server.create();
        Client client = server.newLocalClient()) {
      long start = System.nanoTime();
      Table trades = client.table(TableData.arrow(file), TableOptions.named("trades").index("id"));
      long loaded = System.nanoTime();
      ViewConfig config =
          ViewConfig.builder().groupBy("symbol").columns("size", "price").aggregate("price", "avg").build();
      View bySymbol = trades.view(config);
      long groups = bySymbol.numRows();
      bySymbol.toArrow();
      long grouped = System.nanoTime();

      double[] micros = updates(trades, bySymbol);
      System.gc();
      long bytes = Files.size(file);
      System.out.printf(
          "%,d rows: load %.2f s, group by symbol (%d rows) %.0f ms, one-row update %.1f µs median,"
              + " %.1f µs 99th percentile, memory %.2f x the file (%d MiB)%n",
          trades.size(),
          (loaded - start) / 1e9,
          groups,
          (grouped - loaded) / 1e6,
          micros[UPDATES / 2],
          micros[UPDATES * 99 / 100],
          (double) (resident() - before) / bytes,
          bytes >> 20);
      bySymbol.delete();
      trades.delete();
    }
  }

  /** Sorted times of updates of one existing row each, row deltas delivered. */
  private static double[] updates(Table trades, View view) {
    AtomicLong heard = new AtomicLong();
    double[] micros = new double[UPDATES];
    long rows = trades.size();
    Subscription subscription = view.onUpdate(UpdateMode.ROW, event -> heard.incrementAndGet());
    try {
      for (int i = -WARM_UP; i < UPDATES; i++) {
        long id = Math.floorMod(i * 7_919L, rows);
        TableData row = TableData.jsonRows("[{\"id\":" + id + ",\"size\":" + (i & 1023) + "}]");
        long start = System.nanoTime();
        trades.update(row);
        if (i >= 0) {
          micros[i] = (System.nanoTime() - start) / 1e3;
        }
      }
    } finally {
      subscription.close();
    }
    if (heard.get() == 0) {
      throw new IllegalStateException("the grouped view heard of no update");
    }
    Arrays.sort(micros);
    return micros;
  }

  /** Resident memory of this process in bytes, as Linux counts it. */
  private static long resident() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElseThrow();
    }
  }
}

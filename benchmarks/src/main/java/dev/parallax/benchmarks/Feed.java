package dev.parallax.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.parallax.Appender;
import dev.parallax.Client;
import dev.parallax.ColumnType;
import dev.parallax.Server;
import dev.parallax.Table;
import dev.parallax.TableData;
import dev.parallax.TableOptions;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Feeds trades into a table through an {@code Appender}, from one thread, with no view listening.
 * Prints rows a second, and how the time is shared between setting cells and sending batches (which
 * is encoding, crossing and the engine's update).
 */
public final class Feed {
  private static final int ROWS = 5_000_000;
  private static final int ROUNDS = 6;
  private static final int SAMPLES = 1 << 16;

  /** Counts all threads, so that a busy machine disturbs it less than the clock. */
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final long[] times = new long[SAMPLES];
  private final double[] prices = new double[SAMPLES];
  private final int[] sizes = new int[SAMPLES];
  private final String[] symbols = new String[SAMPLES];
  private final String[] sides = new String[SAMPLES];
  private final String[] venues = new String[SAMPLES];

  private Feed() {
    SplittableRandom random = new SplittableRandom(7);
    String[] names = new String[500];
    for (int i = 0; i < names.length; i++) {
      names[i] = "SYM" + (char) ('A' + i % 26) + i;
    }
    for (int i = 0; i < SAMPLES; i++) {
      times[i] = 1_700_000_000_000L + i * 3L;
      prices[i] = random.nextInt(100, 100_000) / 100.0;
      sizes[i] = random.nextInt(1, 1_000);
      symbols[i] = names[random.nextInt(names.length)];
      sides[i] = random.nextBoolean() ? "buy" : "sell";
      venues[i] = "VENUE" + random.nextInt(8);
    }
  }

  /**
   * Measures tables without a key, with a limit, and with a key.
   *
   * @param args none
   */
  public static void main(String[] args) {
    Feed feed = new Feed();
    for (int round = 0; round < ROUNDS; round++) {
      feed.measure("no key", TableOptions.none(), ROWS);
      feed.measure("limit", TableOptions.none().limit(1_000_000), ROWS);
      feed.measure("key, new rows", TableOptions.none().index("id"), ROWS);
      feed.measure("key, 100,000 rows overwritten", TableOptions.none().index("id"), 100_000);
    }
  }

  private void measure(String name, TableOptions options, int keys) {
    Map<String, ColumnType> schema = new LinkedHashMap<>();
    schema.put("id", ColumnType.INTEGER);
    schema.put("symbol", ColumnType.STRING);
    schema.put("side", ColumnType.STRING);
    schema.put("venue", ColumnType.STRING);
    schema.put("price", ColumnType.FLOAT);
    schema.put("size", ColumnType.INTEGER);
    schema.put("time", ColumnType.DATETIME);
    try (Server server = Server.create();
        Client client = server.newLocalClient()) {
      Table table = client.table(TableData.schema(schema), options);
      long start = System.nanoTime();
      long cpu = PROCESS.getProcessCpuTime();
      long sending = 0;
      try (Appender rows = table.appender()) {
        int batch = 16_384;
        for (int i = 0, key = 0; i < ROWS; i++, key = key + 1 == keys ? 0 : key + 1) {
          int sample = i & SAMPLES - 1;
          rows.setLong(0, key)
              .setString(1, symbols[sample])
              .setString(2, sides[sample])
              .setString(3, venues[sample])
              .setDouble(4, prices[sample])
              .setInt(5, sizes[sample])
              .setTimestampMillis(6, times[sample]);
          if ((i + 1) % batch == 0) {
            long before = System.nanoTime();
            rows.endRow();
            sending += System.nanoTime() - before;
          } else {
            rows.endRow();
          }
        }
        long before = System.nanoTime();
        rows.flush();
        sending += System.nanoTime() - before;
      }
      long time = System.nanoTime() - start;
      System.out.printf(
          "%-30s %.1f million rows a second: %.0f ns a row, %.0f to set cells, %.0f to send; %.0f of"
              + " processor time%n",
          name,
          ROWS * 1e3 / time,
          (double) time / ROWS,
          (double) (time - sending) / ROWS,
          (double) sending / ROWS,
          (double) (PROCESS.getProcessCpuTime() - cpu) / ROWS);
      if (table.size() != Math.min(keys, options.limit().orElse(ROWS))) {
        throw new IllegalStateException("the table has " + table.size() + " rows");
      }
    }
  }
}

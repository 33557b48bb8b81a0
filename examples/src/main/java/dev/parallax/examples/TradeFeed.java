package dev.parallax.examples;

import dev.parallax.Appender;
import dev.parallax.AppenderOptions;
import dev.parallax.Client;
import dev.parallax.ColumnType;
import dev.parallax.Table;
import dev.parallax.TableData;
import dev.parallax.TableOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * A simulated market: the table "trades" grows by 1,000 rows a second and keeps the latest 100,000.
 */
final class TradeFeed implements AutoCloseable {
  static final int ROWS_PER_SECOND = 1_000;
  static final int ROWS_KEPT = 100_000;

  private static final int BATCH_MS = 40;
  private static final int FIRST_ROWS = 20_000;

  private record Share(String symbol, String sector, double price) {}

  private static final List<Share> SHARES =
      List.of(
          new Share("AAPL", "Technology", 228),
          new Share("MSFT", "Technology", 415),
          new Share("NVDA", "Technology", 136),
          new Share("ORCL", "Technology", 172),
          new Share("AMZN", "Consumer", 201),
          new Share("TSLA", "Consumer", 342),
          new Share("NKE", "Consumer", 78),
          new Share("MCD", "Consumer", 297),
          new Share("JPM", "Financials", 243),
          new Share("GS", "Financials", 588),
          new Share("V", "Financials", 309),
          new Share("BAC", "Financials", 46),
          new Share("XOM", "Energy", 118),
          new Share("CVX", "Energy", 158),
          new Share("SLB", "Energy", 43),
          new Share("JNJ", "Health care", 155),
          new Share("PFE", "Health care", 26),
          new Share("UNH", "Health care", 601));

  private static final String[] VENUES = {"XNYS", "XNAS", "BATS", "ARCX", "IEXG", "EDGX"};

  private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
  private final double[] prices = SHARES.stream().mapToDouble(Share::price).toArray();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "trade-feed");
            thread.setDaemon(true);
            return thread;
          });
  private final Appender rows;
  private final int id;
  private final int time;
  private final int symbol;
  private final int sector;
  private final int side;
  private final int venue;
  private final int price;
  private final int size;
  private final int notional;
  private int nextId;

  /** Makes the table, with some rows of the last seconds in it. */
  TradeFeed(Client client) {
    Map<String, ColumnType> schema = new LinkedHashMap<>();
    schema.put("id", ColumnType.INTEGER);
    schema.put("time", ColumnType.DATETIME);
    schema.put("symbol", ColumnType.STRING);
    schema.put("sector", ColumnType.STRING);
    schema.put("side", ColumnType.STRING);
    schema.put("venue", ColumnType.STRING);
    schema.put("price", ColumnType.FLOAT);
    schema.put("size", ColumnType.INTEGER);
    schema.put("notional", ColumnType.FLOAT);
    Table table =
        client.table(TableData.schema(schema), TableOptions.named("trades").limit(ROWS_KEPT));
    rows = table.appender(AppenderOptions.defaults().batchRows(FIRST_ROWS));
    id = rows.column("id");
    time = rows.column("time");
    symbol = rows.column("symbol");
    sector = rows.column("sector");
    side = rows.column("side");
    venue = rows.column("venue");
    price = rows.column("price");
    size = rows.column("size");
    notional = rows.column("notional");
    append(FIRST_ROWS, System.currentTimeMillis() - 1000L * FIRST_ROWS / ROWS_PER_SECOND);
  }

  /** Starts to trade. */
  void start() {
    clock.scheduleAtFixedRate(this::trade, BATCH_MS, BATCH_MS, TimeUnit.MILLISECONDS);
  }

  private void trade() {
    try {
      append(ROWS_PER_SECOND * BATCH_MS / 1000, System.currentTimeMillis() - BATCH_MS);
    } catch (RuntimeException failed) {
      System.err.println("The trade feed stopped: " + failed);
      throw failed;
    }
  }

  /** Appends rows of the time from then on; the table has them when this returns. */
  private void append(int count, long from) {
    for (int i = 0; i < count; i++) {
      int number = random.nextInt(SHARES.size());
      Share share = SHARES.get(number);
      prices[number] *= 1 + 0.0002 * random.nextGaussian();
      double price = Math.round(prices[number] * 100) / 100.0;
      int size = 10 * (1 + random.nextInt(100));
      rows.setInt(id, nextId++)
          .setTimestampMillis(time, from + 1000L * i / ROWS_PER_SECOND)
          .setString(symbol, share.symbol())
          .setString(sector, share.sector())
          .setString(side, random.nextBoolean() ? "buy" : "sell")
          .setString(venue, VENUES[random.nextInt(VENUES.length)])
          .setDouble(this.price, price)
          .setInt(this.size, size)
          .setDouble(notional, price * size)
          .endRow();
    }
    rows.flush();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    rows.close();
  }
}

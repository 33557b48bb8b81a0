package dev.parallax;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How an {@link Appender} works. Immutable: each method returns a changed copy.
 *
 * <pre>{@code AppenderOptions.defaults().columns("id", "price").maxDelay(Duration.ofMillis(20))}
 * </pre>
 */
public final class AppenderOptions {
  private static final int GREATEST_BATCH = 1 << 20;

  private static final AppenderOptions DEFAULTS =
      new AppenderOptions(null, 16_384, Duration.ofMillis(100), 0);

  private final List<String> columns;
  private final int batchRows;
  private final Duration maxDelay;
  private final long port;

  private AppenderOptions(List<String> columns, int batchRows, Duration maxDelay, long port) {
    this.columns = columns;
    this.batchRows = batchRows;
    this.maxDelay = maxDelay;
    this.port = port;
  }

  /**
   * All columns, batches of 16,384 rows, a delay of 100 milliseconds, port 0.
   *
   * @return the defaults
   */
  public static AppenderOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Which columns are written, in the order of their numbers. In a table with an index the others
   * keep their values, and the index must be among these.
   *
   * @param names columns of the table, at least one, each once
   * @return the changed options
   */
  public AppenderOptions columns(String... names) {
    if (names.length == 0 || Set.copyOf(List.of(names)).size() < names.length) {
      throw new BadInputException("columns " + List.of(names) + ": name one or more, each once");
    }
    return new AppenderOptions(List.of(names), batchRows, maxDelay, port);
  }

  /**
   * How many rows are sent together at most.
   *
   * @param rows from 1 to 1,048,576
   * @return the changed options
   */
  public AppenderOptions batchRows(int rows) {
    if (rows < 1 || rows > GREATEST_BATCH) {
      throw new BadInputException(
          "batchRows " + rows + " is out of range: give 1 to " + GREATEST_BATCH);
    }
    return new AppenderOptions(columns, rows, maxDelay, port);
  }

  /**
   * How long a row may wait for others before it is sent, also if none follows.
   *
   * @param delay zero to wait until a batch is full, {@link Appender#flush()} or {@link
   *     Appender#close()}
   * @return the changed options
   */
  public AppenderOptions maxDelay(Duration delay) {
    if (Objects.requireNonNull(delay, "delay").isNegative()) {
      throw new BadInputException("maxDelay " + delay + " is negative; zero means no such limit");
    }
    return new AppenderOptions(columns, batchRows, delay, port);
  }

  /**
   * Through which port the rows are written.
   *
   * @param portId a port of {@link Table#makePort()}, or 0
   * @return the changed options
   */
  public AppenderOptions port(long portId) {
    return new AppenderOptions(columns, batchRows, maxDelay, Unsigned.check(portId, "port"));
  }

  /**
   * The columns asked for.
   *
   * @return empty for all
   */
  public Optional<List<String>> columns() {
    return Optional.ofNullable(columns);
  }

  /**
   * The greatest number of rows of a batch.
   *
   * @return rows
   */
  public int batchRows() {
    return batchRows;
  }

  /**
   * The longest time that a row waits.
   *
   * @return zero for no limit
   */
  public Duration maxDelay() {
    return maxDelay;
  }

  /**
   * The port.
   *
   * @return its number
   */
  public long port() {
    return port;
  }
}

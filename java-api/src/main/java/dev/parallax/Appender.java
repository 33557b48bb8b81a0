package dev.parallax;

import dev.parallax.internal.arrow.ArrowStream;
import dev.parallax.internal.arrow.BooleanCells;
import dev.parallax.internal.arrow.Cells;
import dev.parallax.internal.arrow.DateCells;
import dev.parallax.internal.arrow.DatetimeCells;
import dev.parallax.internal.arrow.FloatCells;
import dev.parallax.internal.arrow.IntegerCells;
import dev.parallax.internal.arrow.TextCells;
import dev.parallax.internal.client.Threads;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Feeds rows into a table, cell by cell, in batches that are sent by themselves: when one is full,
 * and when its first row has waited for {@link AppenderOptions#maxDelay()}, also if no row follows.
 * Writing a row allocates nothing.
 *
 * <pre>{@code
 * try (Appender trades = table.appender()) {
 *   int symbol = trades.column("symbol");
 *   int price = trades.column("price");
 *   while (feed.next()) {
 *     trades.setString(symbol, feed.symbol()).setDouble(price, feed.price()).endRow();
 *   }
 * }
 * }</pre>
 *
 * <p><b>Rows.</b> The first setter begins a row, {@link #endRow()} ends it. A cell that was not set
 * is null; one that is set twice has the last value. In a table with an index a row with a known
 * key overwrites all columns that the appender has, nulls included; columns it was made without
 * ({@link AppenderOptions#columns}) keep their values.
 *
 * <p><b>Errors.</b> A setter that throws {@link BadInputException} has changed nothing: set another
 * value, or {@link #cancelRow()}. What goes wrong with a batch is thrown as {@link AppendException}
 * by the next setter that would begin a row (which then did not), by {@link #flush()} or by {@link
 * #close()}, once; the appender goes on afterwards.
 *
 * <p><b>Threads.</b> A row is written by one thread from beginning to end; rows may come from
 * several threads, but wait for each other. No row is sent before it is ended. A batch is sent on
 * the thread that fills it or on a timer's; with a client in the same process that includes the
 * table's update. At most four batches of a remote client are unanswered, then {@link #endRow()}
 * waits.
 */
public final class Appender implements AutoCloseable {
  /** Texts of one column of a batch: more would make a message that is slow to take in. */
  private static final int MOST_TEXT_BYTES = 8 << 20;

  private final String table;
  private final Cells[] columns;
  private final int key;
  private final int batchRows;
  private final Duration maxDelay;
  private final ArrowStream stream;
  private final BatchSender sender;

  /** Held while a row is open and while a batch is sent; guards all that follows. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Who has a row open. Others may read an old value, but never their own thread. */
  private Thread writer;

  private int row;
  private boolean full;
  private long sentRows;
  private boolean timed;
  private long batchStart;
  private boolean closed;

  Appender(AsyncTable table, List<Cells> columns, AppenderOptions options) {
    this.table = table.name();
    this.columns = columns.toArray(Cells[]::new);
    this.key = table.index().map(this::find).orElse(-1);
    this.batchRows = options.batchRows();
    this.maxDelay = options.maxDelay();
    if (this.columns.length == 0) {
      throw new BadInputException("table \"" + this.table + "\" has no columns to append to");
    }
    if (key < 0 && table.index().isPresent()) {
      throw new BadInputException(
          "the index \"" + table.index().get() + "\" must be among the appender's columns");
    }
    this.stream = new ArrowStream(columns);
    this.sender = new BatchSender(table, options.port());
  }

  /**
   * The number of a column, by which setters take it.
   *
   * @param name its name
   * @return from 0
   * @throws BadInputException if the appender has no such column
   */
  public int column(String name) {
    int found = find(name);
    if (found < 0) {
      throw new BadInputException(
          "the appender of table \""
              + table
              + "\" has no column \""
              + name
              + "\": use "
              + columns());
    }
    return found;
  }

  private int find(String name) {
    for (int i = 0; i < columns.length; i++) {
      if (columns[i].name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The columns that are written.
   *
   * @return their names in the order of their numbers; unmodifiable
   */
  public List<String> columns() {
    return Arrays.stream(columns).map(Cells::name).toList();
  }

  /**
   * Makes a cell null.
   *
   * @param column any column
   * @return this
   */
  public Appender setNull(int column) {
    cells(column).setNull(row);
    return this;
  }

  /**
   * Sets a cell of an integer or float column.
   *
   * @param column its number
   * @param value must fit the column
   * @return this
   */
  public Appender setInt(int column, int value) {
    return setLong(column, value);
  }

  /**
   * Sets a cell of an integer or float column; a float column takes the nearest double.
   *
   * @param column its number
   * @param value must fit the column
   * @return this
   */
  public Appender setLong(int column, long value) {
    Cells cells = cells(column);
    if (cells instanceof IntegerCells integers) {
      if (!integers.set(row, value)) {
        throw bad(
            cells, value + " is out of range: " + integers.least() + " to " + integers.greatest());
      }
    } else if (cells instanceof FloatCells floats) {
      floats.set(row, value);
    } else {
      throw wrong(cells, "a whole number");
    }
    return this;
  }

  /**
   * Sets a cell of a float column.
   *
   * @param column its number
   * @param value any, also NaN, which clients see as null
   * @return this
   */
  public Appender setDouble(int column, double value) {
    if (!(cells(column) instanceof FloatCells floats)) {
      throw wrong(columns[column], "a floating-point number");
    }
    floats.set(row, value);
    return this;
  }

  /**
   * Sets a cell of a boolean column.
   *
   * @param column its number
   * @param value its value
   * @return this
   */
  public Appender setBoolean(int column, boolean value) {
    if (!(cells(column) instanceof BooleanCells booleans)) {
      throw wrong(columns[column], "a truth value");
    }
    booleans.set(row, value);
    return this;
  }

  /**
   * Sets a cell of a string column. The characters are copied if the text is new to the batch.
   *
   * @param column its number
   * @param text null for null; without half surrogate pairs
   * @return this
   */
  public Appender setString(int column, CharSequence text) {
    if (!(cells(column) instanceof TextCells texts)) {
      throw wrong(columns[column], "text");
    }
    if (text == null) {
      return setNull(column);
    }
    try {
      texts.set(row, text);
    } catch (CharacterCodingException e) {
      throw bad(texts, "the text has half a surrogate pair");
    }
    full |= texts.textBytes() >= MOST_TEXT_BYTES;
    return this;
  }

  /**
   * Sets a cell of a date column.
   *
   * @param column its number
   * @param day null for null
   * @return this
   */
  public Appender setDate(int column, LocalDate day) {
    if (day == null) {
      return setNull(column);
    }
    long number = day.toEpochDay();
    if ((int) number != number) {
      throw bad(cells(column), "the day " + day + " is out of range");
    }
    return setEpochDay(column, (int) number);
  }

  /**
   * Sets a cell of a date column.
   *
   * @param column its number
   * @param day days since 1970-01-01
   * @return this
   */
  public Appender setEpochDay(int column, int day) {
    if (!(cells(column) instanceof DateCells dates)) {
      throw wrong(columns[column], "a date");
    }
    dates.set(row, day);
    return this;
  }

  /**
   * Sets a cell of a datetime column.
   *
   * @param column its number
   * @param millis milliseconds since 1970-01-01T00:00:00Z
   * @return this
   */
  public Appender setTimestampMillis(int column, long millis) {
    if (!(cells(column) instanceof DatetimeCells datetimes)) {
      throw wrong(columns[column], "a point in time");
    }
    datetimes.set(row, millis);
    return this;
  }

  /**
   * Sets a cell of a datetime column.
   *
   * @param column its number
   * @param instant null for null; a fraction of a millisecond is cut off
   * @return this
   */
  public Appender setInstant(int column, Instant instant) {
    if (instant == null) {
      return setNull(column);
    }
    long millis;
    try {
      millis = instant.toEpochMilli();
    } catch (ArithmeticException e) {
      throw bad(cells(column), "the point in time " + instant + " is out of range");
    }
    return setTimestampMillis(column, millis);
  }

  /** The column, with a row open. */
  private Cells cells(int column) {
    if (writer != Thread.currentThread()) {
      begin();
    }
    if (column < 0 || column >= columns.length) {
      throw new BadInputException(
          "row "
              + number()
              + ": no column "
              + column
              + ": there are "
              + columns.length
              + ", numbered from 0");
    }
    return columns[column];
  }

  private void begin() {
    lock.lock();
    try {
      checkOpen();
      throwFailure();
      writer = Thread.currentThread();
    } finally {
      if (writer == null) {
        lock.unlock();
      }
    }
  }

  private void throwFailure() {
    AppendException failure = sender.takeFailure();
    if (failure != null) {
      // The trace of the thread that delivered the answer says nothing to the caller.
      failure.fillInStackTrace();
      throw failure;
    }
  }

  private long number() {
    return sentRows + row;
  }

  private BadInputException bad(Cells cells, String what) {
    return new BadInputException("row " + number() + ", column \"" + cells.name() + "\": " + what);
  }

  private BadInputException wrong(Cells cells, String given) {
    return bad(cells, given + " cannot go into " + kind(cells));
  }

  private static String kind(Cells cells) {
    if (cells instanceof IntegerCells) {
      return "an integer column: use setInt or setLong";
    } else if (cells instanceof FloatCells) {
      return "a float column: use setDouble";
    } else if (cells instanceof TextCells) {
      return "a string column: use setString";
    } else if (cells instanceof BooleanCells) {
      return "a boolean column: use setBoolean";
    } else if (cells instanceof DateCells) {
      return "a date column: use setDate or setEpochDay";
    } else {
      return "a datetime column: use setTimestampMillis or setInstant";
    }
  }

  /**
   * Ends the row; cells that were not set are null. The row will be sent, unless the appender's
   * batch fails. A row without any cell set is one of nulls.
   *
   * @throws BadInputException if the table has an index, and its cell was not set (the null key is
   *     set by {@link #setNull}); the row stays open
   */
  public void endRow() {
    if (writer != Thread.currentThread()) {
      begin();
    }
    if (key >= 0 && columns[key].size() <= row) {
      throw bad(columns[key], "the key is not set: set it, or cancelRow()");
    }
    for (Cells cells : columns) {
      if (cells.size() <= row) {
        cells.setNull(row);
      }
    }
    row++;
    try {
      if (row == batchRows || full) {
        send();
      } else if (row == 1 && !maxDelay.isZero()) {
        batchStart = System.nanoTime();
        startTimer(maxDelay);
      }
    } finally {
      writer = null;
      lock.unlock();
    }
  }

  /** Drops the row that is open, if there is one. */
  public void cancelRow() {
    if (writer == Thread.currentThread()) {
      for (Cells cells : columns) {
        cells.truncate(row);
      }
      writer = null;
      lock.unlock();
    }
  }

  /** Sends the batch; never throws for what is wrong with it. */
  private void send() {
    int rows = row;
    sender.send(
        sentRows,
        rows,
        reused ->
            stream.write(
                rows,
                bytes ->
                    reused != null && reused.capacity() >= bytes
                        ? reused
                        : ByteBuffer.allocateDirect(bytes + bytes / 8)));
    for (Cells cells : columns) {
      cells.clear();
    }
    sentRows += rows;
    row = 0;
    full = false;
  }

  private void startTimer(Duration delay) {
    if (!timed) {
      timed = true;
      Threads.later(delay, this::onTimer);
    }
  }

  /** One timer runs at most: it may find a younger batch than the one it was started for. */
  private void onTimer() {
    lock.lock();
    try {
      timed = false;
      if (row > 0) {
        Duration left = maxDelay.minusNanos(System.nanoTime() - batchStart);
        if (left.isNegative() || left.isZero()) {
          send();
        } else {
          startTimer(left);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends what is there and waits until the server has taken all rows.
   *
   * @throws AppendException if it refused some
   * @throws IllegalStateException if a row is open; nothing is done
   */
  public void flush() {
    lock.lock();
    try {
      if (writer != null) {
        throw new IllegalStateException(
            "row " + number() + " is open: endRow() or cancelRow() before flush()");
      }
      checkOpen();
      finish();
    } finally {
      lock.unlock();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new ClosedException("the appender of table \"" + table + "\" is closed");
    }
  }

  private void finish() {
    if (row > 0) {
      send();
    }
    sender.drain();
    throwFailure();
  }

  /**
   * Like {@link #flush()}, and ends the appender. Does nothing the second time.
   *
   * @throws AppendException if the server refused rows
   * @throws IllegalStateException if a row was open; it is dropped, all before it are sent
   */
  @Override
  public void close() {
    lock.lock();
    try {
      boolean open = writer != null;
      cancelRow();
      if (!closed) {
        closed = true;
        long dropped = number();
        finish();
        if (open) {
          throw new IllegalStateException("row " + dropped + " was not ended and is dropped");
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "Appender[" + table + "]";
  }
}

package dev.parallax;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * Builds expressions from Java, where a slip is a compiler's error instead of a server's.
 *
 * <pre>{@code
 * import static dev.parallax.Expressions.*;
 *
 * NumberExpression notional = number("price").times(number("size"));
 * table.view(ViewConfig.builder()
 *     .expression("notional", notional)
 *     .expression("large", ifElse(notional.gt(1e6), literal("large"), literal("small")))
 *     .build());
 * }</pre>
 */
public final class Expressions {
  /** Beyond it doubles have no odd numbers. */
  private static final long GREATEST_EXACT = 1L << 53;

  private Expressions() {}

  /**
   * The value of an integer or float column.
   *
   * @param column its name
   * @return the expression
   * @throws BadInputException if the name is empty or has a line break: expressions cannot name it
   */
  public static NumberExpression number(String column) {
    return new NumberExpression(reference(column));
  }

  /**
   * The value of a string column.
   *
   * @param column its name
   * @return the expression
   * @throws BadInputException if the name is empty or has a line break: expressions cannot name it
   */
  public static TextExpression text(String column) {
    return new TextExpression(reference(column));
  }

  /**
   * The value of a boolean column.
   *
   * @param column its name
   * @return the expression
   * @throws BadInputException if the name is empty or has a line break: expressions cannot name it
   */
  public static BooleanExpression bool(String column) {
    return new BooleanExpression(reference(column));
  }

  /**
   * The value of a date column.
   *
   * @param column its name
   * @return the expression
   * @throws BadInputException if the name is empty or has a line break: expressions cannot name it
   */
  public static DateExpression date(String column) {
    return new DateExpression(reference(column));
  }

  /**
   * The value of a datetime column.
   *
   * @param column its name
   * @return the expression
   * @throws BadInputException if the name is empty or has a line break: expressions cannot name it
   */
  public static DatetimeExpression datetime(String column) {
    return new DatetimeExpression(reference(column));
  }

  /**
   * A number, as a float.
   *
   * @param value finite
   * @return the expression
   * @throws BadInputException if it is not finite
   */
  public static NumberExpression literal(double value) {
    if (!Double.isFinite(value)) {
      throw new BadInputException(
          value + " cannot be written in an expression: give a finite number");
    }
    String digits =
        value == Math.rint(value) && Math.abs(value) <= GREATEST_EXACT
            ? Long.toString((long) value)
            : Double.toString(value);
    return new NumberExpression(digits.startsWith("-") ? "(" + digits + ")" : digits);
  }

  /**
   * A whole number, as a float.
   *
   * @param value between -2^53 and 2^53, so that it stays what it is
   * @return the expression
   * @throws BadInputException if it is out of range
   */
  public static NumberExpression literal(long value) {
    if (value > GREATEST_EXACT || value < -GREATEST_EXACT) {
      throw new BadInputException(
          value + " cannot be written in an expression exactly: its numbers are 64-bit floats");
    }
    return literal((double) value);
  }

  /**
   * A text.
   *
   * @param value any characters
   * @return the expression
   */
  public static TextExpression literal(String value) {
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < value.length(); i++) {
      escape(value.charAt(i), out);
    }
    return new TextExpression(out.append('\'').toString());
  }

  private static void escape(char c, StringBuilder out) {
    switch (c) {
      case '\'', '\\' -> out.append('\\').append(c);
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < ' ') {
          out.append(String.format("\\0x%02x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }

  /**
   * A truth value.
   *
   * @param value true or false
   * @return the expression
   */
  public static BooleanExpression literal(boolean value) {
    return new BooleanExpression(value ? "True" : "False");
  }

  /**
   * A day.
   *
   * @param value from year 0 on
   * @return the expression
   */
  public static DateExpression literal(LocalDate value) {
    return new DateExpression(
        call("date", literal(value.getYear()), value.getMonthValue(), value.getDayOfMonth()));
  }

  /**
   * A point in time.
   *
   * @param value milliseconds count
   * @return the expression
   */
  public static DatetimeExpression literal(Instant value) {
    return literal((double) value.toEpochMilli()).toDatetime();
  }

  /**
   * The current day in UTC.
   *
   * @return the expression
   */
  public static DateExpression today() {
    return new DateExpression("today()");
  }

  /**
   * The current time.
   *
   * @return the expression
   */
  public static DatetimeExpression now() {
    return new DatetimeExpression("now()");
  }

  /**
   * A float from 0 to below 1, a new one for each row and each update.
   *
   * @return the expression
   */
  public static NumberExpression random() {
    return new NumberExpression("random()");
  }

  /**
   * One of two values.
   *
   * @param <E> their type
   * @param condition what decides
   * @param then the value where it is true
   * @param otherwise the value where it is false or null
   * @return the expression
   */
  public static <E extends Expression<E>> E ifElse(
      BooleanExpression condition, E then, E otherwise) {
    return then.make(call("if", condition, then, otherwise));
  }

  /**
   * The least of some numbers, a float; null if one is null.
   *
   * @param first the first number
   * @param more the others
   * @return the expression
   */
  public static NumberExpression min(NumberExpression first, NumberExpression... more) {
    return new NumberExpression(call("min", first, (Object[]) more));
  }

  /**
   * The greatest of some numbers, a float; null if one is null.
   *
   * @param first the first number
   * @param more the others
   * @return the expression
   */
  public static NumberExpression max(NumberExpression first, NumberExpression... more) {
    return new NumberExpression(call("max", first, (Object[]) more));
  }

  /**
   * The sum of some numbers, a float; null if one is null.
   *
   * @param first the first number
   * @param more the others
   * @return the expression
   */
  public static NumberExpression sum(NumberExpression first, NumberExpression... more) {
    return new NumberExpression(call("sum", first, (Object[]) more));
  }

  /**
   * The mean of some numbers, a float; null if one is null.
   *
   * @param first the first number
   * @param more the others
   * @return the expression
   */
  public static NumberExpression avg(NumberExpression first, NumberExpression... more) {
    return new NumberExpression(call("avg", first, (Object[]) more));
  }

  /** A call of a function. */
  static String call(String function, Object first, Object... more) {
    StringBuilder out = new StringBuilder(function).append('(').append(first);
    for (Object argument : more) {
      out.append(", ").append(argument);
    }
    return out.append(')').toString();
  }

  private static String reference(String column) {
    if (column.isEmpty() || column.indexOf('\n') >= 0 || column.indexOf('\r') >= 0) {
      throw new BadInputException(
          "column \""
              + column
              + "\" cannot stand in an expression: its name is empty or has a line break");
    }
    return '"' + column.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Buckets of a calendar. */
  public enum CalendarUnit {
    /** A day in UTC. */
    DAY("D", 1),
    /** A week, from Monday on. */
    WEEK("W", 1),
    /** A month; several are counted from January. */
    MONTH("M", 1, 2, 3, 4, 6),
    /** A year; several are counted from year 0. */
    YEAR("Y");

    private final String letter;
    private final int[] counts;

    CalendarUnit(String letter, int... counts) {
      this.letter = letter;
      this.counts = counts;
    }

    TextExpression bucket(int count) {
      return bucketOf(count, this, letter, counts);
    }
  }

  /** Buckets of a clock. */
  public enum ClockUnit {
    /** A second. */
    SECOND("s", 1, 5, 10, 15, 20, 30),
    /** A minute. */
    MINUTE("m", 1, 5, 10, 15, 20, 30),
    /** An hour. */
    HOUR("h", 1, 2, 3, 4, 6, 12);

    private final String letter;
    private final int[] counts;

    ClockUnit(String letter, int... counts) {
      this.letter = letter;
      this.counts = counts;
    }

    TextExpression bucket(int count) {
      return bucketOf(count, this, letter, counts);
    }
  }

  /**
   * The text for a bucket of some units.
   *
   * @param counts which there are; none for any
   */
  private static TextExpression bucketOf(int count, Enum<?> unit, String letter, int[] counts) {
    boolean known = counts.length == 0 ? count > 0 : Arrays.binarySearch(counts, count) >= 0;
    if (!known) {
      throw new BadInputException(
          "no buckets of "
              + count
              + " "
              + unit
              + ": use "
              + (counts.length == 0 ? "1 or more" : Arrays.toString(counts)));
    }
    return literal(count == 1 ? letter : count + letter);
  }
}

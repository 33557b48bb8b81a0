package dev.parallax;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * One condition on the rows of a view.
 *
 * @param column the column; it need not be shown
 * @param op the operator, for example {@code >=}, {@code contains}, {@code in}; {@link
 *     Client#features()} lists them by column type
 * @param operands what to compare with: each null, {@code Boolean}, {@code Double} or {@code
 *     String}; other types are brought to these: numbers to {@code Double}, {@code LocalDate} to
 *     text, points in time to milliseconds since the epoch (a {@code LocalDateTime} is taken as
 *     UTC)
 */
public record Filter(String column, String op, List<Object> operands) {
  /** Checks and converts. */
  public Filter {
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(op, "op");
    List<Object> scalars = new ArrayList<>(operands.size());
    for (Object operand : operands) {
      scalars.add(scalar(column, operand));
    }
    operands = Collections.unmodifiableList(scalars);
  }

  /**
   * A condition.
   *
   * @param column the column
   * @param op the operator
   * @param operand one value, a collection of values for {@code in} and {@code not in}, or null
   * @return the filter
   * @throws BadInputException if a value is of a type that cannot be compared with
   */
  public static Filter of(String column, String op, Object operand) {
    if (operand instanceof Collection<?> several) {
      return new Filter(column, op, new ArrayList<Object>(several));
    }
    if (operand instanceof Object[] several) {
      return new Filter(column, op, Arrays.asList(several));
    }
    return new Filter(column, op, Collections.singletonList(operand));
  }

  private static Object scalar(String column, Object value) {
    if (value == null || value instanceof Boolean || value instanceof String) {
      return value;
    }
    if (value instanceof Number number) {
      if (!exact(number)) {
        throw new BadInputException(
            "filter on \"" + column + "\": " + value + " cannot be sent exactly; give it as text");
      }
      return number.doubleValue();
    }
    if (value instanceof CharSequence || value instanceof LocalDate || value instanceof Enum<?>) {
      return value.toString();
    }
    Instant instant = instant(value);
    if (instant != null) {
      return (double) instant.toEpochMilli();
    }
    throw new BadInputException(
        "filter on \""
            + column
            + "\": cannot compare with a "
            + value.getClass().getName()
            + "; give text, a number, a boolean, a date or a point in time");
  }

  /** Whether a whole number survives as a double. */
  private static boolean exact(Number number) {
    if (number instanceof Long || number instanceof BigInteger) {
      double real = number.doubleValue();
      return Double.isFinite(real)
          && new BigDecimal(real).compareTo(new BigDecimal(number.toString())) == 0;
    }
    return true;
  }

  private static Instant instant(Object value) {
    if (value instanceof Instant instant) {
      return instant;
    }
    if (value instanceof LocalDateTime local) {
      return local.toInstant(ZoneOffset.UTC);
    }
    if (value instanceof ZonedDateTime zoned) {
      return zoned.toInstant();
    }
    if (value instanceof OffsetDateTime offset) {
      return offset.toInstant();
    }
    return value instanceof java.util.Date date ? Instant.ofEpochMilli(date.getTime()) : null;
  }
}

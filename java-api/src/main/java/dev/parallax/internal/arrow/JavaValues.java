package dev.parallax.internal.arrow;

import dev.parallax.BadInputException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Set;

/** Which columns Java types become, and how their values get there. */
final class JavaValues {
  private static final Set<Class<?>> INTS =
      Set.of(byte.class, short.class, int.class, Byte.class, Short.class, Integer.class);
  private static final Set<Class<?>> LONGS = Set.of(long.class, Long.class, BigInteger.class);
  private static final Set<Class<?>> FLOATS =
      Set.of(float.class, double.class, Float.class, Double.class, BigDecimal.class);
  private static final Set<Class<?>> TIMES =
      Set.of(
          Instant.class,
          LocalDateTime.class,
          ZonedDateTime.class,
          OffsetDateTime.class,
          Date.class);

  private JavaValues() {}

  /** An empty column for values of a type, or null if no column takes them. */
  static Cells column(String name, Class<?> type) {
    if (INTS.contains(type)) {
      return IntegerCells.ofInts(name);
    } else if (LONGS.contains(type)) {
      return IntegerCells.ofLongs(name);
    } else if (FLOATS.contains(type)) {
      return new FloatCells(name);
    } else if (type == boolean.class || type == Boolean.class) {
      return new BooleanCells(name);
    } else if (type == LocalDate.class) {
      return new DateCells(name);
    } else if (TIMES.contains(type)) {
      return new DatetimeCells(name);
    } else if (type == char.class
        || type == Character.class
        || CharSequence.class.isAssignableFrom(type)
        || Enum.class.isAssignableFrom(type)) {
      return new TextCells(name);
    }
    return null;
  }

  /**
   * Sets a cell to a value of a type that its column was made for.
   *
   * @param value null for null
   * @throws BadInputException if the value does not fit; names row and column
   */
  static void set(Cells cells, int row, Object value) {
    if (value == null) {
      cells.setNull(row);
    } else if (cells instanceof IntegerCells integers) {
      set(integers, row, whole(cells, row, (Number) value));
    } else if (cells instanceof FloatCells floats) {
      floats.set(row, ((Number) value).doubleValue());
    } else if (cells instanceof TextCells texts) {
      set(texts, row, text(value));
    } else if (cells instanceof BooleanCells booleans) {
      booleans.set(row, (Boolean) value);
    } else if (cells instanceof DateCells dates) {
      set(dates, row, (LocalDate) value);
    } else {
      set((DatetimeCells) cells, row, instant(value));
    }
  }

  static void set(IntegerCells cells, int row, long value) {
    if (!cells.set(row, value)) {
      throw bad(
          cells, row, value + " is out of range: " + cells.least() + " to " + cells.greatest());
    }
  }

  static void set(TextCells cells, int row, CharSequence value) {
    try {
      cells.set(row, value);
    } catch (CharacterCodingException e) {
      throw bad(cells, row, "the text has half a surrogate pair");
    }
  }

  static void set(DateCells cells, int row, LocalDate value) {
    long day = value.toEpochDay();
    if ((int) day != day) {
      throw bad(cells, row, "the day " + value + " is out of range");
    }
    cells.set(row, (int) day);
  }

  static void set(DatetimeCells cells, int row, Instant value) {
    try {
      cells.set(row, value.toEpochMilli());
    } catch (ArithmeticException e) {
      throw bad(cells, row, "the point in time " + value + " is out of range");
    }
  }

  private static long whole(Cells cells, int row, Number value) {
    if (value instanceof BigInteger big && big.bitLength() >= Long.SIZE) {
      throw bad(cells, row, value + " is out of range: it needs more than 64 bits");
    }
    return value.longValue();
  }

  private static CharSequence text(Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    return value instanceof CharSequence text ? text : value.toString();
  }

  private static Instant instant(Object value) {
    if (value instanceof Instant instant) {
      return instant;
    } else if (value instanceof LocalDateTime local) {
      return local.toInstant(ZoneOffset.UTC);
    } else if (value instanceof ZonedDateTime zoned) {
      return zoned.toInstant();
    } else if (value instanceof OffsetDateTime offset) {
      return offset.toInstant();
    }
    return Instant.ofEpochMilli(((Date) value).getTime());
  }

  static BadInputException bad(Cells cells, int row, String what) {
    return new BadInputException("row " + row + ", column \"" + cells.name() + "\": " + what);
  }

  /** All rows of some columns as an Arrow stream. */
  static ByteBuffer stream(List<? extends Cells> columns, int rows) {
    return new ArrowStream(columns).write(rows, ByteBuffer::allocate);
  }
}

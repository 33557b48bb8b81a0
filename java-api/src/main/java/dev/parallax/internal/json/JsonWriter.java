package dev.parallax.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.parallax.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** Writes Java values as the JSON that tables are made of. */
public final class JsonWriter {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  /** Always with time and fraction, so that a column of midnights still is one of datetimes. */
  private static final DateTimeFormatter DATETIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS");

  private final JsonGenerator out;

  /** Where the value being written stands, for messages. */
  private int row;

  private String column;

  private JsonWriter(JsonGenerator out) {
    this.out = out;
  }

  /** A JSON list of records. */
  public static byte[] rows(Collection<? extends Map<String, ?>> rows) {
    return write(writer -> writer.writeRows(rows));
  }

  /** A JSON record of lists. */
  public static byte[] columns(Map<String, ?> columns) {
    return write(writer -> writer.writeColumns(columns));
  }

  /** A JSON list of scalars. */
  public static byte[] keys(List<?> keys) {
    return write(
        writer -> {
          writer.column = "(key)";
          writer.writeList(keys);
        });
  }

  private interface Body {
    void write(JsonWriter writer) throws IOException;
  }

  private static byte[] write(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
      body.write(new JsonWriter(generator));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void writeRows(Collection<? extends Map<String, ?>> rows) throws IOException {
    out.writeStartArray();
    row = 0;
    for (Map<String, ?> record : rows) {
      if (record == null) {
        throw new BadInputException("row " + row + " is null: give a map, maybe an empty one");
      }
      out.writeStartObject();
      for (Map.Entry<String, ?> cell : record.entrySet()) {
        column = cell.getKey();
        out.writeFieldName(name(column));
        writeValue(cell.getValue());
      }
      out.writeEndObject();
      row++;
    }
    out.writeEndArray();
  }

  private void writeColumns(Map<String, ?> columns) throws IOException {
    out.writeStartObject();
    for (Map.Entry<String, ?> entry : columns.entrySet()) {
      column = entry.getKey();
      out.writeFieldName(name(column));
      Object values = entry.getValue();
      if (values instanceof Iterable<?> list) {
        writeList(list);
      } else if (values != null && values.getClass().isArray()) {
        writeArray(values);
      } else {
        throw new BadInputException(
            "column \"" + column + "\" is " + kind(values) + ": give a list or an array");
      }
    }
    out.writeEndObject();
  }

  private void writeList(Iterable<?> values) throws IOException {
    out.writeStartArray();
    row = 0;
    for (Object value : values) {
      writeValue(value);
      row++;
    }
    out.writeEndArray();
  }

  private void writeArray(Object values) throws IOException {
    out.writeStartArray();
    int length = Array.getLength(values);
    for (row = 0; row < length; row++) {
      writeValue(Array.get(values, row));
    }
    out.writeEndArray();
  }

  private void writeValue(Object value) throws IOException {
    if (value == null) {
      out.writeNull();
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof Number number) {
      writeNumber(number);
    } else if (value instanceof CharSequence
        || value instanceof LocalDate
        || value instanceof Character) {
      out.writeString(value.toString());
    } else if (value instanceof Enum<?> constant) {
      out.writeString(constant.name());
    } else if (!writeTime(value) && !writeNested(value)) {
      throw new BadInputException(
          "row "
              + row
              + ", column \""
              + column
              + "\": cannot write "
              + kind(value)
              + "; give text, a number, a boolean, a date, a point in time or null");
    }
  }

  private void writeNumber(Number number) throws IOException {
    if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
      out.writeNumber(number.intValue());
    } else if (number instanceof BigInteger big) {
      out.writeNumber(big);
    } else if (number instanceof BigDecimal decimal) {
      out.writeNumber(decimal);
    } else if (number instanceof Float real) {
      if (Float.isFinite(real)) {
        out.writeNumber(real);
      } else {
        out.writeNull();
      }
    } else if (number instanceof Double real) {
      if (Double.isFinite(real)) {
        out.writeNumber(real);
      } else {
        out.writeNull();
      }
    } else {
      // Long, AtomicLong, LongAdder and the like.
      out.writeNumber(number.longValue());
    }
  }

  private boolean writeTime(Object value) throws IOException {
    LocalDateTime utc = null;
    if (value instanceof Instant instant) {
      utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    } else if (value instanceof LocalDateTime local) {
      utc = local;
    } else if (value instanceof ZonedDateTime zoned) {
      utc = LocalDateTime.ofInstant(zoned.toInstant(), ZoneOffset.UTC);
    } else if (value instanceof OffsetDateTime offset) {
      utc = LocalDateTime.ofInstant(offset.toInstant(), ZoneOffset.UTC);
    } else if (value instanceof Date date) {
      utc = LocalDateTime.ofInstant(Instant.ofEpochMilli(date.getTime()), ZoneOffset.UTC);
    }
    if (utc == null) {
      return false;
    }
    out.writeString(DATETIME.format(utc));
    return true;
  }

  private boolean writeNested(Object value) throws IOException {
    if (value instanceof Map<?, ?> record) {
      out.writeStartObject();
      for (Map.Entry<?, ?> entry : record.entrySet()) {
        out.writeFieldName(String.valueOf(entry.getKey()));
        writeValue(entry.getValue());
      }
      out.writeEndObject();
      return true;
    }
    if (value instanceof Iterable<?> list) {
      out.writeStartArray();
      for (Object entry : list) {
        writeValue(entry);
      }
      out.writeEndArray();
      return true;
    }
    return false;
  }

  private String name(String given) {
    if (given == null) {
      throw new BadInputException("row " + row + ": a column name is null");
    }
    return given;
  }

  private static String kind(Object value) {
    return value == null ? "null" : "a " + value.getClass().getName();
  }
}

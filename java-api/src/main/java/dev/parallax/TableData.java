package dev.parallax;

import dev.parallax.internal.io.Payloads;
import dev.parallax.internal.json.JsonWriter;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Rows for a table, or the columns of an empty one. Immutable.
 *
 * <p>Text given as bytes is UTF-8. Paths and streams are read when the value is made; large files
 * are mapped, so they must not change until the value was used. The data itself is checked by the
 * server, when a table is made or updated with it.
 */
public final class TableData {
  /** In which form the data travels. */
  public enum Format {
    /** Column names and types, no rows. */
    SCHEMA,
    /** Comma-separated values with a header line. */
    CSV,
    /** A JSON list of records. */
    ROWS,
    /** A JSON record of lists. */
    COLUMNS,
    /** One JSON record a line. */
    NDJSON,
    /** An Arrow IPC stream or file. */
    ARROW
  }

  private final Format format;
  private final ByteBuffer bytes;
  private final Map<String, ColumnType> schema;

  private TableData(Format format, ByteBuffer bytes, Map<String, ColumnType> schema) {
    this.format = format;
    this.bytes = bytes;
    this.schema = schema;
  }

  /**
   * An empty table with these columns, in the map's order.
   *
   * @param columns type by name; use a {@link LinkedHashMap} to fix the order
   * @return the data
   */
  public static TableData schema(Map<String, ColumnType> columns) {
    Map<String, ColumnType> copy = new LinkedHashMap<>();
    columns.forEach(
        (name, type) ->
            copy.put(
                Objects.requireNonNull(name, "column name"),
                Objects.requireNonNull(type, "type of a column")));
    return new TableData(Format.SCHEMA, ByteBuffer.allocate(0), Collections.unmodifiableMap(copy));
  }

  /**
   * CSV text.
   *
   * @param text with a header line
   * @return the data
   */
  public static TableData csv(String text) {
    return text(Format.CSV, text);
  }

  /**
   * A CSV file.
   *
   * @param file with a header line
   * @return the data
   * @throws BadInputException if the file cannot be read
   */
  public static TableData csv(Path file) {
    return of(Format.CSV, Payloads.read(file));
  }

  /**
   * A stream of CSV text.
   *
   * @param stream read to its end, not closed
   * @return the data
   * @throws BadInputException if the stream cannot be read
   */
  public static TableData csv(InputStream stream) {
    return of(Format.CSV, Payloads.read(stream));
  }

  /**
   * The bytes of CSV text.
   *
   * @param utf8 not to be changed afterwards
   * @return the data
   */
  public static TableData csv(byte[] utf8) {
    return of(Format.CSV, ByteBuffer.wrap(utf8));
  }

  /**
   * JSON text: a list of records, as {@code [{"a":1},{"a":2}]}.
   *
   * @param text the list
   * @return the data
   */
  public static TableData jsonRows(String text) {
    return text(Format.ROWS, text);
  }

  /**
   * A JSON file: a list of records.
   *
   * @param file holds the list
   * @return the data
   * @throws BadInputException if the file cannot be read
   */
  public static TableData jsonRows(Path file) {
    return of(Format.ROWS, Payloads.read(file));
  }

  /**
   * A stream of JSON text: a list of records.
   *
   * @param stream read to its end, not closed
   * @return the data
   * @throws BadInputException if the stream cannot be read
   */
  public static TableData jsonRows(InputStream stream) {
    return of(Format.ROWS, Payloads.read(stream));
  }

  /**
   * The bytes of JSON text: a list of records.
   *
   * @param utf8 not to be changed afterwards
   * @return the data
   */
  public static TableData jsonRows(byte[] utf8) {
    return of(Format.ROWS, ByteBuffer.wrap(utf8));
  }

  /**
   * JSON text: a record of lists, as {@code {"a":[1,2],"b":["x","y"]}}.
   *
   * @param text the record
   * @return the data
   */
  public static TableData jsonColumns(String text) {
    return text(Format.COLUMNS, text);
  }

  /**
   * A JSON file: a record of lists.
   *
   * @param file holds the record
   * @return the data
   * @throws BadInputException if the file cannot be read
   */
  public static TableData jsonColumns(Path file) {
    return of(Format.COLUMNS, Payloads.read(file));
  }

  /**
   * A stream of JSON text: a record of lists.
   *
   * @param stream read to its end, not closed
   * @return the data
   * @throws BadInputException if the stream cannot be read
   */
  public static TableData jsonColumns(InputStream stream) {
    return of(Format.COLUMNS, Payloads.read(stream));
  }

  /**
   * The bytes of JSON text: a record of lists.
   *
   * @param utf8 not to be changed afterwards
   * @return the data
   */
  public static TableData jsonColumns(byte[] utf8) {
    return of(Format.COLUMNS, ByteBuffer.wrap(utf8));
  }

  /**
   * NDJSON text: one record a line.
   *
   * @param text the lines
   * @return the data
   */
  public static TableData ndjson(String text) {
    return text(Format.NDJSON, text);
  }

  /**
   * An NDJSON file: one record a line.
   *
   * @param file holds the lines
   * @return the data
   * @throws BadInputException if the file cannot be read
   */
  public static TableData ndjson(Path file) {
    return of(Format.NDJSON, Payloads.read(file));
  }

  /**
   * A stream of NDJSON text: one record a line.
   *
   * @param stream read to its end, not closed
   * @return the data
   * @throws BadInputException if the stream cannot be read
   */
  public static TableData ndjson(InputStream stream) {
    return of(Format.NDJSON, Payloads.read(stream));
  }

  /**
   * The bytes of NDJSON text: one record a line.
   *
   * @param utf8 not to be changed afterwards
   * @return the data
   */
  public static TableData ndjson(byte[] utf8) {
    return of(Format.NDJSON, ByteBuffer.wrap(utf8));
  }

  /**
   * An Arrow IPC file.
   *
   * @param file a stream or file of the IPC format
   * @return the data
   * @throws BadInputException if the file cannot be read
   */
  public static TableData arrow(Path file) {
    return of(Format.ARROW, Payloads.read(file));
  }

  /**
   * A stream of Arrow IPC bytes.
   *
   * @param stream read to its end, not closed
   * @return the data
   * @throws BadInputException if the stream cannot be read
   */
  public static TableData arrow(InputStream stream) {
    return of(Format.ARROW, Payloads.read(stream));
  }

  /**
   * Arrow IPC bytes.
   *
   * @param ipc not to be changed afterwards
   * @return the data
   */
  public static TableData arrow(byte[] ipc) {
    return of(Format.ARROW, ByteBuffer.wrap(ipc));
  }

  /**
   * Arrow IPC bytes.
   *
   * @param ipc from its position to its limit; the bytes are not to be changed afterwards
   * @return the data
   */
  public static TableData arrow(ByteBuffer ipc) {
    return of(Format.ARROW, ipc.slice());
  }

  /**
   * Rows as Java values. A record need not name every column; in an update a column that is not
   * named keeps its value.
   *
   * <p>Values may be null, text, numbers, booleans, {@code LocalDate} (a date), {@code Instant},
   * {@code LocalDateTime} (taken as UTC), {@code ZonedDateTime}, {@code OffsetDateTime}, {@code
   * java.util.Date} (a datetime), enums (their name), and lists and maps of these. NaN and infinite
   * numbers become null.
   *
   * @param rows records from column name to value
   * @return the data
   * @throws BadInputException if a value is of another type; names the row and the column
   */
  public static TableData rows(Collection<? extends Map<String, ?>> rows) {
    return of(Format.ROWS, ByteBuffer.wrap(JsonWriter.rows(rows)));
  }

  /**
   * Columns as Java values: lists or arrays, also of primitives, of the values that {@link #rows}
   * takes.
   *
   * @param columns from column name to values, in order
   * @return the data
   * @throws BadInputException if a column is no list or array, or a value is of another type; names
   *     the row and the column
   */
  public static TableData columns(Map<String, ?> columns) {
    return of(Format.COLUMNS, ByteBuffer.wrap(JsonWriter.columns(columns)));
  }

  /** A list of keys as a JSON list, as the protocol wants it in a removal. */
  static TableData keys(List<?> keys) {
    return of(Format.ROWS, ByteBuffer.wrap(JsonWriter.keys(keys)));
  }

  private static TableData text(Format format, String text) {
    return of(format, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static TableData of(Format format, ByteBuffer bytes) {
    return new TableData(format, bytes.asReadOnlyBuffer(), null);
  }

  /**
   * In which form the data travels.
   *
   * @return the form
   */
  public Format format() {
    return format;
  }

  /**
   * The data itself: UTF-8 text or Arrow bytes.
   *
   * @return a new read-only view; empty for a schema
   */
  public ByteBuffer bytes() {
    return bytes.duplicate();
  }

  /**
   * The columns of an empty table, in order.
   *
   * @return empty unless made by {@link #schema(Map)}
   */
  public Optional<Map<String, ColumnType>> schema() {
    return Optional.ofNullable(schema);
  }

  @Override
  public String toString() {
    return schema != null
        ? "TableData[schema " + schema + "]"
        : "TableData[" + format + ", " + bytes.remaining() + " bytes]";
  }
}

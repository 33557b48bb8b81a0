package dev.parallax;

import dev.parallax.internal.arrow.ArrayColumns;
import dev.parallax.internal.arrow.RecordRows;
import dev.parallax.internal.arrow.ResultSetRows;
import dev.parallax.internal.io.ArrowSource;
import dev.parallax.internal.io.DataSource;
import dev.parallax.internal.io.MemorySource;
import dev.parallax.internal.io.Payloads;
import dev.parallax.internal.json.JsonWriter;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;

/**
 * Rows for a table, or the columns of an empty one. Immutable.
 *
 * <p>Text given as bytes is UTF-8. Streams are read when the value is made; files of a megabyte or
 * more when it is used, so they must not change until then. The data itself is checked by the
 * server, when a table is made or updated with it.
 *
 * <p>A client of a server in this process hands large data over as it is: the server reads a file
 * itself, of any size, and bytes where they lie (those of the Java heap are copied once). To a
 * server elsewhere the data goes in one message, of at most 2 GiB.
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
  private final DataSource source;
  private final Map<String, ColumnType> schema;

  private TableData(Format format, DataSource source, Map<String, ColumnType> schema) {
    this.format = format;
    this.source = source;
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
    DataSource none = new MemorySource(ByteBuffer.allocate(0));
    return new TableData(Format.SCHEMA, none, Collections.unmodifiableMap(copy));
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
   * The bytes of CSV text.
   *
   * @param utf8 from its position to its limit; not to be changed afterwards
   * @return the data
   */
  public static TableData csv(ByteBuffer utf8) {
    return of(Format.CSV, utf8.slice());
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
   * The bytes of JSON text: a list of records.
   *
   * @param utf8 from its position to its limit; not to be changed afterwards
   * @return the data
   */
  public static TableData jsonRows(ByteBuffer utf8) {
    return of(Format.ROWS, utf8.slice());
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
   * The bytes of JSON text: a record of lists.
   *
   * @param utf8 from its position to its limit; not to be changed afterwards
   * @return the data
   */
  public static TableData jsonColumns(ByteBuffer utf8) {
    return of(Format.COLUMNS, utf8.slice());
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
   * The bytes of NDJSON text: one record a line.
   *
   * @param utf8 from its position to its limit; not to be changed afterwards
   * @return the data
   */
  public static TableData ndjson(ByteBuffer utf8) {
    return of(Format.NDJSON, utf8.slice());
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
   * Arrow arrays of another library, which a server in this process reads where they lie.
   *
   * @param export lends the arrays when the data is used; they must not change until then
   * @return the data
   */
  public static TableData arrow(ArrowExport export) {
    return of(Format.ARROW, new ArrowSource(Objects.requireNonNull(export, "export")));
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
   * takes. The values decide what a new table's columns are, as in JSON; {@link #arrays} is faster
   * and keeps the types of arrays.
   *
   * @param columns from column name to values, in order
   * @return the data
   * @throws BadInputException if a column is no list or array, or a value is of another type; names
   *     the row and the column
   */
  public static TableData columns(Map<String, ?> columns) {
    return of(Format.COLUMNS, ByteBuffer.wrap(JsonWriter.columns(columns)));
  }

  /**
   * Columns as arrays that say what they hold. Every value is kept exactly, NaN too; short columns
   * are filled up with null.
   *
   * <p>{@code byte}, {@code short} and {@code int} become integers of 32 bits, {@code long} and
   * {@code BigInteger} of 64 bits, {@code float}, {@code double} and {@code BigDecimal} floats,
   * {@code boolean} is itself, {@code char}, text and enums become text, {@code LocalDate} a date,
   * {@code Instant}, {@code LocalDateTime} (taken as UTC), {@code ZonedDateTime}, {@code
   * OffsetDateTime} and {@code java.util.Date} a datetime; wrappers are like their primitives, and
   * references may be null. In an update the types must go with the table's: nothing is read from
   * text, and a datetime is no {@code long}.
   *
   * @param arrays from column name to array, in order
   * @return the data
   * @throws BadInputException if a column is no such array, or a value is out of range; names the
   *     row and the column
   */
  public static TableData arrays(Map<String, ?> arrays) {
    return of(Format.ARROW, ArrayColumns.read(arrays));
  }

  /**
   * Records as rows: each component is a column of its type, named after it; a record within is
   * flattened to columns {@code parent.child}, all null if it is null.
   *
   * <p>{@code byte}, {@code short}, {@code int} become integers of 32 bits, {@code long} and {@code
   * BigInteger} of 64 bits, {@code float}, {@code double} and {@code BigDecimal} floats; the other
   * types are those of {@link #rows}, without lists and maps. Wrappers and references may be null.
   *
   * @param <R> the record class
   * @param type tells the columns, also if there are no records
   * @param records the rows, in order
   * @return the data
   * @throws BadInputException if a component is of another type, or a value does not fit its column
   */
  public static <R extends Record> TableData records(
      Class<R> type, Collection<? extends R> records) {
    return of(Format.ARROW, RecordRows.read(type, records));
  }

  /**
   * The rows of a JDBC result from its next row to its last, typed by its metadata: columns are
   * named by their labels.
   *
   * <p>{@code TINYINT}, {@code SMALLINT} and {@code INTEGER} become integers of 32 bits, {@code
   * BIGINT} of 64 bits, {@code DECIMAL} without fraction one of these if it has at most 18 digits,
   * and a float otherwise, like {@code REAL} and {@code DOUBLE}; {@code BOOLEAN}, {@code DATE} and
   * text are themselves, {@code TIME} becomes text; {@code TIMESTAMP} is taken as UTC, {@code
   * TIMESTAMP WITH TIME ZONE} is the instant.
   *
   * <p>The rows are held in memory, column by column. For a result larger than that, see {@link
   * #resultSetParts}.
   *
   * @param results not closed
   * @return the data
   * @throws BadInputException if a column is of another type, two have one label, or the result
   *     cannot be read; names the row and the column
   */
  public static TableData resultSet(ResultSet results) {
    return of(Format.ARROW, new ResultSetRows(results).read(Integer.MAX_VALUE));
  }

  /**
   * The rows of a JDBC result, as {@link #resultSet} reads them, part by part: however many there
   * are, only one part is in memory at a time. Set the statement's fetch size too, since many
   * drivers hold the whole result otherwise.
   *
   * <pre>{@code
   * Iterator<TableData> parts = TableData.resultSetParts(results, 100_000);
   * Table table = client.table(parts.next(), TableOptions.named("trades"));
   * parts.forEachRemaining(table::update);
   * }</pre>
   *
   * @param results read as the parts are asked for, and not closed
   * @param rows of a part at most
   * @return at least one part, without rows if the result has none
   * @throws BadInputException as {@link #resultSet} does, here or from {@link Iterator#next()}
   */
  public static Iterator<TableData> resultSetParts(ResultSet results, int rows) {
    if (rows < 1) {
      throw new BadInputException("parts of " + rows + " rows: give at least 1");
    }
    ResultSetRows reader = new ResultSetRows(results);
    return new Iterator<>() {
      private boolean begun;

      @Override
      public boolean hasNext() {
        return !begun || !reader.ended();
      }

      @Override
      public TableData next() {
        if (!hasNext()) {
          throw new NoSuchElementException("all rows were read");
        }
        begun = true;
        return of(Format.ARROW, reader.read(rows));
      }
    };
  }

  /** A list of keys as a JSON list, as the protocol wants it in a removal. */
  static TableData keys(List<?> keys) {
    return of(Format.ROWS, ByteBuffer.wrap(JsonWriter.keys(keys)));
  }

  private static TableData text(Format format, String text) {
    return of(format, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static TableData of(Format format, ByteBuffer bytes) {
    return of(format, new MemorySource(bytes));
  }

  private static TableData of(Format format, DataSource source) {
    return new TableData(format, source, null);
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
   * @throws BadInputException if the data is that of a file that cannot be read any more, or has
   *     more than 2 GiB
   */
  public ByteBuffer bytes() {
    return source.bytes();
  }

  DataSource source() {
    return source;
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
        : "TableData[" + format + ", " + source + "]";
  }
}

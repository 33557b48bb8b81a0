package dev.parallax.internal.arrow;

import dev.parallax.BadInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads the rows of a JDBC result, typed by its metadata, part by part. */
public final class ResultSetRows {
  private static final int INT_DIGITS = 9;
  private static final int LONG_DIGITS = 18;

  private final ResultSet results;
  private final List<Column> columns = new ArrayList<>();
  private long before;
  private boolean ahead;
  private boolean ended;

  /** Reads one cell of the result's current row. */
  private interface Reader {
    void read(int row) throws SQLException, CharacterCodingException;
  }

  private record Column(Cells cells, Reader reader) {}

  /**
   * Begins to read where the result stands.
   *
   * @throws BadInputException if a column is of a type that no column of a table takes, or two have
   *     one label
   */
  public ResultSetRows(ResultSet results) {
    this.results = results;
    try {
      ResultSetMetaData meta = results.getMetaData();
      Set<String> labels = new HashSet<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        if (!labels.add(meta.getColumnLabel(i))) {
          throw new BadInputException(
              "two columns of the result are labelled \""
                  + meta.getColumnLabel(i)
                  + "\": tell them apart (SELECT ... AS ...)");
        }
        columns.add(column(meta, i));
      }
    } catch (SQLException e) {
      throw new BadInputException("cannot read the result's metadata: " + e.getMessage(), e);
    }
  }

  /** Whether all rows were read. */
  public boolean ended() {
    return ended;
  }

  /**
   * The next rows as an Arrow stream.
   *
   * @param most how many at most
   * @throws BadInputException if a value cannot be read or does not fit its column; names row (of
   *     the whole result, from 0) and column
   */
  public ByteBuffer read(int most) {
    int row = 0;
    try {
      for (; row < most && advance(); row++) {
        read(row, before);
        ahead = false;
      }
      advance();
    } catch (SQLException e) {
      throw new BadInputException(
          "row " + (before + row) + ": cannot read the result: " + e.getMessage(), e);
    }
    List<Cells> cells = columns.stream().map(Column::cells).toList();
    ByteBuffer stream = JavaValues.stream(cells, row);
    cells.forEach(Cells::clear);
    before += row;
    return stream;
  }

  /** Puts the result on a row that was not read yet; false if there is none. */
  private boolean advance() throws SQLException {
    if (!ahead && !ended) {
      ahead = results.next();
      ended = !ahead;
    }
    return ahead;
  }

  private void read(int row, long first) {
    for (Column column : columns) {
      try {
        column.reader.read(row);
        if (results.wasNull()) {
          column.cells.setNull(row);
        }
      } catch (SQLException | ArithmeticException e) {
        throw bad(first + row, column, "cannot read the value: " + e.getMessage(), e);
      } catch (CharacterCodingException e) {
        throw bad(first + row, column, "the text has half a surrogate pair", e);
      }
    }
  }

  private static BadInputException bad(long row, Column column, String what, Exception cause) {
    return new BadInputException(
        "row " + row + ", column \"" + column.cells.name() + "\": " + what, cause);
  }

  private Column column(ResultSetMetaData meta, int number) throws SQLException {
    String name = meta.getColumnLabel(number);
    return switch (meta.getColumnType(number)) {
      case Types.TINYINT, Types.SMALLINT -> whole(IntegerCells.ofInts(name), number);
      case Types.INTEGER ->
          whole(
              meta.isSigned(number) ? IntegerCells.ofInts(name) : IntegerCells.ofLongs(name),
              number);
      case Types.BIGINT -> whole(IntegerCells.ofLongs(name), number);
      case Types.DECIMAL, Types.NUMERIC -> decimal(meta, name, number);
      case Types.REAL, Types.FLOAT, Types.DOUBLE -> real(name, number);
      case Types.BIT, Types.BOOLEAN -> {
        BooleanCells cells = new BooleanCells(name);
        yield new Column(cells, row -> cells.set(row, results.getBoolean(number)));
      }
      case Types.CHAR,
              Types.VARCHAR,
              Types.LONGVARCHAR,
              Types.NCHAR,
              Types.NVARCHAR,
              Types.LONGNVARCHAR,
              Types.CLOB,
              Types.NCLOB,
              Types.SQLXML,
              Types.ROWID,
              Types.TIME,
              Types.TIME_WITH_TIMEZONE,
              Types.NULL,
              Types.OTHER ->
          text(name, number);
      case Types.DATE -> date(name, number);
      case Types.TIMESTAMP ->
          isZoned(meta.getColumnTypeName(number)) ? zoned(name, number) : local(name, number);
      case Types.TIMESTAMP_WITH_TIMEZONE -> zoned(name, number);
      default ->
          throw new BadInputException(
              "column \""
                  + name
                  + "\" of the result is of type "
                  + meta.getColumnTypeName(number)
                  + ": CAST it to a number, text, boolean, date or timestamp, or leave it out");
    };
  }

  /** Some drivers say TIMESTAMP for both kinds. */
  private static boolean isZoned(String typeName) {
    String name = typeName.toLowerCase(Locale.ROOT);
    return name.equals("timestamptz") || name.endsWith("with time zone");
  }

  private Column whole(IntegerCells cells, int number) {
    return new Column(
        cells,
        row -> {
          long value = results.getLong(number);
          if (!cells.set(row, value)) {
            throw new ArithmeticException(value + " does not fit 32 bits");
          }
        });
  }

  private Column decimal(ResultSetMetaData meta, String name, int number) throws SQLException {
    int digits = meta.getPrecision(number);
    if (meta.getScale(number) != 0 || digits < 1 || digits > LONG_DIGITS) {
      return real(name, number);
    }
    return whole(
        digits <= INT_DIGITS ? IntegerCells.ofInts(name) : IntegerCells.ofLongs(name), number);
  }

  private Column real(String name, int number) {
    FloatCells cells = new FloatCells(name);
    return new Column(cells, row -> cells.set(row, results.getDouble(number)));
  }

  private Column text(String name, int number) {
    TextCells cells = new TextCells(name);
    return new Column(
        cells,
        row -> {
          String text = results.getString(number);
          cells.set(row, text == null ? "" : text);
        });
  }

  private Column date(String name, int number) {
    DateCells cells = new DateCells(name);
    return new Column(
        cells,
        row -> {
          LocalDate day = results.getObject(number, LocalDate.class);
          cells.set(row, day == null ? 0 : Math.toIntExact(day.toEpochDay()));
        });
  }

  private Column local(String name, int number) {
    DatetimeCells cells = new DatetimeCells(name);
    return new Column(
        cells,
        row -> {
          LocalDateTime time = results.getObject(number, LocalDateTime.class);
          cells.set(row, time == null ? 0 : time.toInstant(ZoneOffset.UTC).toEpochMilli());
        });
  }

  private Column zoned(String name, int number) {
    DatetimeCells cells = new DatetimeCells(name);
    return new Column(
        cells,
        row -> {
          OffsetDateTime time = results.getObject(number, OffsetDateTime.class);
          cells.set(row, time == null ? 0 : time.toInstant().toEpochMilli());
        });
  }
}

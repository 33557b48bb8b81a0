package dev.parallax;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * Which part of a view to read, and how. Immutable: each method returns a changed copy.
 *
 * <pre>{@code view.toCsv(Window.all().rows(0, 50).columns(0, 10))}</pre>
 *
 * <p>Rows and columns are half open. Ends past the view are cut; a start past the view gives
 * nothing. Columns are counted without row paths, which are always there. Options that a reader
 * does not know have no effect on it.
 */
public final class Window {
  private static final Window ALL =
      new Window(-1, -1, -1, -1, false, false, false, Compression.NONE, true);

  private final long startRow;
  private final long endRow;
  private final long startColumn;
  private final long endColumn;
  private final boolean withId;
  private final boolean withIndex;
  private final boolean formatted;
  private final Compression compression;
  private final boolean namedRowPaths;

  private Window(
      long startRow,
      long endRow,
      long startColumn,
      long endColumn,
      boolean withId,
      boolean withIndex,
      boolean formatted,
      Compression compression,
      boolean namedRowPaths) {
    this.startRow = startRow;
    this.endRow = endRow;
    this.startColumn = startColumn;
    this.endColumn = endColumn;
    this.withId = withId;
    this.withIndex = withIndex;
    this.formatted = formatted;
    this.compression = Objects.requireNonNull(compression, "compression");
    this.namedRowPaths = namedRowPaths;
  }

  /**
   * The whole view.
   *
   * @return the window without bounds or options
   */
  public static Window all() {
    return ALL;
  }

  /**
   * Some rows.
   *
   * @param start the first row, from 0; in a grouped view row 0 is the total
   * @param end one past the last row
   * @return the changed window
   */
  public Window rows(long start, long end) {
    return fromRow(start).toRow(end);
  }

  /**
   * Rows from a first one on.
   *
   * @param start the first row, from 0
   * @return the changed window
   */
  public Window fromRow(long start) {
    return new Window(
        Unsigned.check(start, "start row"),
        endRow,
        startColumn,
        endColumn,
        withId,
        withIndex,
        formatted,
        compression,
        namedRowPaths);
  }

  /**
   * Rows up to an end.
   *
   * @param end one past the last row
   * @return the changed window
   */
  public Window toRow(long end) {
    return new Window(
        startRow,
        Unsigned.check(end, "end row"),
        startColumn,
        endColumn,
        withId,
        withIndex,
        formatted,
        compression,
        namedRowPaths);
  }

  /**
   * Some columns.
   *
   * @param start the first column path, from 0
   * @param end one past the last
   * @return the changed window
   */
  public Window columns(long start, long end) {
    return fromColumn(start).toColumn(end);
  }

  /**
   * Columns from a first one on.
   *
   * @param start the first column path, from 0
   * @return the changed window
   */
  public Window fromColumn(long start) {
    return new Window(
        startRow,
        endRow,
        Unsigned.check(start, "start column"),
        endColumn,
        withId,
        withIndex,
        formatted,
        compression,
        namedRowPaths);
  }

  /**
   * Columns up to an end.
   *
   * @param end one past the last column path
   * @return the changed window
   */
  public Window toColumn(long end) {
    return new Window(
        startRow,
        endRow,
        startColumn,
        Unsigned.check(end, "end column"),
        withId,
        withIndex,
        formatted,
        compression,
        namedRowPaths);
  }

  /**
   * Adds {@code __ID__} to JSON: the row's key, or its path in a grouped view.
   *
   * @return the changed window
   */
  public Window withId() {
    return withId(true);
  }

  /**
   * Adds {@code __ID__} to JSON, or not.
   *
   * @param on whether to add it
   * @return the changed window
   */
  public Window withId(boolean on) {
    return new Window(
        startRow,
        endRow,
        startColumn,
        endColumn,
        on,
        withIndex,
        formatted,
        compression,
        namedRowPaths);
  }

  /**
   * Adds {@code __INDEX__} to JSON: the keys of the rows that a row is made of.
   *
   * @return the changed window
   */
  public Window withIndex() {
    return withIndex(true);
  }

  /**
   * Adds {@code __INDEX__} to JSON, or not.
   *
   * @param on whether to add it
   * @return the changed window
   */
  public Window withIndex(boolean on) {
    return new Window(
        startRow,
        endRow,
        startColumn,
        endColumn,
        withId,
        on,
        formatted,
        compression,
        namedRowPaths);
  }

  /**
   * Writes dates and datetimes as text instead of milliseconds in JSON.
   *
   * @return the changed window
   */
  public Window formatted() {
    return formatted(true);
  }

  /**
   * Writes dates and datetimes as text in JSON, or not.
   *
   * @param on whether to write text
   * @return the changed window
   */
  public Window formatted(boolean on) {
    return new Window(
        startRow,
        endRow,
        startColumn,
        endColumn,
        withId,
        withIndex,
        on,
        compression,
        namedRowPaths);
  }

  /**
   * Compresses Arrow output.
   *
   * @param kind how
   * @return the changed window
   */
  public Window compression(Compression kind) {
    return new Window(
        startRow,
        endRow,
        startColumn,
        endColumn,
        withId,
        withIndex,
        formatted,
        kind,
        namedRowPaths);
  }

  /**
   * How the row path columns of Arrow output are called: {@code name (Group by 1)} (true, the
   * default), or {@code __ROW_PATH_0__}.
   *
   * @param on whether they carry the names of the group columns
   * @return the changed window
   */
  public Window namedRowPaths(boolean on) {
    return new Window(
        startRow, endRow, startColumn, endColumn, withId, withIndex, formatted, compression, on);
  }

  /**
   * The first row.
   *
   * @return empty if not bounded
   */
  public OptionalLong startRow() {
    return optional(startRow);
  }

  /**
   * One past the last row.
   *
   * @return empty if not bounded
   */
  public OptionalLong endRow() {
    return optional(endRow);
  }

  /**
   * The first column path.
   *
   * @return empty if not bounded
   */
  public OptionalLong startColumn() {
    return optional(startColumn);
  }

  /**
   * One past the last column path.
   *
   * @return empty if not bounded
   */
  public OptionalLong endColumn() {
    return optional(endColumn);
  }

  /**
   * Whether {@code __ID__} is added.
   *
   * @return see {@link #withId()}
   */
  public boolean hasId() {
    return withId;
  }

  /**
   * Whether {@code __INDEX__} is added.
   *
   * @return see {@link #withIndex()}
   */
  public boolean hasIndex() {
    return withIndex;
  }

  /**
   * Whether dates are written as text.
   *
   * @return see {@link #formatted()}
   */
  public boolean isFormatted() {
    return formatted;
  }

  /**
   * How Arrow output is compressed.
   *
   * @return see {@link #compression(Compression)}
   */
  public Compression compression() {
    return compression;
  }

  /**
   * How row path columns are called.
   *
   * @return see {@link #namedRowPaths(boolean)}
   */
  public boolean hasNamedRowPaths() {
    return namedRowPaths;
  }

  private static OptionalLong optional(long position) {
    return position < 0 ? OptionalLong.empty() : OptionalLong.of(position);
  }
}

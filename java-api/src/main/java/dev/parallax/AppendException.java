package dev.parallax;

/**
 * Rows of an {@link Appender} did not get into their table. The cause says why; none of these rows
 * is in the table, unless the cause is a {@link TransportException} or {@link
 * RequestTimeoutException}: then nobody knows. Further batches that failed are among the suppressed
 * exceptions.
 */
public class AppendException extends ParallaxException {
  private static final long serialVersionUID = 1L;

  private final long firstRow;
  private final long rowCount;

  /**
   * Makes an exception.
   *
   * @param firstRow number of the first row concerned, counted from 0 since the appender was made
   * @param rowCount how many rows from there on
   * @param cause why
   */
  public AppendException(long firstRow, long rowCount, Throwable cause) {
    super(
        "rows "
            + firstRow
            + " to "
            + (firstRow + rowCount - 1)
            + " were not appended (a row number below counts from "
            + firstRow
            + "): "
            + cause.getMessage(),
        cause);
    this.firstRow = firstRow;
    this.rowCount = rowCount;
  }

  /**
   * The first row concerned.
   *
   * @return its number, counted from 0 since the appender was made
   */
  public long firstRow() {
    return firstRow;
  }

  /**
   * How many rows are concerned.
   *
   * @return rows, at least 1
   */
  public long rowCount() {
    return rowCount;
  }
}

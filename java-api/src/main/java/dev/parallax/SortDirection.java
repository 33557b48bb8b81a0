package dev.parallax;

/** How a view orders its rows by a column, or (the {@code COLUMN_} ones) its split columns. */
public enum SortDirection {
  /** Not at all; the column is only computed. */
  NONE("none"),
  /** Ascending. */
  ASCENDING("asc"),
  /** Descending. */
  DESCENDING("desc"),
  /** Split columns, ascending by the column's total. */
  COLUMN_ASCENDING("col asc"),
  /** Split columns, descending by the column's total. */
  COLUMN_DESCENDING("col desc"),
  /** Ascending by absolute value. */
  ASCENDING_ABSOLUTE("asc abs"),
  /** Descending by absolute value. */
  DESCENDING_ABSOLUTE("desc abs"),
  /** Split columns, ascending by the absolute value of the column's total. */
  COLUMN_ASCENDING_ABSOLUTE("col asc abs"),
  /** Split columns, descending by the absolute value of the column's total. */
  COLUMN_DESCENDING_ABSOLUTE("col desc abs");

  private final String text;

  SortDirection(String text) {
    this.text = text;
  }

  /**
   * The direction as dashboards write it, for example {@code "desc abs"}.
   *
   * @return the text
   */
  public String text() {
    return text;
  }

  /**
   * The direction of a text given by {@link #text()}.
   *
   * @param text for example {@code "desc"}
   * @return the direction
   * @throws BadInputException if there is no such direction
   */
  public static SortDirection ofText(String text) {
    for (SortDirection direction : values()) {
      if (direction.text.equals(text)) {
        return direction;
      }
    }
    throw new BadInputException(
        "unknown sort direction \""
            + text
            + "\": use none, asc, desc, col asc, col desc, asc abs, desc abs, col asc abs or"
            + " col desc abs");
  }
}

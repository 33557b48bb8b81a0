package dev.parallax;

/** The six types a column can have. Every cell of every type may also be null. */
public enum ColumnType {
  /** Text. */
  STRING,
  /** A calendar day without time zone. */
  DATE,
  /** A point in time, in milliseconds since 1970-01-01T00:00:00Z. */
  DATETIME,
  /** A whole number. */
  INTEGER,
  /** A floating-point number. */
  FLOAT,
  /** True or false. */
  BOOLEAN;

  /**
   * The type's name as it stands in schemas and saved layouts: {@code string}, {@code date}, {@code
   * datetime}, {@code integer}, {@code float}, {@code boolean}.
   *
   * @return the lower-case name
   */
  public String typeName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /**
   * The type of a name given by {@link #typeName()}.
   *
   * @param name the lower-case name
   * @return the type
   * @throws BadInputException if there is no such type
   */
  public static ColumnType ofName(String name) {
    for (ColumnType type : values()) {
      if (type.typeName().equals(name)) {
        return type;
      }
    }
    throw new BadInputException(
        "unknown column type \""
            + name
            + "\": use string, date, datetime, integer, float or boolean");
  }
}

package dev.parallax;

import java.util.Objects;
import java.util.Optional;

/** How two tables are joined. Immutable: each method returns a changed copy. */
public final class JoinOptions {
  private static final JoinOptions INNER = new JoinOptions(null, JoinType.INNER, null);

  private final String name;
  private final JoinType type;
  private final String rightColumn;

  private JoinOptions(String name, JoinType type, String rightColumn) {
    this.name = name;
    this.type = type;
    this.rightColumn = rightColumn;
  }

  /**
   * An inner join on a column of one name in both tables, hosted under a random name.
   *
   * @return the default options
   */
  public static JoinOptions inner() {
    return INNER;
  }

  /**
   * Which rows to keep.
   *
   * @param type the kind of join
   * @return the changed options
   */
  public JoinOptions type(JoinType type) {
    return new JoinOptions(name, Objects.requireNonNull(type, "type"), rightColumn);
  }

  /**
   * The name by which others open the join.
   *
   * @param name unique on its server
   * @return the changed options
   */
  public JoinOptions name(String name) {
    return new JoinOptions(Objects.requireNonNull(name, "name"), type, rightColumn);
  }

  /**
   * The key column of the right table, if it is called otherwise than the left one.
   *
   * @param column its name
   * @return the changed options
   */
  public JoinOptions rightColumn(String column) {
    return new JoinOptions(name, type, Objects.requireNonNull(column, "column"));
  }

  /**
   * Which rows are kept.
   *
   * @return the kind of join
   */
  public JoinType type() {
    return type;
  }

  /**
   * The name.
   *
   * @return empty for a random one
   */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /**
   * The key column of the right table.
   *
   * @return empty if it is called as the left one
   */
  public Optional<String> rightColumn() {
    return Optional.ofNullable(rightColumn);
  }
}

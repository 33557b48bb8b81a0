package dev.parallax;

/** Which rows a grouped view has. */
public enum GroupRollup {
  /** A tree: the total, then every level of groups, each above its children. */
  ROLLUP,
  /** The innermost groups alone. */
  FLAT,
  /** One row that aggregates everything. */
  TOTAL
}

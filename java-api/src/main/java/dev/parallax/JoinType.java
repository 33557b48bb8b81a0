package dev.parallax;

/** Which rows a join keeps. */
public enum JoinType {
  /** Rows that match on both sides. */
  INNER,
  /** Every row of the left table, matched or not. */
  LEFT,
  /** Every row of both tables. */
  OUTER
}

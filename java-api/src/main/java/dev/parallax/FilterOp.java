package dev.parallax;

/** How the filters of a view are joined. */
public enum FilterOp {
  /** A row must pass all filters. */
  AND,
  /** A row must pass one filter; without filters every row stays. */
  OR
}

package dev.parallax;

/** Which columns a split view has. */
public enum SplitRollup {
  /** The innermost splits alone. */
  FLAT,
  /** Every level of splits, each before its children. */
  ROLLUP
}

package dev.parallax;

/** What becomes of a row whose cells hold JSON lists. */
public enum ListFlatten {
  /** Lists of one row are walked in step: one table row per position. */
  ZIP,
  /** One table row per combination of the lists' entries. */
  CARTESIAN,
  /** Lists are kept as their JSON text. */
  STRINGIFY
}

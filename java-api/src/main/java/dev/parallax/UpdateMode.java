package dev.parallax;

/** What an update event carries. */
public enum UpdateMode {
  /** Only that something changed, and by which port. */
  NOTIFY,
  /** Also the changed rows of the view, as an Arrow stream. */
  ROW
}

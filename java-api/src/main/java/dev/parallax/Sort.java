package dev.parallax;

import java.util.Objects;

/**
 * One entry of a view's sort order.
 *
 * @param column the column to sort by; it need not be shown
 * @param direction how
 */
public record Sort(String column, SortDirection direction) {
  /** Checks that nothing is null. */
  public Sort {
    Objects.requireNonNull(column, "column");
    Objects.requireNonNull(direction, "direction");
  }
}

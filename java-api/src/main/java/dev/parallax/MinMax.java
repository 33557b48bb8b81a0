package dev.parallax;

/**
 * The least and the greatest value of a view's column. Numbers are {@code Double}; dates and
 * datetimes are {@code Double} milliseconds since the epoch; text is {@code String}, booleans are
 * {@code Boolean}. Both are null if there was nothing to compare.
 *
 * @param min the least value, may be null
 * @param max the greatest value, may be null
 */
public record MinMax(Object min, Object max) {}

package dev.parallax;

/**
 * The sizes of a view and of its table at one moment.
 *
 * @param tableRows rows of the table
 * @param tableColumns columns of the table
 * @param viewRows rows of the view, totals and open groups included
 * @param viewColumns column paths of the view, row paths not included
 */
public record Dimensions(long tableRows, long tableColumns, long viewRows, long viewColumns) {}

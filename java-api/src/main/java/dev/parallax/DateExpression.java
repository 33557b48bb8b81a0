package dev.parallax;

import java.time.LocalDate;

/** An expression whose value is a day. */
public final class DateExpression extends Expression<DateExpression> {
  DateExpression(String text) {
    super(text);
  }

  @Override
  DateExpression make(String source) {
    return new DateExpression(source);
  }

  /**
   * An expression of one's own.
   *
   * @param text one value of this type: no statements, no comment at its end
   * @return the expression, in brackets
   */
  public static DateExpression of(String text) {
    return new DateExpression("(" + text + ")");
  }

  /**
   * Whether this is a certain day.
   *
   * @param other the day
   * @return the comparison
   */
  public BooleanExpression eq(LocalDate other) {
    return eq(Expressions.literal(other));
  }

  /**
   * Whether this is before a day.
   *
   * @param other the day
   * @return the comparison
   */
  public BooleanExpression before(LocalDate other) {
    return lt(Expressions.literal(other));
  }

  /**
   * Whether this is after a day.
   *
   * @param other the day
   * @return the comparison
   */
  public BooleanExpression after(LocalDate other) {
    return gt(Expressions.literal(other));
  }

  /**
   * The day of the week, from {@code 1 Sunday} to {@code 7 Saturday}.
   *
   * @return the text
   */
  public TextExpression dayOfWeek() {
    return new TextExpression(call("day_of_week"));
  }

  /**
   * The month, from {@code 01 January} to {@code 12 December}.
   *
   * @return the text
   */
  public TextExpression monthOfYear() {
    return new TextExpression(call("month_of_year"));
  }

  /**
   * The first day of the days, weeks, months or years in which this lies.
   *
   * @param count how many make a bucket: 1; of months also 2, 3, 4, 6; of years any
   * @param unit what is counted
   * @return the day
   * @throws BadInputException if there are no such buckets
   */
  public DateExpression bucket(int count, Expressions.CalendarUnit unit) {
    return make(call("bucket", unit.bucket(count)));
  }
}

package dev.parallax;

import java.time.Duration;
import java.time.Instant;

/** An expression whose value is a point in time. */
public final class DatetimeExpression extends Expression<DatetimeExpression> {
  DatetimeExpression(String text) {
    super(text);
  }

  @Override
  DatetimeExpression make(String source) {
    return new DatetimeExpression(source);
  }

  /**
   * An expression of one's own.
   *
   * @param text one value of this type: no statements, no comment at its end
   * @return the expression, in brackets
   */
  public static DatetimeExpression of(String text) {
    return new DatetimeExpression("(" + text + ")");
  }

  /**
   * Whether this is before a point in time.
   *
   * @param other the point in time
   * @return the comparison
   */
  public BooleanExpression before(Instant other) {
    return lt(Expressions.literal(other));
  }

  /**
   * Whether this is after a point in time.
   *
   * @param other the point in time
   * @return the comparison
   */
  public BooleanExpression after(Instant other) {
    return gt(Expressions.literal(other));
  }

  /**
   * A point in time that much later.
   *
   * @param time may be negative; counts in milliseconds
   * @return the point in time
   */
  public DatetimeExpression plus(Duration time) {
    return toFloat().plus(time.toMillis()).toDatetime();
  }

  /**
   * The milliseconds from another point in time to this.
   *
   * @param other the earlier one
   * @return the number, a float
   */
  public NumberExpression millisSince(DatetimeExpression other) {
    return toFloat().minus(other.toFloat());
  }

  /**
   * The hour in UTC, from 0 to 23.
   *
   * @return the number, a float
   */
  public NumberExpression hourOfDay() {
    return new NumberExpression(call("hour_of_day"));
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
   * The begin of the seconds, minutes or hours in which this lies.
   *
   * @param count how many make a bucket: 1, 5, 10, 15, 20 or 30 seconds or minutes; 1, 2, 3, 4, 6
   *     or 12 hours
   * @param unit what is counted
   * @return the point in time
   * @throws BadInputException if there are no such buckets
   */
  public DatetimeExpression bucket(int count, Expressions.ClockUnit unit) {
    return make(call("bucket", unit.bucket(count)));
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
    return new DateExpression(call("bucket", unit.bucket(count)));
  }
}

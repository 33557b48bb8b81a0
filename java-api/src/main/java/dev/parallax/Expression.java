package dev.parallax;

import java.util.Objects;

/**
 * The text of an expression, with what is known of its type. Immutable. {@link Expressions} says
 * how to begin one; wherever an expression goes, plain text does too.
 *
 * <p>A null operand makes the result null unless said otherwise. Comparisons and conditions are
 * never null.
 *
 * @param <E> the class itself
 */
public abstract sealed class Expression<E extends Expression<E>>
    permits NumberExpression,
        TextExpression,
        BooleanExpression,
        DateExpression,
        DatetimeExpression {
  private final String text;

  Expression(String text) {
    this.text = Objects.requireNonNull(text, "text");
  }

  /** An expression of this type. */
  abstract E make(String source);

  /** A call of a function with this as its first argument. */
  final String call(String function, Object... more) {
    return Expressions.call(function, this, more);
  }

  /** This and another operand, in brackets. */
  final String infix(String operator, Object other) {
    return "(" + text + " " + operator + " " + other + ")";
  }

  /**
   * The expression as the server takes it.
   *
   * @return its text
   */
  public final String text() {
    return text;
  }

  /**
   * Whether both are equal; null equals null.
   *
   * @param other what to compare with
   * @return the comparison
   */
  public final BooleanExpression eq(E other) {
    return new BooleanExpression(infix("==", other));
  }

  /**
   * Whether both differ; null equals null.
   *
   * @param other what to compare with
   * @return the comparison
   */
  public final BooleanExpression ne(E other) {
    return new BooleanExpression(infix("!=", other));
  }

  /**
   * Whether this is less; false if either is null.
   *
   * @param other what to compare with
   * @return the comparison
   */
  public final BooleanExpression lt(E other) {
    return new BooleanExpression(infix("<", other));
  }

  /**
   * Whether this is at most the other; of nulls, only two are.
   *
   * @param other what to compare with
   * @return the comparison
   */
  public final BooleanExpression le(E other) {
    return new BooleanExpression(infix("<=", other));
  }

  /**
   * Whether this is greater; false if either is null.
   *
   * @param other what to compare with
   * @return the comparison
   */
  public final BooleanExpression gt(E other) {
    return new BooleanExpression(infix(">", other));
  }

  /**
   * Whether this is at least the other; of nulls, only two are.
   *
   * @param other what to compare with
   * @return the comparison
   */
  public final BooleanExpression ge(E other) {
    return new BooleanExpression(infix(">=", other));
  }

  /**
   * Whether this lies between two others, or is one of them; null if any is null.
   *
   * @param least the lower bound
   * @param greatest the upper bound
   * @return the comparison
   */
  public final BooleanExpression between(E least, E greatest) {
    return new BooleanExpression(Expressions.call("inrange", least, this, greatest));
  }

  /**
   * Whether this is null. Numbers that are NaN or infinite are not.
   *
   * @return the test
   */
  public final BooleanExpression isNull() {
    return new BooleanExpression(call("is_null"));
  }

  /**
   * Whether this is not null.
   *
   * @return the test
   */
  public final BooleanExpression isNotNull() {
    return new BooleanExpression(call("is_not_null"));
  }

  /**
   * This, or another value where this is null. A number becomes a float.
   *
   * @param other the other value, may be null too
   * @return the value
   */
  public final E orElse(E other) {
    return make(call("coalesce", other));
  }

  /**
   * As a whole number of 32 bits: numbers are cut, text is read, true is 1. Null if it does not
   * fit.
   *
   * @return the number
   */
  public final NumberExpression toInteger() {
    return new NumberExpression(call("integer"));
  }

  /**
   * As a floating-point number: text is read, true is 1, a point in time is its milliseconds.
   *
   * @return the number
   */
  public final NumberExpression toFloat() {
    return new NumberExpression(call("float"));
  }

  /**
   * As text. Floating-point numbers keep six digits.
   *
   * @return the text
   */
  public final TextExpression toText() {
    return new TextExpression(call("string"));
  }

  /**
   * As a truth value: null, false and 0 are false, all else is true.
   *
   * @return the truth value
   */
  public final BooleanExpression toBoolean() {
    return new BooleanExpression(call("boolean"));
  }

  @Override
  public final boolean equals(Object other) {
    return other != null
        && other.getClass() == getClass()
        && ((Expression<?>) other).text.equals(text);
  }

  @Override
  public final int hashCode() {
    return text.hashCode();
  }

  /** The same as {@link #text()}. */
  @Override
  public final String toString() {
    return text;
  }
}

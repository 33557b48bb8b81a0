package dev.parallax;

/** An expression whose value is an integer or a float. Operators compute in floats. */
public final class NumberExpression extends Expression<NumberExpression> {
  NumberExpression(String text) {
    super(text);
  }

  @Override
  NumberExpression make(String source) {
    return new NumberExpression(source);
  }

  /**
   * An expression of one's own.
   *
   * @param text one value of this type: no statements, no comment at its end
   * @return the expression, in brackets
   */
  public static NumberExpression of(String text) {
    return new NumberExpression("(" + text + ")");
  }

  /**
   * The sum, a float.
   *
   * @param other the other operand
   * @return the result
   */
  public NumberExpression plus(NumberExpression other) {
    return make(infix("+", other));
  }

  /**
   * The sum, a float.
   *
   * @param other the other operand, finite
   * @return the result
   */
  public NumberExpression plus(double other) {
    return plus(Expressions.literal(other));
  }

  /**
   * The difference, a float.
   *
   * @param other the other operand
   * @return the result
   */
  public NumberExpression minus(NumberExpression other) {
    return make(infix("-", other));
  }

  /**
   * The difference, a float.
   *
   * @param other the other operand, finite
   * @return the result
   */
  public NumberExpression minus(double other) {
    return minus(Expressions.literal(other));
  }

  /**
   * The product, a float.
   *
   * @param other the other operand
   * @return the result
   */
  public NumberExpression times(NumberExpression other) {
    return make(infix("*", other));
  }

  /**
   * The product, a float.
   *
   * @param other the other operand, finite
   * @return the result
   */
  public NumberExpression times(double other) {
    return times(Expressions.literal(other));
  }

  /**
   * The quotient, a float; null if the divisor is 0.
   *
   * @param other the other operand
   * @return the result
   */
  public NumberExpression dividedBy(NumberExpression other) {
    return make(infix("/", other));
  }

  /**
   * The quotient, a float; null if the divisor is 0.
   *
   * @param other the other operand, finite
   * @return the result
   */
  public NumberExpression dividedBy(double other) {
    return dividedBy(Expressions.literal(other));
  }

  /**
   * The remainder, a float with the sign of this; null if the divisor is 0.
   *
   * @param other the other operand
   * @return the result
   */
  public NumberExpression modulo(NumberExpression other) {
    return make(infix("%", other));
  }

  /**
   * The remainder, a float with the sign of this; null if the divisor is 0.
   *
   * @param other the other operand, finite
   * @return the result
   */
  public NumberExpression modulo(double other) {
    return modulo(Expressions.literal(other));
  }

  /**
   * This to the power of another, a float.
   *
   * @param other the other operand
   * @return the result
   */
  public NumberExpression power(NumberExpression other) {
    return make(infix("^", other));
  }

  /**
   * This to the power of another, a float.
   *
   * @param other the other operand, finite
   * @return the result
   */
  public NumberExpression power(double other) {
    return power(Expressions.literal(other));
  }

  /**
   * Whether this equals a number.
   *
   * @param other what to compare with, finite
   * @return the comparison
   */
  public BooleanExpression eq(double other) {
    return eq(Expressions.literal(other));
  }

  /**
   * Whether this is not a number.
   *
   * @param other what to compare with, finite
   * @return the comparison
   */
  public BooleanExpression ne(double other) {
    return ne(Expressions.literal(other));
  }

  /**
   * Whether this is less than a number.
   *
   * @param other what to compare with, finite
   * @return the comparison
   */
  public BooleanExpression lt(double other) {
    return lt(Expressions.literal(other));
  }

  /**
   * Whether this is at most a number.
   *
   * @param other what to compare with, finite
   * @return the comparison
   */
  public BooleanExpression le(double other) {
    return le(Expressions.literal(other));
  }

  /**
   * Whether this is greater than a number.
   *
   * @param other what to compare with, finite
   * @return the comparison
   */
  public BooleanExpression gt(double other) {
    return gt(Expressions.literal(other));
  }

  /**
   * Whether this is at least a number.
   *
   * @param other what to compare with, finite
   * @return the comparison
   */
  public BooleanExpression ge(double other) {
    return ge(Expressions.literal(other));
  }

  /**
   * Whether this lies between two numbers, or is one of them; null if this is null.
   *
   * @param least the lower bound
   * @param greatest the upper bound
   * @return the comparison
   */
  public BooleanExpression between(double least, double greatest) {
    return between(Expressions.literal(least), Expressions.literal(greatest));
  }

  /**
   * This, or a number where this is null.
   *
   * @param other finite
   * @return the value
   */
  public NumberExpression orElse(double other) {
    return orElse(Expressions.literal(other));
  }

  /**
   * The same number with the other sign, of the same type.
   *
   * @return the number
   */
  public NumberExpression negate() {
    return make("(-" + text() + ")");
  }

  /**
   * The number without its sign.
   *
   * @return the result
   */
  public NumberExpression abs() {
    return make(call("abs"));
  }

  /**
   * The least whole number that is not less.
   *
   * @return the result
   */
  public NumberExpression ceil() {
    return make(call("ceil"));
  }

  /**
   * The greatest whole number that is not greater.
   *
   * @return the result
   */
  public NumberExpression floor() {
    return make(call("floor"));
  }

  /**
   * The nearest whole number, halves away from zero.
   *
   * @return the result
   */
  public NumberExpression round() {
    return make(call("round"));
  }

  /**
   * The whole part, an integer of 64 bits.
   *
   * @return the result
   */
  public NumberExpression trunc() {
    return make(call("trunc"));
  }

  /**
   * The fraction, with the sign of this.
   *
   * @return the result
   */
  public NumberExpression frac() {
    return make(call("frac"));
  }

  /**
   * The integer -1, 0 or 1.
   *
   * @return the result
   */
  public NumberExpression sign() {
    return make(call("sgn"));
  }

  /**
   * The exponential function.
   *
   * @return the result
   */
  public NumberExpression exp() {
    return make(call("exp"));
  }

  /**
   * The natural logarithm.
   *
   * @return the result
   */
  public NumberExpression log() {
    return make(call("log"));
  }

  /**
   * The logarithm to base 10.
   *
   * @return the result
   */
  public NumberExpression log10() {
    return make(call("log10"));
  }

  /**
   * The logarithm to base 2.
   *
   * @return the result
   */
  public NumberExpression log2() {
    return make(call("log2"));
  }

  /**
   * The square root; NaN of negative numbers.
   *
   * @return the result
   */
  public NumberExpression sqrt() {
    return make(call("sqrt"));
  }

  /**
   * The sine of an angle in radians.
   *
   * @return the result
   */
  public NumberExpression sin() {
    return make(call("sin"));
  }

  /**
   * The cosine of an angle in radians.
   *
   * @return the result
   */
  public NumberExpression cos() {
    return make(call("cos"));
  }

  /**
   * The tangent of an angle in radians.
   *
   * @return the result
   */
  public NumberExpression tan() {
    return make(call("tan"));
  }

  /**
   * The logarithm to a base; null if that is negative.
   *
   * @param base the base
   * @return the result
   */
  public NumberExpression log(NumberExpression base) {
    return make(call("logn", base));
  }

  /**
   * The root of a degree.
   *
   * @param degree 2 for the square root
   * @return the result
   */
  public NumberExpression root(NumberExpression degree) {
    return make(call("root", degree));
  }

  /**
   * How many percent this is of another; null if that is 0.
   *
   * @param whole what 100 percent are
   * @return the result
   */
  public NumberExpression percentOf(NumberExpression whole) {
    return make(call("percent_of", whole));
  }

  /**
   * This, but at least one number and at most another.
   *
   * @param least the lower bound
   * @param greatest the upper bound
   * @return the result
   */
  public NumberExpression clamp(NumberExpression least, NumberExpression greatest) {
    return make(Expressions.call("clamp", least, this, greatest));
  }

  /**
   * This, but at least one number and at most another.
   *
   * @param least the lower bound, finite
   * @param greatest the upper bound, finite
   * @return the result
   */
  public NumberExpression clamp(double least, double greatest) {
    return clamp(Expressions.literal(least), Expressions.literal(greatest));
  }

  /**
   * The greatest multiple of a step that is not greater.
   *
   * @param step not 0
   * @return the result
   * @throws BadInputException if the step is 0 or not finite
   */
  public NumberExpression bucket(double step) {
    if (step == 0) {
      throw new BadInputException("bucket: the step is 0");
    }
    return make(call("bucket", Expressions.literal(step)));
  }

  /**
   * The point in time so many milliseconds after 1970-01-01T00:00:00Z.
   *
   * @return the point in time
   */
  public DatetimeExpression toDatetime() {
    return new DatetimeExpression(call("datetime"));
  }
}

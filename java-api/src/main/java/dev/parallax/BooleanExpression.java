package dev.parallax;

/** An expression whose value is true or false. */
public final class BooleanExpression extends Expression<BooleanExpression> {
  BooleanExpression(String text) {
    super(text);
  }

  @Override
  BooleanExpression make(String source) {
    return new BooleanExpression(source);
  }

  /**
   * An expression of one's own.
   *
   * @param text one value of this type: no statements, no comment at its end
   * @return the expression, in brackets
   */
  public static BooleanExpression of(String text) {
    return new BooleanExpression("(" + text + ")");
  }

  /**
   * Whether both are true; null counts as false.
   *
   * @param other the other condition
   * @return the condition
   */
  public BooleanExpression and(BooleanExpression other) {
    return make(infix("and", other));
  }

  /**
   * Whether one is true, or both; null counts as false.
   *
   * @param other the other condition
   * @return the condition
   */
  public BooleanExpression or(BooleanExpression other) {
    return make(infix("or", other));
  }

  /**
   * Whether just one is true; null counts as false.
   *
   * @param other the other condition
   * @return the condition
   */
  public BooleanExpression xor(BooleanExpression other) {
    return make(infix("xor", other));
  }

  /**
   * Whether this is false or null.
   *
   * @return the condition
   */
  public BooleanExpression not() {
    return make(call("not"));
  }
}

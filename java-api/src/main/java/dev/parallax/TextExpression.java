package dev.parallax;

/** An expression whose value is text. */
public final class TextExpression extends Expression<TextExpression> {
  TextExpression(String text) {
    super(text);
  }

  @Override
  TextExpression make(String source) {
    return new TextExpression(source);
  }

  /**
   * An expression of one's own.
   *
   * @param text one value of this type: no statements, no comment at its end
   * @return the expression, in brackets
   */
  public static TextExpression of(String text) {
    return new TextExpression("(" + text + ")");
  }

  /**
   * Whether this equals a text.
   *
   * @param other what to compare with
   * @return the comparison
   */
  public BooleanExpression eq(String other) {
    return eq(Expressions.literal(other));
  }

  /**
   * Whether this is not a text.
   *
   * @param other what to compare with
   * @return the comparison
   */
  public BooleanExpression ne(String other) {
    return ne(Expressions.literal(other));
  }

  /**
   * Whether this is one of some texts.
   *
   * @param first the first of them
   * @param more the others
   * @return the test
   */
  public BooleanExpression in(String first, String... more) {
    StringBuilder out = new StringBuilder("(").append(eq(first));
    for (String other : more) {
      out.append(" or ").append(eq(other));
    }
    return new BooleanExpression(out.append(')').toString());
  }

  /**
   * This, or a text where this is null.
   *
   * @param other the text
   * @return the value
   */
  public TextExpression orElse(String other) {
    return orElse(Expressions.literal(other));
  }

  /**
   * This with others behind it.
   *
   * @param more in order
   * @return the text
   */
  public TextExpression concat(TextExpression... more) {
    return make(call("concat", (Object[]) more));
  }

  /**
   * This with a text behind it.
   *
   * @param more the text
   * @return the text
   */
  public TextExpression concat(String more) {
    return concat(Expressions.literal(more));
  }

  /**
   * In upper case.
   *
   * @return the text
   */
  public TextExpression upper() {
    return make(call("upper"));
  }

  /**
   * In lower case.
   *
   * @return the text
   */
  public TextExpression lower() {
    return make(call("lower"));
  }

  /**
   * The number of characters.
   *
   * @return the number, a float
   */
  public NumberExpression length() {
    return new NumberExpression(call("length"));
  }

  /**
   * From a character to the end; null if there is no such character.
   *
   * @param start from 0
   * @return the text
   */
  public TextExpression substring(int start) {
    return make(call("substring", Expressions.literal(start)));
  }

  /**
   * Some characters; null if there are not so many.
   *
   * @param start from 0
   * @param count how many
   * @return the text
   */
  public TextExpression substring(int start, int count) {
    return make(call("substring", Expressions.literal(start), Expressions.literal(count)));
  }

  /**
   * Some characters; null if there are not so many.
   *
   * @param start from 0
   * @param count how many
   * @return the text
   */
  public TextExpression substring(NumberExpression start, NumberExpression count) {
    return make(call("substring", start, count));
  }

  /**
   * Whether a text is somewhere within.
   *
   * @param part plain text, upper and lower case told apart
   * @return the test
   */
  public BooleanExpression contains(String part) {
    return new BooleanExpression(call("contains", Expressions.literal(part)));
  }

  /**
   * Whether the whole text matches a pattern.
   *
   * @param pattern RE2 syntax, not empty; the server checks it
   * @return the test
   * @throws BadInputException if the pattern is empty
   */
  public BooleanExpression matches(String pattern) {
    return new BooleanExpression(call("match_all", pattern(pattern)));
  }

  /**
   * Whether a pattern matches anywhere in the text.
   *
   * @param pattern RE2 syntax, not empty; the server checks it
   * @return the test
   * @throws BadInputException if the pattern is empty
   */
  public BooleanExpression finds(String pattern) {
    return new BooleanExpression(call("match", pattern(pattern)));
  }

  /**
   * What the first group of a pattern matches; null if nothing.
   *
   * @param pattern RE2 syntax with a group, as {@code =(.*)}; the server checks it
   * @return the text
   * @throws BadInputException if the pattern is empty
   */
  public TextExpression search(String pattern) {
    return make(call("search", pattern(pattern)));
  }

  /**
   * With the first match of a pattern replaced.
   *
   * @param pattern RE2 syntax, not empty; the server checks it
   * @param by {@code \1} in it is what the first group matches, {@code \0} all
   * @return the text
   * @throws BadInputException if the pattern is empty
   */
  public TextExpression replaceFirst(String pattern, TextExpression by) {
    return make(call("replace", pattern(pattern), by));
  }

  /**
   * With the first match of a pattern replaced.
   *
   * @param pattern RE2 syntax, not empty; the server checks it
   * @param by {@code \1} in it is what the first group matches, {@code \0} all
   * @return the text
   * @throws BadInputException if the pattern is empty
   */
  public TextExpression replaceFirst(String pattern, String by) {
    return replaceFirst(pattern, Expressions.literal(by));
  }

  /**
   * With every match of a pattern replaced.
   *
   * @param pattern RE2 syntax, not empty; the server checks it
   * @param by {@code \1} in it is what the first group matches, {@code \0} all
   * @return the text
   * @throws BadInputException if the pattern is empty
   */
  public TextExpression replaceAll(String pattern, TextExpression by) {
    return make(call("replace_all", pattern(pattern), by));
  }

  /**
   * With every match of a pattern replaced.
   *
   * @param pattern RE2 syntax, not empty; the server checks it
   * @param by {@code \1} in it is what the first group matches, {@code \0} all
   * @return the text
   * @throws BadInputException if the pattern is empty
   */
  public TextExpression replaceAll(String pattern, String by) {
    return replaceAll(pattern, Expressions.literal(by));
  }

  /**
   * The place of this in a list, for sorting: 0 for the first, the length of the list for what is
   * not in it.
   *
   * @param first the first text
   * @param more the others
   * @return the number, a float
   */
  public NumberExpression order(String first, String... more) {
    Object[] texts = new Object[more.length + 1];
    texts[0] = Expressions.literal(first);
    for (int i = 0; i < more.length; i++) {
      texts[i + 1] = Expressions.literal(more[i]);
    }
    return new NumberExpression(call("order", texts));
  }

  private static TextExpression pattern(String pattern) {
    if (pattern.isEmpty()) {
      throw new BadInputException("the pattern is empty: it would match everywhere");
    }
    return Expressions.literal(pattern);
  }
}

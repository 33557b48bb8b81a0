package dev.parallax;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the server thinks of some expressions.
 *
 * @param types the type of each good expression, by name
 * @param errors the fault of each bad expression, by name
 * @param expressions the text of every expression, by name
 */
public record ExpressionValidation(
    Map<String, ColumnType> types, Map<String, Fault> errors, Map<String, String> expressions) {

  /** Takes copies. */
  public ExpressionValidation {
    types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
    expressions = Collections.unmodifiableMap(new LinkedHashMap<>(expressions));
  }

  /**
   * Where and why an expression is wrong.
   *
   * @param message what is wrong
   * @param line line of the fault, from 0
   * @param column column of the fault in that line, from 0
   */
  public record Fault(String message, long line, long column) {}
}

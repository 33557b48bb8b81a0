package dev.parallax.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares an answer with what a case expects, by the rules of the cases' README. */
final class Differ {
  /** Maps whose key order carries no meaning. */
  private static final Set<String> UNORDERED =
      Set.of(
          "table_schema",
          "view_schema",
          "expression_schema",
          "validate_expressions",
          "get_config",
          "dimensions");

  private final List<?> loose;

  private Differ(List<?> loose) {
    this.loose = loose;
  }

  /** What differs, or null. */
  static String differ(String op, Object expected, Object got, List<?> loose) {
    Differ differ = new Differ(loose);
    return UNORDERED.contains(op)
        ? differ.at("$", sorted(expected), sorted(got))
        : differ.at("$", expected, got);
  }

  private static Object sorted(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> out = new TreeMap<>();
      map.forEach((key, item) -> out.put(key, sorted(item)));
      return out;
    }
    if (value instanceof List<?> list) {
      List<Object> out = new ArrayList<>();
      list.forEach(item -> out.add(sorted(item)));
      return out;
    }
    return value;
  }

  private String at(String where, Object expected, Object got) {
    if (expected instanceof Double a && got instanceof Double b) {
      return same(a, b) ? null : where + ": expected " + shown(a) + ", got " + shown(b);
    }
    if (expected instanceof List<?> a && got instanceof List<?> b) {
      return lists(where, a, b);
    }
    if (expected instanceof Map<?, ?> a && got instanceof Map<?, ?> b) {
      return maps(where, a, b);
    }
    boolean equal = expected == null ? got == null : expected.equals(got);
    return equal ? null : where + ": expected " + shown(expected) + ", got " + shown(got);
  }

  /** Whole numbers (counts, keys, milliseconds) must agree to the last digit. */
  private static boolean same(double a, double b) {
    boolean whole = a == Math.rint(a) && b == Math.rint(b);
    return a == b || (!whole && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)));
  }

  private String lists(String where, List<?> a, List<?> b) {
    if (a.size() != b.size()) {
      return where + ": expected " + a.size() + " entries, got " + b.size() + ": " + shown(b);
    }
    for (int i = 0; i < a.size(); i++) {
      String difference = at(where + "[" + i + "]", a.get(i), b.get(i));
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private String maps(String where, Map<?, ?> a, Map<?, ?> b) {
    List<Object> expected = new ArrayList<>(a.keySet());
    List<Object> got = new ArrayList<>(b.keySet());
    if (!expected.equals(got)) {
      return where + ": expected keys " + shown(expected) + ", got " + shown(got);
    }
    for (Object key : expected) {
      String inside = where + "." + key;
      String difference =
          loose.contains(key)
              ? loosely(inside, a.get(key), b.get(key))
              : at(inside, a.get(key), b.get(key));
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private static String loosely(String where, Object expected, Object got) {
    boolean fits =
        got != null && !got.equals("") && expected != null && kind(expected).equals(kind(got));
    return fits ? null : where + ": expected something like " + shown(expected) + ", got " + got;
  }

  private static String kind(Object value) {
    return value instanceof Map<?, ?> || value instanceof List<?>
        ? "object"
        : value.getClass().getSimpleName();
  }

  private static String shown(Object value) {
    String text = Json.stringify(value);
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }
}

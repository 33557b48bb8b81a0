package dev.parallax.conformance;

import dev.parallax.Aggregate;
import dev.parallax.Filter;
import dev.parallax.FilterOp;
import dev.parallax.GroupRollup;
import dev.parallax.SortDirection;
import dev.parallax.SplitRollup;
import dev.parallax.ViewConfig;
import dev.parallax.WindowColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * View configurations as dashboards write them in JSON, with the checks that the stock client
 * makes.
 */
final class CaseConfig {
  private static final Set<String> KEYS =
      Set.of(
          "group_by",
          "split_by",
          "columns",
          "filter",
          "sort",
          "expressions",
          "windows",
          "aggregates",
          "group_by_depth",
          "filter_op",
          "group_rollup_mode",
          "split_rollup_mode");

  private static final Set<String> WINDOW_KEYS =
      Set.of(
          "column",
          "aggregate",
          "partition_by",
          "order_by",
          "rows",
          "range",
          "cumulative",
          "offset",
          "alpha");

  private CaseConfig() {}

  /** Reads a configuration; what the stock client refuses is an IllegalArgumentException. */
  static ViewConfig read(Map<?, ?> json) {
    known(json, KEYS);
    ViewConfig.Builder out = ViewConfig.builder();
    if (json.get("columns") != null) {
      out.columns(texts(json.get("columns")));
    }
    out.groupBy(texts(json.get("group_by")).toArray(new String[0]));
    out.splitBy(texts(json.get("split_by")).toArray(new String[0]));
    for (Object entry : list(json.get("sort"))) {
      List<?> pair = list(entry);
      out.sort(text(pair.get(0)), SortDirection.ofText(text(pair.get(1))));
    }
    for (Object entry : list(json.get("filter"))) {
      List<?> parts = list(entry);
      check(parts.size() == 2 || parts.size() == 3, "a filter has three parts");
      Object operand = parts.size() == 3 ? parts.get(2) : null;
      out.filter(text(parts.get(0)), text(parts.get(1)), operand);
    }
    expressions(json.get("expressions")).forEach(out::expression);
    map(json.get("aggregates")).forEach((column, how) -> aggregate(out, text(column), how));
    map(json.get("windows")).forEach((name, spec) -> out.window(text(name), window(map(spec))));
    if (json.get("group_by_depth") != null) {
      out.groupByDepth(whole(json.get("group_by_depth")));
    }
    if (json.get("filter_op") != null) {
      out.filterOp(constant(FilterOp.class, json.get("filter_op")));
    }
    if (json.get("group_rollup_mode") != null) {
      out.groupRollup(constant(GroupRollup.class, json.get("group_rollup_mode")));
    }
    if (json.get("split_rollup_mode") != null) {
      out.splitRollup(constant(SplitRollup.class, json.get("split_rollup_mode")));
    }
    return out.build();
  }

  private static void aggregate(ViewConfig.Builder out, String column, Object how) {
    if (how instanceof String name) {
      out.aggregate(column, name);
      return;
    }
    List<?> parts = list(how);
    check(parts.size() == 2, "an aggregate is a name, or a name and a list of columns");
    List<String> arguments = texts(parts.get(1));
    // The stock client sends several arguments as one.
    out.aggregate(
        column,
        text(parts.get(0)),
        arguments.isEmpty() ? new String[0] : new String[] {String.join(",", arguments)});
  }

  /** Text by name; in a list the name is a comment on the first line, or the text itself. */
  static Map<String, String> expressions(Object value) {
    Map<String, String> out = new LinkedHashMap<>();
    if (value instanceof List<?> texts) {
      for (Object entry : texts) {
        String text = text(entry);
        int line = text.indexOf('\n');
        if (text.startsWith("//") && line >= 0) {
          out.put(text.substring(2, line).strip(), text.substring(line + 1));
        } else {
          out.put(text, text);
        }
      }
      return out;
    }
    map(value).forEach((name, text) -> out.put(text(name), text(text)));
    return out;
  }

  private static WindowColumn window(Map<?, ?> spec) {
    known(spec, WINDOW_KEYS);
    check(
        Stream.of("rows", "range", "cumulative").filter(spec::containsKey).count() <= 1,
        "rows, range and cumulative are mutually exclusive");
    check(
        !spec.containsKey("cumulative") || Boolean.TRUE.equals(spec.get("cumulative")),
        "cumulative must be true when present");
    WindowColumn out = WindowColumn.of(text(spec.get("aggregate")), text(spec.get("column")));
    out = out.partitionBy(texts(spec.get("partition_by")).toArray(new String[0]));
    if (spec.get("order_by") != null) {
      List<?> order = list(spec.get("order_by"));
      check(order.size() == 2, "order_by has two parts");
      String direction = text(order.get(1));
      check(direction.equals("asc") || direction.equals("desc"), "order_by is asc or desc");
      out = out.orderBy(text(order.get(0)), direction.equals("desc"));
    }
    if (spec.get("rows") != null) {
      out = out.rows(whole(spec.get("rows")));
    }
    if (spec.get("range") != null) {
      out = out.range((Double) spec.get("range"));
    }
    if (Boolean.TRUE.equals(spec.get("cumulative"))) {
      out = out.cumulative();
    }
    if (spec.get("offset") != null) {
      out = out.offset(whole(spec.get("offset")));
    }
    return spec.get("alpha") == null ? out : out.alpha((Double) spec.get("alpha"));
  }

  /** Writes a configuration as the stock client shows it. */
  static Map<String, Object> write(ViewConfig config) {
    Map<String, Object> out = new LinkedHashMap<>();
    config.columns().ifPresent(columns -> out.put("columns", columns));
    out.put("group_by", config.groupBy());
    out.put("split_by", config.splitBy());
    List<Object> sorts = new ArrayList<>();
    config.sorts().forEach(sort -> sorts.add(List.of(sort.column(), sort.direction().text())));
    out.put("sort", sorts);
    List<Object> filters = new ArrayList<>();
    config.filters().forEach(filter -> filters.add(filter(filter)));
    out.put("filter", filters);
    if (config.filterOp() == FilterOp.OR) {
      out.put("filter_op", "or");
    }
    out.put("expressions", config.expressions());
    Map<String, Object> aggregates = new LinkedHashMap<>();
    config.aggregates().forEach((column, how) -> aggregates.put(column, aggregate(how)));
    out.put("aggregates", aggregates);
    config.groupByDepth().ifPresent(depth -> out.put("group_by_depth", (double) depth));
    config.groupRollup().ifPresent(mode -> out.put("group_rollup_mode", lower(mode)));
    config.splitRollup().ifPresent(mode -> out.put("split_rollup_mode", lower(mode)));
    return out;
  }

  private static Object aggregate(Aggregate how) {
    return how.arguments().isEmpty() ? how.name() : List.of(how.name(), how.arguments());
  }

  private static Object filter(Filter filter) {
    List<Object> out = new ArrayList<>(List.of(filter.column(), filter.op()));
    out.add(filter.operands().size() == 1 ? filter.operands().get(0) : filter.operands());
    return out;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static <E extends Enum<E>> E constant(Class<E> type, Object name) {
    for (E constant : type.getEnumConstants()) {
      if (lower(constant).equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("unknown variant " + name);
  }

  static long whole(Object number) {
    check(
        number instanceof Double d && d >= 0 && d <= 0xFFFF_FFFFL && d == Math.rint(d),
        number + " is no unsigned number");
    return ((Double) number).longValue();
  }

  private static void known(Map<?, ?> json, Set<String> keys) {
    json.keySet().forEach(key -> check(keys.contains(key), "unknown field " + key));
  }

  private static String text(Object value) {
    check(value instanceof String, "expected a string, got " + value);
    return (String) value;
  }

  private static List<?> list(Object value) {
    check(value == null || value instanceof List<?>, "expected a list, got " + value);
    return value == null ? List.of() : (List<?>) value;
  }

  private static Map<?, ?> map(Object value) {
    check(value == null || value instanceof Map<?, ?>, "expected a map, got " + value);
    return value == null ? Map.of() : (Map<?, ?>) value;
  }

  /** Null entries are placeholders of the viewer. */
  private static List<String> texts(Object value) {
    return list(value).stream().filter(Objects::nonNull).map(CaseConfig::text).toList();
  }

  private static void check(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}

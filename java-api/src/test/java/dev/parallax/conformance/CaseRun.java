package dev.parallax.conformance;

import dev.parallax.Client;
import dev.parallax.ColumnType;
import dev.parallax.Compression;
import dev.parallax.Dimensions;
import dev.parallax.ExpressionValidation;
import dev.parallax.HostedTable;
import dev.parallax.JoinOptions;
import dev.parallax.JoinType;
import dev.parallax.ListFlatten;
import dev.parallax.MinMax;
import dev.parallax.ParallaxException;
import dev.parallax.Subscription;
import dev.parallax.Table;
import dev.parallax.TableData;
import dev.parallax.TableOptions;
import dev.parallax.UpdateMode;
import dev.parallax.View;
import dev.parallax.ViewConfig;
import dev.parallax.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Runs the steps of one case with a client. */
final class CaseRun implements AutoCloseable {
  private static final long STEP_TIMEOUT_MS = 15_000;
  private static final long QUIET_MS = 60;

  private final Client client;
  private final Map<String, Table> tables = new LinkedHashMap<>();
  private final Map<String, View> views = new LinkedHashMap<>();
  private final Map<String, Heard> heard = new LinkedHashMap<>();
  private final List<Table> created = new ArrayList<>();

  /** What one subscription has heard. */
  private static final class Heard {
    private final List<Object> events = Collections.synchronizedList(new ArrayList<>());
    private Subscription subscription;
  }

  CaseRun(Client client) {
    this.client = client;
  }

  /** Runs a case; returns why it failed, or null. */
  static String run(Client client, List<?> steps) throws Exception {
    try (CaseRun run = new CaseRun(client)) {
      for (int i = 0; i < steps.size(); i++) {
        Map<?, ?> step = (Map<?, ?>) steps.get(i);
        String why = run.check(step);
        if (why != null) {
          return "step " + i + " (" + step.get("op") + "): " + why;
        }
      }
      return null;
    }
  }

  private String check(Map<?, ?> step) throws Exception {
    Object got = null;
    Exception error = null;
    try {
      got = step(step);
    } catch (Exception e) {
      error = e;
    }
    if (step.containsKey("expect_error")) {
      return error != null
          ? null
          : "expected an error (" + step.get("expect_error") + "), got " + Json.stringify(got);
    }
    if (error != null) {
      return error.getClass().getSimpleName() + ": " + error.getMessage();
    }
    if (!step.containsKey("expect")) {
      return null;
    }
    List<?> loose = step.get("loose") instanceof List<?> keys ? keys : List.of();
    return Differ.differ((String) step.get("op"), step.get("expect"), got, loose);
  }

  private Object step(Map<?, ?> s) throws Exception {
    return switch ((String) s.get("op")) {
      case "table" -> table(s);
      case "join" -> join(s);
      case "view" -> put(views, name(s, "as", "v"), tableOf(s).view(config(s)));
      case "view_delete" -> {
        View view = viewOf(s);
        views.remove(name(s, "view", "v"));
        view.delete();
        yield null;
      }
      case "update" -> {
        Object port = s.get("port_id");
        tableOf(s).update(data(s), port == null ? 0 : CaseConfig.whole(port));
        yield null;
      }
      case "replace" -> done(() -> tableOf(s).replace(data(s)));
      case "remove" -> {
        if (!(s.get("keys") instanceof List<?> keys)) {
          throw new IllegalArgumentException("keys are a list");
        }
        tableOf(s).remove(TableData.jsonRows(Json.stringify(keys)));
        yield null;
      }
      case "clear" -> done(() -> tableOf(s).clear());
      case "table_delete" -> deleteTable(s);
      case "hosted_names" -> {
        List<?> among = s.get("among") instanceof List<?> names ? names : List.of();
        yield client.hostedTables().stream()
            .map(HostedTable::name)
            .filter(among::contains)
            .sorted()
            .toList();
      }
      case "on_update", "on_remove", "on_view_delete", "on_table_delete" -> subscribe(s);
      case "remove_update" -> done(() -> heard.get(name(s, "of", "u")).subscription.close());
      case "remove_remove" -> done(() -> heard.get(name(s, "of", "r")).subscription.close());
      case "events" -> {
        quiet();
        List<Object> events = heard.get(name(s, "of", "u")).events;
        List<Object> out = new ArrayList<>(events);
        events.clear();
        yield out;
      }
      default -> ask(s);
    };
  }

  private Object ask(Map<?, ?> s) {
    String op = (String) s.get("op");
    if (op.startsWith("table_") || op.equals("make_port") || op.equals("validate_expressions")) {
      return askTable(op, tableOf(s), s);
    }
    View view = viewOf(s);
    return switch (op) {
      case "view_schema" -> types(view.schema());
      case "expression_schema" -> types(view.expressionSchema());
      case "dimensions" -> dimensions(view.dimensions());
      case "num_rows" -> (double) view.numRows();
      case "num_columns" -> (double) view.numColumns();
      case "column_paths" -> view.columnPaths(window(s));
      case "get_config" -> CaseConfig.write(view.config());
      case "get_min_max" -> {
        MinMax range = view.getMinMax((String) s.get("column"));
        yield Arrays.asList(range.min(), range.max());
      }
      case "expand" -> (double) view.expand(CaseConfig.whole(s.get("row")));
      case "collapse" -> (double) view.collapse(CaseConfig.whole(s.get("row")));
      case "set_depth" -> done(() -> view.setDepth(CaseConfig.whole(s.get("depth"))));
      case "to_columns" -> Json.parse(view.toColumns(window(s)));
      case "to_columns_text" -> view.toColumns(window(s));
      case "to_json" -> Json.parse(view.toJson(window(s)));
      case "to_json_text" -> view.toJson(window(s));
      case "to_ndjson" -> view.toNdjson(window(s));
      case "to_csv" -> view.toCsv(window(s));
      case "to_arrow" -> ArrowDecoder.decode(view.toArrow(window(s)));
      default -> throw new IllegalArgumentException("unknown op " + op);
    };
  }

  private Object askTable(String op, Table table, Map<?, ?> s) {
    return switch (op) {
      case "make_port" -> (double) table.makePort();
      case "table_schema" -> types(table.schema());
      case "table_columns" -> table.columns();
      case "table_size" -> (double) table.size();
      case "table_index" -> table.index().orElse(null);
      case "table_limit" -> table.limit().isPresent() ? (double) table.limit().getAsLong() : null;
      case "validate_expressions" ->
          validation(table.validateExpressions(CaseConfig.expressions(s.get("expressions"))));
      default -> throw new IllegalArgumentException("unknown op " + op);
    };
  }

  private static Object done(Runnable body) {
    body.run();
    return null;
  }

  private static <T> Object put(Map<String, T> map, String name, T value) {
    map.put(name, value);
    return null;
  }

  private static String name(Map<?, ?> s, String key, String otherwise) {
    return s.get(key) instanceof String name ? name : otherwise;
  }

  private Table tableOf(Map<?, ?> s) {
    return Objects.requireNonNull(tables.get(name(s, "table", "t")), "no such table");
  }

  private View viewOf(Map<?, ?> s) {
    return Objects.requireNonNull(views.get(name(s, "view", "v")), "no such view");
  }

  private static ViewConfig config(Map<?, ?> s) {
    return CaseConfig.read(s.get("config") instanceof Map<?, ?> config ? config : Map.of());
  }

  private Object table(Map<?, ?> s) {
    TableOptions options = TableOptions.none();
    if (s.get("options") instanceof Map<?, ?> given) {
      options = options(given);
    }
    if (s.get("hosted_name") instanceof String name) {
      options = options.name(name);
    }
    Table made =
        s.get("from_view") instanceof String view
            ? client.table(views.get(view), options)
            : client.table(data(s), options);
    created.add(made);
    return put(tables, name(s, "as", "t"), made);
  }

  private static TableOptions options(Map<?, ?> given) {
    TableOptions options = TableOptions.none();
    if (given.get("index") instanceof String index) {
      options = options.index(index);
    }
    if (given.get("limit") != null) {
      options = options.limit(CaseConfig.whole(given.get("limit")));
    }
    if (Boolean.TRUE.equals(given.get("page_to_disk"))) {
      options = options.pageToDisk();
    }
    if (given.get("list_flatten") != null) {
      options =
          options.listFlatten(CaseConfig.constant(ListFlatten.class, given.get("list_flatten")));
    }
    return options;
  }

  private Object join(Map<?, ?> s) {
    JoinOptions options = JoinOptions.inner();
    if (s.get("options") instanceof Map<?, ?> given) {
      if (given.get("join_type") != null) {
        options = options.type(CaseConfig.constant(JoinType.class, given.get("join_type")));
      }
      if (given.get("right_on") instanceof String column) {
        options = options.rightColumn(column);
      }
      if (given.get("name") instanceof String name) {
        options = options.name(name);
      }
    }
    Table left = Objects.requireNonNull(tables.get(name(s, "left", "")), "no left table");
    Table right = Objects.requireNonNull(tables.get(name(s, "right", "")), "no right table");
    Table made = client.join(left, right, (String) s.get("on"), options);
    created.add(made);
    return put(tables, name(s, "as", "j"), made);
  }

  private Object deleteTable(Map<?, ?> s) throws Exception {
    Table table = tableOf(s);
    boolean lazy =
        s.get("options") instanceof Map<?, ?> options && Boolean.TRUE.equals(options.get("lazy"));
    if (lazy) {
      table.deleteLazily().toCompletableFuture().get(STEP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } else {
      table.delete();
    }
    return null;
  }

  private static TableData data(Map<?, ?> s) {
    Map<?, ?> data = (Map<?, ?>) s.get("data");
    String kind = (String) data.keySet().iterator().next();
    Object value = data.get(kind);
    return switch (kind) {
      case "schema" -> {
        Map<String, ColumnType> schema = new LinkedHashMap<>();
        ((Map<?, ?>) value)
            .forEach((name, type) -> schema.put((String) name, ColumnType.ofName((String) type)));
        yield TableData.schema(schema);
      }
      case "columns" -> TableData.jsonColumns(Json.stringify(value));
      case "rows" -> TableData.jsonRows(Json.stringify(value));
      case "columns_text" -> TableData.jsonColumns((String) value);
      case "rows_text" -> TableData.jsonRows((String) value);
      case "csv" -> TableData.csv((String) value);
      case "ndjson" -> TableData.ndjson((String) value);
      case "arrow_b64" -> TableData.arrow(Base64.getDecoder().decode((String) value));
      default -> throw new IllegalArgumentException("unknown data kind " + kind);
    };
  }

  private Object subscribe(Map<?, ?> s) {
    Heard h = new Heard();
    String otherwise;
    switch ((String) s.get("op")) {
      case "on_update" -> {
        UpdateMode mode = s.get("mode") == null ? UpdateMode.NOTIFY : UpdateMode.ROW;
        otherwise = "u";
        h.subscription =
            viewOf(s)
                .onUpdate(
                    mode,
                    event -> {
                      Map<String, Object> out = new LinkedHashMap<>();
                      out.put("port_id", (double) event.portId());
                      event.delta().ifPresent(rows -> out.put("delta", ArrowDecoder.decode(rows)));
                      h.events.add(out);
                    });
      }
      case "on_remove" -> {
        otherwise = "r";
        h.subscription =
            viewOf(s)
                .onRemove(
                    event -> {
                      Map<String, Object> out = new LinkedHashMap<>();
                      out.put("port_id", (double) event.portId());
                      out.put("indices", ArrowDecoder.decode(event.keys()));
                      h.events.add(out);
                    });
      }
      case "on_view_delete" -> {
        otherwise = "d";
        h.subscription = viewOf(s).onDelete(() -> h.events.add("deleted"));
      }
      default -> {
        otherwise = "d";
        h.subscription = tableOf(s).onDelete(() -> h.events.add("deleted"));
      }
    }
    return put(heard, name(s, "as", otherwise), h);
  }

  private void quiet() throws InterruptedException {
    int seen = -1;
    for (; ; ) {
      int now = heard.values().stream().mapToInt(h -> h.events.size()).sum();
      if (now == seen) {
        return;
      }
      seen = now;
      Thread.sleep(QUIET_MS);
    }
  }

  /** As the stock client sends it: starts are rounded down, ends up, negatives become 0. */
  private static Window window(Map<?, ?> s) {
    Window out = Window.all();
    if (!(s.get("window") instanceof Map<?, ?> given)) {
      return out;
    }
    out = bound(out, given.get("start_row"), n -> Math.floor(n), out::fromRow);
    out = bound(out, given.get("end_row"), n -> Math.ceil(n), out::toRow);
    out = bound(out, given.get("start_col"), n -> Math.floor(n), out::fromColumn);
    out = bound(out, given.get("end_col"), n -> Math.ceil(n), out::toColumn);
    out = out.withId(Boolean.TRUE.equals(given.get("id")));
    out = out.withIndex(Boolean.TRUE.equals(given.get("index")));
    out = out.formatted(Boolean.TRUE.equals(given.get("formatted")));
    if (given.get("compression") != null) {
      out = out.compression(CaseConfig.constant(Compression.class, given.get("compression")));
    }
    return out.namedRowPaths(!Boolean.FALSE.equals(given.get("emit_legacy_row_path_names")));
  }

  private static Window bound(
      Window window,
      Object given,
      UnaryOperator<Double> rounding,
      java.util.function.LongFunction<Window> set) {
    return given == null
        ? window
        : set.apply(Math.max(0, rounding.apply((Double) given).longValue()));
  }

  private static Map<String, Object> types(Map<String, ColumnType> schema) {
    Map<String, Object> out = new LinkedHashMap<>();
    schema.forEach((name, type) -> out.put(name, type.typeName()));
    return Json.ordered(out);
  }

  private static Map<String, Object> dimensions(Dimensions sizes) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("num_table_rows", (double) sizes.tableRows());
    out.put("num_table_columns", (double) sizes.tableColumns());
    out.put("num_view_rows", (double) sizes.viewRows());
    out.put("num_view_columns", (double) sizes.viewColumns());
    return out;
  }

  private static Map<String, Object> validation(ExpressionValidation result) {
    Map<String, Object> errors = new LinkedHashMap<>();
    result
        .errors()
        .forEach(
            (name, fault) -> {
              Map<String, Object> out = new LinkedHashMap<>();
              out.put("error_message", fault.message());
              out.put("line", (double) fault.line());
              out.put("column", (double) fault.column());
              errors.put(name, out);
            });
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("expression_schema", types(result.types()));
    out.put("errors", errors);
    out.put("expression_alias", result.expressions());
    return out;
  }

  @Override
  public void close() {
    for (View view : views.values()) {
      quietly(view::delete);
    }
    Collections.reverse(created);
    for (Table table : created) {
      quietly(table::deleteLazily);
    }
  }

  private static void quietly(Runnable body) {
    try {
      body.run();
    } catch (ParallaxException e) {
      // The case has deleted it already.
    }
  }
}

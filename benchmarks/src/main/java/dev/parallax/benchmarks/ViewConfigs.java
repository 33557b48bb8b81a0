package dev.parallax.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parallax.ViewConfig;
import dev.parallax.Window;
import dev.parallax.WindowColumn;
import java.util.ArrayList;
import java.util.List;

/** View configurations and windows from the JSON in which the stock clients take them. */
final class ViewConfigs {
  private ViewConfigs() {}

  static ViewConfig config(JsonNode json) {
    ViewConfig.Builder out =
        ViewConfig.builder()
            .groupBy(strings(json.path("group_by")))
            .splitBy(strings(json.path("split_by")));
    if (json.has("columns")) {
      out.columns(strings(json.get("columns")));
    }
    json.path("aggregates")
        .fields()
        .forEachRemaining(e -> out.aggregate(e.getKey(), e.getValue().asText()));
    json.path("filter")
        .forEach(f -> out.filter(f.get(0).asText(), f.get(1).asText(), operand(f.get(2))));
    json.path("sort").forEach(s -> out.sort(s.get(0).asText(), s.get(1).asText()));
    json.path("expressions")
        .fields()
        .forEachRemaining(e -> out.expression(e.getKey(), e.getValue().asText()));
    json.path("windows")
        .fields()
        .forEachRemaining(e -> out.window(e.getKey(), windowColumn(e.getValue())));
    return out.build();
  }

  static Window window(JsonNode json) {
    Window out = Window.all();
    if (json.has("end_row")) {
      out = out.rows(json.path("start_row").asLong(), json.get("end_row").asLong());
    }
    if (json.has("end_col")) {
      out = out.columns(json.path("start_col").asLong(), json.get("end_col").asLong());
    }
    return out;
  }

  private static WindowColumn windowColumn(JsonNode json) {
    JsonNode order = json.get("order_by");
    return WindowColumn.of(json.get("aggregate").asText(), json.get("column").asText())
        .partitionBy(strings(json.get("partition_by")))
        .orderBy(order.get(0).asText(), order.get(1).asText().equals("desc"))
        .rows(json.get("rows").asLong());
  }

  private static Object operand(JsonNode json) {
    return json.isArray()
        ? List.of(strings(json))
        : json.isNumber() ? json.numberValue() : json.asText();
  }

  private static String[] strings(JsonNode json) {
    List<String> out = new ArrayList<>();
    json.forEach(one -> out.add(one.asText()));
    return out.toArray(String[]::new);
  }
}

package dev.parallax.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON as JavaScript has it, since the cases were recorded there: numbers are doubles, and keys
 * that look like array positions come first, ascending. Values are null, Boolean, Double, String,
 * List and Map.
 */
final class Json {
  private static final ObjectMapper MAPPER = mapper();

  private Json() {}

  private static ObjectMapper mapper() {
    ObjectMapper mapper = JsonMapper.builder().build();
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build());
    return mapper;
  }

  static Object parse(String text) {
    try {
      return value(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
    }
  }

  private static Object value(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      node.fields().forEachRemaining(field -> fields.put(field.getKey(), value(field.getValue())));
      return ordered(fields);
    }
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(value(item)));
      return items;
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.isTextual() ? node.textValue() : null;
  }

  /** The keys in JavaScript's order. */
  static Map<String, Object> ordered(Map<String, Object> fields) {
    Map<Long, String> positions = new TreeMap<>();
    for (String key : fields.keySet()) {
      if (key.matches("0|[1-9][0-9]{0,9}") && Long.parseLong(key) < 0xFFFF_FFFFL) {
        positions.put(Long.parseLong(key), key);
      }
    }
    if (positions.isEmpty()) {
      return fields;
    }
    Map<String, Object> out = new LinkedHashMap<>();
    positions.values().forEach(key -> out.put(key, fields.get(key)));
    fields.forEach(out::putIfAbsent);
    return out;
  }

  /** The text that JSON.stringify gives. */
  static String stringify(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      out.append('{');
      String comma = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(comma).append(quoted((String) entry.getKey())).append(':');
        write(entry.getValue(), out);
        comma = ",";
      }
      out.append('}');
    } else if (value instanceof List<?> list) {
      out.append('[');
      String comma = "";
      for (Object item : list) {
        out.append(comma);
        write(item, out);
        comma = ",";
      }
      out.append(']');
    } else if (value instanceof Double number) {
      out.append(number(number));
    } else {
      out.append(value instanceof String text ? quoted(text) : String.valueOf(value));
    }
  }

  private static String quoted(String text) {
    try {
      return MAPPER.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String number(double number) {
    if (number == Math.rint(number) && Math.abs(number) < 1e21) {
      return new java.math.BigDecimal(number).toBigInteger().toString();
    }
    return Double.toString(number)
        .replace("E-", "e-")
        .replace("E", "e+")
        .replaceFirst("\\.0e", "e");
  }
}

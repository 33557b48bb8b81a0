package dev.parallax.internal.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parallax.BadInputException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  private static String cell(Object value) {
    String row = text(JsonWriter.rows(List.of(Collections.singletonMap("c", value))));
    return row.substring("[{\"c\":".length(), row.length() - 2);
  }

  @Test
  void writesScalars() {
    assertEquals("null", cell(null));
    assertEquals("true", cell(true));
    assertEquals("7", cell(7));
    assertEquals("9007199254740993", cell(9007199254740993L));
    assertEquals(
        "123456789012345678901234567890", cell(new BigInteger("123456789012345678901234567890")));
    assertEquals("1.10", cell(new BigDecimal("1.10")));
    assertEquals("0.1", cell(0.1f));
    assertEquals("1.5", cell(1.5));
    assertEquals("\"a\\\"\\n\\u0000é\uD83D\uDE00\"", cell("a\"\n\u0000é\uD83D\uDE00"));
    assertEquals("\"x\"", cell('x'));
    assertEquals("\"DAYS\"", cell(TimeUnit.DAYS));
  }

  @Test
  void numbersThatJsonHasNotBecomeNull() {
    assertEquals("null", cell(Double.NaN));
    assertEquals("null", cell(Float.NEGATIVE_INFINITY));
  }

  @Test
  void writesTimesAsTextInUtc() {
    assertEquals("\"2024-02-29\"", cell(LocalDate.of(2024, 2, 29)));
    String expected = "\"2024-02-29 12:30:00.250\"";
    assertEquals(expected, cell(Instant.parse("2024-02-29T12:30:00.25Z")));
    assertEquals(expected, cell(LocalDateTime.of(2024, 2, 29, 12, 30, 0, 250_000_000)));
    assertEquals(expected, cell(ZonedDateTime.parse("2024-02-29T13:30:00.25+01:00")));
    assertEquals(expected, cell(Date.from(Instant.parse("2024-02-29T12:30:00.25Z"))));
  }

  @Test
  void writesNestedValues() {
    assertEquals("[1,[null,2]]", cell(List.of(1, Arrays.asList(null, 2))));
    assertEquals("{\"a\":{\"b\":1}}", cell(Map.of("a", Map.of("b", 1))));
  }

  @Test
  void writesColumnsFromListsAndArrays() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("a", List.of(1, 2));
    columns.put("b", new double[] {1.5, Double.NaN});
    columns.put("c", new String[] {"x", null});
    columns.put("d", new boolean[] {true, false});
    assertEquals(
        "{\"a\":[1,2],\"b\":[1.5,null],\"c\":[\"x\",null],\"d\":[true,false]}",
        text(JsonWriter.columns(columns)));
  }

  @Test
  void namesTheCellThatCannotBeWritten() {
    Object odd = new Thread("t");
    BadInputException thrown =
        assertThrows(
            BadInputException.class,
            () -> JsonWriter.rows(List.of(Map.of("a", 1), Map.of("b", odd))));
    assertTrue(
        thrown.getMessage().startsWith("row 1, column \"b\": cannot write a java.lang.Thread"));
    thrown =
        assertThrows(BadInputException.class, () -> JsonWriter.columns(Map.of("a", "no list")));
    assertTrue(thrown.getMessage().contains("column \"a\""));
    Map<String, Object> nameless = new LinkedHashMap<>();
    nameless.put(null, 1);
    assertThrows(BadInputException.class, () -> JsonWriter.rows(List.of(nameless)));
    assertThrows(BadInputException.class, () -> JsonWriter.rows(Collections.singletonList(null)));
  }
}

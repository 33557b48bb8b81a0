package dev.parallax;

import static dev.parallax.Expressions.avg;
import static dev.parallax.Expressions.bool;
import static dev.parallax.Expressions.date;
import static dev.parallax.Expressions.datetime;
import static dev.parallax.Expressions.ifElse;
import static dev.parallax.Expressions.literal;
import static dev.parallax.Expressions.max;
import static dev.parallax.Expressions.min;
import static dev.parallax.Expressions.now;
import static dev.parallax.Expressions.number;
import static dev.parallax.Expressions.random;
import static dev.parallax.Expressions.sum;
import static dev.parallax.Expressions.text;
import static dev.parallax.Expressions.today;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parallax.Expressions.CalendarUnit;
import dev.parallax.Expressions.ClockUnit;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That the server takes what the builders write, as the types they say, and computes it so. */
@Timeout(60)
class ExpressionsTest {
  private static final String ODD_NAME = "odd \"name\\ 'ü' //";
  private static final Instant TIME = Instant.parse("2024-02-29T13:45:59.123Z");

  private final Server server = Server.create();
  private final Client client = server.newLocalClient();
  private final Table table = table();

  /** What is expected of the first row, as JSON. */
  private final Map<Expression<?>, String> expected = new LinkedHashMap<>();

  private final NumberExpression price = number("price");
  private final NumberExpression size = number("size");
  private final TextExpression name = text("name");
  private final BooleanExpression good = bool("good");
  private final DateExpression day = date("day");
  private final DatetimeExpression time = datetime("time");

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Table table() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("price", new Double[] {-2.75, null});
    columns.put("size", new Integer[] {7, null});
    columns.put("name", new String[] {"key=Value", null});
    columns.put("good", new Boolean[] {true, null});
    columns.put("day", new LocalDate[] {LocalDate.of(2024, 2, 29), null});
    columns.put("time", new Instant[] {TIME, null});
    columns.put(ODD_NAME, new int[] {1, 2});
    return client.table(TableData.arrays(columns), TableOptions.none());
  }

  private void expect(Expression<?> expression, Object value) {
    expected.put(expression, String.valueOf(value));
  }

  private void expectText(TextExpression expression, String value) {
    expected.put(expression, "\"" + value + "\"");
  }

  /** Also that each expression is taken where all cells are null, by validation and in a view. */
  private void check() {
    Map<String, String> texts = new LinkedHashMap<>();
    expected.keySet().forEach(expression -> texts.put(expression.text(), expression.text()));
    ExpressionValidation validation = table.validateExpressions(texts);
    assertEquals(Map.of(), validation.errors());
    for (Map.Entry<Expression<?>, String> entry : expected.entrySet()) {
      Expression<?> expression = entry.getKey();
      String text = expression.text();
      Set<ColumnType> types = types(expression);
      assertTrue(types.contains(validation.types().get(text)), text + " is of another type");
      ViewConfig config = ViewConfig.builder().columns("e").expression("e", expression).build();
      try (View view = table.view(config)) {
        assertTrue(types.contains(view.schema().get("e")), text);
        String cells = view.toColumns(Window.all().rows(0, 1));
        assertEquals("{\"e\":[" + entry.getValue() + "]}", cells, text);
      }
    }
  }

  private static Set<ColumnType> types(Expression<?> expression) {
    if (expression instanceof NumberExpression) {
      return Set.of(ColumnType.INTEGER, ColumnType.FLOAT);
    } else if (expression instanceof TextExpression) {
      return Set.of(ColumnType.STRING);
    } else if (expression instanceof BooleanExpression) {
      return Set.of(ColumnType.BOOLEAN);
    }
    return Set.of(expression instanceof DateExpression ? ColumnType.DATE : ColumnType.DATETIME);
  }

  @Test
  void columnsAndLiterals() {
    expect(price, -2.75);
    expect(size, 7);
    expectText(name, "key=Value");
    expect(good, true);
    expect(day, 1_709_164_800_000L);
    expect(time, TIME.toEpochMilli());
    expect(number(ODD_NAME), 1);
    expect(literal(-1.5e-7).times(1e7), -1.5);
    expect(literal(5), "5.0");
    expect(literal(1L << 53).minus(1), "9007199254740991.0");
    expect(literal(-3).power(2), "9.0");
    expect(literal(1e300).dividedBy(1e299), "10.0");
    expect(literal(Double.MIN_VALUE).gt(0), true);
    expectText(literal(""), "");
    expectText(literal("it's \"a\\b\" // ü\n\r\t"), "it's \\\"a\\\\b\\\" // ü\\n\\r\\t");
    expect(literal("\u0000\u0001").length(), "2.0");
    expect(literal(true), true);
    expect(literal(false), false);
    expect(literal(LocalDate.of(2024, 2, 29)).eq(day), true);
    expect(literal(TIME).eq(time), true);
    expect(today().eq(now().bucket(1, CalendarUnit.DAY)), true);
    expect(random().lt(1), true);
    check();
  }

  @Test
  void numbers() {
    expect(price.plus(size), 4.25);
    expect(price.plus(1), -1.75);
    expect(price.minus(size), -9.75);
    expect(price.minus(1), -3.75);
    expect(price.times(size).plus(size), -12.25);
    expect(price.times(2), -5.5);
    expect(size.dividedBy(price.plus(0.75)), -3.5);
    expect(size.dividedBy(0), null);
    expect(size.modulo(literal(4)), "3.0");
    expect(size.modulo(2), "1.0");
    expect(size.power(literal(2)), "49.0");
    expect(literal(2).power(3), "8.0");
    expect(size.negate(), -7);
    expect(size.eq(7), true);
    expect(size.ne(7), false);
    expect(price.lt(0), true);
    expect(price.le(-2.75), true);
    expect(price.gt(size), false);
    expect(price.ge(-2), false);
    expect(price.between(-3, -2), true);
    expect(price.between(price, size), true);
    expect(price.isNull().or(size.isNotNull()), true);
    expect(price.dividedBy(0).orElse(1), "1.0");
    expect(price.dividedBy(0).orElse(size.modulo(0)).orElse(size), "7.0");
    expect(price.abs(), 2.75);
    expect(price.ceil(), "-2.0");
    expect(price.floor(), "-3.0");
    expect(price.round(), "-3.0");
    expect(price.trunc(), -2);
    expect(price.frac(), -0.75);
    expect(price.sign(), -1);
    expect(literal(0).exp(), "1.0");
    expect(literal(1).log(), "0.0");
    expect(literal(1000).log10().round(), "3.0");
    expect(literal(8).log2(), "3.0");
    expect(literal(8).log(literal(2)), "3.0");
    expect(literal(2.25).sqrt(), 1.5);
    expect(literal(27).root(literal(3)).round(), "3.0");
    expect(literal(0).sin().plus(literal(0).cos()).plus(literal(0).tan()), "1.0");
    expect(literal(1).percentOf(literal(8)), 12.5);
    expect(price.clamp(literal(0), size), "0.0");
    expect(size.clamp(0, 3), "3.0");
    expect(literal(-12).bucket(5), "-15.0");
    expect(min(price, size, literal(1)), -2.75);
    expect(max(price, size), "7.0");
    expect(sum(price, size), 4.25);
    expect(avg(size, literal(8)), 7.5);
    expect(size.toFloat(), "7.0");
    expect(price.toInteger(), -2);
    expectText(price.toText(), "-2.75");
    expect(size.toBoolean(), true);
    expect(literal(1000).toDatetime(), 1000);
    expect(NumberExpression.of("1 + \"size\"").times(2), "16.0");
    check();
  }

  @Test
  void texts() {
    expect(name.eq("key=Value"), true);
    expect(name.ne(name), false);
    expect(name.in("a", "key=Value"), true);
    expect(name.in("a"), false);
    expect(name.lt(literal("l")), true);
    expectText(name.search("(x)").orElse("none"), "none");
    expectText(name.concat("!"), "key=Value!");
    expectText(name.concat(literal("-"), size.toText()), "key=Value-7");
    expectText(name.upper(), "KEY=VALUE");
    expectText(name.lower(), "key=value");
    expect(name.length(), "9.0");
    expectText(name.substring(4), "Value");
    expectText(name.substring(0, 3), "key");
    expectText(name.substring(literal(4), literal(1)), "V");
    expect(name.contains("y=V"), true);
    expect(name.matches("\\w+=\\w+"), true);
    expect(name.matches("key"), false);
    expect(name.finds("^key"), true);
    expectText(name.search("=(.*)"), "Value");
    expectText(name.replaceFirst("(\\w+)=(\\w+)", "\\2=\\1"), "Value=key");
    expectText(name.replaceFirst("e", name.substring(0, 1)), "kky=Value");
    expectText(name.replaceAll("[ey]", ""), "k=Valu");
    expectText(name.replaceAll("=", literal(" is ")), "key is Value");
    expect(name.order("a", "key=Value"), "1.0");
    expect(literal(" 2.5").toFloat(), 2.5);
    check();
  }

  @Test
  void conditions() {
    expect(good.and(price.gt(0)), false);
    expect(good.or(price.gt(0)), true);
    expect(good.xor(good), false);
    expect(good.not(), false);
    expect(BooleanExpression.of("\"size\" > 1 or True").not(), false);
    expect(ifElse(good, price, literal(1)), -2.75);
    expectText(ifElse(good.not(), name, literal("no")), "no");
    expect(ifElse(price.gt(0), today(), day).eq(day), true);
    expect(ifElse(good, time, now()), TIME.toEpochMilli());
    check();
  }

  @Test
  void daysAndTimes() {
    LocalDate leap = LocalDate.of(2024, 2, 29);
    expect(day.eq(leap), true);
    expect(day.before(leap), false);
    expect(day.after(LocalDate.of(1969, 7, 20)), true);
    expectText(day.dayOfWeek(), "5 Thursday");
    expectText(day.monthOfYear(), "02 February");
    expectText(day.bucket(1, CalendarUnit.WEEK).toText(), "2024-02-26");
    expectText(day.bucket(6, CalendarUnit.MONTH).toText(), "2024-01-01");
    expectText(time.bucket(100, CalendarUnit.YEAR).toText(), "2000-01-01");
    expectText(time.bucket(1, CalendarUnit.DAY).toText(), "2024-02-29");
    expectText(time.bucket(15, ClockUnit.MINUTE).toText(), "2024-02-29 13:45:00.000");
    expectText(time.bucket(1, ClockUnit.SECOND).toText(), "2024-02-29 13:45:59.000");
    expectText(time.bucket(12, ClockUnit.HOUR).toText(), "2024-02-29 12:00:00.000");
    expectText(time.plus(Duration.ofDays(-1)).toText(), "2024-02-28 13:45:59.123");
    expect(time.millisSince(literal(TIME.minusMillis(5))), "5.0");
    expect(time.before(TIME), false);
    expect(time.after(TIME.minusMillis(1)), true);
    expect(time.hourOfDay(), "13.0");
    expectText(time.dayOfWeek(), "5 Thursday");
    expectText(time.monthOfYear(), "02 February");
    expect(DateExpression.of("date(2024, 2, 29)").eq(day), true);
    expect(DatetimeExpression.of("\"time\"").eq(time), true);
    check();
  }

  @Test
  void refusesWhatNoExpressionCanSay() {
    assertMessage("NaN cannot be written in an expression", () -> literal(Double.NaN));
    assertMessage("9007199254740993 cannot be written", () -> literal((1L << 53) + 1));
    assertMessage("column \"\" cannot stand in an expression", () -> number(""));
    assertMessage("column \"a\nb\" cannot stand in an expression", () -> text("a\nb"));
    assertMessage("the pattern is empty", () -> name.matches(""));
    assertMessage("bucket: the step is 0", () -> price.bucket(0));
    assertMessage(
        "no buckets of 7 MINUTE: use [1, 5, 10, 15, 20, 30]",
        () -> time.bucket(7, ClockUnit.MINUTE));
    assertMessage("no buckets of 0 YEAR: use 1 or more", () -> time.bucket(0, CalendarUnit.YEAR));
  }

  private static void assertMessage(String start, Runnable wrong) {
    String message = assertThrows(BadInputException.class, wrong::run).getMessage();
    assertTrue(message.startsWith(start), message);
  }

  @Test
  void validationTellsTypesAndPlaces() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("fine", "\"price\" * 2");
    texts.put("when", "bucket(\"time\", 'D')");
    texts.put("unknown column", "1 + \"nope\"");
    texts.put("unknown name", "1 +\n foo");
    texts.put("early end", "1 +");
    texts.put("types", "1 == 'a'");
    texts.put("price", "1");
    ExpressionValidation validation = table.validateExpressions(texts);
    assertEquals(Map.of("fine", ColumnType.FLOAT, "when", ColumnType.DATE), validation.types());
    assertEquals(texts, validation.expressions());
    Map<String, ExpressionValidation.Fault> errors = validation.errors();
    assertEquals(
        Set.of("unknown column", "unknown name", "early end", "types", "price"), errors.keySet());
    assertFault(errors.get("unknown name"), "foo", 1, 1);
    assertFault(errors.get("early end"), "", 0, 3);
    assertFault(errors.get("types"), "string", 0, 2);
    assertTrue(errors.get("unknown column").message().contains("nope"));
    assertTrue(errors.get("price").message().contains("price"));
    ViewConfig config = ViewConfig.builder().expression("bad", "1 +\n foo").build();
    assertMessage(errors.get("unknown name").message(), () -> table.view(config));
  }

  private static void assertFault(
      ExpressionValidation.Fault fault, String part, long line, long column) {
    assertTrue(fault.message().contains(part), fault.message());
    assertEquals(line, fault.line());
    assertEquals(column, fault.column());
  }
}

package dev.parallax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Java values, records and JDBC results as tables. */
@Timeout(60)
class TableDataTest {
  private final Server server = Server.create();
  private final Client client = server.newLocalClient();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Table table(TableData data) {
    return client.table(data, TableOptions.none());
  }

  private static String read(Table table) {
    try (View view = table.view()) {
      return view.toColumns();
    }
  }

  private static String message(Runnable wrong) {
    return assertThrows(BadInputException.class, wrong::run).getMessage();
  }

  // --- bytes ---------------------------------------------------------------------------------

  private static ByteBuffer direct(String text) {
    byte[] bytes = ("##" + text + "##").getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    return buffer.position(2).limit(bytes.length - 2);
  }

  @Test
  void takesBuffersOfText() {
    String expected = "{\"a\":[1,2],\"b\":[\"x\",\"y\"]}";
    assertEquals(expected, read(table(TableData.csv(direct("a,b\n1,x\n2,y\n")))));
    assertEquals(
        expected,
        read(table(TableData.jsonRows(direct("[{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":\"y\"}]")))));
    assertEquals(
        expected, read(table(TableData.jsonColumns(direct("{\"a\":[1,2],\"b\":[\"x\",\"y\"]}")))));
    assertEquals(
        expected,
        read(table(TableData.ndjson(direct("{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}")))));
  }

  // --- arrays --------------------------------------------------------------------------------

  @Test
  void keepsArraysAsTheyAre() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("long", new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 1});
    columns.put("int", new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE});
    columns.put("short", new short[] {-1, 2, 3});
    columns.put("double", new double[] {0.1, -1e300, 3});
    columns.put("float", new float[] {0.5f, 1.5f, 2.5f});
    columns.put("boolean", new boolean[] {true, false, true});
    columns.put("text", new String[] {"2020-01-01", null, "1"});
    columns.put("char", new char[] {'a', 'b', 'c'});
    columns.put("day", new LocalDate[] {LocalDate.EPOCH, null, LocalDate.of(1969, 12, 31)});
    columns.put("time", new Instant[] {Instant.ofEpochMilli(-1), Instant.EPOCH, null});
    columns.put("boxed", new Long[] {1L, null, 3L});
    columns.put("big", new BigInteger[] {BigInteger.TEN, null, BigInteger.ONE});
    columns.put("decimal", new BigDecimal[] {new BigDecimal("1.25"), null, BigDecimal.TEN});
    TableData data = TableData.arrays(columns);
    assertEquals(TableData.Format.ARROW, data.format());
    Table table = table(data);
    assertEquals(
        "{\"long\":[-9223372036854775808,9223372036854775807,1],"
            + "\"int\":[-2147483648,2147483647,null],"
            + "\"short\":[-1,2,3],"
            + "\"double\":[0.1,-1e300,3.0],"
            + "\"float\":[0.5,1.5,2.5],"
            + "\"boolean\":[true,false,true],"
            + "\"text\":[\"2020-01-01\",null,\"1\"],"
            + "\"char\":[\"a\",\"b\",\"c\"],"
            + "\"day\":[0,null,-86400000],"
            + "\"time\":[-1,0,null],"
            + "\"boxed\":[1,null,3],"
            + "\"big\":[10,null,1],"
            + "\"decimal\":[1.25,null,10.0]}",
        read(table));
    assertEquals(ColumnType.STRING, table.schema().get("text"));
    assertEquals(ColumnType.DATE, table.schema().get("day"));
  }

  @Test
  void keepsManyRowsOfArrays() {
    int rows = 200_003;
    int[] numbers = new int[rows];
    String[] texts = new String[rows];
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      numbers[i] = i;
      texts[i] = i % 64 == 63 ? null : "text " + i % 1_000;
      expected.append(texts[i] == null ? "" : "\"" + texts[i] + "\"").append('\n');
    }
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("n", numbers);
    columns.put("t", texts);
    Table table = table(TableData.arrays(columns));
    assertEquals(rows, table.size());
    try (View view = table.view(ViewConfig.builder().columns("t").build())) {
      assertEquals("\"t\"\n" + expected, view.toCsv());
    }
  }

  @Test
  void letsValuesDecideInColumns() {
    Table table = table(TableData.columns(Map.of("a", new Object[] {1, "x"})));
    assertEquals("{\"a\":[\"1\",\"x\"]}", read(table));
    Table days = table(TableData.columns(Map.of("d", new String[] {"2020-01-01"})));
    days.update(TableData.columns(Map.of("d", new long[] {86_400_000})));
    assertEquals("{\"d\":[1577836800000,86400000]}", read(days));
  }

  @Test
  void saysWhereAnArrayIsWrong() {
    String allowed = ": give an array of numbers, booleans, text, enums, dates or points in time";
    assertEquals(
        "column \"a\" is a java.lang.Object[]" + allowed,
        message(() -> TableData.arrays(Map.of("a", new Object[] {1}))));
    assertTrue(
        message(() -> TableData.arrays(Map.of("a", List.of(1)))).endsWith("List12" + allowed));
    assertEquals(
        "row 1, column \"a\": 18446744073709551616 is out of range: it needs more than 64 bits",
        message(
            () ->
                TableData.arrays(
                    Map.of("a", new BigInteger[] {null, BigInteger.ONE.shiftLeft(64)}))));
    assertEquals(
        "row 0, column \"a\": the text has half a surrogate pair",
        message(() -> TableData.arrays(Map.of("a", new String[] {"\ud834"}))));
    assertEquals(
        "row 0, column \"a\": the point in time +1000000000-12-31T23:59:59.999999999Z is out of"
            + " range",
        message(() -> TableData.arrays(Map.of("a", new Instant[] {Instant.MAX}))));
    assertEquals(
        "row 0, column \"a\": the day +999999999-12-31 is out of range",
        message(() -> TableData.arrays(Map.of("a", new LocalDate[] {LocalDate.MAX}))));
  }

  // --- records -------------------------------------------------------------------------------

  private enum Side {
    BUY,
    SELL
  }

  private record Venue(String name, Integer floor) {}

  private record Deal(Venue venue, boolean late) {}

  private record Trade(
      long id,
      String symbol,
      Side side,
      double price,
      Float fee,
      short size,
      Deal deal,
      LocalDate day,
      LocalDateTime time) {}

  @Test
  void makesRowsOfRecords() {
    LocalDate day = LocalDate.of(1970, 1, 2);
    List<Trade> trades =
        List.of(
            new Trade(
                1L << 40,
                "AAA",
                Side.BUY,
                1.5,
                0.25f,
                (short) 7,
                new Deal(new Venue("X", 3), true),
                day,
                day.atStartOfDay()),
            new Trade(2, null, Side.SELL, 2, null, (short) -7, new Deal(null, false), null, null),
            new Trade(3, "AAA", null, -1, 1f, (short) 0, null, null, null));
    assertEquals(
        "{\"id\":[1099511627776,2,3],\"symbol\":[\"AAA\",null,\"AAA\"],"
            + "\"side\":[\"BUY\",\"SELL\",null],\"price\":[1.5,2.0,-1.0],\"fee\":[0.25,null,1.0],"
            + "\"size\":[7,-7,0],\"deal.venue.name\":[\"X\",null,null],"
            + "\"deal.venue.floor\":[3,null,null],\"deal.late\":[true,false,null],"
            + "\"day\":[86400000,null,null],\"time\":[86400000,null,null]}",
        read(table(TableData.records(Trade.class, trades))));
    Table empty = table(TableData.records(Venue.class, List.of()));
    assertEquals(Map.of("name", ColumnType.STRING, "floor", ColumnType.INTEGER), empty.schema());
    assertEquals(0, empty.size());
  }

  private record Listed(Deal deal, List<String> tags) {}

  private record Outer(Inner inner) {}

  private record Inner(Outer outer) {}

  private record Failing(int n) {
    @Override
    public int n() {
      if (n > 0) {
        throw new IllegalStateException("no " + n);
      }
      return n;
    }
  }

  @Test
  void saysWhereARecordIsWrong() {
    assertEquals(
        "component \"tags\" of "
            + Listed.class.getName()
            + " is a java.util.List: use numbers, text, booleans, enums, dates, points in time, or"
            + " records of these",
        message(() -> TableData.records(Listed.class, List.of())));
    assertTrue(
        message(() -> TableData.records(Outer.class, List.of()))
            .startsWith("component \"inner.outer\" of " + Outer.class.getName() + " holds"));
    assertEquals(
        "row 1 is null: give a " + Venue.class.getName(),
        message(() -> TableData.records(Venue.class, Arrays.asList(new Venue("a", 1), null))));
    assertEquals(
        "row 1, column \"n\": the record threw java.lang.IllegalStateException: no 7",
        message(() -> TableData.records(Failing.class, List.of(new Failing(0), new Failing(7)))));
  }

  // --- JDBC ----------------------------------------------------------------------------------

  private interface Query {
    void run(ResultSet results) throws SQLException;
  }

  private static void query(String sql, Query body) throws SQLException {
    try (Connection database = DriverManager.getConnection("jdbc:h2:mem:");
        Statement statement = database.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      body.run(results);
    }
  }

  @Test
  void readsEveryTypeOfAResult() throws SQLException {
    query(
        "SELECT CAST(A AS TINYINT) AS TINY, CAST(B AS BIGINT) AS BIG, CAST(B AS DECIMAL(12,0)) AS"
            + " WHOLE, CAST(A AS DECIMAL(9,2)) AS PART, CAST(A AS REAL) AS R, CAST(A AS INT) > 1 AS"
            + " TRUTH, T, CAST(T AS CLOB) AS C, D, S, Z FROM (VALUES (2, 3000000000, 'grün', DATE"
            + " '2024-02-29', TIMESTAMP '1969-12-31 23:59:59.999999', TIMESTAMP WITH TIME ZONE"
            + " '1970-01-01 02:00:00+02:00'), (NULL, NULL, NULL, NULL, NULL, NULL)) AS V(A, B, T,"
            + " D, S, Z)",
        results -> {
          Table table = table(TableData.resultSet(results));
          assertEquals(
              "{\"TINY\":[2,null],\"BIG\":[3000000000,null],\"WHOLE\":[3000000000,null],"
                  + "\"PART\":[2.0,null],\"R\":[2.0,null],\"TRUTH\":[true,null],"
                  + "\"T\":[\"grün\",null],\"C\":[\"grün\",null],"
                  + "\"D\":[1709164800000,null],\"S\":[-1,null],\"Z\":[0,null]}",
              read(table));
          Map<String, ColumnType> types = table.schema();
          assertEquals(ColumnType.INTEGER, types.get("WHOLE"));
          assertEquals(ColumnType.FLOAT, types.get("PART"));
          assertEquals(ColumnType.DATE, types.get("D"));
          assertEquals(ColumnType.DATETIME, types.get("Z"));
        });
  }

  @Test
  void readsALargeResultInParts() throws SQLException {
    query(
        "SELECT X AS ID, 'text ' || MOD(X, 7) AS T FROM SYSTEM_RANGE(1, 1000)",
        results -> {
          Iterator<TableData> parts = TableData.resultSetParts(results, 300);
          Table table = client.table(parts.next(), TableOptions.none().index("ID"));
          List<Long> sizes = new ArrayList<>(List.of(table.size()));
          while (parts.hasNext()) {
            table.update(parts.next());
            sizes.add(table.size());
          }
          assertEquals(List.of(300L, 600L, 900L, 1000L), sizes);
          assertThrows(NoSuchElementException.class, parts::next);
          try (View view = table.view()) {
            assertEquals(
                "\"ID\",\"T\"\n1000,\"text 6\"\n", view.toCsv(Window.all().rows(999, 1000)));
          }
        });
    query(
        "SELECT X FROM SYSTEM_RANGE(1, 20)",
        results -> {
          Iterator<TableData> parts = TableData.resultSetParts(results, 10);
          parts.next();
          parts.next();
          assertFalse(parts.hasNext());
        });
    query(
        "SELECT X FROM SYSTEM_RANGE(1, 0)",
        results -> {
          Iterator<TableData> parts = TableData.resultSetParts(results, 10);
          Table table = table(parts.next());
          assertEquals(Map.of("X", ColumnType.INTEGER), table.schema());
          assertFalse(parts.hasNext());
        });
  }

  @Test
  void saysWhereAResultIsWrong() throws SQLException {
    query(
        "SELECT 1 AS A, 2 AS A",
        results ->
            assertEquals(
                "two columns of the result are labelled \"A\": tell them apart (SELECT ... AS ...)",
                message(() -> TableData.resultSet(results))));
    query(
        "SELECT X'00' AS B",
        results ->
            assertEquals(
                "column \"B\" of the result is of type BINARY VARYING: CAST it to a number, text,"
                    + " boolean, date or timestamp, or leave it out",
                message(() -> TableData.resultSet(results))));
    query(
        "SELECT CASEWHEN(X < 15, 'a', CHAR(55348)) AS T FROM SYSTEM_RANGE(1, 20)",
        results -> {
          Iterator<TableData> parts = TableData.resultSetParts(results, 10);
          parts.next();
          assertEquals(
              "row 14, column \"T\": the text has half a surrogate pair", message(parts::next));
        });
    query(
        "SELECT 1 AS A",
        results -> {
          results.close();
          assertTrue(
              message(() -> TableData.resultSet(results))
                  .startsWith("cannot read the result's metadata: "));
        });
  }
}

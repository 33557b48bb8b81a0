package dev.parallax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Feeding a table cell by cell. */
@Timeout(60)
class AppenderTest {
  private static final AppenderOptions BY_HAND = AppenderOptions.defaults().maxDelay(Duration.ZERO);

  private final Server server = Server.create();
  private final Client client = server.newLocalClient();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Table table(TableOptions options) {
    Map<String, ColumnType> schema = new LinkedHashMap<>();
    schema.put("id", ColumnType.INTEGER);
    schema.put("text", ColumnType.STRING);
    schema.put("price", ColumnType.FLOAT);
    schema.put("good", ColumnType.BOOLEAN);
    schema.put("day", ColumnType.DATE);
    schema.put("time", ColumnType.DATETIME);
    return client.table(TableData.schema(schema), options);
  }

  private static String read(Table table) {
    try (View view = table.view()) {
      return view.toColumns();
    }
  }

  private static String read(Table table, String... columns) {
    try (View view = table.view(ViewConfig.builder().columns(columns).build())) {
      return view.toColumns();
    }
  }

  @Test
  void writesEveryType() {
    Table table = table(TableOptions.none());
    try (Appender rows = table.appender(BY_HAND)) {
      int text = rows.column("text");
      assertEquals(1, text);
      assertEquals(table.columns(), rows.columns());
      rows.setInt(0, -7)
          .setString(text, new StringBuilder("grün 𝄞"))
          .setDouble(2, 2.5)
          .setBoolean(3, true)
          .setDate(4, LocalDate.of(1969, 12, 31))
          .setInstant(5, Instant.ofEpochMilli(-1).plusNanos(999_999))
          .endRow();
      rows.endRow();
      rows.setLong(0, 8)
          .setString(text, "")
          .setLong(2, 3)
          .setBoolean(3, false)
          .setEpochDay(4, 1)
          .setTimestampMillis(5, 1_000)
          .endRow();
    }
    assertEquals(
        "{\"id\":[-7,null,8],\"text\":[\"grün 𝄞\",null,\"\"],\"price\":[2.5,null,3.0],"
            + "\"good\":[true,null,false],\"day\":[-86400000,null,86400000],"
            + "\"time\":[-1,null,1000]}",
        read(table));
  }

  @Test
  void sendsFullBatchesAndTheRestAtTheEnd() {
    Table table = table(TableOptions.none());
    int rows = 2_345;
    try (Appender appender = table.appender(BY_HAND.batchRows(100))) {
      for (int i = 0; i < rows; i++) {
        appender.setInt(0, i).setString(1, i % 3 == 0 ? null : "t" + i % 7);
        if (i % 5 != 0) {
          appender.setDouble(2, i / 2.0);
        }
        appender.setBoolean(3, i % 2 == 0).endRow();
        assertEquals((i + 1) / 100 * 100, table.size());
      }
      appender.flush();
      assertEquals(rows, table.size());
    }
    StringBuilder texts = new StringBuilder();
    StringBuilder prices = new StringBuilder();
    StringBuilder truths = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      String comma = i == 0 ? "" : ",";
      texts.append(comma).append(i % 3 == 0 ? null : "\"t" + i % 7 + "\"");
      prices.append(comma).append(i % 5 == 0 ? null : Double.toString(i / 2.0));
      truths.append(comma).append(i % 2 == 0);
    }
    assertEquals(
        "{\"text\":[" + texts + "],\"price\":[" + prices + "],\"good\":[" + truths + "]}",
        read(table, "text", "price", "good"));
  }

  @Test
  void sendsWhatHasWaitedThoughNoRowFollows() throws Exception {
    Table table = table(TableOptions.none());
    CountDownLatch heard = new CountDownLatch(2);
    try (View view = table.view();
        Appender rows =
            table.appender(AppenderOptions.defaults().maxDelay(Duration.ofMillis(20)))) {
      view.onUpdate(UpdateMode.ROW, event -> heard.countDown());
      rows.setInt(0, 1).endRow();
      while (table.size() < 1) {
        Thread.sleep(1);
      }
      rows.setInt(0, 2).endRow();
      assertTrue(heard.await(30, TimeUnit.SECONDS));
      assertEquals(2, table.size());
    }
  }

  @Test
  void neverSendsAnOpenRow() throws Exception {
    Table table = table(TableOptions.none());
    try (Appender rows =
        table.appender(AppenderOptions.defaults().maxDelay(Duration.ofMillis(1)))) {
      rows.setInt(0, 1).endRow();
      rows.setInt(0, 2);
      Thread.sleep(50);
      rows.setString(1, "b").endRow();
      rows.flush();
    }
    assertEquals("{\"id\":[1,2],\"text\":[null,\"b\"]}", read(table, "id", "text"));
  }

  @Test
  void leavesColumnsAloneThatItDoesNotHave() {
    Table table = table(TableOptions.none().index("id"));
    table.update(TableData.rows(List.of(Map.of("id", 1, "text", "old", "price", 1.0))));
    try (Appender rows = table.appender(BY_HAND.columns("price", "id", "good"))) {
      assertEquals(List.of("price", "id", "good"), rows.columns());
      rows.setInt(1, 1).setBoolean(2, true).endRow();
      rows.setInt(1, 2).setDouble(0, 2).endRow();
    }
    assertEquals(
        "{\"id\":[1,2],\"text\":[\"old\",null],\"price\":[null,2.0],\"good\":[true,null]}",
        read(table, "id", "text", "price", "good"));
  }

  @Test
  void refusesWhatDoesNotFitAndGoesOn() {
    Table table = table(TableOptions.none());
    try (Appender rows = table.appender(BY_HAND)) {
      rows.setInt(0, 1).endRow();
      assertMessage(
          "row 1, column \"id\": 2147483648 is out of range: -2147483648 to 2147483647",
          () -> rows.setLong(0, 1L << 31));
      assertMessage(
          "row 1, column \"id\": a floating-point number cannot go into an integer column: use"
              + " setInt or setLong",
          () -> rows.setDouble(0, 1));
      assertMessage(
          "row 1, column \"text\": a whole number cannot go into a string column: use setString",
          () -> rows.setLong(1, 1));
      assertMessage(
          "row 1, column \"text\": the text has half a surrogate pair",
          () -> rows.setString(1, "a\ud834b"));
      assertMessage("row 1: no column 6: there are 6, numbered from 0", () -> rows.setNull(6));
      assertMessage(
          "the appender of table \""
              + table.name()
              + "\" has no column \"x\": use "
              + table.columns(),
          () -> rows.column("x"));
      rows.setInt(0, 5).setString(1, "a𝄞b").setNull(0).setInt(0, 6).endRow();
      rows.setInt(0, 7).setNull(1).setInt(0, 8).cancelRow();
      rows.setNull(0).endRow();
    }
    assertEquals("{\"id\":[1,6,null],\"text\":[null,\"a𝄞b\",null]}", read(table, "id", "text"));
    assertMessage(
        "the index \"id\" must be among the appender's columns",
        () -> table(TableOptions.none().index("id")).appender(BY_HAND.columns("text")));
    assertThrows(BadInputException.class, () -> table.appender(BY_HAND.columns("none")));
  }

  private static void assertMessage(String message, Runnable wrong) {
    assertEquals(message, assertThrows(BadInputException.class, wrong::run).getMessage());
  }

  @Test
  void knowsTheWidthsOfColumns() {
    Table wide = client.table(TableData.csv("a,b\n1,x\n"), TableOptions.none());
    try (Appender rows = wide.appender(BY_HAND)) {
      rows.setLong(0, Long.MIN_VALUE).setString(1, "y").endRow();
    }
    try (View view = wide.view()) {
      assertEquals("\"a\",\"b\"\n1,\"x\"\n-9223372036854775808,\"y\"\n", view.toCsv());
    }
  }

  @Test
  void asksForTheKey() {
    Table table = table(TableOptions.none().index("id"));
    try (Appender rows = table.appender(BY_HAND)) {
      rows.setDouble(2, 1);
      assertMessage(
          "row 0, column \"id\": the key is not set: set it, or cancelRow()", rows::endRow);
      rows.setNull(0).endRow();
    }
    assertEquals("{\"id\":[null],\"price\":[1.0]}", read(table, "id", "price"));
  }

  @Test
  void tellsOfOpenRows() {
    Table table = table(TableOptions.none());
    Appender rows = table.appender(BY_HAND);
    rows.setInt(0, 1).endRow();
    rows.setInt(0, 2);
    assertThrows(IllegalStateException.class, rows::flush);
    IllegalStateException open = assertThrows(IllegalStateException.class, rows::close);
    assertEquals("row 1 was not ended and is dropped", open.getMessage());
    assertEquals(1, table.size());
    rows.close();
    assertThrows(ClosedException.class, () -> rows.setInt(0, 1));
    assertThrows(ClosedException.class, rows::flush);
  }

  @Test
  void tellsOfBatchesThatFailed() {
    Table table = table(TableOptions.none());
    Appender rows = table.appender(BY_HAND.batchRows(2));
    rows.setInt(0, 1).endRow();
    rows.setInt(0, 2).endRow();
    table.delete();
    rows.setInt(0, 3).endRow();
    rows.setInt(0, 4).endRow();
    AppendException failure = assertThrows(AppendException.class, () -> rows.setInt(0, 5));
    assertEquals(2, failure.firstRow());
    assertEquals(2, failure.rowCount());
    assertInstanceOf(UnknownTableException.class, failure.getCause());
    rows.setInt(0, 5).endRow();
    failure = assertThrows(AppendException.class, rows::flush);
    assertEquals(4, failure.firstRow());
    assertEquals(1, failure.rowCount());
    rows.flush();
    rows.setInt(0, 6).endRow();
    assertThrows(AppendException.class, rows::close);
  }

  @Test
  void tellsOfAClosedClient() {
    Table table = table(TableOptions.none());
    Appender rows = table.appender(BY_HAND);
    rows.setInt(0, 1).endRow();
    client.close();
    AppendException failure = assertThrows(AppendException.class, rows::close);
    assertInstanceOf(ClosedException.class, failure.getCause());
  }

  @Test
  void keepsTheRowsOfSeveralThreadsWhole() throws Exception {
    Table table = table(TableOptions.none());
    int each = 5_000;
    try (Appender rows =
        table.appender(AppenderOptions.defaults().batchRows(64).maxDelay(Duration.ofMillis(1)))) {
      Thread[] threads = new Thread[4];
      for (int t = 0; t < threads.length; t++) {
        int number = t;
        threads[t] =
            new Thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    rows.setInt(0, number).setString(1, "t" + number).setDouble(2, i).endRow();
                  }
                });
        threads[t].start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertEquals(4 * each, table.size());
    long sum = each * (each - 1L) / 2;
    ViewConfig config = ViewConfig.builder().groupBy("id", "text").columns("price").build();
    try (View view = table.view(config)) {
      assertEquals(1 + 4 + 4, view.numRows());
      assertTrue(view.toColumns().contains("[" + 4 * sum + ".0," + sum + ".0," + sum + ".0,"));
    }
  }

  @Test
  void feedsFromAfar() throws Exception {
    Table table = table(TableOptions.named("t"));
    int rows = 20_000;
    AtomicReference<Session> session = new AtomicReference<>();
    try (TinyWebSocketServer sockets =
            new TinyWebSocketServer(
                (connection, message) -> {
                  if (session.get() == null) {
                    session.set(server.newSession(response -> answer(connection, response)));
                  }
                  session.get().handleRequest(message);
                });
        Client remote = Client.connect(sockets.uri());
        Appender appender = remote.openTable("t").appender(BY_HAND.batchRows(100))) {
      for (int i = 0; i < rows; i++) {
        appender.setInt(0, i).setString(1, "t" + i % 7).endRow();
      }
      appender.flush();
      assertEquals(rows, table.size());
      table.delete();
      appender.setInt(0, 1).endRow();
      assertEquals(rows, assertThrows(AppendException.class, appender::flush).firstRow());
    } finally {
      session.get().close();
    }
  }

  private static void answer(TinyWebSocketServer.Connection to, ByteBuffer response) {
    byte[] bytes = new byte[response.remaining()];
    response.get(bytes);
    try {
      to.send(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void allocatesNothingForARow() {
    ThreadMXBean memory = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    long thread = Thread.currentThread().getId();
    StringBuilder text = new StringBuilder();
    try (Appender rows = table(TableOptions.none()).appender(BY_HAND.batchRows(10_000))) {
      long before = 0;
      for (int i = 0; i < 19_999; i++) {
        if (i == 11_000) {
          before = memory.getThreadAllocatedBytes(thread);
        }
        text.setLength(0);
        text.append("symbol ").append((char) ('a' + i % 20));
        rows.setInt(0, i).setString(1, text).setDouble(2, i).setBoolean(3, true);
        if (i % 3 == 0) {
          rows.setEpochDay(4, i).setTimestampMillis(5, i);
        }
        rows.endRow();
      }
      assertEquals(0, memory.getThreadAllocatedBytes(thread) - before);
    }
  }

  @Test
  void bringsLongTextInSeveralMessages() {
    Table table = table(TableOptions.none());
    String text = "0123456789".repeat(100_000);
    try (Appender rows = table.appender(BY_HAND)) {
      for (int i = 0; i < 20; i++) {
        rows.setString(1, text + i).endRow();
      }
      assertTrue(table.size() > 0);
    }
    assertEquals(20, table.size());
  }
}

package dev.parallax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The API from end to end, on a server in this process. */
@Timeout(60)
class ServerTest {
  private final Server server = Server.create();
  private final Client client = server.newLocalClient();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Table orders() {
    return client.table(
        TableData.rows(
            List.of(
                Map.of("id", 1, "sym", "A", "price", 1.5),
                Map.of("id", 2, "sym", "B", "price", 2.5))),
        TableOptions.named("orders").index("id"));
  }

  @Test
  void makesATableAndReadsIt() {
    Map<String, ColumnType> schema = new LinkedHashMap<>();
    schema.put("id", ColumnType.INTEGER);
    schema.put("name", ColumnType.STRING);
    Table table = client.table(TableData.schema(schema), TableOptions.named("t").index("id"));
    assertEquals(List.of("id", "name"), table.columns());
    assertEquals(schema, table.schema());
    assertEquals(0, table.size());
    table.update(TableData.columns(Map.of("id", new int[] {2, 1}, "name", List.of("b", "a"))));
    assertEquals(2, table.size());
    try (View view = table.view()) {
      assertEquals("{\"id\":[1,2],\"name\":[\"a\",\"b\"]}", view.toColumns());
      assertEquals("\"id\",\"name\"\n2,\"b\"\n", view.toCsv(Window.all().rows(1, 2)));
    }
    table.remove(List.of(1));
    assertEquals(1, table.size());
    table.clear();
    assertEquals(0, table.size());
  }

  @Test
  void viewsTellOfUpdatesAndRemovals() throws Exception {
    Table table = orders();
    BlockingQueue<UpdateEvent> updates = new LinkedBlockingQueue<>();
    BlockingQueue<RemoveEvent> removals = new LinkedBlockingQueue<>();
    try (View view = table.view()) {
      Subscription subscription = view.onUpdate(UpdateMode.ROW, updates::add);
      view.onRemove(removals::add);
      long port = table.makePort();
      table.update(TableData.rows(List.of(Map.of("id", 1, "price", 9.0))), port);
      UpdateEvent event = updates.poll(5, TimeUnit.SECONDS);
      assertEquals(port, event.portId());
      assertTrue(event.delta().orElseThrow().length > 0);
      table.remove(List.of(2));
      assertTrue(removals.poll(5, TimeUnit.SECONDS).keys().length > 0);
      updates.poll(5, TimeUnit.SECONDS);
      subscription.close();
      table.clear();
      assertEquals(null, updates.poll(100, TimeUnit.MILLISECONDS));
    }
  }

  @Test
  void aCallbackMayReadTheViewItHearsOf() throws Exception {
    Table table = orders();
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    View view = table.view(ViewConfig.builder().columns("price").build());
    view.onUpdate(event -> seen.add(view.toColumns()));
    table.update(TableData.rows(List.of(Map.of("id", 1, "price", 9.0))));
    assertEquals("{\"price\":[9.0,2.5]}", seen.poll(10, TimeUnit.SECONDS));
  }

  @Test
  void errorsHaveTypesAndChangeNothing() {
    Table table = orders();
    assertThrows(BadInputException.class, this::orders);
    assertThrows(UnknownTableException.class, () -> client.openTable("none"));
    assertThrows(
        BadInputException.class, () -> table.view(ViewConfig.builder().columns("none").build()));
    View view = table.view();
    assertThrows(BadInputException.class, table::delete);
    view.delete();
    assertThrows(UnknownViewException.class, view::toCsv);
    view.close();
    table.delete();
    assertThrows(UnknownTableException.class, table::size);
  }

  @Test
  void clientsShareTablesAndHearOfThem() throws Exception {
    try (Client other = server.newLocalClient()) {
      BlockingQueue<Integer> changes = new LinkedBlockingQueue<>();
      other.onHostedTablesUpdate(() -> changes.add(1));
      Table table = orders();
      assertEquals(1, changes.poll(5, TimeUnit.SECONDS));
      assertEquals(
          List.of(new HostedTable("orders", Optional.of("id"), java.util.OptionalLong.empty())),
          other.hostedTables());
      Table opened = other.openTable("orders");
      assertEquals(Optional.of("id"), opened.index());
      assertEquals(2, opened.size());
      CompletableFuture<Integer> deleted = new CompletableFuture<>();
      opened.onDelete(() -> deleted.complete(1));
      View view = opened.view();
      CompletableFuture<Void> gone = table.deleteLazily().toCompletableFuture();
      assertFalse(gone.isDone());
      assertEquals(List.of(), client.hostedTables());
      view.delete();
      gone.get(5, TimeUnit.SECONDS);
      assertEquals(1, deleted.get(5, TimeUnit.SECONDS));
    }
  }

  @Test
  void aClosedClientTakesItsViewsAlong() {
    Table table = orders();
    try (Client other = server.newLocalClient()) {
      other.openTable("orders").view();
      assertThrows(BadInputException.class, table::delete);
    }
    table.delete();
  }

  @Test
  void aCopyOfAViewFollowsIt() {
    Table table = orders();
    View view =
        table.view(ViewConfig.builder().columns("id", "price").filter("price", "<", 5).build());
    Table copy = client.table(view, TableOptions.named("copy"));
    assertEquals(Optional.of("id"), copy.index());
    table.update(TableData.rows(List.of(Map.of("id", 3, "price", 3.5))));
    table.remove(List.of(1));
    try (View all = copy.view()) {
      assertEquals("{\"id\":[2,3],\"price\":[2.5,3.5]}", all.toColumns());
    }
    copy.delete();
    table.update(TableData.rows(List.of(Map.of("id", 4, "price", 4.5))));
    assertEquals(1, client.hostedTables().size());
  }

  @Test
  void asyncCallsCompose() throws Exception {
    String csv =
        client
            .async()
            .table(TableData.csv("a\n1\n2\n"))
            .thenCompose(AsyncTable::view)
            .thenCompose(AsyncView::toCsv)
            .get(5, TimeUnit.SECONDS);
    assertEquals("\"a\"\n1\n2\n", csv);
  }

  @Test
  void sizesOfFeaturesAndSystem() {
    Features features = client.features();
    assertTrue(features.groupBy());
    assertEquals("==", features.filterOps().get(ColumnType.STRING).get(0));
    assertEquals("sum", features.aggregates().get(ColumnType.FLOAT).get(0).name());
    assertTrue(client.systemInfo().heapBytes() >= 0);
  }

  @Test
  void afterCloseEverythingSaysSo() {
    Server closed = Server.create();
    Session session = closed.newSession(message -> {});
    Client local = closed.newLocalClient();
    closed.close();
    closed.close();
    assertThrows(ClosedException.class, () -> closed.newSession(message -> {}));
    assertThrows(ClosedException.class, closed::poll);
    assertThrows(ClosedException.class, () -> session.handleRequest(new byte[0]));
    assertThrows(ClosedException.class, local::hostedTables);
    session.close();
    local.close();
  }

  @Test
  void aPolledServerConflatesUpdates() throws Exception {
    BlockingQueue<Integer> wanted = new LinkedBlockingQueue<>();
    BlockingQueue<UpdateEvent> updates = new LinkedBlockingQueue<>();
    try (Server polled = Server.builder().threads(1).onPollRequest(() -> wanted.add(1)).build();
        Client user = polled.newLocalClient()) {
      Table table = user.table(TableData.jsonRows("[{\"id\":1}]"), TableOptions.none().index("id"));
      polled.poll();
      View view = table.view();
      view.onUpdate(updates::add);
      wanted.clear();
      for (int i = 0; i < 5; i++) {
        table.update(TableData.rows(List.of(Map.of("id", i))));
      }
      assertEquals(1, wanted.poll(5, TimeUnit.SECONDS));
      polled.poll();
      assertTrue(updates.poll(5, TimeUnit.SECONDS) != null);
      assertEquals(null, updates.poll(100, TimeUnit.MILLISECONDS));
      assertEquals(5, table.size());
    }
  }
}

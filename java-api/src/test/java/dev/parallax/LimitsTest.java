package dev.parallax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits of a server reach its clients as errors. */
@Timeout(60)
class LimitsTest {
  private static Table table(Client client) {
    return client.table(
        TableData.schema(Map.of("x", ColumnType.INTEGER)), TableOptions.none().index("x"));
  }

  private static String refusal(Runnable call) {
    return assertThrows(BadInputException.class, call::run).getMessage();
  }

  @Test
  void ofViewsAndSubscriptions() throws Exception {
    BlockingQueue<ParallaxException> errors = new LinkedBlockingQueue<>();
    try (Server server =
            Server.builder().maxViewsPerSession(1).maxSubscriptionsPerSession(2).build();
        Client client = server.newLocalClient()) {
      client.onError(errors::add);
      Table table = table(client);
      View view = table.view();
      assertTrue(refusal(table::view).contains("1 views"));
      view.onUpdate(UpdateMode.NOTIFY, event -> {});
      view.onRemove(event -> {});
      view.onDelete(() -> {});
      assertTrue(errors.poll(10, TimeUnit.SECONDS).getMessage().contains("2 subscriptions"));
      view.delete();
      assertEquals(0, table.view().numRows());
    }
  }

  @Test
  void ofWhatWaitsForAPoll() {
    try (Server server =
            Server.builder().onPollRequest(() -> {}).maxWaitingChangesPerTable(2).build();
        Client client = server.newLocalClient()) {
      Table table = table(client);
      table.update(TableData.jsonRows("[{\"x\":1}]"));
      table.update(TableData.jsonRows("[{\"x\":2}]"));
      TableData third = TableData.jsonRows("[{\"x\":3}]");
      assertTrue(refusal(() -> table.update(third)).contains("2 changes that wait"));
      server.poll();
      table.update(third);
      assertEquals(3, table.size());
    }
  }

  @Test
  void areNotNegative() {
    Server.Builder builder = Server.builder();
    assertTrue(refusal(() -> builder.maxRequestBytes(-1)).contains("maxRequestBytes"));
    assertThrows(BadInputException.class, () -> builder.maxViewsPerSession(-1));
    assertThrows(BadInputException.class, () -> builder.maxSubscriptionsPerSession(-1));
    assertThrows(BadInputException.class, () -> builder.maxWaitingChangesPerTable(-1));
  }
}

package dev.parallax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parallax.internal.proto.GetHostedTablesResp;
import dev.parallax.internal.proto.HostedTable;
import dev.parallax.internal.proto.Request;
import dev.parallax.internal.proto.Response;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RemoteClientTest {
  private static final int FRAGMENT = 1000;

  /** Answers the hosted list with tables that are called after the request's number. */
  private static byte[] answer(byte[] message, int tables) throws Exception {
    Request request = Request.parseFrom(message);
    GetHostedTablesResp.Builder list = GetHostedTablesResp.newBuilder();
    for (int i = 0; i < tables; i++) {
      list.addTableInfos(HostedTable.newBuilder().setEntityId("t" + i).setIndex("id"));
    }
    return Response.newBuilder()
        .setMsgId(request.getMsgId())
        .setGetHostedTablesResp(list)
        .build()
        .toByteArray();
  }

  @Test
  void takesWholeAndFragmentedMessages() throws Exception {
    try (TinyWebSocketServer server =
            new TinyWebSocketServer(
                (connection, message) -> {
                  connection.ping();
                  connection.text("7");
                  connection.sendFragments(answer(message, 20_000), FRAGMENT);
                });
        Client client =
            Client.connect(
                server.uri(), ClientOptions.defaults().header("Authorization", "Bearer x"))) {
      assertTrue(server.handshakes.poll(5, TimeUnit.SECONDS).contains("Bearer x"));
      for (int i = 0; i < 3; i++) {
        List<dev.parallax.HostedTable> tables = client.hostedTables();
        assertEquals(20_000, tables.size());
        assertEquals("t19999", tables.get(19_999).name());
      }
    }
  }

  @Test
  void manyRequestsAtOnceStayWhole() throws Exception {
    try (TinyWebSocketServer server =
            new TinyWebSocketServer((connection, message) -> connection.send(answer(message, 1)));
        Client client = Client.connect(server.uri())) {
      List<java.util.concurrent.CompletableFuture<List<dev.parallax.HostedTable>>> calls =
          new java.util.ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        calls.add(client.async().hostedTables());
      }
      for (var call : calls) {
        assertEquals(1, call.get(10, TimeUnit.SECONDS).size());
      }
    }
  }

  @Test
  void aClosedSocketFailsWhatWaitsAndReconnectGoesOn() throws Exception {
    AtomicReference<Boolean> silent = new AtomicReference<>(true);
    try (TinyWebSocketServer server =
            new TinyWebSocketServer(
                (connection, message) -> {
                  if (!silent.get()) {
                    connection.send(answer(message, 1));
                  }
                });
        Client client = Client.connect(server.uri())) {
      BlockingQueue<ParallaxException> errors = new LinkedBlockingQueue<>();
      client.onError(errors::add);
      var call = client.async().hostedTables();
      server.connection().sendClose(1001);
      var failed =
          assertThrows(
              java.util.concurrent.ExecutionException.class, () -> call.get(5, TimeUnit.SECONDS));
      assertInstanceOf(TransportException.class, failed.getCause());
      assertTrue(errors.poll(5, TimeUnit.SECONDS).getMessage().contains("WebSocket closed 1001"));
      assertFalse(client.isConnected());
      assertThrows(TransportException.class, client::hostedTables);
      silent.set(false);
      client.reconnect();
      client.reconnect();
      assertTrue(client.isConnected());
      assertEquals(1, client.hostedTables().size());
    }
  }

  @Test
  void aCutLineIsNoticed() throws Exception {
    try (TinyWebSocketServer server =
            new TinyWebSocketServer((connection, message) -> connection.cut());
        Client client = Client.connect(server.uri())) {
      assertThrows(TransportException.class, client::hostedTables);
      assertFalse(client.isConnected());
    }
  }

  @Test
  void closeSaysGoodbye() throws Exception {
    try (TinyWebSocketServer server = new TinyWebSocketServer((connection, message) -> {})) {
      Client client = Client.connect(server.uri());
      client.close();
      client.close();
      assertEquals(1000, server.connection().closeCodes.poll(5, TimeUnit.SECONDS));
      assertThrows(ClosedException.class, client::hostedTables);
      assertThrows(ClosedException.class, client::reconnect);
    }
  }

  @Test
  void aMessageOverTheLimitEndsTheConnection() throws Exception {
    try (TinyWebSocketServer server =
            new TinyWebSocketServer(
                (connection, message) ->
                    connection.sendFragments(answer(message, 1_000), FRAGMENT));
        Client client =
            Client.connect(server.uri(), ClientOptions.defaults().maxMessageBytes(4_000))) {
      TransportException thrown = assertThrows(TransportException.class, client::hostedTables);
      assertTrue(thrown.getMessage().contains("maxMessageBytes"));
    }
  }

  @Test
  void aRefusedConnectionSaysWhere() throws Exception {
    URI nobody;
    try (TinyWebSocketServer server = new TinyWebSocketServer((connection, message) -> {})) {
      nobody = server.uri();
    }
    TransportException thrown =
        assertThrows(TransportException.class, () -> Client.connect(nobody));
    assertTrue(thrown.getMessage().contains(nobody.toString()), thrown.getMessage());
    assertThrows(BadInputException.class, () -> Client.connect(URI.create("http://localhost:1/")));
  }
}

package dev.parallax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parallax.internal.leak.LeakLog;
import dev.parallax.internal.proto.GetHostedTablesReq;
import dev.parallax.internal.proto.Request;
import dev.parallax.internal.proto.Response;
import dev.parallax.internal.proto.TableMakeViewReq;
import dev.parallax.internal.proto.ViewDimensionsReq;
import dev.parallax.internal.proto.ViewOnUpdateReq;
import dev.parallax.internal.proto.ViewRemoveOnUpdateReq;
import dev.parallax.jni.NativeEngine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions as bytes, direct, asynchronous and by proxy, and what becomes of forgotten ones. */
@Timeout(60)
class SessionTest {
  private final Server server = Server.create();

  @AfterEach
  void stop() {
    server.close();
  }

  /** Keeps what a session hears. */
  private static final class Inbox implements ResponseHandler {
    final BlockingQueue<Response> messages = new LinkedBlockingQueue<>();

    @Override
    public void onResponse(ByteBuffer response) {
      try {
        assertTrue(response.isReadOnly());
        messages.add(Response.parseFrom(response));
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    Response next() throws InterruptedException {
      return messages.poll(5, TimeUnit.SECONDS);
    }
  }

  private static byte[] hosted(int id, boolean subscribe) {
    return Request.newBuilder()
        .setMsgId(id)
        .setGetHostedTablesReq(GetHostedTablesReq.newBuilder().setSubscribe(subscribe))
        .build()
        .toByteArray();
  }

  private static byte[] makeView(int id, String table, String view) {
    return Request.newBuilder()
        .setMsgId(id)
        .setEntityId(table)
        .setTableMakeViewReq(TableMakeViewReq.newBuilder().setViewId(view))
        .build()
        .toByteArray();
  }

  private static byte[] onUpdate(int id, String view) {
    return Request.newBuilder()
        .setMsgId(id)
        .setEntityId(view)
        .setViewOnUpdateReq(ViewOnUpdateReq.getDefaultInstance())
        .build()
        .toByteArray();
  }

  @Test
  void answersBytesWithBytes() throws Exception {
    Inbox inbox = new Inbox();
    try (Session session = server.newSession(inbox)) {
      session.handleRequest(hosted(7, false));
      assertEquals(7, inbox.next().getMsgId());
      ByteBuffer direct = ByteBuffer.allocateDirect(64).put(hosted(8, false)).flip();
      session.handleRequest(direct);
      assertEquals(8, inbox.next().getMsgId());
      assertEquals(0, direct.position());
      session.handleRequest(ByteBuffer.wrap(hosted(9, false)).asReadOnlyBuffer());
      assertEquals(9, inbox.next().getMsgId());
      session.handleRequest(new byte[] {(byte) 0xFF});
      assertTrue(inbox.next().hasServerError());
      session.poll();
    }
  }

  @Test
  void aRequestMayFireOtherSessionsHandlers() throws Exception {
    Inbox inbox = new Inbox();
    try (Session session = server.newSession(inbox);
        Client client = server.newLocalClient()) {
      session.handleRequest(hosted(1, true));
      assertTrue(inbox.messages.isEmpty());
      client.table(TableData.csv("a\n1\n"));
      Response changed = inbox.next();
      assertEquals(1, changed.getMsgId());
      assertEquals(Response.KindCase.KIND_NOT_SET, changed.getKindCase());
    }
  }

  @Test
  void closeIsIdempotentAndFinal() {
    Session session = server.newSession(new Inbox());
    session.close();
    session.close();
    assertThrows(ClosedException.class, () -> session.handleRequest(new byte[0]));
    assertThrows(ClosedException.class, session::poll);
  }

  @Test
  void aHandlerMayCallBackAndMayThrow() throws Exception {
    List<Throwable> thrown = new ArrayList<>();
    BlockingQueue<Integer> ids = new LinkedBlockingQueue<>();
    Session[] self = new Session[1];
    self[0] =
        server.newSession(
            new ResponseHandler() {
              @Override
              public void onResponse(ByteBuffer response) {
                int id;
                try {
                  id = Response.parseFrom(response).getMsgId();
                } catch (InvalidProtocolBufferException e) {
                  throw new AssertionError(e);
                }
                ids.add(id);
                if (id < 5) {
                  self[0].handleRequest(hosted(id + 1, false));
                } else {
                  throw new IllegalStateException("planted");
                }
              }

              @Override
              public void onError(Throwable error) {
                thrown.add(error);
              }
            });
    self[0].handleRequest(hosted(1, false));
    for (int id = 1; id <= 5; id++) {
      assertEquals(id, ids.poll(5, TimeUnit.SECONDS));
    }
    assertEquals("planted", thrown.get(0).getMessage());
    self[0].close();
  }

  @Test
  void aBlockingCallInAHandlerIsRefused() throws Exception {
    try (Client client = server.newLocalClient()) {
      CompletableFuture<Throwable> refused = new CompletableFuture<>();
      Session session =
          server.newSession(
              new ResponseHandler() {
                @Override
                public void onResponse(ByteBuffer response) {
                  client
                      .async()
                      .hostedTables()
                      .thenCompose(t -> new CompletableFuture<Void>())
                      .join();
                }

                @Override
                public void onError(Throwable error) {
                  refused.complete(error);
                }
              });
      session.handleRequest(hosted(1, false));
      assertTrue(refused.get(5, TimeUnit.SECONDS) instanceof IllegalStateException);
      session.close();
    }
  }

  @Test
  void anAsyncSessionKeepsTheOrder() throws Exception {
    Inbox inbox = new Inbox();
    AsyncSession session = server.newAsyncSession(inbox);
    for (int id = 1; id <= 200; id++) {
      session.handleRequest(hosted(id, false));
    }
    session.poll().toCompletableFuture().get(5, TimeUnit.SECONDS);
    for (int id = 1; id <= 200; id++) {
      assertEquals(id, inbox.next().getMsgId());
    }
    session.closeAsync().toCompletableFuture().get(5, TimeUnit.SECONDS);
    assertThrows(
        java.util.concurrent.ExecutionException.class,
        () -> session.handleRequest(hosted(1, false)).toCompletableFuture().get());
  }

  @Test
  void aProxyForwardsAnswersAndEveryEvent() throws Exception {
    Inbox inbox = new Inbox();
    try (Client client = server.newLocalClient();
        Client other = server.newLocalClient()) {
      Table table = other.table(TableData.csv("a\n1\n"), TableOptions.named("t"));
      ProxySession proxy = client.newProxySession(inbox);
      proxy.handleRequest(hosted(1, true));
      for (int i = 0; i < 3; i++) {
        other.table(TableData.csv("a\n1\n"));
        assertEquals(1, inbox.next().getMsgId());
      }
      proxy.handleRequest(makeView(2, "t", "view-of-child"));
      assertEquals("view-of-child", inbox.next().getTableMakeViewResp().getViewId());
      proxy.handleRequest(onUpdate(3, "view-of-child"));
      for (int i = 0; i < 3; i++) {
        table.update(TableData.csv("a\n1\n"));
        assertTrue(inbox.next().hasViewOnUpdateResp());
      }
      proxy.handleRequest(
          Request.newBuilder()
              .setMsgId(4)
              .setEntityId("view-of-child")
              .setViewRemoveOnUpdateReq(ViewRemoveOnUpdateReq.newBuilder().setId(3))
              .build()
              .toByteArray());
      assertTrue(inbox.next().hasViewRemoveOnUpdateResp());
      proxy.handleRequest(new byte[] {(byte) 0xFF});
      assertTrue(inbox.next().hasServerError());
      proxy.close();
      proxy.close();
      assertThrows(ClosedException.class, () -> proxy.handleRequest(new byte[0]));
      table.delete();
      assertEquals(null, inbox.messages.poll(100, TimeUnit.MILLISECONDS));
    }
  }

  @Test
  void closingASessionFreesItsViews() throws Exception {
    Inbox inbox = new Inbox();
    try (Client client = server.newLocalClient()) {
      Table table = client.table(TableData.csv("a\n1\n"), TableOptions.named("t"));
      Session session = server.newSession(inbox);
      session.handleRequest(makeView(1, "t", "v"));
      assertTrue(inbox.next().hasTableMakeViewResp());
      session.close();
      table.delete();
    }
  }

  /** In a method of its own, so that no local variable keeps the session. */
  private String forgetSession(Inbox inbox) {
    Session session = server.newSession(inbox);
    session.handleRequest(makeView(1, "leaky", "v"));
    session.handleRequest(onUpdate(2, "v"));
    return "Session";
  }

  @Test
  void aForgottenSessionIsReportedOnceAndWorksOn() throws Exception {
    System.setProperty("parallax.leakDetection", "advanced");
    Inbox inbox = new Inbox();
    try (LeakLogScope log = new LeakLogScope();
        Client client = server.newLocalClient()) {
      Table table = client.table(TableData.csv("a\n1\n"), TableOptions.named("leaky"));
      String what = forgetSession(inbox);
      var record = log.log.awaitGc("LEAK: " + what);
      assertEquals(java.util.logging.Level.SEVERE, record.getLevel());
      boolean site =
          List.of(record.getThrown().getStackTrace()).stream()
              .anyMatch(frame -> frame.getMethodName().equals("forgetSession"));
      assertTrue(site);
      assertTrue(inbox.next().hasTableMakeViewResp());
      table.update(TableData.rows(List.of(Map.of("a", 2))));
      assertTrue(inbox.next().hasViewOnUpdateResp());
      assertThrows(BadInputException.class, table::delete);
      System.gc();
      assertEquals(1, log.log.count("LEAK: " + what));
    } finally {
      System.clearProperty("parallax.leakDetection");
    }
  }

  @Test
  void aForgottenSessionIsClosedIfAskedFor() throws Exception {
    System.setProperty("parallax.leakReclaim", "true");
    try (LeakLogScope log = new LeakLogScope();
        Client client = server.newLocalClient()) {
      client.table(TableData.csv("a\n1\n"), TableOptions.named("leaky"));
      long before = NativeEngine.liveSessions();
      String what = forgetSession(new Inbox());
      log.log.awaitGc("LEAK: " + what);
      for (int i = 0; i < 200 && NativeEngine.liveSessions() > before; i++) {
        Thread.sleep(10);
      }
      assertFalse(NativeEngine.liveSessions() > before);
    } finally {
      System.clearProperty("parallax.leakReclaim");
    }
  }

  /** In a method of its own, so that no local variable keeps the client. */
  private void forgetClient() {
    server.newLocalClient().hostedTables();
  }

  @Test
  void aForgottenClientIsReported() {
    try (LeakLogScope log = new LeakLogScope()) {
      forgetClient();
      log.log.awaitGc("LEAK: Client");
    }
  }

  @Test
  void aViewOfAClientKeepsItFromBeingReported() {
    try (LeakLogScope log = new LeakLogScope()) {
      AsyncClient kept = server.newLocalClient().async();
      forgetClient();
      log.log.awaitGc("LEAK: Client");
      assertTrue(kept.isConnected());
      assertEquals(1, log.log.count("LEAK: Client"));
      kept.close();
    }
  }

  /** In a method of its own, so that no local variable keeps the view. */
  private static String forgetView(Table table) {
    return table.view().name();
  }

  @Test
  void aForgottenViewIsReportedAndReclaimedIfAskedFor() throws Exception {
    System.setProperty("parallax.leakDetection", "paranoid");
    System.setProperty("parallax.leakReclaim", "true");
    try (LeakLogScope log = new LeakLogScope();
        Client client = server.newLocalClient()) {
      Table table = client.table(TableData.csv("a\n1\n"));
      log.log.awaitGc("LEAK: View " + forgetView(table));
      for (int i = 0; i < 200; i++) {
        try {
          table.delete();
          return;
        } catch (BadInputException e) {
          Thread.sleep(10);
        }
      }
      throw new AssertionError("the view still holds its table");
    } finally {
      System.clearProperty("parallax.leakDetection");
      System.clearProperty("parallax.leakReclaim");
    }
  }

  @Test
  void unknownViewsAreToldByCode() throws Exception {
    Inbox inbox = new Inbox();
    try (Session session = server.newSession(inbox)) {
      session.handleRequest(
          Request.newBuilder()
              .setMsgId(3)
              .setEntityId("none")
              .setViewDimensionsReq(ViewDimensionsReq.getDefaultInstance())
              .build()
              .toByteArray());
      assertEquals(1, inbox.next().getServerError().getStatusCodeValue());
    }
  }

  /** A log that a try statement closes. */
  private static final class LeakLogScope implements AutoCloseable {
    final LeakLog log = new LeakLog();

    @Override
    public void close() {
      log.close();
    }
  }
}

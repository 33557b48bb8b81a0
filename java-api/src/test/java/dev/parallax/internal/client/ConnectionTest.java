package dev.parallax.internal.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parallax.BadInputException;
import dev.parallax.ClosedException;
import dev.parallax.ParallaxException;
import dev.parallax.RequestTimeoutException;
import dev.parallax.TransportException;
import dev.parallax.UnknownTableException;
import dev.parallax.UnknownViewException;
import dev.parallax.internal.proto.Request;
import dev.parallax.internal.proto.Response;
import dev.parallax.internal.proto.ServerError;
import dev.parallax.internal.proto.StatusCode;
import dev.parallax.internal.proto.TableSizeReq;
import dev.parallax.internal.proto.TableSizeResp;
import dev.parallax.internal.proto.ViewOnUpdateReq;
import dev.parallax.internal.proto.ViewOnUpdateResp;
import dev.parallax.internal.proto.ViewRemoveOnUpdateReq;
import dev.parallax.internal.proto.ViewRemoveOnUpdateResp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ConnectionTest {
  private FakeTransport transport;

  private Connection connection(BiConsumer<Request, FakeTransport> answer) {
    return connection(answer, Duration.ZERO);
  }

  private Connection connection(BiConsumer<Request, FakeTransport> answer, Duration timeout) {
    return new Connection(
        listener -> transport = new FakeTransport(listener, answer), Threads.shared(), timeout);
  }

  private static Request.Builder size() {
    return Request.newBuilder().setEntityId("t").setTableSizeReq(TableSizeReq.getDefaultInstance());
  }

  private static Response sized(int id, int size) {
    return Response.newBuilder()
        .setMsgId(id)
        .setTableSizeResp(TableSizeResp.newBuilder().setSize(size))
        .build();
  }

  private static Response error(int id, StatusCode code, String message) {
    return Response.newBuilder()
        .setMsgId(id)
        .setServerError(ServerError.newBuilder().setMessage(message).setStatusCode(code))
        .build();
  }

  private static Response update(int id, int port) {
    return Response.newBuilder()
        .setMsgId(id)
        .setViewOnUpdateResp(ViewOnUpdateResp.newBuilder().setPortId(port))
        .build();
  }

  @Test
  void anAnswerMayComeBeforeSendReturns() {
    Connection connection =
        connection((request, server) -> server.reply(sized(request.getMsgId(), 3)));
    Response response = CallFuture.await(connection.call(size()));
    assertEquals(3, response.getTableSizeResp().getSize());
  }

  @Test
  void idsAreUniqueAndAnswersFindTheirCalls() {
    Connection connection = connection((request, server) -> {});
    List<CompletableFuture<Response>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(connection.call(size()));
    }
    for (int i = 99; i >= 0; i--) {
      transport.reply(sized(transport.sent.get(i).getMsgId(), i));
    }
    for (int i = 0; i < 100; i++) {
      assertEquals(i, calls.get(i).join().getTableSizeResp().getSize());
    }
  }

  @Test
  void errorsHaveTypes() {
    assertInstanceOf(
        UnknownViewException.class, thrown(StatusCode.VIEW_NOT_FOUND, "View not found"));
    assertInstanceOf(
        UnknownTableException.class, thrown(StatusCode.SERVER_ERROR, "Table \"x\" not found"));
    assertInstanceOf(
        BadInputException.class, thrown(StatusCode.SERVER_ERROR, "Invalid column 'x'\n"));
    assertEquals(
        "Invalid column 'x'", thrown(StatusCode.SERVER_ERROR, "Invalid column 'x'\n").getMessage());
  }

  private ParallaxException thrown(StatusCode code, String message) {
    Connection connection =
        connection((request, server) -> server.reply(error(request.getMsgId(), code, message)));
    return assertThrows(ParallaxException.class, () -> CallFuture.await(connection.call(size())));
  }

  @Test
  void anAnswerOfAnotherKindFailsTheCall() {
    Connection connection =
        connection((request, server) -> server.reply(update(request.getMsgId(), 0)));
    assertThrows(TransportException.class, () -> CallFuture.await(connection.call(size())));
    Connection kindless =
        connection(
            (request, server) ->
                server.reply(Response.newBuilder().setMsgId(request.getMsgId()).build()));
    assertThrows(TransportException.class, () -> CallFuture.await(kindless.call(size())));
  }

  @Test
  void strayAndUndecipherableMessagesAreSurvived() throws Exception {
    Connection connection = connection((request, server) -> {});
    BlockingQueue<ParallaxException> errors = new LinkedBlockingQueue<>();
    connection.onError(errors::add);
    CompletableFuture<Response> call = connection.call(size());
    transport.garbage();
    assertInstanceOf(TransportException.class, errors.poll(5, TimeUnit.SECONDS));
    transport.reply(sized(1, 1));
    transport.reply(error(0, StatusCode.SERVER_ERROR, "out of breath"));
    assertEquals("out of breath", errors.poll(5, TimeUnit.SECONDS).getMessage());
    transport.reply(sized(transport.sent.get(0).getMsgId(), 2));
    transport.reply(sized(transport.sent.get(0).getMsgId(), 9));
    assertEquals(2, call.join().getTableSizeResp().getSize());
  }

  @Test
  void givesUpAfterTheTimeout() {
    Connection connection = connection((request, server) -> {}, Duration.ofMillis(50));
    RequestTimeoutException thrown =
        assertThrows(
            RequestTimeoutException.class, () -> CallFuture.await(connection.call(size())));
    assertTrue(thrown.getMessage().contains("TABLE_SIZE_REQ"));
    assertFalse(connection.callUntimed(size()).isDone());
  }

  @Test
  void aLostConnectionFailsWhatWaitsAndReconnectGoesOn() throws Exception {
    Connection connection = connection((request, server) -> {});
    BlockingQueue<ParallaxException> errors = new LinkedBlockingQueue<>();
    connection.onError(errors::add);
    EventSubscription subscription = subscribe(connection, new LinkedBlockingQueue<>());
    CompletableFuture<Response> call = connection.call(size());
    transport.lose("WebSocket closed 1006");
    assertThrows(TransportException.class, () -> CallFuture.await(call));
    assertEquals("WebSocket closed 1006", errors.poll(5, TimeUnit.SECONDS).getMessage());
    assertFalse(subscription.isActive());
    assertThrows(TransportException.class, () -> CallFuture.await(connection.call(size())));
    assertInstanceOf(TransportException.class, errors.poll(5, TimeUnit.SECONDS));
    CallFuture.await(connection.connect());
    assertFalse(connection.call(size()).isDone());
  }

  @Test
  void closeFailsWhatWaits() {
    Connection connection = connection((request, server) -> {});
    CompletableFuture<Response> call = connection.call(size());
    connection.close();
    connection.close();
    assertThrows(ClosedException.class, () -> CallFuture.await(call));
    assertThrows(ClosedException.class, () -> CallFuture.await(connection.call(size())));
    assertThrows(ClosedException.class, () -> CallFuture.await(connection.connect()));
  }

  private static EventSubscription subscribe(Connection connection, BlockingQueue<Integer> ports) {
    return EventSubscription.open(
        connection,
        Request.newBuilder()
            .setEntityId("v")
            .setViewOnUpdateReq(ViewOnUpdateReq.getDefaultInstance()),
        id ->
            Request.newBuilder()
                .setViewRemoveOnUpdateReq(ViewRemoveOnUpdateReq.newBuilder().setId(id)),
        false,
        response -> ports.add(response.getViewOnUpdateResp().getPortId()));
  }

  private static void confirm(Request request, FakeTransport server) {
    if (request.hasViewRemoveOnUpdateReq()) {
      server.reply(
          Response.newBuilder()
              .setMsgId(request.getMsgId())
              .setViewRemoveOnUpdateResp(ViewRemoveOnUpdateResp.getDefaultInstance())
              .build());
    }
  }

  @Test
  void eventsComeInOrderUntilTheSubscriptionIsClosed() throws Exception {
    Connection connection = connection(ConnectionTest::confirm);
    BlockingQueue<Integer> ports = new LinkedBlockingQueue<>();
    EventSubscription subscription = subscribe(connection, ports);
    int id = transport.sent.get(0).getMsgId();
    for (int port = 0; port < 100; port++) {
      transport.reply(update(id, port));
    }
    for (int port = 0; port < 100; port++) {
      assertEquals(port, ports.poll(5, TimeUnit.SECONDS));
    }
    subscription.close();
    subscription.close();
    assertEquals(2, transport.sent.size());
    assertEquals(id, transport.sent.get(1).getViewRemoveOnUpdateReq().getId());
    transport.reply(update(id, 7));
    assertEquals(null, ports.poll(50, TimeUnit.MILLISECONDS));
  }

  @Test
  void aRefusedSubscriptionIsReported() throws Exception {
    Connection connection = connection((request, server) -> {});
    BlockingQueue<ParallaxException> errors = new LinkedBlockingQueue<>();
    connection.onError(errors::add);
    EventSubscription subscription = subscribe(connection, new LinkedBlockingQueue<>());
    transport.reply(
        error(transport.sent.get(0).getMsgId(), StatusCode.VIEW_NOT_FOUND, "View not found"));
    assertInstanceOf(UnknownViewException.class, errors.poll(5, TimeUnit.SECONDS));
    assertFalse(subscription.isActive());
  }

  @Test
  void aCallbackMayMakeBlockingCalls() throws Exception {
    Connection connection =
        connection(
            (request, server) -> {
              if (request.hasTableSizeReq()) {
                server.reply(sized(request.getMsgId(), 4));
              }
            });
    BlockingQueue<Integer> sizes = new LinkedBlockingQueue<>();
    EventSubscription.open(
        connection,
        Request.newBuilder().setViewOnUpdateReq(ViewOnUpdateReq.getDefaultInstance()),
        id -> Request.newBuilder(),
        false,
        response ->
            sizes.add(CallFuture.await(connection.call(size())).getTableSizeResp().getSize()));
    transport.reply(update(transport.sent.get(0).getMsgId(), 0));
    assertEquals(4, sizes.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void aBlockingCallInAStageIsRefused() {
    Connection connection = connection((request, server) -> {});
    CompletableFuture<Response> first = connection.call(size());
    CompletableFuture<Response> second =
        first.thenApply(response -> CallFuture.await(connection.call(size())));
    CompletableFuture<Response> third = first.thenApply(response -> connection.call(size()).join());
    transport.reply(sized(transport.sent.get(0).getMsgId(), 1));
    for (CompletableFuture<Response> refused : List.of(second, third)) {
      IllegalStateException thrown =
          assertThrows(IllegalStateException.class, () -> CallFuture.await(refused));
      assertTrue(thrown.getMessage().contains("thenCompose"));
    }
  }

  @Test
  void aFailingCallbackDoesNotStopLaterOnes() throws Exception {
    Connection connection = connection((request, server) -> {});
    BlockingQueue<Integer> ports = new LinkedBlockingQueue<>();
    EventSubscription.open(
        connection,
        Request.newBuilder().setViewOnUpdateReq(ViewOnUpdateReq.getDefaultInstance()),
        id -> Request.newBuilder(),
        false,
        response -> {
          int port = response.getViewOnUpdateResp().getPortId();
          if (port == 0) {
            throw new IllegalStateException("planted");
          }
          ports.add(port);
        });
    int id = transport.sent.get(0).getMsgId();
    transport.reply(update(id, 0));
    transport.reply(update(id, 1));
    assertEquals(1, ports.poll(5, TimeUnit.SECONDS));
  }
}

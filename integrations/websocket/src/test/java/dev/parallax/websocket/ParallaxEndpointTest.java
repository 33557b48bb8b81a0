package dev.parallax.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parallax.Server;
import dev.parallax.websocket.RawClient.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.Inflater;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The endpoint in an embedded Jetty, with clients that misbehave. */
@Timeout(60)
class ParallaxEndpointTest {
  private static final int MIB = 1024 * 1024;

  private final Server server = Server.create();
  private final org.eclipse.jetty.server.Server jetty = new org.eclipse.jetty.server.Server();
  private final ServerConnector connector = new ServerConnector(jetty);

  private RawClient connect() throws IOException {
    return new RawClient(connector.getLocalPort());
  }

  private void start(EndpointOptions options) throws Exception {
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    JakartaWebSocketServletContainerInitializer.configure(
        context,
        (servletContext, container) ->
            container.addEndpoint(ParallaxEndpoint.at("/websocket", server, options)));
    jetty.setHandler(context);
    jetty.start();
  }

  @AfterEach
  void stop() throws Exception {
    jetty.stop();
    server.close();
  }

  /** Sends a request and returns its response; the client must have no other under way. */
  private static byte[] ask(RawClient client, byte[] request) throws IOException {
    client.send(request);
    return binary(client);
  }

  private static byte[] binary(RawClient client) throws IOException {
    Frame frame = client.read();
    assertNotNull(frame, "the connection ended");
    assertEquals(RawClient.BINARY, frame.opcode());
    return frame.payload();
  }

  private static byte[] answered(byte[] response, int id, int kind) {
    assertEquals(id, Requests.idOf(response));
    assertTrue(Requests.isKind(response, kind), () -> "kind " + kind + ": " + printable(response));
    return response;
  }

  private static String printable(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String csv(int rows) {
    StringBuilder text = new StringBuilder("id,name\n");
    for (int i = 0; i < rows; i++) {
      text.append(i).append(",name of row ").append(i).append('\n');
    }
    return text.toString();
  }

  private static void makeTableAndView(RawClient client, int rows) throws IOException {
    answered(ask(client, Requests.makeTable(1, "t", csv(rows))), 1, Requests.MAKE_TABLE);
    answered(ask(client, Requests.makeView(2, "t", "v")), 2, Requests.MAKE_VIEW);
  }

  /** Waits until the view "v" is gone, which tells that the session that made it is closed. */
  private static void awaitViewGone(RawClient client) throws Exception {
    for (int id = 100; ; id++) {
      byte[] response = ask(client, Requests.request(id, "v", Requests.VIEW_DIMENSIONS));
      if (Requests.isKind(response, Requests.SERVER_ERROR)) {
        return;
      }
      Thread.sleep(20);
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    start(EndpointOptions.defaults());
    try (RawClient client = connect()) {
      makeTableAndView(client, 10);
      for (int id = 10; id < 1010; id++) {
        client.send(Requests.request(id, "t", Requests.TABLE_SIZE));
      }
      for (int id = 10; id < 1010; id++) {
        answered(binary(client), id, Requests.TABLE_SIZE);
      }
    }
  }

  @Test
  void takesFragmentedAndLargeRequests() throws Exception {
    start(EndpointOptions.defaults());
    try (RawClient client = connect()) {
      byte[] request = Requests.makeTable(1, "t", csv(200_000));
      assertTrue(request.length > 4 * MIB);
      int step = 300_001;
      for (int from = 0; from < request.length; from += step) {
        int to = Math.min(from + step, request.length);
        int opcode = from == 0 ? RawClient.BINARY : RawClient.CONTINUATION;
        client.send(opcode, to == request.length, Arrays.copyOfRange(request, from, to));
      }
      answered(binary(client), 1, Requests.MAKE_TABLE);
      answered(ask(client, Requests.makeTable(2, "u", csv(200_000))), 2, Requests.MAKE_TABLE);
    }
  }

  @Test
  void refusesARequestBeyondTheLimit() throws Exception {
    start(EndpointOptions.defaults().withMaxMessageBytes(MIB));
    try (RawClient client = connect()) {
      answered(ask(client, Requests.makeTable(1, "t", csv(10))), 1, Requests.MAKE_TABLE);
      client.send(RawClient.BINARY, false, new byte[MIB]);
      client.send(RawClient.CONTINUATION, true, new byte[1]);
      Frame frame = client.read();
      assertEquals(RawClient.CLOSE, frame.opcode());
      assertEquals(1009, frame.closeCode());
    }
  }

  @Test
  void answersATextFrameWithAnErrorAndGoesOn() throws Exception {
    start(EndpointOptions.defaults());
    try (RawClient client = connect()) {
      client.send(RawClient.TEXT, true, "hello".getBytes(StandardCharsets.UTF_8));
      byte[] error = answered(binary(client), 0, Requests.SERVER_ERROR);
      assertTrue(printable(error).contains("binary frame"));
      answered(ask(client, Requests.makeTable(1, "t", csv(10))), 1, Requests.MAKE_TABLE);
    }
  }

  @Test
  void answersWhatIsNoMessageWithAnError() throws Exception {
    start(EndpointOptions.defaults());
    try (RawClient client = connect()) {
      byte[] garbage = {(byte) 0xff, (byte) 0xff, (byte) 0xff};
      answered(ask(client, garbage), 0, Requests.SERVER_ERROR);
      answered(ask(client, Requests.makeTable(1, "t", csv(10))), 1, Requests.MAKE_TABLE);
    }
  }

  @Test
  void doesNotCompressUnlessTold() throws Exception {
    start(EndpointOptions.defaults());
    try (RawClient client = connect()) {
      assertFalse(client.handshake().contains("permessage-deflate"), client.handshake());
      makeTableAndView(client, 10_000);
      client.send(Requests.request(3, "v", Requests.VIEW_TO_CSV));
      Frame frame = client.read();
      assertFalse(frame.compressed());
      answered(frame.payload(), 3, Requests.VIEW_TO_CSV);
    }
  }

  @Test
  void compressesIfTold() throws Exception {
    start(EndpointOptions.defaults().withCompression(true));
    try (RawClient client = connect()) {
      assertTrue(client.handshake().contains("permessage-deflate"), client.handshake());
      client.send(Requests.makeTable(1, "t", csv(10_000)));
      Inflater inflater = new Inflater(true);
      assertTrue(Requests.isKind(inflate(client, inflater), Requests.MAKE_TABLE));
      client.send(Requests.makeView(2, "t", "v"));
      inflate(client, inflater);
      client.send(Requests.request(3, "v", Requests.VIEW_TO_CSV));
      StringBuilder text = new StringBuilder();
      while (text.indexOf("9999,\"name of row 9999\"") < 0) {
        text.append(printable(inflate(client, inflater)));
      }
      inflater.end();
    }
  }

  /** The next frame, which must be compressed; the inflater goes on from frame to frame. */
  private static byte[] inflate(RawClient client, Inflater inflater) throws Exception {
    Frame frame = client.read();
    assertTrue(frame.compressed() || frame.opcode() == RawClient.CONTINUATION);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] part = new byte[MIB];
    inflater.setInput(frame.payload());
    for (int bytes; (bytes = inflater.inflate(part)) > 0; ) {
      out.write(part, 0, bytes);
    }
    if (frame.last()) {
      // The end of a message, which the protocol leaves out.
      inflater.setInput(new byte[] {0, 0, (byte) 0xff, (byte) 0xff});
      out.write(part, 0, inflater.inflate(part));
    }
    return out.toByteArray();
  }

  @Test
  void answersAPing() throws Exception {
    start(EndpointOptions.defaults());
    try (RawClient client = connect()) {
      byte[] payload = {1, 2, 3};
      client.send(RawClient.PING, true, payload);
      Frame frame = client.read();
      assertEquals(RawClient.PONG, frame.opcode());
      assertArrayEquals(payload, frame.payload());
    }
  }

  @Test
  void aClosedConnectionFreesItsViews() throws Exception {
    start(EndpointOptions.defaults());
    try (RawClient other = connect()) {
      try (RawClient client = connect()) {
        makeTableAndView(client, 10);
        byte[] response = ask(other, Requests.request(1, "v", Requests.VIEW_DIMENSIONS));
        answered(response, 1, Requests.VIEW_DIMENSIONS);
      }
      awaitViewGone(other);
      answered(ask(other, Requests.request(2, "t", Requests.TABLE_SIZE)), 2, Requests.TABLE_SIZE);
    }
  }

  @Test
  void aSlowReaderIsCutOffAndSlowsNobodyElse() throws Exception {
    start(EndpointOptions.defaults().withMaxQueuedBytes(MIB));
    try (RawClient slow = connect();
        RawClient other = connect()) {
      makeTableAndView(slow, 50_000);
      // Each answer is over 1 MiB; the socket's buffers take some, then one is under way and one
      // more is too much. None is ever read.
      for (int id = 10; id < 60; id++) {
        slow.send(Requests.request(id, "v", Requests.VIEW_TO_CSV));
        long start = System.nanoTime();
        answered(
            ask(other, Requests.request(id, "t", Requests.TABLE_SIZE)), id, Requests.TABLE_SIZE);
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
      }
      awaitViewGone(other);
      while (connector.getConnectedEndPoints().size() > 1) {
        Thread.sleep(20); // the socket goes too, though the client never reads our goodbye
      }
    }
  }

  @Test
  void aVanishedClientIsNoticed() throws Exception {
    start(EndpointOptions.defaults().withPingInterval(Duration.ofMillis(200)));
    try (RawClient vanished = connect()) {
      makeTableAndView(vanished, 10);
      try (RawClient other = connect()) {
        awaitViewGone(other);
      }
    }
  }

  @Test
  void aSilentClientThatAnswersPingsStays() throws Exception {
    start(EndpointOptions.defaults().withPingInterval(Duration.ofMillis(500)));
    try (RawClient silent = connect()) {
      makeTableAndView(silent, 10);
      for (int pings = 0; pings < 6; pings++) {
        Frame frame = silent.readAny();
        assertEquals(RawClient.PING, frame.opcode());
        silent.send(RawClient.PONG, true, frame.payload());
      }
      byte[] response = ask(silent, Requests.request(3, "v", Requests.VIEW_DIMENSIONS));
      assertFalse(Requests.isKind(response, Requests.SERVER_ERROR));
    }
  }

  @Test
  void aClosedServerClosesTheConnectionAtItsNextRequest() throws Exception {
    start(EndpointOptions.defaults());
    try (RawClient client = connect()) {
      answered(ask(client, Requests.makeTable(1, "t", csv(10))), 1, Requests.MAKE_TABLE);
      server.close();
      client.send(Requests.request(2, "t", Requests.TABLE_SIZE));
      Frame frame = client.read();
      assertEquals(RawClient.CLOSE, frame.opcode());
      assertEquals(1001, frame.closeCode());
    }
  }
}

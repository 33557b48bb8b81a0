package dev.parallax.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.google.protobuf.ByteString;
import dev.parallax.Server;
import dev.parallax.Session;
import dev.parallax.internal.proto.GetHostedTablesResp;
import dev.parallax.internal.proto.HostedTable;
import dev.parallax.internal.proto.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays recorded conversations byte by byte against sessions of a server in this process, each
 * scene on a fresh one. Scenes listed in {@code pending-transcripts.txt} need not match; one that
 * does must be taken off the list.
 */
class TranscriptTest {
  private static final Path ROOT = Path.of("..", "conformance");
  private static final long PATIENCE_S = 5;

  private static final Scores SCORES = new Scores("Wire transcripts");
  private static PendingList pending;

  @BeforeAll
  static void start() throws IOException {
    pending = new PendingList(ROOT.resolve("pending-transcripts.txt"));
  }

  @AfterAll
  static void stop() throws IOException {
    SCORES.print("transcripts");
    assertEquals(List.of(), pending.unknown(), pending + " names scenes that do not exist");
  }

  @TestFactory
  Stream<DynamicTest> scenes() throws IOException {
    List<?> entries = (List<?>) Json.parse(Files.readString(ROOT.resolve("wire-transcripts.json")));
    Map<String, List<Map<?, ?>>> scenes = new LinkedHashMap<>();
    for (Object entry : entries) {
      Map<?, ?> message = (Map<?, ?>) entry;
      scenes
          .computeIfAbsent((String) message.get("name"), name -> new java.util.ArrayList<>())
          .add(message);
    }
    return scenes.entrySet().stream()
        .map(
            scene ->
                DynamicTest.dynamicTest(
                    scene.getKey(), () -> run(scene.getKey(), scene.getValue())));
  }

  private static void run(String name, List<Map<?, ?>> messages) throws Exception {
    boolean mayFail = pending.has("transcripts/" + name);
    String why = replay(messages);
    SCORES.add("transcripts", name, why);
    if (why == null && mayFail) {
      fail("matches: take \"transcripts/" + name + "\" off " + pending);
    } else if (why != null && mayFail) {
      abort("pending: " + why);
    } else if (why != null) {
      fail(why);
    }
  }

  /** One connection of a scene. */
  private static final class Peer {
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final Session session;

    Peer(Server server) {
      session = server.newSession(this::receive);
    }

    private void receive(ByteBuffer message) {
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      received.add(bytes);
    }
  }

  /** What differs, or null. */
  private static String replay(List<Map<?, ?>> messages) throws Exception {
    try (Server server = Server.create()) {
      Map<String, Peer> peers = new LinkedHashMap<>();
      for (Map<?, ?> message : messages) {
        Peer peer =
            peers.computeIfAbsent((String) message.get("session"), letter -> new Peer(server));
        String at = "seq " + ((Double) message.get("seq")).intValue() + ": ";
        switch ((String) message.get("direction")) {
          case "request" -> peer.session.handleRequest(bytes(message));
          case "event" -> peer.session.close();
          default -> {
            byte[] got = peer.received.poll(PATIENCE_S, TimeUnit.SECONDS);
            if (got == null) {
              return at + "no answer; expected " + message.get("decoded");
            }
            String why = differ(bytes(message), got, message);
            if (why != null) {
              return at + why;
            }
          }
        }
      }
      for (Map.Entry<String, Peer> peer : peers.entrySet()) {
        byte[] more = peer.getValue().received.poll();
        if (more != null) {
          return "session " + peer.getKey() + " heard more: " + Response.parseFrom(more);
        }
      }
      return null;
    }
  }

  private static byte[] bytes(Map<?, ?> message) {
    return HexFormat.of().parseHex((String) message.get("hex"));
  }

  private static String differ(byte[] expected, byte[] got, Map<?, ?> message) throws Exception {
    Response want = Response.parseFrom(expected);
    Response have = Response.parseFrom(got);
    String compare = (String) message.get("compare");
    boolean same =
        switch (compare) {
          case "bytes" -> Arrays.equals(expected, got);
          case "message" -> normal(want).equals(normal(have));
          case "arrow" -> true;
          case "error" ->
              have.hasServerError()
                  && want.getMsgId() == have.getMsgId()
                  && want.getServerError().getStatusCode() == have.getServerError().getStatusCode();
          case "presence" ->
              want.getMsgId() == have.getMsgId() && want.getKindCase() == have.getKindCase();
          default -> throw new IllegalArgumentException("unknown compare " + compare);
        };
    if (same && compare.equals("arrow")) {
      return arrow(want, have, message.get("decoded").toString().contains("codec"));
    }
    return same ? null : compare + " differ: expected " + message.get("decoded") + ", got " + have;
  }

  /** The hosted list has no order. */
  private static Response normal(Response response) {
    if (!response.hasGetHostedTablesResp()) {
      return response;
    }
    GetHostedTablesResp.Builder sorted = GetHostedTablesResp.newBuilder();
    response.getGetHostedTablesResp().getTableInfosList().stream()
        .sorted(Comparator.comparing(HostedTable::getEntityId))
        .forEach(sorted::addTableInfos);
    return response.toBuilder().setGetHostedTablesResp(sorted).build();
  }

  private static String arrow(Response want, Response have, boolean compressed) {
    if (!withoutArrow(want).equals(withoutArrow(have))) {
      return "message differs: expected " + withoutArrow(want) + ", got " + withoutArrow(have);
    }
    if (compressed) {
      return payload(have).isEmpty() ? "no compressed Arrow" : null;
    }
    return Differ.differ(
        "to_arrow",
        ArrowDecoder.decode(payload(want).toByteArray()),
        ArrowDecoder.decode(payload(have).toByteArray()),
        List.of());
  }

  private static ByteString payload(Response response) {
    return switch (response.getKindCase()) {
      case VIEW_TO_ARROW_RESP -> response.getViewToArrowResp().getArrow();
      case VIEW_ON_UPDATE_RESP -> response.getViewOnUpdateResp().getDelta();
      case VIEW_ON_REMOVE_RESP -> response.getViewOnRemoveResp().getIndices();
      default -> ByteString.EMPTY;
    };
  }

  private static Response withoutArrow(Response response) {
    Response.Builder out = response.toBuilder();
    switch (response.getKindCase()) {
      case VIEW_TO_ARROW_RESP -> out.getViewToArrowRespBuilder().clearArrow();
      case VIEW_ON_UPDATE_RESP -> out.getViewOnUpdateRespBuilder().clearDelta();
      case VIEW_ON_REMOVE_RESP -> out.getViewOnRemoveRespBuilder().clearIndices();
      default -> {}
    }
    return out.build();
  }
}

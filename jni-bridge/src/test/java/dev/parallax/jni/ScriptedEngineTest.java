package dev.parallax.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the real engine does not do on demand; see scripted_engine.cpp. Runs in a virtual machine of
 * its own.
 */
class ScriptedEngineTest {
  private final AtomicInteger pollRequests = new AtomicInteger();
  private final List<String> answers = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
  private final NativeEngine engine =
      NativeEngine.create(
          1,
          null,
          () -> {
            pollRequests.incrementAndGet();
            throw new IllegalStateException("planted");
          },
          EngineLimits.DEFAULTS);
  private final NativeSession session =
      engine.openSession(
          new ResponseSink() {
            @Override
            public void onResponse(ByteBuffer response) {
              answers.add(StandardCharsets.UTF_8.decode(response).toString());
              threads.add(Thread.currentThread());
            }

            @Override
            public void onError(Throwable thrown) {
              answers.add("error: " + thrown);
            }
          });

  @AfterEach
  void close() {
    engine.close();
    assertEquals(0, NativeEngine.liveSessions());
    assertEquals(0, Bridge.liveHandlers());
  }

  private void send(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    session.handleRequest(bytes, 0, bytes.length);
  }

  @Test
  void bytesCrossUnchanged() {
    String text = "supplementary \ud83d\ude00, NUL \0, accents é".repeat(3000);
    send("e" + text);
    byte[] bytes = ("e" + text).getBytes(StandardCharsets.UTF_8);
    assertTrue(bytes.length > 64 << 10);
    session.handleRequest(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    send("e");
    assertEquals(List.of(text, text, ""), answers);
  }

  @Test
  void aPayloadCrossesBesideItsRequest() {
    String text = "données \ud83d\ude00 \0".repeat(1000);
    byte[] bytes = ("##" + text + "#").getBytes(StandardCharsets.UTF_8);
    byte[] request = "request: ".getBytes(StandardCharsets.UTF_8);
    ByteBuffer heap = ByteBuffer.wrap(bytes, 2, bytes.length - 3);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().position(2);
    direct.limit(bytes.length - 1);
    for (ByteBuffer buffer : List.of(heap, heap.slice(), heap.asReadOnlyBuffer(), direct)) {
      int position = buffer.position();
      session.handleRequest(request, new Payload.OfBytes(buffer));
      assertEquals("request: " + text, answers.remove(0));
      assertEquals(position, buffer.position());
    }
    session.handleRequest(request, new Payload.OfBytes(ByteBuffer.allocate(0)));
    session.handleRequest(request, new Payload.OfFile("/é".getBytes(StandardCharsets.UTF_8)));
    session.handleRequest(request, new Payload.OfArrow(0, 0));
    assertEquals(List.of("request: ", "request: /é", "request: released"), answers);
  }

  @Test
  void aNativeThreadIsAttachedAsADaemonAndDetachedWhenItEnds() {
    int rounds = 200;
    for (int i = 0; i < rounds; i++) {
      send("tresponse " + i);
    }
    assertEquals(rounds, answers.size());
    assertEquals("response 199", answers.get(rounds - 1));
    for (Thread thread : threads) {
      assertNotSame(Thread.currentThread(), thread);
      assertEquals("parallax-worker", thread.getName());
      assertTrue(thread.isDaemon());
    }
    long stillAttached =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().equals("parallax-worker"))
            .count();
    assertEquals(0, stillAttached);
  }

  @Test
  void everyKindOfErrorCrosses() {
    for (NativeException.Kind kind : NativeException.Kind.values()) {
      String text = "x" + kind.ordinal() + "naïve \ud83d\ude00";
      if (kind == NativeException.Kind.CLOSED) {
        Exception thrown = assertThrows(IllegalStateException.class, () -> send(text));
        assertEquals("naïve \ud83d\ude00", thrown.getMessage());
      } else {
        NativeException thrown = assertThrows(NativeException.class, () -> send(text));
        assertEquals(kind, thrown.kind());
        assertEquals("naïve \ud83d\ude00", thrown.getMessage());
      }
    }
    assertEquals("other", assertThrows(NativeException.class, () -> send("sother")).getMessage());
    assertThrows(OutOfMemoryError.class, () -> send("b"));
    send("estill alive");
    assertEquals(List.of("still alive"), answers);
  }

  @Test
  void aPollRequestThatThrowsHarmsNothing() {
    LoggedErrors log = new LoggedErrors();
    try {
      send("p");
      send("p");
    } finally {
      log.close();
    }
    assertEquals(2, pollRequests.get());
    assertEquals(
        "The handler of poll requests threw: java.lang.IllegalStateException: planted",
        log.messages.get(1));
    session.poll();
    engine.poll();
    assertEquals(List.of("poll"), answers);
  }
}

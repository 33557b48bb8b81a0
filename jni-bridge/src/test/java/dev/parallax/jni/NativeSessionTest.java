package dev.parallax.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** The crossing with the real engine behind it. */
class NativeSessionTest {
  private NativeEngine engine;
  private long handlersBefore;

  @BeforeEach
  void open() {
    engine = NativeEngine.create(2, null, null, EngineLimits.DEFAULTS);
    handlersBefore = Bridge.liveHandlers();
  }

  @AfterEach
  void close() {
    engine.close();
    assertEquals(handlersBefore, Bridge.liveHandlers(), "every session is freed");
  }

  private static void send(NativeSession session, int id) {
    byte[] request = Wire.request(id);
    session.handleRequest(request, 0, request.length);
  }

  @Test
  void answersBeforeTheCallReturnsAndInOrder() {
    Recorder recorder = new Recorder();
    NativeSession session = engine.openSession(recorder);
    IntStream.range(1, 1000).forEach(id -> send(session, id));
    session.poll();
    engine.poll();
    assertEquals(IntStream.range(1, 1000).boxed().toList(), recorder.ids);
    assertEquals(List.of(), recorder.errors);
  }

  @Test
  void takesEveryKindOfBufferAndLeavesItsPosition() {
    Recorder recorder = new Recorder();
    NativeSession session = engine.openSession(recorder);
    byte[] request = Wire.request(7);
    byte[] padded = new byte[request.length + 9];
    System.arraycopy(request, 0, padded, 4, request.length);
    session.handleRequest(padded, 4, request.length);

    ByteBuffer heap = ByteBuffer.wrap(padded, 3, request.length + 1).slice().position(1);
    ByteBuffer direct = ByteBuffer.allocateDirect(padded.length).put(padded);
    direct.position(4).limit(4 + request.length);
    for (ByteBuffer buffer :
        List.of(heap, heap.asReadOnlyBuffer(), direct, direct.asReadOnlyBuffer())) {
      int position = buffer.position();
      session.handleRequest(buffer);
      assertEquals(position, buffer.position());
      assertEquals(request.length, buffer.remaining());
    }
    assertEquals(List.of(7, 7, 7, 7, 7), recorder.ids);
  }

  @Test
  void readsALargeDirectRequestInPlace() {
    Recorder recorder = new Recorder();
    NativeSession session = engine.openSession(recorder);
    byte[] request = Wire.request(9);
    int padding = 100_000;
    // An unknown field of that length, which a decoder skips.
    byte[] unknown = {
      (byte) 0xa2,
      0x7d,
      (byte) (padding & 0x7f | 0x80),
      (byte) (padding >> 7 & 0x7f | 0x80),
      (byte) (padding >> 14)
    };
    ByteBuffer direct = ByteBuffer.allocateDirect(request.length + unknown.length + padding);
    direct.put(request).put(unknown).clear();
    session.handleRequest(direct);
    assertEquals(List.of(9), recorder.ids);
  }

  @Test
  void refusesARangeOutsideTheArray() {
    NativeSession session = engine.openSession(new Recorder());
    byte[] bytes = new byte[4];
    assertThrows(IndexOutOfBoundsException.class, () -> session.handleRequest(bytes, 2, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> session.handleRequest(bytes, -1, 2));
    assertThrows(NullPointerException.class, () -> session.handleRequest(null));
  }

  @Test
  void aHandlerThatThrowsIsReportedAndStopsNothing() {
    Recorder recorder =
        new Recorder() {
          @Override
          public void onResponse(ByteBuffer response) {
            super.onResponse(response);
            if (ids.size() % 2 == 1) {
              throw new IllegalArgumentException("response " + ids.size());
            }
          }
        };
    NativeSession session = engine.openSession(recorder);
    IntStream.rangeClosed(1, 4).forEach(id -> send(session, id));
    assertEquals(List.of(1, 2, 3, 4), recorder.ids);
    assertEquals(
        List.of("response 1", "response 3"),
        recorder.errors.stream().map(Throwable::getMessage).toList());
  }

  @Test
  void anErrorHandlerThatThrowsHarmsNothing() {
    AtomicInteger calls = new AtomicInteger();
    NativeSession session =
        engine.openSession(
            new ResponseSink() {
              @Override
              public void onResponse(ByteBuffer response) {
                calls.incrementAndGet();
                throw new StackOverflowError("planted");
              }

              @Override
              public void onError(Throwable thrown) {
                throw new IllegalStateException("planted");
              }
            });
    LoggedErrors log = new LoggedErrors();
    try {
      send(session, 1);
      send(session, 2);
    } finally {
      log.close();
    }
    assertEquals(2, calls.get());
    assertEquals(
        "An error handler of a session threw: java.lang.IllegalStateException: planted",
        log.messages.get(1));
  }

  @Test
  void aHandlerMaySendRequestsAndCloses() {
    AtomicReference<NativeSession> own = new AtomicReference<>();
    List<String> log = new ArrayList<>();
    Recorder recorder =
        new Recorder() {
          @Override
          public void onResponse(ByteBuffer response) {
            super.onResponse(response);
            int id = ids.get(ids.size() - 1);
            log.add("in " + id);
            if (id < 5) {
              send(own.get(), id + 1);
            } else {
              own.get().close();
            }
            log.add("out " + id);
          }
        };
    own.set(engine.openSession(recorder));
    send(own.get(), 1);
    assertEquals(List.of(1, 2, 3, 4, 5), recorder.ids);
    // One at a time: a response waits until the handler is done with the one before.
    assertEquals("in 1", log.get(0));
    assertEquals("out 1", log.get(1));
    assertTrue(own.get().isClosed());
    assertEquals(List.of(), recorder.errors);
  }

  @Test
  void aHandlerMaySendToAnotherSession() {
    Recorder second = new Recorder();
    NativeSession other = engine.openSession(second);
    NativeSession session =
        engine.openSession(
            new Recorder() {
              @Override
              public void onResponse(ByteBuffer response) {
                send(other, 40 + Wire.id(response));
              }
            });
    send(session, 2);
    assertEquals(List.of(42), second.ids);
  }

  @Test
  void responsesAreReadOnlyAndDirect() {
    List<Object> seen = new ArrayList<>();
    NativeSession session =
        engine.openSession(
            new Recorder() {
              @Override
              public void onResponse(ByteBuffer response) {
                seen.add(response.isDirect() && response.isReadOnly() && response.position() == 0);
                seen.add(
                    assertThrows(ReadOnlyBufferException.class, () -> response.put(0, (byte) 1)));
              }
            });
    send(session, 1);
    assertEquals(2, seen.size());
    assertEquals(true, seen.get(0));
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_22)
  void aKeptBufferThrows() throws Exception {
    AtomicReference<ByteBuffer> kept = new AtomicReference<>();
    AtomicReference<Throwable> elsewhere = new AtomicReference<>();
    NativeSession session =
        engine.openSession(
            new Recorder() {
              @Override
              public void onResponse(ByteBuffer response) {
                kept.set(response);
                Thread thief =
                    new Thread(() -> elsewhere.set(assertThrows(Exception.class, response::get)));
                thief.start();
                try {
                  thief.join();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    send(session, 1);
    assertThrows(IllegalStateException.class, () -> kept.get().get(0));
    assertInstanceOf(wrongThreadException(), elsewhere.get());
    // The same buffer as a request: found out before native code sees its address.
    assertThrows(IllegalStateException.class, () -> session.handleRequest(kept.get()));
  }

  private static Class<?> wrongThreadException() throws ClassNotFoundException {
    return Class.forName("java.lang.WrongThreadException");
  }

  @Test
  void plainBuffersWorkWhereThereAreNoArenas() {
    NativeLibrary.load();
    List<Integer> ids = new ArrayList<>();
    Recorder recorder = new Recorder();
    long plainEngine = Bridge.createEngine(1, null, null, 0, 0, 0, 0);
    long session = Bridge.openSession(plainEngine, new Delivery(recorder, false));
    byte[] request = Wire.request(3);
    Bridge.handleArray(session, request, 0, request.length);
    ids.addAll(recorder.ids);
    Bridge.closeEngine(plainEngine);
    assertEquals(List.of(3), ids);
  }

  @Test
  void useAfterCloseIsAnException() {
    NativeSession session = engine.openSession(new Recorder());
    assertFalse(session.isClosed());
    long open = NativeEngine.liveSessions();
    session.close();
    session.close();
    assertEquals(open - 1, NativeEngine.liveSessions());
    assertTrue(session.isClosed());
    for (Runnable use :
        List.<Runnable>of(
            () -> send(session, 1),
            () -> session.handleRequest(ByteBuffer.allocateDirect(4)),
            session::poll)) {
      Exception thrown = assertThrows(IllegalStateException.class, use::run);
      assertEquals("session is closed", thrown.getMessage());
    }
  }

  @Test
  void closingTheEngineClosesItsSessionsAndNoOthers() {
    NativeEngine second = NativeEngine.create(1, null, null, EngineLimits.DEFAULTS);
    NativeSession kept = engine.openSession(new Recorder());
    NativeSession lost = second.openSession(new Recorder());
    second.close();
    second.close();
    assertTrue(lost.isClosed());
    assertFalse(kept.isClosed());
    for (Runnable use : List.<Runnable>of(second::poll, () -> second.openSession(new Recorder()))) {
      Exception thrown = assertThrows(IllegalStateException.class, use::run);
      assertEquals("engine is closed", thrown.getMessage());
    }
  }

  @Test
  void aHandleIsNeverUsedAgain() {
    NativeSession first = engine.openSession(new Recorder());
    first.close();
    NativeSession second = engine.openSession(new Recorder());
    assertNotEquals(first.id(), second.id());
    assertTrue(first.isClosed());
    assertFalse(second.isClosed());
    for (long stranger : new long[] {0, -1, 1, Long.MAX_VALUE, Long.MIN_VALUE, second.id() + 1}) {
      assertThrows(IllegalStateException.class, () -> Bridge.pollSession(stranger));
      Bridge.closeSession(stranger);
    }
  }

  @Test
  void optionsAreChecked() {
    assertThrows(
        IllegalArgumentException.class,
        () -> NativeEngine.create(-1, null, null, EngineLimits.DEFAULTS));
    assertThrows(IllegalArgumentException.class, () -> new EngineLimits(-5, 0, 0, 0));
    assertThrows(NullPointerException.class, () -> engine.openSession(null));
  }

  @Test
  void garbageIsAnsweredOrIgnoredButNeverThrown() {
    NativeSession session = engine.openSession(new Recorder());
    session.handleRequest(new byte[0], 0, 0);
    session.handleRequest(ByteBuffer.allocateDirect(0));
    session.handleRequest(new byte[] {(byte) 0xff, (byte) 0xff, 3}, 0, 3);
  }
}

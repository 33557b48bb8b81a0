package dev.parallax.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;

/** Calls, closes, throwing and re-entrant handlers and collections, all at once. */
class CloseRaceTest {
  private static final int CALLERS = 4;
  private static final int SESSIONS = 8;
  private static final long SECONDS = Long.getLong("parallax.test.seconds", 3);

  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong faults = new AtomicLong();

  /**
   * A handler that now and then throws, calls back, or closes; it notices a second call at the same
   * time.
   */
  private final class Nuisance implements ResponseSink {
    private final AtomicInteger inside = new AtomicInteger();
    private volatile NativeSession own;

    @Override
    public void onResponse(ByteBuffer response) {
      if (inside.getAndIncrement() != 0) {
        faults.incrementAndGet();
      }
      try {
        Wire.id(response);
        answered.incrementAndGet();
        NativeSession session = own;
        int dice = ThreadLocalRandom.current().nextInt(100);
        if (dice == 0) {
          throw new IllegalArgumentException("planted");
        } else if (session != null && dice < 10) {
          call(session);
        } else if (session != null && dice == 10) {
          session.close();
        }
      } finally {
        inside.decrementAndGet();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      if (!"planted".equals(thrown.getMessage())) {
        faults.incrementAndGet();
        thrown.printStackTrace();
      }
    }
  }

  private void call(NativeSession session) {
    try {
      byte[] request = Wire.request(ThreadLocalRandom.current().nextInt(1, 1 << 20));
      if (ThreadLocalRandom.current().nextBoolean()) {
        session.handleRequest(request, 0, request.length);
      } else {
        session.handleRequest(ByteBuffer.allocateDirect(request.length).put(request).flip());
      }
      session.poll();
    } catch (IllegalStateException e) {
      refused.incrementAndGet();
    }
  }

  private NativeSession open(NativeEngine engine) {
    Nuisance sink = new Nuisance();
    NativeSession session = engine.openSession(sink);
    sink.own = session;
    return session;
  }

  @Test
  void sessionsCloseUnderTheirCallers() throws Exception {
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    long before = NativeEngine.liveSessions();
    long handlersBefore = Bridge.liveHandlers();
    NativeEngine engine = NativeEngine.create(2, null, null, EngineLimits.DEFAULTS);
    AtomicReferenceArray<NativeSession> sessions = new AtomicReferenceArray<>(SESSIONS);
    for (int i = 0; i < SESSIONS; i++) {
      sessions.set(i, open(engine));
    }
    List<Callable<Void>> work = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      work.add(
          () -> {
            while (System.nanoTime() < end) {
              call(sessions.get(ThreadLocalRandom.current().nextInt(SESSIONS)));
            }
            return null;
          });
    }
    work.add(
        () -> {
          for (int round = 0; System.nanoTime() < end; round++) {
            sessions.getAndSet(round % SESSIONS, open(engine)).close();
            if (round % 5000 == 0) {
              System.gc();
            }
          }
          return null;
        });
    run(work);
    engine.close();
    for (int i = 0; i < SESSIONS; i++) {
      assertTrue(sessions.get(i).isClosed());
    }
    assertEquals(0, faults.get());
    assertTrue(answered.get() > 0, "nothing was answered");
    assertTrue(refused.get() > 0, "no call lost the race");
    assertEquals(before, NativeEngine.liveSessions());
    assertEquals(handlersBefore, Bridge.liveHandlers());
  }

  @Test
  void enginesCloseUnderTheirSessions() throws Exception {
    long end = System.nanoTime() + SECONDS * 1_000_000_000L / 3;
    long before = NativeEngine.liveSessions();
    long handlersBefore = Bridge.liveHandlers();
    while (System.nanoTime() < end) {
      NativeEngine engine = NativeEngine.create(1, null, null, EngineLimits.DEFAULTS);
      NativeSession session = open(engine);
      run(
          List.of(
              () -> {
                for (int i = 0; i < 20; i++) {
                  call(session);
                }
                return null;
              },
              () -> {
                try {
                  for (int i = 0; i < 20; i++) {
                    call(open(engine));
                  }
                } catch (IllegalStateException e) {
                  refused.incrementAndGet();
                }
                return null;
              },
              () -> {
                engine.close();
                return null;
              }));
    }
    assertEquals(0, faults.get());
    assertEquals(before, NativeEngine.liveSessions());
    assertEquals(handlersBefore, Bridge.liveHandlers());
  }

  private static void run(List<Callable<Void>> work) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(work.size());
    try {
      for (Future<Void> done : executor.invokeAll(work)) {
        done.get();
      }
    } finally {
      executor.shutdown();
    }
  }
}

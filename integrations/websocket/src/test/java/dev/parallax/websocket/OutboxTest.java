package dev.parallax.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final List<Integer> sent = new ArrayList<>();
  private final Queue<Outbox.Outcome> underWay = new ArrayDeque<>();
  private final List<Throwable> breakdowns = new ArrayList<>();

  /** Sends nothing until told. */
  private void hold(ByteBuffer message, Outbox.Outcome outcome) {
    sent.add(message.getInt(0));
    underWay.add(outcome);
  }

  private Outbox holding(long maxBytes) {
    return new Outbox(maxBytes, this::hold, breakdowns::add);
  }

  private static ByteBuffer message(int content, int size) {
    return ByteBuffer.allocate(size).putInt(0, content);
  }

  @Test
  void sendsOneAtATimeInOrder() {
    Outbox outbox = holding(1000);
    for (int i = 0; i < 3; i++) {
      outbox.add(message(i, 4));
    }
    assertEquals(List.of(0), sent);
    underWay.remove().done(null);
    assertEquals(List.of(0, 1), sent);
    underWay.remove().done(null);
    underWay.remove().done(null);
    assertEquals(List.of(0, 1, 2), sent);
    assertTrue(breakdowns.isEmpty());
  }

  @Test
  void breaksDownOnceWhenMoreWaitsThanAllowed() {
    Outbox outbox = holding(100);
    for (int i = 0; i < 25; i++) {
      outbox.add(message(i, 4));
    }
    assertTrue(breakdowns.isEmpty());
    outbox.add(message(25, 4));
    outbox.add(message(26, 4));
    assertEquals(1, breakdowns.size());
    assertNull(breakdowns.get(0));
    underWay.remove().done(null);
    assertEquals(List.of(0), sent);
  }

  @Test
  void takesAMessageBeyondTheBoundIfNothingWaits() {
    Outbox outbox = holding(100);
    outbox.add(message(1, 5000));
    assertEquals(List.of(1), sent);
    underWay.remove().done(null);
    outbox.add(message(2, 5000));
    assertEquals(List.of(1, 2), sent);
    assertTrue(breakdowns.isEmpty());
  }

  @Test
  void reportsWhatTheTransportSays() {
    Outbox outbox = holding(100);
    outbox.add(message(1, 4));
    outbox.add(message(2, 4));
    IOException broken = new IOException("broken pipe");
    underWay.remove().done(broken);
    outbox.add(message(3, 4));
    assertEquals(1, breakdowns.size());
    assertSame(broken, breakdowns.get(0));
    assertEquals(List.of(1), sent);
  }

  @Test
  void doesNotNestWhenTheTransportIsDoneAtOnce() {
    Queue<Outbox.Outcome> first = new ArrayDeque<>();
    AtomicInteger count = new AtomicInteger();
    Outbox outbox =
        new Outbox(
            Long.MAX_VALUE,
            (message, outcome) -> {
              if (count.getAndIncrement() == 0) {
                first.add(outcome);
              } else {
                outcome.done(null);
              }
            },
            breakdowns::add);
    int messages = 200_000;
    for (int i = 0; i < messages; i++) {
      outbox.add(message(i, 4));
    }
    first.remove().done(null);
    assertEquals(messages, count.get());
  }

  @Test
  void aTurnKeepsMessagesWaiting() {
    Outbox outbox = holding(100);
    assertTrue(outbox.tryTurn());
    assertFalse(outbox.tryTurn());
    outbox.add(message(1, 4));
    assertTrue(sent.isEmpty());
    outbox.endTurn();
    assertEquals(List.of(1), sent);
    assertFalse(outbox.tryTurn());
    assertTrue(outbox.busyNanos() > 0);
    underWay.remove().done(null);
    assertEquals(0, outbox.busyNanos());
  }

  @Test
  void keepsTheOrderOfEachThreadWhenManyAdd() throws InterruptedException {
    ExecutorService wire = Executors.newSingleThreadExecutor();
    List<Integer> received = new ArrayList<>();
    int each = 20_000;
    CountDownLatch all = new CountDownLatch(4 * each);
    Outbox outbox =
        new Outbox(
            Long.MAX_VALUE,
            (message, outcome) ->
                wire.execute(
                    () -> {
                      received.add(message.getInt(0));
                      outcome.done(null);
                      all.countDown();
                    }),
            breakdowns::add);
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                t ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < each; i++) {
                            outbox.add(message(t * each + i, 4));
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(all.await(20, TimeUnit.SECONDS));
    wire.shutdown();
    for (int t = 0; t < 4; t++) {
      int from = t * each;
      List<Integer> own = received.stream().filter(i -> i >= from && i < from + each).toList();
      assertTrue(own.equals(IntStream.range(from, from + each).boxed().toList()), "thread " + t);
    }
  }
}

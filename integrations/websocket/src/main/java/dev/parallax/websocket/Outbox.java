package dev.parallax.websocket;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The messages that wait to be sent to one client: sent in order, one at a time, without waiting.
 *
 * <p>Whoever adds a message, or tells that one has been sent, starts the next; so a slow client
 * holds up nobody but itself. What waits for it is bounded in bytes. For any number of threads.
 */
final class Outbox {
  /** Starts the sending of a message; tells the outcome once, later or at once. */
  interface Transport {
    void send(ByteBuffer message, Outcome outcome);
  }

  /** How the sending of a message went; a null failure says that it was sent. */
  interface Outcome {
    void done(Throwable failure);
  }

  /** Told once at most, on whatever thread finds out; must not wait. */
  interface Breakdown {
    /**
     * Nothing more will be sent.
     *
     * @param cause what the transport said, or null if more bytes wait than allowed
     */
    void brokeDown(Throwable cause);
  }

  private final long maxBytes;
  private final Transport transport;
  private final Breakdown breakdown;

  private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
  private long bytes; // of the messages waiting and the one being sent
  private boolean busy; // a message is being sent, or somebody else has the turn
  private long busySince;
  private boolean draining; // some thread is in drain()
  private boolean closed;

  Outbox(long maxBytes, Transport transport, Breakdown breakdown) {
    this.maxBytes = maxBytes;
    this.transport = transport;
    this.breakdown = breakdown;
  }

  /**
   * Adds a message, whose buffer is the outbox's from now on. Does nothing once closed.
   *
   * <p>A message that does not fit closes the outbox. A message of any size fits if nothing waits:
   * the engine has made it in one piece already, and it could never be sent otherwise.
   */
  void add(ByteBuffer message) {
    if (enqueue(message)) {
      drain();
    } else {
      breakdown.brokeDown(null);
    }
  }

  /**
   * Takes the turn to send something else, if nothing is being sent or waits. To be followed by
   * {@link #endTurn}.
   */
  synchronized boolean tryTurn() {
    if (closed || busy || !waiting.isEmpty()) {
      return false;
    }
    begin();
    return true;
  }

  void endTurn() {
    synchronized (this) {
      busy = false;
    }
    drain();
  }

  /** How long the message being sent has been at it, in nanoseconds; 0 if there is none. */
  synchronized long busyNanos() {
    return busy ? System.nanoTime() - busySince : 0;
  }

  /** Forgets what waits. */
  synchronized void close() {
    closed = true;
    waiting.clear();
  }

  private synchronized boolean enqueue(ByteBuffer message) {
    if (closed) {
      return true;
    }
    if (bytes > 0 && message.remaining() > maxBytes - bytes) {
      close();
      return false;
    }
    waiting.add(message);
    bytes += message.remaining();
    return true;
  }

  /**
   * Sends until something is under way or nothing is left. One thread at a time; a transport that
   * is done at once finds this thread here already, and does not nest.
   */
  private void drain() {
    synchronized (this) {
      if (draining) {
        return;
      }
      draining = true;
    }
    for (ByteBuffer message = next(); message != null; message = next()) {
      int size = message.remaining();
      transport.send(message, failure -> sent(size, failure));
    }
  }

  private synchronized ByteBuffer next() {
    ByteBuffer message = busy ? null : waiting.poll();
    if (message == null) {
      draining = false;
    } else {
      begin();
    }
    return message;
  }

  private void begin() {
    busy = true;
    busySince = System.nanoTime();
  }

  private void sent(int size, Throwable failure) {
    boolean broke;
    synchronized (this) {
      busy = false;
      bytes -= size;
      broke = failure != null && !closed;
      if (failure != null) {
        close();
      }
    }
    if (broke) {
      breakdown.brokeDown(failure);
    } else {
      drain();
    }
  }
}

package dev.parallax.internal.client;

import dev.parallax.TransportException;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** One web socket from its opening to its end: queues what is sent, puts together what comes. */
final class WebSocketLink implements WebSocket.Listener {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

  private final URI uri;
  private final long maxMessageBytes;
  private final Transport.Listener listener;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Queue<ByteBuffer> outgoing = new ArrayDeque<>();
  private final Fragments fragments = new Fragments();
  private boolean sending;
  private volatile WebSocket socket;

  WebSocketLink(URI uri, long maxMessageBytes, Transport.Listener listener) {
    this.uri = uri;
    this.maxMessageBytes = maxMessageBytes;
    this.listener = listener;
  }

  void opened(WebSocket opened) {
    socket = opened;
  }

  boolean isOpen() {
    return socket != null && !ended.get();
  }

  /** Queues a message; false if the socket has ended. */
  boolean send(ByteBuffer message) {
    if (!isOpen()) {
      return false;
    }
    synchronized (outgoing) {
      outgoing.add(message);
      if (sending) {
        return true;
      }
      sending = true;
    }
    drain();
    return true;
  }

  /** A web socket takes one message at a time. */
  private void drain() {
    for (; ; ) {
      ByteBuffer message;
      synchronized (outgoing) {
        message = outgoing.poll();
        if (message == null || ended.get()) {
          sending = false;
          outgoing.clear();
          return;
        }
      }
      CompletableFuture<WebSocket> sent = socket.sendBinary(message, true);
      if (!sent.isDone()) {
        sent.whenComplete((ok, failure) -> proceed(failure));
        return;
      }
      if (sent.isCompletedExceptionally()) {
        sent.whenComplete((ok, failure) -> end(String.valueOf(failure), failure));
      }
    }
  }

  private void proceed(Throwable failure) {
    if (failure != null) {
      end(String.valueOf(failure), failure);
    }
    drain();
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    if (fragments.size() + (long) data.remaining() > maxMessageBytes) {
      from.sendClose(1009, "message too large");
      end("a message from the server is larger than maxMessageBytes = " + maxMessageBytes, null);
      from.abort();
      return null;
    }
    if (last && fragments.size() == 0) {
      listener.onMessage(data);
    } else {
      fragments.add(data);
      if (last) {
        listener.onMessage(fragments.take());
      }
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    end("WebSocket closed " + code + (reason.isEmpty() ? "" : ": " + reason), null);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    Throwable cause = error.getCause();
    end(cause == null ? error.toString() : error + ": " + cause.getMessage(), error);
  }

  /** The end that nobody here asked for. */
  private void end(String why, Throwable cause) {
    if (ended.compareAndSet(false, true)) {
      listener.onLost(new TransportException("connection to " + uri + " lost: " + why, cause));
    }
  }

  /** The end that was asked for: says so to the server, but does not wait for it. */
  void close() {
    if (ended.compareAndSet(false, true)) {
      WebSocket open = socket;
      open.sendClose(WebSocket.NORMAL_CLOSURE, "");
      Threads.later(CLOSE_PATIENCE, open::abort);
    }
  }

  /** Collects the frames of one message. */
  private static final class Fragments extends ByteArrayOutputStream {
    void add(ByteBuffer data) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      write(bytes, 0, bytes.length);
    }

    /** The message so far; the collector is empty afterwards. */
    ByteBuffer take() {
      ByteBuffer message = ByteBuffer.wrap(buf, 0, count);
      buf = new byte[32];
      count = 0;
      return message;
    }
  }
}

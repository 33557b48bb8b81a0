package dev.parallax.websocket;

import dev.parallax.ClosedException;
import dev.parallax.Server;
import dev.parallax.Session;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client: its socket, and its session with the Parallax server.
 *
 * <p>Requests are handled on the container's thread that reads them, so in order; responses come on
 * any thread and go through the {@link Outbox}. The connection may end from anywhere, also more
 * than once; the session is closed the first time.
 */
final class Connection {
  private static final Logger LOG = System.getLogger("dev.parallax.websocket");

  /** How long a socket may linger, in ms, once we have given up on its client. */
  private static final long LINGER_MS = 5_000;

  private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);

  private final jakarta.websocket.Session socket;
  private final EndpointOptions options;
  private final Housekeeping housekeeping;
  private final MessageAssembler assembler;
  private final Outbox outbox;
  private final Session session;
  private final Runnable stopWatching;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile long lastHeard = System.nanoTime();

  /**
   * Opens a session for a client and listens to it.
   *
   * @throws ClosedException if the server is closed
   */
  Connection(
      Server server,
      jakarta.websocket.Session socket,
      EndpointOptions options,
      Housekeeping housekeeping) {
    this.socket = socket;
    this.options = options;
    this.housekeeping = housekeeping;
    assembler = new MessageAssembler(options.maxMessageBytes());
    outbox = new Outbox(options.maxQueuedBytes(), this::send, this::onBreakdown);
    socket.setMaxIdleTimeout(0); // pings tell better whether the client is there
    socket.addMessageHandler(ByteBuffer.class, (MessageHandler.Partial<ByteBuffer>) this::onBinary);
    socket.addMessageHandler(String.class, (MessageHandler.Partial<String>) this::onText);
    socket.addMessageHandler(PongMessage.class, (MessageHandler.Whole<PongMessage>) this::onPong);

    session = server.newSession(response -> outbox.add(copyOf(response)));
    stopWatching = housekeeping.every(options.pingInterval().toNanos(), this::watch);
  }

  /** The socket is closed: frees what the client held. */
  void onClosed() {
    release();
  }

  private void onBinary(ByteBuffer part, boolean last) {
    lastHeard = System.nanoTime();
    if (ended.get()) {
      return;
    }
    if (assembler.exceeds(part)) {
      assembler.discard();
      end(CloseCodes.TOO_BIG, "a message may have " + options.maxMessageBytes() + " bytes");
      return;
    }
    ByteBuffer request = assembler.add(part, last);
    if (request == null) {
      return;
    }
    try {
      session.handleRequest(request);
    } catch (ClosedException closed) {
      end(CloseCodes.GOING_AWAY, "the server is closed");
    }
  }

  private void onText(String part, boolean last) {
    lastHeard = System.nanoTime();
    if (last) {
      outbox.add(
          ServerError.encode(
              "Text frames are not understood; send each request as a binary frame"));
    }
  }

  private void onPong(PongMessage pong) {
    lastHeard = System.nanoTime();
  }

  private void send(ByteBuffer message, Outbox.Outcome outcome) {
    try {
      socket
          .getAsyncRemote()
          .sendBinary(
              message,
              result -> outcome.done(result.isOK() ? null : reasonOf(result.getException())));
    } catch (RuntimeException closedMeanwhile) {
      outcome.done(closedMeanwhile);
    }
  }

  private static Throwable reasonOf(Throwable reported) {
    return reported != null ? reported : new IOException("the message could not be sent");
  }

  private void onBreakdown(Throwable cause) {
    if (cause == null) {
      end(
          CloseCodes.TRY_AGAIN_LATER,
          "the client reads too slowly: over " + options.maxQueuedBytes() + " bytes wait for it");
    } else {
      LOG.log(Level.DEBUG, "Sending failed, the connection is closed", cause);
      end(CloseCodes.GOING_AWAY, "sending failed");
    }
  }

  /** Runs once per ping interval: looks whether the client is still there, and pings it. */
  private void watch() {
    long silence = System.nanoTime() - lastHeard;
    if (outbox.busyNanos() > options.sendTimeout().toNanos()) {
      end(CloseCodes.TRY_AGAIN_LATER, "a response was not taken within " + options.sendTimeout());
    } else if (outbox.tryTurn()) {
      // Nothing is under way, so a silent client has had the chance to answer the last pings.
      if (silence > 2 * options.pingInterval().toNanos()) {
        end(CloseCodes.GOING_AWAY, "no sign of life for " + options.pingInterval().multipliedBy(2));
      } else {
        housekeeping.workers().execute(this::ping);
      }
    }
  }

  private void ping() {
    try {
      socket.getAsyncRemote().sendPing(NO_PAYLOAD.duplicate());
    } catch (IOException | RuntimeException failed) {
      end(CloseCodes.GOING_AWAY, "a ping could not be sent");
    } finally {
      outbox.endTurn();
    }
  }

  /** Closes the session now and the socket as soon as the client lets us; never waits. */
  private void end(CloseReason.CloseCode code, String why) {
    if (release()) {
      LOG.log(Level.INFO, "Closing a connection: {0}", why);
      housekeeping.workers().execute(() -> closeSocket(new CloseReason(code, why)));
    }
  }

  private boolean release() {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    stopWatching.run();
    outbox.close();
    session.close();
    return true;
  }

  private void closeSocket(CloseReason reason) {
    try {
      socket.setMaxIdleTimeout(LINGER_MS); // in case the client does not even read the goodbye
      socket.close(reason);
    } catch (IOException | RuntimeException alreadyGone) {
      LOG.log(Level.DEBUG, "A connection was gone before it was closed", alreadyGone);
    }
  }

  private static ByteBuffer copyOf(ByteBuffer response) {
    return ByteBuffer.allocate(response.remaining()).put(response).flip();
  }
}

package dev.parallax.internal.client;

import dev.parallax.ResponseHandler;
import dev.parallax.Session;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A session of a server in this process. */
public final class LocalTransport implements Transport {
  private final Session session;
  private volatile boolean open = true;

  /** Opens a session whose messages go to a listener. */
  public LocalTransport(Function<ResponseHandler, Session> sessions, Listener listener) {
    this.session = sessions.apply(listener::onMessage);
  }

  @Override
  public void send(ByteBuffer message) {
    session.handleRequest(message);
  }

  @Override
  public boolean prefersDirect() {
    return true;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public CompletableFuture<Void> reconnect() {
    return CallFuture.done(null);
  }

  @Override
  public void close() {
    open = false;
    session.close();
  }
}

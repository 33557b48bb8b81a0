package dev.parallax.internal.client;

import dev.parallax.ResponseHandler;
import dev.parallax.jni.Payload;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A session of a server in this process. */
public final class LocalTransport implements PayloadTransport {
  private final LocalSession session;
  private volatile boolean open = true;

  /** Opens a session whose messages go to a listener. */
  public LocalTransport(Function<ResponseHandler, LocalSession> sessions, Listener listener) {
    this.session = sessions.apply(listener::onMessage);
  }

  @Override
  public void send(ByteBuffer message) {
    session.handleRequest(message);
  }

  @Override
  public void send(byte[] message, Payload payload) {
    session.handleRequest(message, payload);
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

package dev.parallax.internal.client;

import dev.parallax.BadInputException;
import dev.parallax.ClientOptions;
import dev.parallax.TransportException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/** Messages as binary frames of a web socket, which is made anew on request. */
public final class WebSocketTransport implements Transport {
  /** One for all clients: it owns a thread and a pool. */
  private static final class Shared {
    static final HttpClient HTTP = HttpClient.newHttpClient();
  }

  private final URI uri;
  private final ClientOptions options;
  private final Listener listener;
  private final AtomicReference<WebSocketLink> link = new AtomicReference<>();
  private CompletableFuture<Void> connecting;
  private boolean closed;

  /**
   * Makes a transport that is not connected yet.
   *
   * @throws BadInputException if this is no web socket address
   */
  public WebSocketTransport(URI uri, ClientOptions options, Listener listener) {
    String scheme = uri.getScheme();
    if (!"ws".equalsIgnoreCase(scheme) && !"wss".equalsIgnoreCase(scheme)) {
      throw new BadInputException(
          "cannot connect to " + uri + ": the address must begin with ws:// or wss://");
    }
    this.uri = uri;
    this.options = options;
    this.listener = listener;
  }

  @Override
  public void send(ByteBuffer message) {
    WebSocketLink current = link.get();
    if (current == null || !current.send(message)) {
      throw new TransportException("not connected to " + uri + ": call reconnect()");
    }
  }

  @Override
  public boolean isOpen() {
    WebSocketLink current = link.get();
    return current != null && current.isOpen();
  }

  @Override
  public synchronized CompletableFuture<Void> reconnect() {
    if (isOpen()) {
      return CallFuture.done(null);
    }
    if (connecting == null || connecting.isDone()) {
      connecting = connect();
    }
    return connecting;
  }

  private CompletableFuture<Void> connect() {
    WebSocketLink made = new WebSocketLink(uri, options.maxMessageBytes(), listener);
    WebSocket.Builder builder =
        options.httpClient().orElseGet(() -> Shared.HTTP).newWebSocketBuilder();
    options.headers().forEach(builder::header);
    if (!options.connectTimeout().isZero()) {
      builder.connectTimeout(options.connectTimeout());
    }
    CallFuture<Void> done = new CallFuture<>();
    builder
        .buildAsync(uri, made)
        .whenComplete(
            (socket, failure) -> {
              if (failure != null) {
                done.completeExceptionally(refused(failure));
              } else {
                adopt(made, socket);
                done.complete(null);
              }
            });
    return done;
  }

  private synchronized void adopt(WebSocketLink made, WebSocket socket) {
    made.opened(socket);
    link.set(made);
    if (closed) {
      made.close();
    }
  }

  private TransportException refused(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    String why =
        cause instanceof WebSocketHandshakeException handshake
            ? "the server answered " + handshake.getResponse().statusCode() + ", no web socket"
            : String.valueOf(cause);
    return new TransportException("cannot connect to " + uri + ": " + why, cause);
  }

  @Override
  public synchronized void close() {
    closed = true;
    WebSocketLink current = link.get();
    if (current != null) {
      current.close();
    }
  }
}

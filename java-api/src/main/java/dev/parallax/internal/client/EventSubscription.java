package dev.parallax.internal.client;

import dev.parallax.ParallaxException;
import dev.parallax.Subscription;
import dev.parallax.internal.proto.Request;
import dev.parallax.internal.proto.Response;
import dev.parallax.internal.wire.Messages;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** A subscription with the server. */
public final class EventSubscription implements Subscription, MessageHandler {
  private final Connection connection;
  private final Consumer<Response> callback;
  private final IntFunction<Request.Builder> cancelRequest;
  private final boolean once;
  private final boolean inline;
  private final AtomicBoolean active = new AtomicBoolean(true);
  private volatile int id;

  private EventSubscription(
      Connection connection,
      Consumer<Response> callback,
      IntFunction<Request.Builder> cancelRequest,
      boolean once,
      boolean inline) {
    this.connection = connection;
    this.callback = callback;
    this.cancelRequest = cancelRequest;
    this.once = once;
    this.inline = inline;
  }

  /**
   * Subscribes; the callback runs in turn with the connection's other callbacks.
   *
   * @param request what subscribes
   * @param cancelRequest what unsubscribes, given the id
   * @param once whether there is one event at most
   * @throws ParallaxException if the request cannot be sent
   */
  public static EventSubscription open(
      Connection connection,
      Request.Builder request,
      IntFunction<Request.Builder> cancelRequest,
      boolean once,
      Consumer<Response> callback) {
    return open(new EventSubscription(connection, callback, cancelRequest, once, false), request);
  }

  /** Subscribes many times; the callback runs on the delivering thread and must not block. */
  public static EventSubscription openInline(
      Connection connection,
      Request.Builder request,
      IntFunction<Request.Builder> cancelRequest,
      Consumer<Response> callback) {
    return open(new EventSubscription(connection, callback, cancelRequest, false, true), request);
  }

  private static EventSubscription open(EventSubscription made, Request.Builder request) {
    made.connection.subscribe(request, made, id -> made.id = id);
    return made;
  }

  @Override
  public boolean once() {
    return once;
  }

  @Override
  public void onMessage(Response response, ByteBuffer bytes) {
    if (response.hasServerError()) {
      active.set(false);
      connection.forget(id, this);
      connection.report(Messages.exception(response.getServerError()));
    } else if (inline) {
      callback.accept(response);
    } else {
      connection.callback(() -> fire(response));
    }
  }

  private void fire(Response response) {
    if (once ? active.getAndSet(false) : active.get()) {
      callback.accept(response);
    }
  }

  @Override
  public void onLost(ParallaxException reason) {
    active.set(false);
  }

  @Override
  public long id() {
    return Integer.toUnsignedLong(id);
  }

  @Override
  public boolean isActive() {
    return active.get();
  }

  @Override
  public CompletableFuture<Void> cancel() {
    if (!active.getAndSet(false)) {
      return CallFuture.done(null);
    }
    connection.forget(id, this);
    return connection.call(cancelRequest.apply(id)).thenApply(response -> null);
  }

  @Override
  public void close() {
    CompletableFuture<Void> confirmed = cancel();
    if (!Delivery.active()) {
      try {
        CallFuture.await(confirmed);
      } catch (ParallaxException e) {
        // Lost with the connection, which ends a subscription as well.
        connection.report(e);
      }
    }
  }
}

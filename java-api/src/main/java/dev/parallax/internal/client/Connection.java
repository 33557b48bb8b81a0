package dev.parallax.internal.client;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parallax.ClosedException;
import dev.parallax.Features;
import dev.parallax.ParallaxException;
import dev.parallax.RequestTimeoutException;
import dev.parallax.TableData;
import dev.parallax.TransportException;
import dev.parallax.internal.io.DataSource;
import dev.parallax.internal.proto.GetFeaturesReq;
import dev.parallax.internal.proto.MakeTableData;
import dev.parallax.internal.proto.Request;
import dev.parallax.internal.proto.Response;
import dev.parallax.internal.wire.Codec;
import dev.parallax.internal.wire.Messages;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A client's end of the protocol: gives requests their ids, matches answers and events to them, and
 * drops what waits when the connection ends.
 *
 * <p>Answers complete on the thread that delivers them; callbacks run in order and one at a time on
 * another, where they may block. Nothing here blocks or holds a lock while other code runs.
 */
public final class Connection implements Transport.Listener {
  private final Map<Integer, MessageHandler> handlers = new ConcurrentHashMap<>();
  private final List<Consumer<? super ParallaxException>> errorListeners =
      new CopyOnWriteArrayList<>();
  private final AtomicInteger nextId = new AtomicInteger(ThreadLocalRandom.current().nextInt());
  private final AtomicReference<CompletableFuture<Features>> features = new AtomicReference<>();
  private final SerialExecutor callbacks;
  private final Duration timeout;
  private final Transport transport;
  private volatile boolean closed;

  /**
   * Makes a connection; nothing is sent.
   *
   * @param transport makes the transport for this listener
   * @param callbackThreads where callbacks run
   * @param timeout how long to wait for answers; zero for ever
   */
  public Connection(
      Function<Transport.Listener, Transport> transport,
      Executor callbackThreads,
      Duration timeout) {
    this.callbacks = new SerialExecutor(callbackThreads);
    this.timeout = timeout;
    this.transport = transport.apply(this);
  }

  /** Sends a request and gives its answer; fails after the time-out. */
  public CompletableFuture<Response> call(Request.Builder request) {
    return call(request, timeout, this::sendAlone);
  }

  /**
   * Sends a request with table data and gives its answer, as {@link #call}. The data goes beside
   * the message where the transport can do that, else into it.
   */
  public CompletableFuture<Response> call(
      TableData data, DataSource source, Function<MakeTableData, Request.Builder> request) {
    if (source.isSmall() || !(transport instanceof PayloadTransport carrier)) {
      return call(request.apply(Codec.data(data)));
    }
    return call(
        request.apply(Codec.emptyData(data.format())),
        timeout,
        message -> source.lend(payload -> carrier.send(message, payload)));
  }

  /** Sends a request and gives its answer, however late. */
  public CompletableFuture<Response> callUntimed(Request.Builder request) {
    return call(request, Duration.ZERO, this::sendAlone);
  }

  private CompletableFuture<Response> call(
      Request.Builder request, Duration patience, Consumer<byte[]> sender) {
    PendingCall pending = new PendingCall(request.getKindCase().getNumber());
    int id = register(pending);
    try {
      send(request.setMsgId(id).build(), sender);
    } catch (RuntimeException e) {
      handlers.remove(id, pending);
      pending.fail(e);
    }
    if (!patience.isZero() && !pending.answer().isDone()) {
      pending.timer(Threads.later(patience, () -> expire(id, pending, request, patience)));
    }
    return pending.answer();
  }

  private void expire(int id, PendingCall pending, Request.Builder request, Duration patience) {
    if (handlers.remove(id, pending)) {
      pending.fail(
          new RequestTimeoutException(
              "no answer to " + request.getKindCase() + " within " + patience.toMillis() + " ms"));
    }
  }

  /**
   * Sends a request whose answers go to a handler for as long as that wants. Returns the request's
   * id.
   */
  int subscribe(Request.Builder request, MessageHandler handler, Consumer<Integer> idKnown) {
    int id = register(handler);
    idKnown.accept(id);
    try {
      send(request.setMsgId(id).build(), this::sendAlone);
    } catch (RuntimeException e) {
      handlers.remove(id, handler);
      throw e;
    }
    return id;
  }

  /**
   * Sends a foreign request as it is.
   *
   * @return false if its id is in use here, and nothing was sent
   */
  public boolean forward(int id, ByteBuffer request, MessageHandler handler) {
    if (handlers.putIfAbsent(id, handler) != null) {
      return false;
    }
    try {
      checkOpen();
      transport.send(request);
    } catch (RuntimeException e) {
      handlers.remove(id, handler);
      throw e;
    }
    return true;
  }

  /** Stops waiting. Does nothing if this handler does not wait under this id. */
  public void forget(int id, MessageHandler handler) {
    handlers.remove(id, handler);
  }

  private int register(MessageHandler handler) {
    for (; ; ) {
      int id = scramble(nextId.getAndIncrement());
      if (id != 0 && handlers.putIfAbsent(id, handler) == null) {
        return id;
      }
    }
  }

  /**
   * Walks all 32-bit numbers in an order that looks random, so that the ids of several clients
   * behind one proxy hardly ever meet.
   */
  private static int scramble(int x) {
    x ^= x >>> 16;
    x *= 0x7feb352d;
    x ^= x >>> 15;
    x *= 0x846ca68b;
    return x ^ (x >>> 16);
  }

  private void sendAlone(byte[] message) {
    transport.send(ByteBuffer.wrap(message));
  }

  private void send(Request request, Consumer<byte[]> sender) {
    checkOpen();
    try {
      sender.accept(request.toByteArray());
    } catch (TransportException e) {
      report(e);
      throw e;
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new ClosedException("the client is closed");
    }
  }

  @Override
  public void onMessage(ByteBuffer message) {
    Response response;
    try {
      response = Messages.decode(message);
    } catch (InvalidProtocolBufferException e) {
      report(new TransportException("undecipherable message from the server", e));
      return;
    }
    Delivery.run(() -> dispatch(response, message));
  }

  private void dispatch(Response response, ByteBuffer bytes) {
    int id = response.getMsgId();
    MessageHandler handler = handlers.get(id);
    if (handler == null) {
      if (response.hasServerError()) {
        report(Messages.exception(response.getServerError()));
      }
      return;
    }
    if (!handler.once() || handlers.remove(id, handler)) {
      handler.onMessage(response, bytes);
    }
  }

  @Override
  public void onLost(ParallaxException reason) {
    report(reason);
    dropAll(reason);
  }

  private void dropAll(ParallaxException reason) {
    Delivery.run(
        () ->
            handlers.forEach(
                (id, handler) -> {
                  if (handlers.remove(id, handler)) {
                    handler.onLost(reason);
                  }
                }));
  }

  /** Tells the error listeners, on the callback thread. */
  public void report(ParallaxException error) {
    System.getLogger("parallax")
        .log(System.Logger.Level.DEBUG, "A client heard of an error", error);
    for (Consumer<? super ParallaxException> listener : errorListeners) {
      callback(() -> listener.accept(error));
    }
  }

  /** Runs something after the callbacks before it. */
  public void callback(Runnable task) {
    callbacks.execute(task);
  }

  /** Hears of lost connections and of errors that belong to no call, until the result is run. */
  public Runnable onError(Consumer<? super ParallaxException> listener) {
    errorListeners.add(listener);
    return () -> errorListeners.remove(listener);
  }

  /** What the server can do, asked for once. */
  public CompletableFuture<Features> features() {
    CompletableFuture<Features> known = features.get();
    if (known != null && !known.isCompletedExceptionally()) {
      return known;
    }
    CompletableFuture<Features> asked =
        call(Request.newBuilder().setGetFeaturesReq(GetFeaturesReq.getDefaultInstance()))
            .thenApply(response -> Codec.features(response.getGetFeaturesResp()));
    features.set(asked);
    return asked;
  }

  /** Whether requests can be sent. */
  public boolean isOpen() {
    return !closed && transport.isOpen();
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return closed;
  }

  /** Connects, the first time or again. */
  public CompletableFuture<Void> connect() {
    return closed
        ? CallFuture.failed(new ClosedException("the client is closed"))
        : transport.reconnect();
  }

  /** Ends the connection; what waits fails with {@link ClosedException}. */
  public void close() {
    if (!closed) {
      closed = true;
      transport.close();
      dropAll(new ClosedException("the client is closed"));
    }
  }
}

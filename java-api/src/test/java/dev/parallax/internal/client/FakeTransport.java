package dev.parallax.internal.client;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parallax.TransportException;
import dev.parallax.internal.proto.Request;
import dev.parallax.internal.proto.Response;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** A server made of one function from a request to what it answers. */
final class FakeTransport implements Transport {
  final List<Request> sent = Collections.synchronizedList(new ArrayList<>());
  private final Listener listener;
  private final BiConsumer<Request, FakeTransport> answer;
  volatile boolean open = true;

  FakeTransport(Listener listener, BiConsumer<Request, FakeTransport> answer) {
    this.listener = listener;
    this.answer = answer;
  }

  @Override
  public void send(ByteBuffer message) {
    if (!open) {
      throw new TransportException("not connected");
    }
    try {
      Request request = Request.parseFrom(message.duplicate());
      sent.add(request);
      answer.accept(request, this);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  void reply(Response response) {
    listener.onMessage(response.toByteString().asReadOnlyByteBuffer());
  }

  void garbage() {
    listener.onMessage(ByteBuffer.wrap(new byte[] {(byte) 0xFF}));
  }

  void lose(String why) {
    open = false;
    listener.onLost(new TransportException(why));
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public CompletableFuture<Void> reconnect() {
    open = true;
    return CallFuture.done(null);
  }

  @Override
  public void close() {
    open = false;
  }
}

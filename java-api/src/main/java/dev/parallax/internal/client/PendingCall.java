package dev.parallax.internal.client;

import dev.parallax.ClosedException;
import dev.parallax.ParallaxException;
import dev.parallax.TransportException;
import dev.parallax.internal.proto.Response;
import dev.parallax.internal.wire.Messages;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A request that waits for its one answer. */
final class PendingCall implements MessageHandler {
  private final int kind;
  private final CallFuture<Response> answer = new CallFuture<>();
  private volatile Future<?> timer;

  /**
   * Makes the waiting end of a request.
   *
   * @param kind the request's field number, which the answer must have too
   */
  PendingCall(int kind) {
    this.kind = kind;
  }

  CompletableFuture<Response> answer() {
    return answer;
  }

  /** Sets what gives up; cancelled when the answer comes. */
  void timer(Future<?> running) {
    timer = running;
    if (answer.isDone()) {
      running.cancel(false);
    }
  }

  void fail(RuntimeException reason) {
    stopTimer();
    answer.completeExceptionally(reason);
  }

  private void stopTimer() {
    Future<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
  }

  @Override
  public boolean once() {
    return true;
  }

  @Override
  public void onMessage(Response response, ByteBuffer bytes) {
    if (response.hasServerError()) {
      fail(Messages.exception(response.getServerError()));
    } else if (response.getKindCase().getNumber() != kind) {
      fail(
          new TransportException(
              "unexpected answer of kind "
                  + response.getKindCase().getNumber()
                  + " to a request of kind "
                  + kind));
    } else {
      stopTimer();
      answer.complete(response);
    }
  }

  @Override
  public void onLost(ParallaxException reason) {
    // One instance a caller: each is given its own stack trace.
    fail(
        reason instanceof ClosedException
            ? new ClosedException(reason.getMessage())
            : new TransportException(reason.getMessage(), reason.getCause()));
  }
}

package dev.parallax;

import dev.parallax.internal.client.Delivery;
import dev.parallax.internal.client.LocalSession;
import dev.parallax.internal.leak.LeakTracker;
import dev.parallax.jni.NativeSession;
import dev.parallax.jni.Payload;
import dev.parallax.jni.ResponseSink;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** A session of the engine in this process. */
final class ServerSession implements LocalSession {
  /** Held so that a server in use is not taken for forgotten. */
  private final Server server;

  private final NativeSession session;
  private final LeakTracker.Tracked tracked;

  private ServerSession(Server server, NativeSession session, boolean watched) {
    this.server = server;
    this.session = session;
    String id = Long.toHexString(session.id());
    this.tracked =
        watched ? LeakTracker.track(this, "Session", id, session::close, session::isClosed) : null;
  }

  static LocalSession open(Server server, ResponseHandler handler, boolean watched) {
    NativeSession session = NativeCalls.call(() -> server.engine().openSession(new Sink(handler)));
    return new ServerSession(server, session, watched);
  }

  @Override
  public void handleRequest(byte[] request) {
    try {
      NativeCalls.run(() -> session.handleRequest(request, 0, request.length));
    } finally {
      // Else the session might count as forgotten while its last call runs.
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void handleRequest(ByteBuffer request) {
    try {
      NativeCalls.run(() -> session.handleRequest(request));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void handleRequest(byte[] request, Payload payload) {
    try {
      NativeCalls.run(() -> session.handleRequest(request, payload));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void poll() {
    try {
      NativeCalls.run(session::poll);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void close() {
    if (tracked != null) {
      tracked.close();
    } else {
      session.close();
    }
    Reference.reachabilityFence(server);
  }

  /** What native memory holds: the user's handler, never the session. */
  private record Sink(ResponseHandler handler) implements ResponseSink {
    @Override
    public void onResponse(ByteBuffer response) {
      Delivery.run(() -> handler.onResponse(response));
    }

    @Override
    public void onError(Throwable thrown) {
      handler.onError(thrown);
    }
  }
}

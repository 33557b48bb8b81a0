package dev.parallax.jni;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A handle of one session. It does not close itself: whoever opened it owns it.
 *
 * <p>Every method may be called from any thread and from within a response handler. A response goes
 * to the session's {@link ResponseSink} before the call that caused it returns, unless another
 * thread is just delivering to that session: then that thread delivers it. After {@link #close} the
 * methods throw {@link IllegalStateException}.
 */
public final class NativeSession {
  private final long handle;

  NativeSession(long handle) {
    this.handle = handle;
  }

  /**
   * Decodes and runs one request. What is wrong with the request is answered, not thrown.
   *
   * @param bytes holds the request; not referred to after the call
   * @param offset where it starts
   * @param length how long it is
   */
  public void handleRequest(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    Bridge.handleArray(handle, bytes, offset, length);
  }

  /**
   * Decodes and runs the request between position and limit. A direct buffer of 64 KiB or more is
   * read in place, so nobody may write to it during the call.
   *
   * @param request the request; its position does not change and it is not referred to after the
   *     call
   */
  public void handleRequest(ByteBuffer request) {
    int position = request.position();
    int length = request.remaining();
    if (!request.isDirect()) {
      handleHeap(request, position, length);
      return;
    }
    checkAlive(request);
    try {
      Bridge.handleDirect(handle, request, position, length);
    } finally {
      Reference.reachabilityFence(request);
    }
  }

  /**
   * Decodes and runs a request whose table data lies beside it, with the right member of the data
   * set in the request, but empty. A direct payload is read in place, a heap one copied once, a
   * file read by the native side, Arrow arrays released in any case.
   *
   * @param request the request
   * @param payload the data; neither changed nor referred to after the call
   */
  public void handleRequest(byte[] request, Payload payload) {
    if (payload instanceof Payload.OfFile file) {
      Bridge.handleWithFile(handle, request, file.path());
    } else if (payload instanceof Payload.OfBytes bytes) {
      handleWithBytes(request, bytes.buffer());
    } else if (payload instanceof Payload.OfArrow arrow) {
      Bridge.handleWithArrow(handle, request, arrow.schema(), arrow.array());
    }
  }

  private void handleWithBytes(byte[] request, ByteBuffer payload) {
    int position = payload.position();
    int length = payload.remaining();
    if (!payload.isDirect()) {
      // A read-only buffer hides its array.
      byte[] array = payload.hasArray() ? payload.array() : new byte[length];
      int offset = payload.hasArray() ? payload.arrayOffset() + position : 0;
      if (!payload.hasArray()) {
        payload.get(position, array);
      }
      Bridge.handleWithArray(handle, request, array, offset, length);
      return;
    }
    checkAlive(payload);
    try {
      Bridge.handleWithDirect(handle, request, payload, position, length);
    } finally {
      Reference.reachabilityFence(payload);
    }
  }

  /** Throws if the buffer's arena is closed, which the native side cannot see. */
  private static void checkAlive(ByteBuffer direct) {
    if (direct.hasRemaining()) {
      direct.get(direct.position());
    }
  }

  private void handleHeap(ByteBuffer request, int position, int length) {
    if (request.hasArray()) {
      Bridge.handleArray(handle, request.array(), request.arrayOffset() + position, length);
      return;
    }
    byte[] copy = new byte[length];
    request.get(position, copy);
    Bridge.handleArray(handle, copy, 0, length);
  }

  /** Processes what earlier requests of any session left pending and delivers the notifications. */
  public void poll() {
    Bridge.pollSession(handle);
  }

  /**
   * Frees the session's views and subscriptions. May be called again, from any thread and from
   * within a handler; it does not wait. No handler call starts after it returns, one already
   * running on another thread may still finish.
   */
  public void close() {
    Bridge.closeSession(handle);
  }

  /**
   * Whether the session, or its engine, was closed.
   *
   * @return true from the first {@link #close} on
   */
  public boolean isClosed() {
    return !Bridge.isOpen(handle);
  }

  /**
   * A number no other session of this process has or had.
   *
   * @return the number
   */
  public long id() {
    return handle;
  }
}

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
    if (length > 0) {
      request.get(
          position); // throws if the buffer's arena is closed, which the native side cannot see
    }
    try {
      Bridge.handleDirect(handle, request, position, length);
    } finally {
      Reference.reachabilityFence(request);
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

package dev.parallax.jni;

import java.nio.ByteBuffer;

/**
 * The native methods, bound by the library when it is loaded. Nothing here runs at class
 * initialisation: the library looks this class up while it is being loaded. A handle that is
 * closed, or never existed, makes every method except the closing ones throw {@link
 * IllegalStateException}.
 */
final class Bridge {
  private Bridge() {}

  /** Makes an engine; {@code pageDirectory} is UTF-8 or null, a limit of 0 the default. */
  static native long createEngine(
      int threads,
      byte[] pageDirectory,
      PollRequest pollRequest,
      long maxRequestBytes,
      long maxViews,
      long maxSubscriptions,
      long maxWaitingChanges);

  static native void pollEngine(long engine);

  /** Closes the engine's sessions, then the engine. Does nothing the second time. */
  static native void closeEngine(long engine);

  static native long openSession(long engine, Delivery delivery);

  /** The range must lie in the array: the native side trusts it. */
  static native void handleArray(long session, byte[] bytes, int offset, int length);

  /** The buffer must be direct and the range lie in it: the native side trusts both. */
  static native void handleDirect(long session, ByteBuffer buffer, int position, int length);

  /** The payload must be direct and the range lie in it: the native side trusts both. */
  static native void handleWithDirect(
      long session, byte[] request, ByteBuffer payload, int position, int length);

  /** The range must lie in the payload: the native side trusts it. */
  static native void handleWithArray(
      long session, byte[] request, byte[] payload, int offset, int length);

  /** The path is that of the operating system. */
  static native void handleWithFile(long session, byte[] request, byte[] path);

  /** The addresses are those of the structs of Arrow's C Data Interface, or 0. */
  static native void handleWithArrow(long session, byte[] request, long schema, long array);

  static native void pollSession(long session);

  static native boolean isOpen(long session);

  /** Does nothing the second time. */
  static native void closeSession(long session);

  /** Sessions opened and not closed, of all engines. */
  static native long liveSessions();

  /**
   * Deliveries that native memory still refers to; a closed session's goes when its last call
   * returns.
   */
  static native long liveHandlers();

  /** A direct buffer over native memory, valid as long as that memory is. */
  static native ByteBuffer bufferAt(long address, long length);
}

package dev.parallax.jni;

import java.nio.ByteBuffer;

/**
 * What the native side calls with each response of one session. Nothing it throws goes back to the
 * engine.
 */
final class Delivery {
  private static final System.Logger LOG = System.getLogger("parallax.jni");

  private final ResponseSink sink;
  private final boolean arenas;

  Delivery(ResponseSink sink) {
    this(sink, ResponseBuffers.haveArenas());
  }

  /** Chooses the kind of buffer, for tests: both kinds work on a Java that has arenas. */
  Delivery(ResponseSink sink, boolean arenas) {
    this.sink = sink;
    this.arenas = arenas;
  }

  /** Called from native code, on any thread. */
  void deliver(long address, long length) {
    try {
      if (length > Integer.MAX_VALUE) {
        throw new NativeException(
            NativeException.Kind.RESOURCE_LIMIT,
            "a response of "
                + length
                + " bytes does not fit in a buffer; ask for fewer rows at a time");
      }
      if (arenas) {
        try (AutoCloseable arena = ResponseBuffers.openArena()) {
          show(ResponseBuffers.view(address, length, arena));
        }
      } else {
        show(Bridge.bufferAt(address, length));
      }
    } catch (Throwable thrown) {
      report(thrown);
    }
  }

  private void show(ByteBuffer memory) {
    sink.onResponse(memory.asReadOnlyBuffer());
  }

  private void report(Throwable thrown) {
    try {
      sink.onError(thrown);
    } catch (Throwable second) {
      second.addSuppressed(thrown);
      LOG.log(System.Logger.Level.ERROR, "An error handler of a session threw", second);
    }
  }
}

package dev.parallax.jni;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/**
 * Makes the buffers that show native memory to a handler. From Java 22 on they belong to an arena
 * that is closed when the handler returns, so that a kept buffer throws instead of reading freed
 * memory.
 */
final class ResponseBuffers {
  private static final int FIRST_WITH_ARENAS = 22;

  /** {@code () -> AutoCloseable}, null where there are no arenas. */
  private static final MethodHandle OPEN_ARENA;

  /**
   * {@code (long address, long length, AutoCloseable arena) -> ByteBuffer}, null where there are no
   * arenas.
   */
  private static final MethodHandle VIEW;

  static {
    MethodHandle open = null;
    MethodHandle view = null;
    if (Runtime.version().feature() >= FIRST_WITH_ARENAS) {
      try {
        // The restricted method is found through this class's own lookup, so that this module is
        // the only one that
        // needs native access.
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        open = openArena(lookup);
        view = view(lookup);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("this Java has no java.lang.foreign as of Java 22", e);
      }
    }
    OPEN_ARENA = open;
    VIEW = view;
  }

  private ResponseBuffers() {}

  /** Whether {@link #openArena()} and {@link #view} work here. */
  static boolean haveArenas() {
    return VIEW != null;
  }

  /** A confined arena; closing it ends every buffer made in it. */
  static AutoCloseable openArena() throws Throwable {
    return (AutoCloseable) OPEN_ARENA.invokeExact();
  }

  /** A buffer over native memory that ends with the arena. */
  static ByteBuffer view(long address, long length, AutoCloseable arena) throws Throwable {
    return (ByteBuffer) VIEW.invokeExact(address, length, arena);
  }

  private static MethodHandle openArena(MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    Class<?> arena = Class.forName("java.lang.foreign.Arena");
    return lookup
        .findStatic(arena, "ofConfined", MethodType.methodType(arena))
        .asType(MethodType.methodType(AutoCloseable.class));
  }

  private static MethodHandle view(MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    Class<?> arena = Class.forName("java.lang.foreign.Arena");
    Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
    MethodHandle ofAddress =
        lookup.findStatic(segment, "ofAddress", MethodType.methodType(segment, long.class));
    MethodHandle reinterpret =
        lookup.findVirtual(
            segment,
            "reinterpret",
            MethodType.methodType(segment, long.class, arena, java.util.function.Consumer.class));
    MethodHandle asByteBuffer =
        lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class));
    // (segment, length, arena) -> segment, without the clean-up action: the memory is the engine's.
    MethodHandle sized = MethodHandles.insertArguments(reinterpret, 3, (Object) null);
    MethodHandle buffer = MethodHandles.filterReturnValue(sized, asByteBuffer);
    return MethodHandles.filterArguments(buffer, 0, ofAddress)
        .asType(
            MethodType.methodType(ByteBuffer.class, long.class, long.class, AutoCloseable.class));
  }
}

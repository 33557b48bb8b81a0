package dev.parallax;

import dev.parallax.jni.NativeException;
import java.util.function.Supplier;

/** Calls into the native layer, with its exceptions turned into ours. */
final class NativeCalls {
  private NativeCalls() {}

  static void run(Runnable body) {
    call(
        () -> {
          body.run();
          return null;
        });
  }

  static <T> T call(Supplier<T> body) {
    try {
      return body.get();
    } catch (NativeException e) {
      throw translate(e);
    } catch (IllegalStateException e) {
      // The native layer's word for use after close.
      throw new ClosedException(e.getMessage(), e);
    }
  }

  private static ParallaxException translate(NativeException e) {
    return switch (e.kind()) {
      case BAD_INPUT, RESOURCE_LIMIT -> new BadInputException(e.getMessage(), e);
      case UNKNOWN_TABLE -> new UnknownTableException(e.getMessage(), e);
      case UNKNOWN_VIEW -> new UnknownViewException(e.getMessage(), e);
      case CLOSED -> new ClosedException(e.getMessage(), e);
      case INTERNAL -> new EngineException(e.getMessage(), e);
    };
  }
}

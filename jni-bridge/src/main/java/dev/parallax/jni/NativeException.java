package dev.parallax.jni;

import java.nio.charset.StandardCharsets;

/** A fault that the native side reported to its caller. */
public class NativeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a caller can act on; the order is that of the engine's error kinds. */
  public enum Kind {
    /** A fault of the engine's own. */
    INTERNAL,
    /** An argument that makes no sense. */
    BAD_INPUT,
    /** No table of that name. */
    UNKNOWN_TABLE,
    /** No view of that name. */
    UNKNOWN_VIEW,
    /** The engine or session is closed. */
    CLOSED,
    /** A limit was reached. */
    RESOURCE_LIMIT
  }

  private final Kind kind;

  /**
   * A fault with a message.
   *
   * @param kind what a caller can act on
   * @param message what was wrong and what would be right
   */
  public NativeException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /**
   * A fault with a cause.
   *
   * @param kind what a caller can act on
   * @param message what was wrong and what would be right
   * @param cause what led to it, may be null
   */
  public NativeException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /**
   * What a caller can act on.
   *
   * @return the kind
   */
  public final Kind kind() {
    return kind;
  }

  /**
   * Called from native code: text crosses as UTF-8, and use after close has a type of its own in
   * Java.
   */
  static RuntimeException of(int kind, byte[] utf8) {
    String message = new String(utf8, StandardCharsets.UTF_8);
    Kind[] kinds = Kind.values();
    Kind known = kind >= 0 && kind < kinds.length ? kinds[kind] : Kind.INTERNAL;
    return known == Kind.CLOSED
        ? new IllegalStateException(message)
        : new NativeException(known, message);
  }
}

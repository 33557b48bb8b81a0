package dev.parallax;

/** A server, session or client was used after its {@code close()}. */
public class ClosedException extends ParallaxException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was wrong, for the user
   */
  public ClosedException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what was wrong, for the user
   * @param cause what led to it, may be null
   */
  public ClosedException(String message, Throwable cause) {
    super(message, cause);
  }
}

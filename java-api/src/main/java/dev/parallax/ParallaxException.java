package dev.parallax;

/**
 * The root of everything Parallax reports. Each subclass is a cause that a caller can act on; the
 * message says what was wrong, where, and what would be right. An error in one request never harms
 * another request, the session or the data.
 */
public class ParallaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was wrong, for the user
   */
  public ParallaxException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what was wrong, for the user
   * @param cause what led to it, may be null
   */
  public ParallaxException(String message, Throwable cause) {
    super(message, cause);
  }
}

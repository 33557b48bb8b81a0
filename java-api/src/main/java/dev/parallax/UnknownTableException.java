package dev.parallax;

/** No table of that name is hosted (any more). */
public class UnknownTableException extends ParallaxException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was wrong, for the user
   */
  public UnknownTableException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what was wrong, for the user
   * @param cause what led to it, may be null
   */
  public UnknownTableException(String message, Throwable cause) {
    super(message, cause);
  }
}

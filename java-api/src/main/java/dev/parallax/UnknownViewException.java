package dev.parallax;

/**
 * The view does not exist (any more): it was deleted, its session was closed, or the connection was
 * lost and made again. Make the view anew.
 */
public class UnknownViewException extends ParallaxException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was wrong, for the user
   */
  public UnknownViewException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what was wrong, for the user
   * @param cause what led to it, may be null
   */
  public UnknownViewException(String message, Throwable cause) {
    super(message, cause);
  }
}

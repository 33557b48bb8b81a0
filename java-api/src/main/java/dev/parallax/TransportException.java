package dev.parallax;

/**
 * The connection to the server failed: it could not be made, it broke, or an answer made no sense.
 * Requests that were under way may or may not have been done. See {@link Client#reconnect()}.
 */
public class TransportException extends ParallaxException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was wrong, for the user
   */
  public TransportException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what was wrong, for the user
   * @param cause what led to it, may be null
   */
  public TransportException(String message, Throwable cause) {
    super(message, cause);
  }
}

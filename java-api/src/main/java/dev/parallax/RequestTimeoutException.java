package dev.parallax;

/**
 * No answer came within {@link ClientOptions#requestTimeout()}. The request may still be done
 * later.
 */
public class RequestTimeoutException extends TransportException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was wrong, for the user
   */
  public RequestTimeoutException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what was wrong, for the user
   * @param cause what led to it, may be null
   */
  public RequestTimeoutException(String message, Throwable cause) {
    super(message, cause);
  }
}

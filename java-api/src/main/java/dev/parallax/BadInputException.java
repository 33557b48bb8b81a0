package dev.parallax;

/**
 * The request cannot be done as given: bad data, an unknown column, a name that is taken, a value
 * of the wrong type. Nothing was changed. Correct the input and try again.
 */
public class BadInputException extends ParallaxException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was wrong, for the user
   */
  public BadInputException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what was wrong, for the user
   * @param cause what led to it, may be null
   */
  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}

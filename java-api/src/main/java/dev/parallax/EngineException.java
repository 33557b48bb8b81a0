package dev.parallax;

/** A fault inside the engine, not of the caller's making. The session stays usable. */
public class EngineException extends ParallaxException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what was wrong, for the user
   */
  public EngineException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what was wrong, for the user
   * @param cause what led to it, may be null
   */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}

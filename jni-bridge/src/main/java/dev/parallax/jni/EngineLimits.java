package dev.parallax.jni;

/**
 * Limits of an engine; 0 means its default.
 *
 * @param requestBytes size of a request
 * @param views views that one session may have
 * @param subscriptions subscriptions that one session may have
 * @param waitingChanges changes of one table that may wait for a poll
 */
public record EngineLimits(long requestBytes, long views, long subscriptions, long waitingChanges) {
  /** The engine's own. */
  public static final EngineLimits DEFAULTS = new EngineLimits(0, 0, 0, 0);

  /**
   * Limits of an engine.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public EngineLimits {
    check("requestBytes", requestBytes);
    check("views", views);
    check("subscriptions", subscriptions);
    check("waitingChanges", waitingChanges);
  }

  private static void check(String name, long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "the limit " + name + " is " + limit + ", should be 0 (the default) or more");
    }
  }
}

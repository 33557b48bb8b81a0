package dev.parallax.jni;

/**
 * What the native side calls when it wants to be polled. Nothing it throws goes back to the engine.
 */
final class PollRequest {
  private static final System.Logger LOG = System.getLogger("parallax.jni");

  private final Runnable onPollRequest;

  PollRequest(Runnable onPollRequest) {
    this.onPollRequest = onPollRequest;
  }

  /** Called from native code, on any thread. */
  void fire() {
    try {
      onPollRequest.run();
    } catch (Throwable thrown) {
      LOG.log(System.Logger.Level.ERROR, "The handler of poll requests threw", thrown);
    }
  }
}

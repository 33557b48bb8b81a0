package dev.parallax;

import java.nio.ByteBuffer;

/**
 * Takes the messages that the server has for one session.
 *
 * <p>It is called on whatever thread produced the message, mostly one inside {@link
 * Session#handleRequest}, also of another session. Calls for one session come in order and one at a
 * time. It may call back into any session. It should not block: a slow handler holds up the thread
 * it runs on.
 */
@FunctionalInterface
public interface ResponseHandler {
  /**
   * Takes one message, to be sent to the session's client as it is.
   *
   * @param response the message from its position to its limit: read-only, direct, and <b>valid
   *     only during this call</b>. Copy what is needed later
   */
  void onResponse(ByteBuffer response);

  /**
   * Hears what {@link #onResponse} threw, or of a fault in delivering to this session. The session
   * goes on. The default logs it at ERROR to the logger {@code parallax}.
   *
   * @param thrown what was thrown
   */
  default void onError(Throwable thrown) {
    System.getLogger("parallax")
        .log(System.Logger.Level.ERROR, "A response handler failed; the session goes on", thrown);
  }
}

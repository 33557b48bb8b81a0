package dev.parallax.jni;

import java.nio.ByteBuffer;

/**
 * Receives one session's responses: one at a time, in order, on whichever thread caused them.
 *
 * <p>Native memory refers to the sink until the session is closed, so a sink that refers to what
 * owns the session keeps that from being collected.
 */
public interface ResponseSink {
  /**
   * Takes one encoded response.
   *
   * @param response read-only and direct; it ends with the call. On Java 22 and later a buffer kept
   *     longer, or given to another thread, throws when read; on Java 17 to 21 it reads freed
   *     memory. Copy what is to stay.
   */
  void onResponse(ByteBuffer response);

  /**
   * Hears what {@link #onResponse} threw, or that a response could not be shown. Delivery goes on
   * with the next response.
   *
   * @param thrown what happened
   */
  void onError(Throwable thrown);
}

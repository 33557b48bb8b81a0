package dev.parallax.internal.client;

import dev.parallax.Session;
import dev.parallax.jni.Payload;

/** A session of a server in this process, which can take table data beside a request. */
public interface LocalSession extends Session {
  /**
   * Handles a request whose table data lies beside it.
   *
   * @param request with the right member of the data set, but empty
   * @param payload the data
   */
  void handleRequest(byte[] request, Payload payload);
}

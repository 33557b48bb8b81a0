package dev.parallax.internal.client;

import dev.parallax.jni.Payload;

/** A transport that can carry table data beside a message, which spares copies. */
public interface PayloadTransport extends Transport {
  /**
   * Sends one message, as {@link Transport#send}, and the data that it leaves empty. The payload is
   * not referred to after the call.
   */
  void send(byte[] message, Payload payload);
}

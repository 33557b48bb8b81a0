package dev.parallax.internal.client;

import dev.parallax.ParallaxException;
import dev.parallax.internal.proto.Response;
import java.nio.ByteBuffer;

/**
 * Waits for the messages that carry one msg_id. Called on the delivering thread, must not block.
 */
public interface MessageHandler {
  /** Whether the first message is the last. */
  boolean once();

  /**
   * Takes a message.
   *
   * @param response the message
   * @param bytes the same, valid during the call
   */
  void onMessage(Response response, ByteBuffer bytes);

  /** No message will come any more: the connection is lost or closed. */
  void onLost(ParallaxException reason);
}

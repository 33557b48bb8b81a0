package dev.parallax.internal.client;

import dev.parallax.ParallaxException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Carries whole messages between a client and a server. All methods may be called from any thread.
 */
public interface Transport {
  /** Takes what comes from the server. */
  interface Listener {
    /** One message, from position to limit; valid only during the call. Called one at a time. */
    void onMessage(ByteBuffer message);

    /** The connection ended without {@link Transport#close()}; a socket fault may tell twice. */
    void onLost(ParallaxException reason);
  }

  /**
   * Sends one message, in the order of calls; its answer may come before this returns. The buffer
   * must not change any more.
   *
   * @throws ParallaxException if there is no connection
   */
  void send(ByteBuffer message);

  /** Whether messages can be sent. */
  boolean isOpen();

  /** Connects again if the connection is lost; completes at once if it is not. */
  CompletableFuture<Void> reconnect();

  /** Ends the connection for good. Does nothing the second time. */
  void close();
}

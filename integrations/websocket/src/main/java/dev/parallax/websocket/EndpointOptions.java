package dev.parallax.websocket;

import java.time.Duration;
import java.util.Objects;

/**
 * The limits and settings of one {@link ParallaxEndpoint}. Immutable; start from {@link
 * #defaults()}.
 *
 * @param maxMessageBytes the largest request a client may send, in bytes; a larger one closes its
 *     connection with code 1009
 * @param maxQueuedBytes how many bytes of responses may wait for a client that reads slowly; one
 *     more closes its connection with code 1013. A single response may be larger: it is sent if
 *     nothing else waits
 * @param pingInterval how often a client that is otherwise silent is pinged; one that gives no sign
 *     of life for twice as long is taken for vanished, and its session is closed
 * @param sendTimeout how long the sending of one response may take until its client is taken for
 *     vanished
 * @param compression whether clients that offer it ({@code permessage-deflate}; browsers and Node
 *     do) have messages compressed. Off by default: it takes a core of the server to deflate some
 *     25 MB a second, and the client waits for it, which is slower than any network but a slow one.
 *     Turn it on for clients behind less than about 100 Mbit/s, or have Arrow responses compressed
 *     instead, which costs less
 */
public record EndpointOptions(
    int maxMessageBytes,
    long maxQueuedBytes,
    Duration pingInterval,
    Duration sendTimeout,
    boolean compression) {

  private static final int MIB = 1024 * 1024;
  private static final EndpointOptions DEFAULTS =
      new EndpointOptions(
          100 * MIB, 64L * MIB, Duration.ofSeconds(20), Duration.ofMinutes(2), false);

  /** Checks the limits: all of them must be positive. */
  public EndpointOptions {
    if (maxMessageBytes <= 0) {
      throw new IllegalArgumentException("maxMessageBytes must be positive: " + maxMessageBytes);
    }
    if (maxQueuedBytes <= 0) {
      throw new IllegalArgumentException("maxQueuedBytes must be positive: " + maxQueuedBytes);
    }
    requirePositive("pingInterval", pingInterval);
    requirePositive("sendTimeout", sendTimeout);
  }

  /**
   * Requests of up to 100 MiB, 64 MiB of waiting responses, a ping every 20 seconds, two minutes
   * for sending one response, no compression.
   *
   * @return the default limits
   */
  public static EndpointOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets {@link #maxMessageBytes}.
   *
   * @param bytes the largest request, in bytes
   * @return these limits with another largest request
   */
  public EndpointOptions withMaxMessageBytes(int bytes) {
    return new EndpointOptions(bytes, maxQueuedBytes, pingInterval, sendTimeout, compression);
  }

  /**
   * Sets {@link #maxQueuedBytes}.
   *
   * @param bytes the most that may wait for one client, in bytes
   * @return these limits with another bound for waiting responses
   */
  public EndpointOptions withMaxQueuedBytes(long bytes) {
    return new EndpointOptions(maxMessageBytes, bytes, pingInterval, sendTimeout, compression);
  }

  /**
   * Sets {@link #pingInterval}.
   *
   * @param interval the time between two pings
   * @return these limits with another ping interval
   */
  public EndpointOptions withPingInterval(Duration interval) {
    return new EndpointOptions(maxMessageBytes, maxQueuedBytes, interval, sendTimeout, compression);
  }

  /**
   * Sets {@link #sendTimeout}.
   *
   * @param timeout the longest time for sending one response
   * @return these limits with another time for sending
   */
  public EndpointOptions withSendTimeout(Duration timeout) {
    return new EndpointOptions(maxMessageBytes, maxQueuedBytes, pingInterval, timeout, compression);
  }

  /**
   * Sets {@link #compression}.
   *
   * @param on whether to compress for clients that offer it
   * @return these options with or without compression
   */
  public EndpointOptions withCompression(boolean on) {
    return new EndpointOptions(maxMessageBytes, maxQueuedBytes, pingInterval, sendTimeout, on);
  }

  private static void requirePositive(String name, Duration duration) {
    Objects.requireNonNull(duration, name);
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + " must be positive: " + duration);
    }
  }
}

package dev.parallax;

import java.nio.ByteBuffer;

/**
 * One client's conversation with a server, as bytes: the layer under {@link Client}, for programs
 * that carry messages themselves (a web socket endpoint, a pipe, a test).
 *
 * <p>A session owns the views and the subscriptions that its requests make; tables belong to the
 * server. All methods may be called from any thread, also inside a {@link ResponseHandler}.
 * Requests are handled in the order in which {@code handleRequest} is called; responses leave in
 * the order in which they were produced.
 */
public interface Session extends AutoCloseable {
  /**
   * Handles one request message. The session's handler is called with each answer, mostly before
   * this method returns (a subscription is answered later, at each event); so may be the handlers
   * of other sessions that the request concerns. A request that cannot be done, or that is not a
   * message at all, is answered with an error message, not an exception.
   *
   * @param request the message; not kept, may be reused after the call
   * @throws ClosedException if the session or its server is closed
   */
  void handleRequest(byte[] request);

  /**
   * Handles one request message, as {@link #handleRequest(byte[])}. A direct buffer is read in
   * place.
   *
   * @param request the message from its position to its limit; position and limit are left as they
   *     are. Neither kept nor changed; must not be changed by others during the call
   * @throws ClosedException if the session or its server is closed
   */
  void handleRequest(ByteBuffer request);

  /**
   * Flushes what earlier requests left pending for this or other sessions: applies queued updates
   * and calls the handlers with the notifications. Needed only on servers with {@link
   * Server.Builder#onPollRequest}.
   *
   * @throws ClosedException if the session or its server is closed
   */
  void poll();

  /**
   * Frees the session's views and subscriptions; tables stay. Does not block, may be called inside
   * the handler, does nothing the second time. A handler call under way on another thread may
   * finish later; none starts after.
   */
  @Override
  void close();
}

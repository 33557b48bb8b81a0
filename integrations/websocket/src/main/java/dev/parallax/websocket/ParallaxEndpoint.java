package dev.parallax.websocket;

import dev.parallax.ParallaxException;
import dev.parallax.Server;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The endpoint that Perspective clients connect to: each connection is a session of one {@link
 * Server}. Binary frames carry the protocol's messages, one a message.
 *
 * <p>It is registered with the container by a configuration:
 *
 * <pre>{@code
 * ServerEndpointConfig config = ParallaxEndpoint.at("/websocket", server);
 *
 * // Jetty
 * JakartaWebSocketServletContainerInitializer.configure(
 *     servletContext, (context, container) -> container.addEndpoint(config));
 * // Tomcat, Undertow, any servlet container: in a ServletContextListener
 * ServerContainer container =
 *     (ServerContainer) event.getServletContext().getAttribute(ServerContainer.class.getName());
 * container.addEndpoint(config);
 * // Spring Boot: a bean of type ServerEndpointConfig beside a ServerEndpointExporter bean
 * }</pre>
 *
 * <p>A client that reads slowly holds up nobody else: what waits for it is bounded, and beyond the
 * bound its connection is closed. One that has vanished is noticed by pings. Closing the server
 * does not close the connections; their next request does.
 */
public final class ParallaxEndpoint extends Endpoint {
  private static final Logger LOG = System.getLogger("dev.parallax.websocket");
  private static final String CONNECTION = Connection.class.getName();

  private final Server server;
  private final EndpointOptions options;
  private final Housekeeping housekeeping;

  private ParallaxEndpoint(Server server, EndpointOptions options, Housekeeping housekeeping) {
    this.server = server;
    this.options = options;
    this.housekeeping = housekeeping;
  }

  /**
   * A configuration with the default limits.
   *
   * @param path where clients connect, such as {@code /websocket}; a URI template of the container
   * @param server whose tables the clients see; stays the caller's to close
   * @return what to give to the container
   */
  public static ServerEndpointConfig at(String path, Server server) {
    return at(path, server, EndpointOptions.defaults());
  }

  /**
   * A configuration with limits and settings.
   *
   * @param path where clients connect, such as {@code /websocket}; a URI template of the container
   * @param server whose tables the clients see; stays the caller's to close
   * @param options the limits and settings of each connection
   * @return what to give to the container
   */
  public static ServerEndpointConfig at(String path, Server server, EndpointOptions options) {
    return ServerEndpointConfig.Builder.create(ParallaxEndpoint.class, path)
        .configurator(new Configurator(server, options))
        .build();
  }

  @Override
  public void onOpen(Session socket, EndpointConfig config) {
    try {
      socket
          .getUserProperties()
          .put(CONNECTION, new Connection(server, socket, options, housekeeping));
    } catch (ParallaxException refused) {
      LOG.log(Level.ERROR, "A client could not be given a session", refused);
      close(socket, new CloseReason(CloseCodes.TRY_AGAIN_LATER, "the server takes no clients now"));
    }
  }

  @Override
  public void onClose(Session socket, CloseReason reason) {
    if (socket.getUserProperties().remove(CONNECTION) instanceof Connection connection) {
      connection.onClosed();
    }
  }

  /** Nothing to do: containers report a broken connection here, and then close it. */
  @Override
  public void onError(Session socket, Throwable cause) {
    LOG.log(Level.DEBUG, "A connection broke", cause);
  }

  private static void close(Session socket, CloseReason reason) {
    try {
      socket.close(reason);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes the endpoints of one configuration. To check a handshake (its origin, a cookie), extend
   * it and give it to {@link ServerEndpointConfig.Builder#configurator}.
   */
  public static class Configurator extends ServerEndpointConfig.Configurator {
    private final Server server;
    private final EndpointOptions options;
    private final Housekeeping housekeeping = new Housekeeping();

    /**
     * Makes a configurator.
     *
     * @param server whose tables the clients see
     * @param options the limits and settings of each connection
     */
    public Configurator(Server server, EndpointOptions options) {
      this.server = Objects.requireNonNull(server, "server");
      this.options = Objects.requireNonNull(options, "options");
    }

    /** Leaves compression out unless it is wanted: containers agree to it by default. */
    @Override
    public List<Extension> getNegotiatedExtensions(
        List<Extension> installed, List<Extension> requested) {
      List<Extension> agreed = super.getNegotiatedExtensions(installed, requested);
      return options.compression()
          ? agreed
          : agreed.stream().filter(extension -> !isCompression(extension)).toList();
    }

    private static boolean isCompression(Extension extension) {
      return extension.getName().toLowerCase(Locale.ROOT).contains("deflate");
    }

    @Override
    public <T> T getEndpointInstance(Class<T> type) {
      return type.cast(new ParallaxEndpoint(server, options, housekeeping));
    }
  }
}

package dev.parallax.examples;

import dev.parallax.Server;
import dev.parallax.websocket.ParallaxEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** An embedded Jetty with the Parallax endpoint at /websocket and, if wanted, a folder of files. */
final class WebServer {
  private static final HttpField NO_SNIFFING = new HttpField("X-Content-Type-Options", "nosniff");
  private static final HttpField SECURITY_POLICY =
      new HttpField(
          "Content-Security-Policy",
          "default-src 'self'; script-src 'self' blob: 'wasm-unsafe-eval';"
              + " style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'");

  private final org.eclipse.jetty.server.Server jetty = new org.eclipse.jetty.server.Server();
  private final String host;
  private final int port;

  /**
   * Starts listening.
   *
   * @param host the address to listen on, such as "localhost"
   * @param port the port to listen on
   * @param files the folder to serve at /, or null
   * @throws IOException if the port cannot be had; says what to do
   */
  WebServer(Server server, String host, int port, Path files) throws Exception {
    this.host = host;
    this.port = port;
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost(host);
    connector.setPort(port);
    jetty.addConnector(connector);

    ServletContextHandler context = new ServletContextHandler("/");
    context.getMimeTypes().addMimeMapping("wasm", "application/wasm");
    if (files != null) {
      context.setBaseResourceAsPath(files);
      ServletHolder holder = new ServletHolder("files", DefaultServlet.class);
      holder.setInitParameter("dirAllowed", "false");
      holder.setInitParameter("cacheControl", "no-cache");
      context.addServlet(holder, "/");
    }
    JakartaWebSocketServletContainerInitializer.configure(
        context,
        (servletContext, container) ->
            container.addEndpoint(ParallaxEndpoint.at("/websocket", server)));
    jetty.setHandler(new SecurityPolicy(context));
    jetty.setStopAtShutdown(true);
    try {
      jetty.start();
    } catch (IOException taken) {
      throw new IOException(
          "Port "
              + port
              + " cannot be used; choose another, as in PORT=8081 ("
              + taken.getMessage()
              + ")",
          taken);
    }
  }

  String address() {
    return host + ":" + port;
  }

  /** Waits until the process is told to stop. */
  void join() throws InterruptedException {
    jetty.join();
  }

  /** Adds to every answer what a page may load: nothing from elsewhere. */
  private static final class SecurityPolicy extends Handler.Wrapper {
    SecurityPolicy(Handler handler) {
      super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      response.getHeaders().put(SECURITY_POLICY);
      response.getHeaders().put(NO_SNIFFING);
      return super.handle(request, response, callback);
    }
  }
}

package dev.parallax.examples;

import dev.parallax.Server;

/** An empty server in the foreground: any client may make tables. Arguments: HOST PORT. */
public final class Serve {
  private Serve() {}

  public static void main(String[] args) throws Exception {
    Programs.run(
        () -> {
          try (Server server = Server.create()) {
            WebServer web = new WebServer(server, args[0], Integer.parseInt(args[1]), null);
            System.out.println("ws://" + web.address() + "/websocket");
            web.join();
          }
        });
  }
}

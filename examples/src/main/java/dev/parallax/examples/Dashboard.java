package dev.parallax.examples;

import dev.parallax.Client;
import dev.parallax.Server;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A page that pivots tables of this process: the superstore's orders and a live trade feed, or a
 * file. Arguments: PAGE_FOLDER HOST PORT [FILE].
 */
public final class Dashboard {
  private Dashboard() {}

  public static void main(String[] args) throws Exception {
    Path page = Path.of(args[0]);
    Path file = args.length > 3 ? Path.of(args[3]) : null;
    Programs.run(() -> run(page, args[1], Integer.parseInt(args[2]), file));
  }

  private static void run(Path page, String host, int port, Path file) throws Exception {
    try (Server server = Server.create();
        Client client = server.newLocalClient();
        TradeFeed feed = file == null ? openMarket(client, page) : null) {
      if (feed == null) {
        new DataFile(file).load(client);
      } else {
        feed.start();
      }
      WebServer web = new WebServer(server, host, port, page);
      System.out.println("\n  http://" + web.address() + "\n");
      web.join();
    }
  }

  private static TradeFeed openMarket(Client client, Path page) throws IOException {
    new DataFile(page.resolve("data/superstore.lz4.arrow"), "superstore").load(client);
    TradeFeed feed = new TradeFeed(client);
    System.out.printf(
        "  %-12s a live feed of %,d rows a second%n", "trades", TradeFeed.ROWS_PER_SECOND);
    return feed;
  }
}

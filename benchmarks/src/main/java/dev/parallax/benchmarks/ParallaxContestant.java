package dev.parallax.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parallax.Client;
import dev.parallax.ColumnType;
import dev.parallax.Server;
import dev.parallax.Table;
import dev.parallax.TableData;
import dev.parallax.TableOptions;
import dev.parallax.View;
import dev.parallax.ViewConfig;
import dev.parallax.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Our engine, through the public API and in this process. */
public final class ParallaxContestant extends Contestant {
  private static final Window SCREEN = Window.all().rows(0, 100).columns(0, 30);

  private final Client client;
  private final List<View> held = new ArrayList<>();
  private Table main;
  private View flat;

  private ParallaxContestant(Client client) {
    this.client = client;
  }

  /**
   * Serves the comparison.
   *
   * @param args the number of threads to use
   * @throws IOException if standard input or output fails
   */
  public static void main(String[] args) throws IOException {
    try (Server server = Server.builder().threads(Integer.parseInt(args[0])).build();
        Client client = server.newLocalClient()) {
      new ParallaxContestant(client).serve();
    }
  }

  @Override
  String version() {
    return "Parallax on Java " + Runtime.version();
  }

  @Override
  long open(Path data) {
    if (flat != null) {
      flat.delete();
      flat = null;
    }
    if (main != null) {
      main.delete();
    }
    main = client.table(TableData.arrow(data.resolve("trades.arrow")));
    return main.size();
  }

  @Override
  void hold(JsonNode op) {
    View view = main.view(ViewConfigs.config(op.get("config")));
    view.toColumns(SCREEN);
    held.add(view);
  }

  @Override
  Operation<?, ?> operation(JsonNode op) throws IOException {
    switch (op.get("kind").asText()) {
      case "load":
        return new Load(op.get("format").asText(), Path.of(op.get("file").asText()));
      case "view":
        return new FirstScreen(ViewConfigs.config(op.get("config")));
      case "emit":
        return new Emit(op.get("format").asText(), ViewConfigs.window(op.path("window")));
      case "size":
        return new Size();
      case "update":
        return new Update(op);
      default:
        throw new IllegalArgumentException("unknown kind of operation in " + op);
    }
  }

  private static Object screenOf(Table table) throws IOException {
    try (View view = table.view()) {
      return Map.of("size", table.size(), "screen", JSON.readTree(view.toColumns(SCREEN)));
    }
  }

  private final class Load implements Operation<Void, Table> {
    private final String format;
    private final Path file;

    Load(String format, Path file) {
      this.format = format;
      this.file = file;
    }

    @Override
    public Table body(Void none) {
      switch (format) {
        case "arrow":
          return client.table(TableData.arrow(file));
        case "csv":
          return client.table(TableData.csv(file));
        default:
          return client.table(TableData.jsonColumns(file));
      }
    }

    @Override
    public Object answer(Table table) throws IOException {
      return screenOf(table);
    }

    @Override
    public void done(Table table) {
      table.delete();
    }
  }

  private record Shown(View view, String text) {}

  private final class FirstScreen implements Operation<Void, Shown> {
    private final ViewConfig config;

    FirstScreen(ViewConfig config) {
      this.config = config;
    }

    @Override
    public Shown body(Void none) {
      View view = main.view(config);
      return new Shown(view, view.toColumns(SCREEN));
    }

    @Override
    public Object answer(Shown shown) throws IOException {
      return JSON.readTree(shown.text());
    }

    @Override
    public void done(Shown shown) {
      shown.view().delete();
    }
  }

  private final class Emit implements Operation<Void, Object> {
    private final String format;
    private final Window window;

    Emit(String format, Window window) {
      this.format = format;
      this.window = window;
      if (flat == null) {
        flat = main.view();
      }
    }

    @Override
    public Object body(Void none) {
      switch (format) {
        case "arrow":
          return flat.toArrow(window);
        case "csv":
          return flat.toCsv(window);
        default:
          return flat.toColumns(window);
      }
    }

    @Override
    public Object answer(Object result) throws IOException {
      if (result instanceof byte[] arrow) {
        Table table = client.table(TableData.arrow(arrow));
        try {
          return screenOf(table);
        } finally {
          table.delete();
        }
      }
      return format.equals("columns") ? JSON.readTree((String) result) : result;
    }
  }

  private final class Size implements Operation<Void, Long> {
    @Override
    public Long body(Void none) {
      return main.size();
    }

    @Override
    public Object answer(Long size) {
      return size;
    }
  }

  private record Watched(Table table, List<View> views, CountDownLatch heard) {}

  private record Updated(Watched watched, List<String> screens) {}

  private final class Update implements Operation<Watched, Updated> {
    private final JsonNode start;
    private final List<ViewConfig> configs = new ArrayList<>();
    private final List<String> batches;

    Update(JsonNode op) throws IOException {
      start = op.get("start");
      op.get("views").forEach(config -> configs.add(ViewConfigs.config(config)));
      batches = Files.readAllLines(Path.of(op.get("file").asText()));
    }

    @Override
    public Watched prepare() {
      Table table = table();
      CountDownLatch heard = new CountDownLatch(configs.size());
      List<View> views = new ArrayList<>();
      for (ViewConfig config : configs) {
        View view = table.view(config);
        view.onUpdate(event -> heard.countDown());
        view.toColumns(SCREEN);
        views.add(view);
      }
      return new Watched(table, views, heard);
    }

    private Table table() {
      TableOptions options = TableOptions.none();
      if (start.has("index")) {
        options = options.index(start.get("index").asText());
      }
      if (start.has("arrow")) {
        return client.table(TableData.arrow(Path.of(start.get("arrow").asText())), options);
      }
      Map<String, ColumnType> schema = new LinkedHashMap<>();
      start
          .get("schema")
          .fields()
          .forEachRemaining(
              e ->
                  schema.put(
                      e.getKey(),
                      ColumnType.valueOf(e.getValue().asText().toUpperCase(Locale.ROOT))));
      Table table = client.table(TableData.schema(schema), options);
      table.update(TableData.jsonColumns(batches.get(0)));
      return table;
    }

    @Override
    public Updated body(Watched watched) throws InterruptedException {
      for (String batch : batches.subList(1, batches.size())) {
        watched.table().update(TableData.jsonColumns(batch));
      }
      watched.heard().await();
      List<String> screens = new ArrayList<>();
      for (View view : watched.views()) {
        screens.add(view.toColumns(SCREEN));
      }
      return new Updated(watched, screens);
    }

    @Override
    public Object answer(Updated updated) throws IOException {
      List<JsonNode> out = new ArrayList<>();
      for (String text : updated.screens()) {
        out.add(JSON.readTree(text));
      }
      return out;
    }

    @Override
    public void done(Updated updated) {
      updated.watched().views().forEach(View::delete);
      updated.watched().table().delete();
    }
  }
}

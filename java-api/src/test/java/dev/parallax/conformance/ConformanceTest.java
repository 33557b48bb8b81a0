package dev.parallax.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.parallax.Client;
import dev.parallax.ClientOptions;
import dev.parallax.Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Replays the conformance cases through the Java client: against a server in this process, or the
 * one at {@code -Dparallax.conformance.url=ws://...}. {@code
 * -Dparallax.conformance.only=views/sort} runs the areas that begin so.
 *
 * <p>Cases listed in {@code pending.txt} need not pass; one that does must be taken off the list.
 */
class ConformanceTest {
  private static final Path ROOT = Path.of("..", "conformance");
  private static final String ONLY = System.getProperty("parallax.conformance.only", "");
  private static final ClientOptions PATIENCE =
      ClientOptions.defaults().requestTimeout(Duration.ofSeconds(15));

  private static final Scores SCORES = new Scores("Conformance, Java client");
  private static PendingList pending;
  private static Server server;
  private static Client client;

  @BeforeAll
  static void start() throws IOException {
    pending = new PendingList(ROOT.resolve("pending.txt"));
    String url = System.getProperty("parallax.conformance.url");
    if (url != null) {
      client = Client.connect(URI.create(url), PATIENCE);
    } else {
      server = Server.create();
      client = server.newLocalClient(PATIENCE);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    SCORES.print("conformance");
    client.close();
    if (server != null) {
      server.close();
    }
    if (ONLY.isEmpty()) {
      assertEquals(List.of(), pending.unknown(), pending + " names cases that do not exist");
    }
  }

  @TestFactory
  Stream<DynamicContainer> cases() throws IOException {
    List<DynamicContainer> areas = new ArrayList<>();
    for (Path file : files()) {
      Map<?, ?> document = (Map<?, ?>) Json.parse(Files.readString(file));
      String area = (String) document.get("area");
      if (area.startsWith(ONLY)) {
        Stream<DynamicTest> tests =
            ((List<?>) document.get("cases")).stream().map(c -> test(area, (Map<?, ?>) c));
        areas.add(DynamicContainer.dynamicContainer(area, tests));
      }
    }
    return areas.stream();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> found = Files.walk(ROOT.resolve("cases"))) {
      return found.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static DynamicTest test(String area, Map<?, ?> c) {
    String name = (String) c.get("name");
    return DynamicTest.dynamicTest(name, () -> run(area, name, (List<?>) c.get("steps")));
  }

  private static void run(String area, String name, List<?> steps) throws Exception {
    boolean mayFail = pending.has(area + "/" + name);
    String why = CaseRun.run(client, steps);
    SCORES.add(area, name, why);
    if (why == null && mayFail) {
      fail("passes: take \"" + area + "/" + name + "\" off " + pending);
    } else if (why != null && mayFail) {
      abort("pending: " + why);
    } else if (why != null) {
      fail(why);
    }
  }
}

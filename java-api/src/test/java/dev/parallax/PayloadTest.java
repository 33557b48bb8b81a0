package dev.parallax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Data too large for a message of its own use, on a server in this process. */
@Timeout(60)
class PayloadTest {
  /** Enough for a text of more than a megabyte. */
  private static final int ROWS = 100_000;

  /** Less than the data: proof that it does not travel inside the request. */
  private static final int MOST_REQUEST = 50_000;

  @TempDir Path directory;
  private final Server server = Server.builder().maxRequestBytes(MOST_REQUEST).build();
  private final Client client = server.newLocalClient();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static String csv() {
    StringBuilder text = new StringBuilder("id,name\n");
    for (int i = 0; i < ROWS; i++) {
      text.append(i).append(",name ").append(i % 10).append('\n');
    }
    return text.toString();
  }

  private static String rows() {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add("{\"id\":" + i + ",\"name\":\"name " + i % 10 + "\"}");
    }
    return "[" + String.join(",\n", rows) + "]";
  }

  private void check(TableData data) {
    Table table = client.table(data);
    assertEquals(ROWS, table.size());
    assertEquals(List.of("id", "name"), table.columns());
    try (View view = table.view()) {
      assertEquals(
          "{\"id\":[99999],\"name\":[\"name 9\"]}",
          view.toColumns(Window.all().rows(ROWS - 1, ROWS)));
    }
    table.delete();
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  @Test
  void filesOfAnyFormat() throws IOException {
    check(TableData.csv(write("trades.csv", csv())));
    check(TableData.jsonRows(write("rows.json", rows())));
    String lines = rows().replace(",\n", "\n");
    check(TableData.ndjson(write("lines.ndjson", lines.substring(1, lines.length() - 1))));
    Table table = client.table(TableData.csv(csv()));
    try (View view = table.view()) {
      check(TableData.jsonColumns(write("columns.json", view.toColumns())));
      Path arrow = Files.write(directory.resolve("x.arrow"), view.toArrow());
      check(TableData.arrow(arrow));
      check(TableData.arrow(Files.readAllBytes(arrow)));
    }
  }

  @Test
  void filesOfOddNames() throws IOException {
    check(TableData.csv(write("a b %20 #?&+é\n", csv())));
    check(TableData.csv(directory.resolve("../" + directory.getFileName() + "/a b %20 #?&+é\n")));
    URI zip = URI.create("jar:" + directory.resolve("x.zip").toUri());
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      check(TableData.csv(Files.writeString(files.getPath("/trades.csv"), csv())));
    }
  }

  @Test
  void bytesOfAnyKind() {
    byte[] bytes = csv().getBytes(StandardCharsets.UTF_8);
    check(TableData.csv(bytes));
    check(TableData.csv(new ByteArrayInputStream(bytes)));
    try (View view = client.table(TableData.csv(csv())).view()) {
      byte[] arrow = view.toArrow();
      ByteBuffer direct = ByteBuffer.allocateDirect(arrow.length + 5).position(5).put(arrow);
      check(TableData.arrow(direct.position(5)));
      check(TableData.arrow(direct.asReadOnlyBuffer()));
      check(TableData.arrow(ByteBuffer.wrap(arrow).asReadOnlyBuffer()));
    }
  }

  @Test
  void updatesAndReplacements() throws IOException {
    Table table =
        client.table(TableData.csv("id,name\n-1,none\n5,old\n"), TableOptions.none().index("id"));
    TableData data = TableData.csv(write("trades.csv", csv()));
    table.update(data);
    assertEquals(ROWS + 1, table.size());
    table.replace(data);
    assertEquals(ROWS, table.size());
    List<Integer> keys = new ArrayList<>();
    for (int i = 10; i < ROWS; i++) {
      keys.add(i);
    }
    table.remove(keys);
    assertEquals(10, table.size());
  }

  @Test
  void faultsAreAnswered() throws IOException {
    Path file = write("trades.csv", csv());
    TableData data = TableData.csv(file);
    assertEquals(csv().length(), data.bytes().remaining());
    assertTrue(data.toString().contains(csv().length() + " bytes"), data.toString());
    Files.delete(file);
    String fault = assertThrows(BadInputException.class, () -> client.table(data)).getMessage();
    assertTrue(fault.contains("trades.csv\": No such file"), fault);
    assertThrows(BadInputException.class, data::bytes);
    assertThrows(BadInputException.class, () -> TableData.csv(file));
    TableData broken = TableData.csv(write("broken.csv", csv() + "1,2,3\n"));
    assertTrue(
        assertThrows(BadInputException.class, () -> client.table(broken))
            .getMessage()
            .contains("line 100002"));
    client.close();
    assertThrows(ClosedException.class, () -> client.table(broken));
  }
}

package dev.parallax.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB in this process. A view is a query for its first screen; its columns are read as objects.
 */
public final class DuckDbContestant extends Contestant {
  private static final long DAY_MS = 86_400_000;

  private final DuckDBConnection connection;

  private DuckDbContestant(DuckDBConnection connection) {
    this.connection = connection;
  }

  /**
   * Serves the comparison.
   *
   * @param args the number of threads to use
   * @throws IOException if standard input or output fails
   * @throws SQLException if DuckDB cannot be started
   */
  public static void main(String[] args) throws IOException, SQLException {
    try (DuckDBConnection connection =
        DriverManager.getConnection("jdbc:duckdb:").unwrap(DuckDBConnection.class)) {
      DuckDbContestant contestant = new DuckDbContestant(connection);
      contestant.execute("SET threads = " + Integer.parseInt(args[0]));
      contestant.serve();
    }
  }

  @Override
  String version() throws SQLException {
    return "DuckDB " + connection.getMetaData().getDatabaseProductVersion();
  }

  @Override
  long open(Path data) throws SQLException, IOException {
    new Load("trades", "arrow", data.resolve("trades.arrow")).body(null);
    return size("trades");
  }

  @Override
  void hold(JsonNode op) {
    throw new UnsupportedOperationException("DuckDB keeps no views up to date");
  }

  @Override
  Operation<?, ?> operation(JsonNode op) {
    switch (op.get("kind").asText()) {
      case "load":
        return new Load("loaded", op.get("format").asText(), Path.of(op.get("file").asText()));
      case "view":
        return new Query(op.get("sql").asText());
      case "size":
        return new Size();
      default:
        throw new UnsupportedOperationException("not put to DuckDB: " + op.get("op"));
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Map<String, List<Object>> query(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      ResultSetMetaData columns = rows.getMetaData();
      Map<String, List<Object>> out = new LinkedHashMap<>();
      for (int c = 1; c <= columns.getColumnCount(); c++) {
        out.put(columns.getColumnName(c), new ArrayList<>());
      }
      while (rows.next()) {
        int c = 1;
        for (List<Object> values : out.values()) {
          values.add(rows.getObject(c++));
        }
      }
      return out;
    }
  }

  private long size(String table) throws SQLException {
    List<Object> count = query("SELECT count(*) n FROM " + table).get("n");
    return ((Number) count.get(0)).longValue();
  }

  /** Columns as the views of the other contestants have them: times are milliseconds. */
  private static Object comparable(Map<String, List<Object>> columns) throws SQLException {
    Map<String, Object> out = new LinkedHashMap<>();
    for (Map.Entry<String, List<Object>> column : columns.entrySet()) {
      List<Object> values = new ArrayList<>();
      for (Object value : column.getValue()) {
        values.add(comparable(value));
      }
      out.put(column.getKey(), values);
    }
    return out;
  }

  private static Object comparable(Object value) throws SQLException {
    if (value instanceof Timestamp time) {
      return time.getTime();
    }
    if (value instanceof LocalDate day) {
      return day.toEpochDay() * DAY_MS;
    }
    if (value instanceof Array list) {
      List<Object> out = new ArrayList<>();
      for (Object one : (Object[]) list.getArray()) {
        out.add(comparable(one));
      }
      return out;
    }
    return value;
  }

  private final class Load implements Operation<Void, String> {
    private final String table;
    private final String format;
    private final Path file;

    Load(String table, String format, Path file) {
      this.table = table;
      this.format = format;
      this.file = file;
    }

    @Override
    public String body(Void none) throws SQLException, IOException {
      switch (format) {
        case "arrow":
          arrow();
          break;
        case "csv":
          create("FROM read_csv('" + file + "')");
          break;
        default:
          // One object with a list a column.
          create(
              "SELECT unnest(columns(*)) FROM read_json('%s', maximum_object_size = %d)"
                  .formatted(file, Files.size(file) + 1));
      }
      return table;
    }

    private void create(String source) throws SQLException {
      execute("CREATE OR REPLACE TABLE " + table + " AS " + source);
    }

    private void arrow() throws SQLException, IOException {
      try (InputStream in = Files.newInputStream(file);
          BufferAllocator allocator = new RootAllocator();
          ArrowStreamReader reader = new ArrowStreamReader(in, allocator);
          ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator)) {
        Data.exportArrayStream(allocator, reader, stream);
        connection.registerArrowStream("arrow_stream", stream);
        create("FROM arrow_stream");
      }
    }

    @Override
    public Object answer(String name) throws SQLException {
      return Map.of("size", size(name), "screen", comparable(query("FROM " + name + " LIMIT 100")));
    }

    @Override
    public void done(String name) throws SQLException {
      execute("DROP TABLE " + name);
    }
  }

  private final class Query implements Operation<Void, Map<String, List<Object>>> {
    private final String sql;

    Query(String sql) {
      this.sql = sql;
    }

    @Override
    public Map<String, List<Object>> body(Void none) throws SQLException {
      return query(sql);
    }

    @Override
    public Object answer(Map<String, List<Object>> columns) throws SQLException {
      return comparable(columns);
    }
  }

  private final class Size implements Operation<Void, Long> {
    @Override
    public Long body(Void none) throws SQLException {
      return size("trades");
    }

    @Override
    public Object answer(Long size) {
      return size;
    }
  }
}

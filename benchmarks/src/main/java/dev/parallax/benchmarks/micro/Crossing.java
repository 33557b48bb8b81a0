package dev.parallax.benchmarks.micro;

import dev.parallax.Client;
import dev.parallax.Server;
import dev.parallax.Session;
import dev.parallax.Table;
import dev.parallax.TableData;
import dev.parallax.TableOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the smallest calls cost: into the engine and back, and through the client on top of it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
public class Crossing {
  private static final int ROWS = 1 << 14;

  /** A server with one table, a session on it and a client. */
  @State(Scope.Benchmark)
  public static class Hosted {
    Server server;
    Client client;
    Table table;
    Session session;
    long heard;
    ByteBuffer size;
    ByteBuffer[] updates;
    TableData[] data;
    int next;

    /** Fills the table. */
    @Setup
    public void open() {
      server = Server.create();
      client = server.newLocalClient();
      table = client.table(TableData.jsonRows(rows(0, ROWS)), TableOptions.named("t").index("id"));
      session = server.newSession(response -> heard++);
      size = Requests.size("t");
      updates = new ByteBuffer[1024];
      data = new TableData[updates.length];
      for (int i = 0; i < updates.length; i++) {
        String row = rows(i * 7919 % ROWS, 1);
        updates[i] = Requests.update("t", row);
        data[i] = TableData.jsonRows(row);
      }
    }

    /** Frees all. */
    @TearDown
    public void close() {
      session.close();
      client.close();
      server.close();
    }

    private static String rows(int from, int count) {
      StringBuilder out = new StringBuilder("[");
      for (int id = from; id < from + count; id++) {
        out.append(id == from ? "" : ",")
            .append("{\"id\":%d,\"price\":%d.5,\"size\":%d}".formatted(id, id % 500, id % 1000));
      }
      return out.append(']').toString();
    }
  }

  /** A view of the table, each of its listeners an upcall at every update. */
  @State(Scope.Benchmark)
  public static class Listened extends Hosted {
    /** How many listen. */
    @Param({"0", "1", "11"})
    int listeners;

    @Override
    public void open() {
      super.open();
      session.handleRequest(Requests.makeView("t", "v"));
      for (int i = 0; i < listeners; i++) {
        session.handleRequest(Requests.onUpdate(100 + i, "v"));
      }
    }
  }

  /**
   * A request in a direct buffer and its response.
   *
   * @param on the server
   * @return responses heard
   */
  @Benchmark
  public long sizeThroughSession(Hosted on) {
    on.session.handleRequest(on.size);
    return on.heard;
  }

  /**
   * The same through the client.
   *
   * @param on the server
   * @return rows
   */
  @Benchmark
  public long sizeThroughClient(Hosted on) {
    return on.table.size();
  }

  /**
   * A row replaced; the difference of two numbers of listeners is what that many upcalls cost.
   *
   * @param on the server
   * @return responses heard
   */
  @Benchmark
  public long updateRowThroughSession(Listened on) {
    on.session.handleRequest(on.updates[on.next++ & 1023]);
    return on.heard;
  }

  /**
   * A row replaced through the client.
   *
   * @param on the server
   */
  @Benchmark
  public void updateRowThroughClient(Hosted on) {
    on.table.update(on.data[on.next++ & 1023]);
  }
}

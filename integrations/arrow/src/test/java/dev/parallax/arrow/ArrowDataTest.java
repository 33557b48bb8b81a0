package dev.parallax.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parallax.BadInputException;
import dev.parallax.Client;
import dev.parallax.ClosedException;
import dev.parallax.Server;
import dev.parallax.Table;
import dev.parallax.TableData;
import dev.parallax.TableOptions;
import dev.parallax.View;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMilliVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Vectors lent to a server in this process, beside the same vectors as an IPC stream. */
@Timeout(60)
class ArrowDataTest {
  /** Less than any IPC stream: proof that none travels inside the request. */
  private static final int MOST_REQUEST = 400;

  private final BufferAllocator allocator = new RootAllocator();
  private final Server server = Server.builder().maxRequestBytes(MOST_REQUEST).build();
  private final Client client = server.newLocalClient();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
    for (AutoCloseable resource : open) {
      resource.close();
    }
    allocator.close(); // throws if anything was leaked
  }

  private <T extends AutoCloseable> T keep(T resource) {
    open.add(resource);
    return resource;
  }

  private VectorSchemaRoot root(FieldVector... vectors) {
    VectorSchemaRoot root = keep(VectorSchemaRoot.of(vectors));
    root.setRowCount(vectors[0].getValueCount());
    return root;
  }

  private IntVector ints(String name, Integer... values) {
    IntVector vector = new IntVector(name, allocator);
    vector.allocateNew(values.length);
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        vector.set(i, values[i]);
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }

  private VarCharVector texts(String name, String... values) {
    VarCharVector vector = new VarCharVector(name, allocator);
    vector.allocateNew();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        vector.setSafe(i, values[i].getBytes(StandardCharsets.UTF_8));
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }

  /** What a table made from the data holds; the vectors are all free afterwards. */
  private String load(TableData data) {
    long before = allocator.getAllocatedMemory();
    Table table = client.table(data);
    assertEquals(before, allocator.getAllocatedMemory());
    String columns = columns(table);
    table.delete();
    return columns;
  }

  private static String columns(Table table) {
    try (View view = table.view()) {
      return view.toColumns();
    }
  }

  /** The same through the interface and as IPC, which an unlimited server takes. */
  private String loadBothWays(TableData data) {
    String lent = load(data);
    try (Server other = Server.builder().build();
        Client stranger = other.newLocalClient()) {
      assertEquals(columns(stranger.table(TableData.arrow(data.bytes()))), lent);
    }
    return lent;
  }

  /** Two cells, the second null. */
  private <V extends FieldVector> V first(V vector, java.util.function.Consumer<V> set) {
    vector.setInitialCapacity(2);
    vector.allocateNew();
    set.accept(vector);
    vector.setValueCount(2);
    return vector;
  }

  @Test
  void everyType() {
    byte[] text = "é".getBytes(StandardCharsets.UTF_8);
    VectorSchemaRoot root =
        root(
            first(new TinyIntVector("i8", allocator), v -> v.set(0, -8)),
            first(new SmallIntVector("i16", allocator), v -> v.set(0, -16)),
            first(new IntVector("i32", allocator), v -> v.set(0, -32)),
            first(new BigIntVector("i64", allocator), v -> v.set(0, -64)),
            first(new UInt1Vector("u8", allocator), v -> v.set(0, 255)),
            first(new UInt2Vector("u16", allocator), v -> v.set(0, 65535)),
            first(new UInt4Vector("u32", allocator), v -> v.set(0, -1)),
            first(new UInt8Vector("u64", allocator), v -> v.set(0, 64)),
            first(new Float4Vector("f32", allocator), v -> v.set(0, 0.5f)),
            first(new Float8Vector("f64", allocator), v -> v.set(0, 0.25)),
            first(new DecimalVector("dec", allocator, 10, 2), v -> v.set(0, 314)),
            first(new BitVector("bool", allocator), v -> v.set(0, 1)),
            first(new VarCharVector("utf8", allocator), v -> v.setSafe(0, text)),
            first(new LargeVarCharVector("large", allocator), v -> v.setSafe(0, text)),
            first(new VarBinaryVector("bin", allocator), v -> v.setSafe(0, text)),
            first(new DateDayVector("day", allocator), v -> v.set(0, 1)),
            first(new DateMilliVector("ms", allocator), v -> v.set(0, 86_400_000L)),
            first(new TimeStampSecVector("ts", allocator), v -> v.set(0, 2)),
            first(new TimeStampMilliVector("tm", allocator), v -> v.set(0, 2001)),
            first(new TimeStampMicroTZVector("tu", allocator, "UTC"), v -> v.set(0, 2_002_999)),
            first(new TimeStampNanoVector("tn", allocator), v -> v.set(0, 2_003_000_000L)),
            first(new TimeMilliVector("time", allocator), v -> v.set(0, 5)),
            new NullVector("null", 2));
    assertEquals(
        "{\"i8\":[-8,null],\"i16\":[-16,null],\"i32\":[-32,null],\"i64\":[-64,null],"
            + "\"u8\":[255,null],\"u16\":[65535,null],\"u32\":[4294967295,null],\"u64\":[64,null],"
            + "\"f32\":[0.5,null],\"f64\":[0.25,null],\"dec\":[3.14,null],\"bool\":[true,null],"
            + "\"utf8\":[\"é\",null],\"large\":[\"é\",null],\"bin\":[\"é\",null],"
            + "\"day\":[86400000,null],\"ms\":[86400000,null],"
            + "\"ts\":[2000,null],\"tm\":[2001,null],\"tu\":[2002,null],\"tn\":[2003,null],"
            + "\"time\":[5,null],\"null\":[null,null]}",
        loadBothWays(ArrowData.of(root, allocator)));
  }

  @Test
  void dictionaries() {
    Dictionary names =
        new Dictionary(keep(texts("names", "ask", "bid")), new DictionaryEncoding(7, false, null));
    DictionaryProvider provider = new DictionaryProvider.MapDictionaryProvider(names);
    try (VarCharVector plain = texts("side", "bid", null, "ask", "bid")) {
      VectorSchemaRoot root = root((FieldVector) DictionaryEncoder.encode(plain, names));
      assertEquals(
          "{\"side\":[\"bid\",null,\"ask\",\"bid\"]}",
          loadBothWays(ArrowData.of(root, provider, allocator)));
      assertThrows(RuntimeException.class, () -> client.table(ArrowData.of(root, allocator)));
    }
  }

  @Test
  void slices() {
    Integer[] numbers = new Integer[40];
    String[] words = new String[40];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i % 3 == 0 ? null : i;
      words[i] = i % 5 == 0 ? null : "w" + i;
    }
    VectorSchemaRoot root = root(ints("n", numbers), texts("w", words));
    String all = loadBothWays(ArrowData.of(root, allocator));
    assertTrue(all.startsWith("{\"n\":[null,1,2,null"), all);
    VectorSchemaRoot slice = keep(root.slice(13, 4));
    assertEquals(
        "{\"n\":[13,14,null,16],\"w\":[\"w13\",\"w14\",null,\"w16\"]}",
        loadBothWays(ArrowData.of(slice, allocator)));
    VectorSchemaRoot none = keep(root.slice(3, 0));
    assertEquals("{\"n\":[],\"w\":[]}", loadBothWays(ArrowData.of(none, allocator)));
  }

  @Test
  void structsAndLists() {
    StructVector point = StructVector.empty("p", allocator);
    IntVector x =
        point.addOrGet("x", FieldType.nullable(new ArrowType.Int(32, true)), IntVector.class);
    point.allocateNew();
    x.set(0, 5);
    point.setIndexDefined(0);
    point.setNull(1);
    point.setValueCount(2);
    ListVector list = ListVector.empty("l", allocator);
    UnionListWriter writer = list.getWriter();
    writer.allocate();
    writer.startList();
    writer.writeInt(1);
    writer.writeInt(2);
    writer.endList();
    writer.setValueCount(2);
    assertEquals(
        "{\"p.x\":[5,5,null],\"l\":[1,2,null]}",
        loadBothWays(ArrowData.of(root(point, list), allocator)));
  }

  @Test
  void updatesAndReplacements() {
    TableOptions byId = TableOptions.none().index("id");
    Table table =
        client.table(ArrowData.of(root(ints("id", 1, 2), texts("w", "a", "b")), allocator), byId);
    VectorSchemaRoot more = root(ints("id", 2, 3), texts("w", null, "c"));
    TableData data = ArrowData.of(more, allocator);
    table.update(data);
    assertEquals("{\"id\":[1,2,3],\"w\":[\"a\",null,\"c\"]}", columns(table));
    table.replace(data);
    assertEquals("{\"id\":[2,3],\"w\":[null,\"c\"]}", columns(table));
  }

  @Test
  void faultsReleaseToo() {
    DurationVector duration =
        new DurationVector(
            "wait", FieldType.nullable(new ArrowType.Duration(TimeUnit.SECOND)), allocator);
    TableData data = ArrowData.of(root(first(duration, v -> v.set(0, 1))), allocator);
    long before = allocator.getAllocatedMemory();
    assertEquals(
        "Arrow: column \"wait\" has the type duration, which a table cannot hold",
        assertThrows(BadInputException.class, () -> client.table(data)).getMessage());
    assertEquals(before, allocator.getAllocatedMemory());
    client.close();
    assertThrows(ClosedException.class, () -> client.table(data));
    assertEquals(before, allocator.getAllocatedMemory());
  }
}

package dev.parallax.conformance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Arrow IPC streams as the cases show them: types as the JavaScript library prints them, cells as
 * JSON.
 */
final class ArrowDecoder {
  private static final long DAY_MS = 86_400_000L;

  private ArrowDecoder() {}

  /** A record of {@code num_rows}, {@code fields} (name and type) and {@code columns}. */
  static Map<String, Object> decode(byte[] stream) {
    try (RootAllocator allocator = new RootAllocator();
        ArrowStreamReader reader =
            new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
      List<FieldVector> vectors = reader.getVectorSchemaRoot().getFieldVectors();
      List<List<Object>> cells = new ArrayList<>();
      vectors.forEach(vector -> cells.add(new ArrayList<>()));
      long rows = 0;
      while (reader.loadNextBatch()) {
        int count = reader.getVectorSchemaRoot().getRowCount();
        rows += count;
        for (int column = 0; column < cells.size(); column++) {
          for (int row = 0; row < count; row++) {
            cells.get(column).add(cell(reader, vectors.get(column), row));
          }
        }
      }
      List<Object> fields = new ArrayList<>();
      Map<String, Object> columns = new LinkedHashMap<>();
      for (int column = 0; column < cells.size(); column++) {
        Field field = vectors.get(column).getField();
        fields.add(field(field.getName(), type(reader, field)));
        columns.put(field.getName(), cells.get(column));
      }
      Map<String, Object> out = new LinkedHashMap<>();
      // A table without columns has no rows for the JavaScript library.
      out.put("num_rows", fields.isEmpty() ? 0.0 : (double) rows);
      out.put("fields", fields);
      out.put("columns", Json.ordered(columns));
      return out;
    } catch (IOException e) {
      throw new IllegalArgumentException("not Arrow: " + e, e);
    }
  }

  private static Map<String, Object> field(String name, String type) {
    Map<String, Object> field = new LinkedHashMap<>();
    field.put("name", name);
    field.put("type", type);
    return field;
  }

  private static String type(ArrowStreamReader reader, Field field) throws IOException {
    DictionaryEncoding encoding = field.getDictionary();
    if (encoding == null) {
      return type(field.getType());
    }
    ArrowType values = reader.lookup(encoding.getId()).getVector().getField().getType();
    return "Dictionary<" + type(encoding.getIndexType()) + ", " + type(values) + ">";
  }

  private static String type(ArrowType type) {
    if (type instanceof ArrowType.Int whole) {
      return (whole.getIsSigned() ? "Int" : "Uint") + whole.getBitWidth();
    }
    if (type instanceof ArrowType.FloatingPoint real) {
      return switch (real.getPrecision()) {
        case HALF -> "Float16";
        case SINGLE -> "Float32";
        case DOUBLE -> "Float64";
      };
    }
    if (type instanceof ArrowType.Date date) {
      return date.getUnit().name().equals("DAY") ? "Date32<DAY>" : "Date64<MILLISECOND>";
    }
    if (type instanceof ArrowType.Timestamp time) {
      String zone = time.getTimezone() == null ? "" : ", " + time.getTimezone();
      return "Timestamp<" + time.getUnit().name().toUpperCase(Locale.ROOT) + zone + ">";
    }
    return type.toString();
  }

  private static Object cell(ArrowStreamReader reader, FieldVector vector, int row)
      throws IOException {
    if (vector.isNull(row)) {
      return null;
    }
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding != null) {
      Dictionary dictionary = reader.lookup(encoding.getId());
      int code = ((Number) vector.getObject(row)).intValue();
      FieldVector entries = dictionary.getVector();
      return entries.isNull(code) ? null : plain(entries, code);
    }
    return plain(vector, row);
  }

  private static Object plain(FieldVector vector, int row) {
    if (vector instanceof BitVector bits) {
      return bits.get(row) != 0;
    }
    if (vector instanceof VarCharVector text) {
      return text.getObject(row).toString();
    }
    if (vector instanceof DateDayVector days) {
      return (double) (days.get(row) * DAY_MS);
    }
    if (vector instanceof TimeStampVector times) {
      return (double) times.get(row);
    }
    if (vector instanceof UInt1Vector bytes) {
      return (double) (bytes.get(row) & 0xFF);
    }
    if (vector instanceof UInt2Vector shorts) {
      return (double) shorts.get(row);
    }
    if (vector instanceof UInt4Vector ints) {
      return (double) Integer.toUnsignedLong(ints.get(row));
    }
    if (vector instanceof UInt8Vector longs) {
      return new java.math.BigDecimal(Long.toUnsignedString(longs.get(row))).doubleValue();
    }
    if (vector instanceof BigIntVector longs) {
      return (double) longs.get(row);
    }
    if (vector.getObject(row) instanceof Number number) {
      double value = number.doubleValue();
      if (Double.isInfinite(value)) {
        return value > 0 ? "Infinity" : "-Infinity";
      }
      return Double.isNaN(value) ? "NaN" : (Object) value;
    }
    return String.valueOf(vector.getObject(row));
  }
}

package dev.parallax.internal.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.arrow.flatbuf.TimeUnit;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;

/** Points in time: milliseconds since 1970-01-01T00:00:00Z. */
public final class DatetimeCells extends Cells {
  private long[] values = {};

  /** An empty column. */
  public DatetimeCells(String name) {
    super(name);
  }

  /** Sets a cell. */
  public void set(int row, long millis) {
    reserve(row);
    values[row] = millis;
    written(row);
  }

  @Override
  void zero(int row) {
    reserve(row);
    values[row] = 0;
  }

  private void reserve(int row) {
    if (row >= values.length) {
      values = Arrays.copyOf(values, grown(row));
    }
  }

  @Override
  int valueBytes() {
    return Math.multiplyExact(size(), Long.BYTES);
  }

  @Override
  void writeValues(ByteBuffer out) {
    out.asLongBuffer().put(values, 0, size());
    out.position(out.position() + valueBytes());
  }

  @Override
  byte typeNumber() {
    return Type.Timestamp;
  }

  @Override
  int addType(FlatBufferBuilder builder) {
    return Timestamp.createTimestamp(builder, TimeUnit.MILLISECOND, 0);
  }
}

package dev.parallax.internal.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.Type;

/** Calendar days, counted from 1970-01-01. */
public final class DateCells extends Cells {
  private int[] values = {};

  /** An empty column. */
  public DateCells(String name) {
    super(name);
  }

  /** Sets a cell. */
  public void set(int row, int day) {
    reserve(row);
    values[row] = day;
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
    return Math.multiplyExact(size(), Integer.BYTES);
  }

  @Override
  void writeValues(ByteBuffer out) {
    out.asIntBuffer().put(values, 0, size());
    out.position(out.position() + valueBytes());
  }

  @Override
  byte typeNumber() {
    return Type.Date;
  }

  @Override
  int addType(FlatBufferBuilder builder) {
    return Date.createDate(builder, DateUnit.DAY);
  }
}

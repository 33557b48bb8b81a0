package dev.parallax.internal.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.Type;

/** Truth values, as bits. */
public final class BooleanCells extends Cells {
  private long[] values = {};

  /** An empty column. */
  public BooleanCells(String name) {
    super(name);
  }

  /** Sets a cell. */
  public void set(int row, boolean value) {
    zero(row);
    if (value) {
      values[row >> 6] |= 1L << row;
    }
    written(row);
  }

  @Override
  void zero(int row) {
    if (row >> 6 >= values.length) {
      values = Arrays.copyOf(values, grown(row >> 6));
    }
    values[row >> 6] &= ~(1L << row);
  }

  @Override
  int valueBytes() {
    return (size() + 7) / 8;
  }

  @Override
  void writeValues(ByteBuffer out) {
    writeBits(out, values, valueBytes());
  }

  @Override
  byte typeNumber() {
    return Type.Bool;
  }

  @Override
  int addType(FlatBufferBuilder builder) {
    Bool.startBool(builder);
    return Bool.endBool(builder);
  }
}

package dev.parallax.internal.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Type;

/** Floating-point numbers. */
public final class FloatCells extends Cells {
  private double[] values = {};

  /** An empty column. */
  public FloatCells(String name) {
    super(name);
  }

  /** Sets a cell. */
  public void set(int row, double value) {
    reserve(row);
    values[row] = value;
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
    return Math.multiplyExact(size(), Double.BYTES);
  }

  @Override
  void writeValues(ByteBuffer out) {
    out.asDoubleBuffer().put(values, 0, size());
    out.position(out.position() + valueBytes());
  }

  @Override
  byte typeNumber() {
    return Type.FloatingPoint;
  }

  @Override
  int addType(FlatBufferBuilder builder) {
    return FloatingPoint.createFloatingPoint(builder, Precision.DOUBLE);
  }
}

package dev.parallax.internal.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Type;

/** Whole numbers. They travel in 32 bits where every value that fits the column does. */
public final class IntegerCells extends Cells {
  private final long least;
  private final long greatest;
  private final boolean wide;
  private long[] values = {};

  private IntegerCells(String name, long least, long greatest) {
    super(name);
    this.least = least;
    this.greatest = greatest;
    this.wide = least < Integer.MIN_VALUE || greatest > Integer.MAX_VALUE;
  }

  /** An empty column of 32 bits. */
  public static IntegerCells ofInts(String name) {
    return of(name, Integer.SIZE, true);
  }

  /** An empty column of 64 bits. */
  public static IntegerCells ofLongs(String name) {
    return of(name, Long.SIZE, true);
  }

  /** An empty column of 8, 16, 32 or 64 bits; of unsigned 64, the half that a long can hold. */
  static IntegerCells of(String name, int bits, boolean signed) {
    long greatest = -1L >>> 64 - bits + (signed || bits == Long.SIZE ? 1 : 0);
    return new IntegerCells(name, signed ? -greatest - 1 : 0, greatest);
  }

  /** The least number that fits. */
  public long least() {
    return least;
  }

  /** The greatest number that fits. */
  public long greatest() {
    return greatest;
  }

  /** Sets a cell; false if the number does not fit, and nothing is done. */
  public boolean set(int row, long value) {
    if (value < least || value > greatest) {
      return false;
    }
    reserve(row);
    values[row] = value;
    written(row);
    return true;
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
    return Math.multiplyExact(size(), wide ? Long.BYTES : Integer.BYTES);
  }

  @Override
  void writeValues(ByteBuffer out) {
    if (wide) {
      out.asLongBuffer().put(values, 0, size());
      out.position(out.position() + valueBytes());
    } else {
      for (int row = 0; row < size(); row++) {
        out.putInt((int) values[row]);
      }
    }
  }

  @Override
  byte typeNumber() {
    return Type.Int;
  }

  @Override
  int addType(FlatBufferBuilder builder) {
    return Int.createInt(builder, wide ? Long.SIZE : Integer.SIZE, true);
  }
}

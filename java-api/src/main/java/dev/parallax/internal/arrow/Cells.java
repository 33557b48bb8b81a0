package dev.parallax.internal.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The cells of one column on their way into an Arrow record batch: values in an array that grows,
 * nulls as bits. Rows are written in order; the last one may be written again.
 *
 * <p>Not for use by several threads at once. After {@link #clear()} the memory is used again.
 */
public abstract sealed class Cells
    permits BooleanCells, DateCells, DatetimeCells, FloatCells, IntegerCells, TextCells {
  private static final int FIRST_ROWS = 64;

  private final String name;

  /** A set bit is a value; meaningless while there are no nulls, all set beyond the last row. */
  private long[] validity = {};

  private int nulls;
  private int size;

  Cells(String name) {
    this.name = name;
  }

  /** The column's name. */
  public final String name() {
    return name;
  }

  /** Rows written so far. */
  public final int size() {
    return size;
  }

  /** Makes a cell null. */
  public final void setNull(int row) {
    truncate(row);
    if (nulls++ == 0) {
      Arrays.fill(validity, -1L);
    }
    int word = row >> 6;
    if (word >= validity.length) {
      int had = validity.length;
      validity = Arrays.copyOf(validity, grown(word));
      Arrays.fill(validity, had, validity.length, -1L);
    }
    validity[word] &= ~(1L << row);
    zero(row);
    size = row + 1;
  }

  /** Notes that a row has a value now. */
  final void written(int row) {
    if (nulls > 0) {
      truncate(row);
    }
    size = row + 1;
  }

  /** Forgets the row of this number, if it is there; it is the last. */
  public final void truncate(int row) {
    if (size > row) {
      if (nulls > 0 && (validity[row >> 6] & 1L << row) == 0) {
        validity[row >> 6] |= 1L << row;
        nulls--;
      }
      size = row;
    }
  }

  /** Forgets all rows. */
  public void clear() {
    size = 0;
    nulls = 0;
  }

  /** The length of an array that shall hold an entry of this number, and more to come. */
  static int grown(int entry) {
    return (int) Math.min(entry + (entry >> 1) + (long) FIRST_ROWS, Integer.MAX_VALUE - 8);
  }

  final int nulls() {
    return nulls;
  }

  /** Bytes of the validity bitmap; none if no cell is null. */
  final int validityBytes() {
    return nulls == 0 ? 0 : (size + 7) / 8;
  }

  final void writeValidity(ByteBuffer out) {
    writeBits(out, validity, validityBytes());
  }

  static void writeBits(ByteBuffer out, long[] bits, int bytes) {
    out.asLongBuffer().put(bits, 0, bytes / 8);
    out.position(out.position() + bytes / 8 * 8);
    for (int i = bytes / 8 * 8; i < bytes; i++) {
      out.put((byte) (bits[i >> 3] >>> (i & 7) * 8));
    }
  }

  /** Makes the value of a null cell harmless. */
  abstract void zero(int row);

  abstract int valueBytes();

  /** Writes the values of all rows, in little-endian order, and moves on the position. */
  abstract void writeValues(ByteBuffer out);

  /** The number of the type in Arrow's union of types. */
  abstract byte typeNumber();

  /** Adds the type's table, whose offset is given. */
  abstract int addType(FlatBufferBuilder builder);
}

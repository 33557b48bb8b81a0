package dev.parallax.internal.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;

/** Text, as numbers of the distinct texts. */
public final class TextCells extends Cells {
  private final TextDictionary dictionary = new TextDictionary();
  private int[] codes = {};

  /** An empty column. */
  public TextCells(String name) {
    super(name);
  }

  /**
   * Sets a cell.
   *
   * @throws CharacterCodingException if the text has half a surrogate pair; nothing is done
   */
  public void set(int row, CharSequence text) throws CharacterCodingException {
    int code = dictionary.code(text);
    reserve(row);
    codes[row] = code;
    written(row);
  }

  /** Bytes of the distinct texts so far. */
  public int textBytes() {
    return dictionary.textBytes();
  }

  @Override
  public void clear() {
    super.clear();
    dictionary.clear();
  }

  TextDictionary dictionary() {
    return dictionary;
  }

  @Override
  void zero(int row) {
    reserve(row);
    codes[row] = 0;
  }

  private void reserve(int row) {
    if (row >= codes.length) {
      codes = Arrays.copyOf(codes, grown(row));
    }
  }

  @Override
  int valueBytes() {
    return Math.multiplyExact(size(), Integer.BYTES);
  }

  @Override
  void writeValues(ByteBuffer out) {
    out.asIntBuffer().put(codes, 0, size());
    out.position(out.position() + valueBytes());
  }

  @Override
  byte typeNumber() {
    return Type.Utf8;
  }

  @Override
  int addType(FlatBufferBuilder builder) {
    Utf8.startUtf8(builder);
    return Utf8.endUtf8(builder);
  }
}

package dev.parallax.internal.arrow;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Numbers texts by their content, from 0 in the order of their first use, and keeps each once, in
 * UTF-8. A text that is known allocates nothing. Not for use by several threads at once.
 */
final class TextDictionary {
  private static final int FIRST_SLOTS = 64;

  /** Code plus one by hash, linear probing, at most half full. */
  private int[] slots = new int[FIRST_SLOTS];

  private int size;
  private int[] hashes = new int[FIRST_SLOTS / 2];

  /** The texts that were given as strings: most feeds give the same ones again. */
  private String[] strings = new String[FIRST_SLOTS / 2];

  /** Where a text ends in {@link #chars} and in {@link #utf8}. */
  private int[] charEnds = new int[FIRST_SLOTS / 2];

  private int[] byteEnds = new int[FIRST_SLOTS / 2];
  private CharBuffer chars = CharBuffer.allocate(256);
  private ByteBuffer utf8 = ByteBuffer.allocate(256);
  private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();

  int size() {
    return size;
  }

  /** Forgets all texts, keeps the memory. */
  void clear() {
    Arrays.fill(slots, 0);
    Arrays.fill(strings, 0, size, null);
    size = 0;
    chars.clear();
    utf8.clear();
  }

  /**
   * The number of a text.
   *
   * @throws CharacterCodingException if it has half a surrogate pair; it is not kept then
   */
  int code(CharSequence text) throws CharacterCodingException {
    int hash = text instanceof String string ? string.hashCode() : hash(text);
    int mask = slots.length - 1;
    int at = spread(hash) & mask;
    for (; slots[at] != 0; at = at + 1 & mask) {
      int code = slots[at] - 1;
      if (hashes[code] == hash && (strings[code] == text || same(code, text))) {
        return code;
      }
    }
    add(text, hash);
    slots[at] = size;
    if (size * 2 > slots.length) {
      rehash();
    }
    return size - 1;
  }

  /** As {@link String#hashCode()} is specified. */
  private static int hash(CharSequence text) {
    int hash = 0;
    for (int i = 0; i < text.length(); i++) {
      hash = 31 * hash + text.charAt(i);
    }
    return hash;
  }

  private static int spread(int hash) {
    return hash ^ hash >>> 16;
  }

  private boolean same(int code, CharSequence text) {
    if (strings[code] != null && text instanceof String) {
      return strings[code].equals(text);
    }
    int start = code == 0 ? 0 : charEnds[code - 1];
    int length = charEnds[code] - start;
    if (text.length() != length) {
      return false;
    }
    char[] known = chars.array();
    for (int i = 0; i < length; i++) {
      if (known[start + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void add(CharSequence text, int hash) throws CharacterCodingException {
    int length = text.length();
    int start = chars.position();
    if (chars.remaining() < length) {
      chars = CharBuffer.wrap(Arrays.copyOf(chars.array(), room(start, length))).position(start);
    }
    char[] array = chars.array();
    for (int i = 0; i < length; i++) {
      array[start + i] = text.charAt(i);
    }
    encode(start, length);
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, size * 2);
      strings = Arrays.copyOf(strings, size * 2);
      charEnds = Arrays.copyOf(charEnds, size * 2);
      byteEnds = Arrays.copyOf(byteEnds, size * 2);
    }
    hashes[size] = hash;
    strings[size] = text instanceof String string ? string : null;
    charEnds[size] = chars.position();
    byteEnds[size] = utf8.position();
    size++;
  }

  /** Appends chars [start, start + length) to the bytes, and moves both positions behind them. */
  private void encode(int start, int length) throws CharacterCodingException {
    int most = Math.multiplyExact(3, length);
    int bytes = utf8.position();
    if (utf8.remaining() < most) {
      utf8 = ByteBuffer.wrap(Arrays.copyOf(utf8.array(), room(bytes, most))).position(bytes);
    }
    chars.limit(start + length);
    CoderResult result = encoder.reset().encode(chars, utf8, true);
    if (!result.isUnderflow()) {
      chars.clear().position(start);
      utf8.position(bytes);
      result.throwException();
    }
    chars.limit(chars.capacity());
  }

  private static int room(int used, int more) {
    return Math.max(Math.addExact(used, more), (int) Math.min(used * 2L, Integer.MAX_VALUE - 8));
  }

  private void rehash() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int code = 0; code < size; code++) {
      int at = spread(hashes[code]) & mask;
      while (slots[at] != 0) {
        at = at + 1 & mask;
      }
      slots[at] = code + 1;
    }
  }

  int textBytes() {
    return utf8.position();
  }

  /** Bytes of Arrow's offsets: one more than there are texts. */
  int offsetBytes() {
    return (size + 1) * Integer.BYTES;
  }

  void writeOffsets(ByteBuffer out) {
    out.putInt(0);
    for (int code = 0; code < size; code++) {
      out.putInt(byteEnds[code]);
    }
  }

  void writeText(ByteBuffer out) {
    out.put(utf8.array(), 0, textBytes());
  }
}

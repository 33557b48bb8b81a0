package dev.parallax.websocket;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Puts the parts of a message together. Containers offer to do so, but some of them set aside the
 * largest allowed message for every connection; this one holds what has arrived, and nothing
 * between messages. For one thread at a time.
 */
final class MessageAssembler {
  private static final int FIRST_CAPACITY = 16 * 1024;

  private final int maxBytes;
  private byte[] held;
  private int size;

  MessageAssembler(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Whether the message would be larger than allowed with this part added. */
  boolean exceeds(ByteBuffer part) {
    return part.remaining() > maxBytes - size;
  }

  /**
   * Takes the next part of a message.
   *
   * @return the whole message if this is its last part, else null. It may be {@code part} itself,
   *     so it is to be used before the container gets its buffer back
   */
  ByteBuffer add(ByteBuffer part, boolean last) {
    if (last && held == null) {
      return part;
    }
    append(part);
    if (!last) {
      return null;
    }
    ByteBuffer message = ByteBuffer.wrap(held, 0, size);
    discard();
    return message;
  }

  /** Forgets the parts held. */
  void discard() {
    held = null;
    size = 0;
  }

  private void append(ByteBuffer part) {
    int needed = size + part.remaining();
    if (held == null) {
      held = new byte[Math.max(FIRST_CAPACITY, needed)];
    } else if (needed > held.length) {
      long doubled = 2L * held.length;
      held = Arrays.copyOf(held, (int) Math.min(Math.max(doubled, needed), maxBytes));
    }
    part.get(held, size, part.remaining());
    size = needed;
  }
}

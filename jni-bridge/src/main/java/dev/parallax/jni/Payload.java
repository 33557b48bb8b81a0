package dev.parallax.jni;

import java.nio.ByteBuffer;

/** Table data that is given beside a request rather than inside it. */
public sealed interface Payload {
  /**
   * Data in memory.
   *
   * @param buffer from its position to its limit; nobody may write to it during the call
   */
  record OfBytes(ByteBuffer buffer) implements Payload {}

  /**
   * A file, which the native side reads.
   *
   * @param path as the operating system takes it
   */
  record OfFile(byte[] path) implements Payload {}

  /**
   * A record batch of Arrow's C Data Interface. The native side takes over what the structs hold,
   * and releases it before the call returns; the structs themselves stay the caller's.
   *
   * @param schema address of the {@code ArrowSchema}
   * @param array address of the {@code ArrowArray}
   */
  record OfArrow(long schema, long array) implements Payload {}
}

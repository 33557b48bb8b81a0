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
}

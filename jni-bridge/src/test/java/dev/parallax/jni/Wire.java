package dev.parallax.jni;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * As much of the protocol as these tests need: a request for the hosted tables, and the id of a
 * response.
 */
final class Wire {
  private Wire() {}

  /** A get_hosted_tables request. */
  static byte[] request(int id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x08);
    for (int rest = id; ; rest >>>= 7) {
      if (rest < 0x80) {
        out.write(rest);
        break;
      }
      out.write(rest & 0x7f | 0x80);
    }
    out.write(0x22);
    out.write(0);
    return out.toByteArray();
  }

  /** The msg_id, which a response starts with. */
  static int id(ByteBuffer response) {
    if (response.get() != 0x08) {
      throw new AssertionError("a response does not start with its msg_id");
    }
    int id = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = response.get();
      id |= (next & 0x7f) << shift;
      if (next >= 0) {
        return id;
      }
    }
  }
}

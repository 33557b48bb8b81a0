package dev.parallax.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The one protocol message that the endpoint itself may have to send. */
final class ServerError {
  private static final int RESPONSE_SERVER_ERROR = 50;
  private static final int SERVER_ERROR_MESSAGE = 1;
  private static final int LENGTH_DELIMITED = 2;

  private ServerError() {}

  /** A response to no request in particular (msg_id 0): clients log it. */
  static ByteBuffer encode(String message) {
    byte[] error = field(SERVER_ERROR_MESSAGE, message.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(field(RESPONSE_SERVER_ERROR, error));
  }

  private static byte[] field(int number, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(value.length + 8);
    varint(out, number << 3 | LENGTH_DELIMITED);
    varint(out, value.length);
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest >= 0x80) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}

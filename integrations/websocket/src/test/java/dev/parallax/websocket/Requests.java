package dev.parallax.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The few messages of the protocol that the tests send and look into. */
final class Requests {
  static final int MAKE_VIEW = 6;
  static final int TABLE_SIZE = 8;
  static final int VIEW_DIMENSIONS = 12;
  static final int VIEW_TO_CSV = 25;
  static final int MAKE_TABLE = 27;
  static final int SERVER_ERROR = 50;

  private Requests() {}

  static byte[] makeTable(int id, String table, String csv) {
    byte[] data = field(1, field(2, text(csv)));
    return request(id, table, MAKE_TABLE, join(data, field(2, new byte[0])));
  }

  static byte[] makeView(int id, String table, String view) {
    return request(id, table, MAKE_VIEW, field(1, text(view)));
  }

  static byte[] request(int id, String entity, int kind, byte[] body) {
    return join(varintField(1, id), field(2, text(entity)), field(kind, body));
  }

  static byte[] request(int id, String entity, int kind) {
    return request(id, entity, kind, new byte[0]);
  }

  /** The msg_id of a response: its first field, absent when it is 0. */
  static int idOf(byte[] response) {
    if (response.length == 0 || response[0] != 1 << 3) {
      return 0;
    }
    int id = 0;
    for (int i = 1, shift = 0; ; i++, shift += 7) {
      id |= (response[i] & 0x7f) << shift;
      if (response[i] >= 0) {
        return id;
      }
    }
  }

  /** Whether a response has a field of the given kind, at any place. */
  static boolean isKind(byte[] response, int kind) {
    int at = 0;
    while (at < response.length) {
      long[] tag = varint(response, at);
      long[] value = varint(response, (int) tag[1]);
      if (tag[0] >>> 3 == kind) {
        return true;
      }
      at = (int) value[1] + ((tag[0] & 7) == 2 ? (int) value[0] : 0);
    }
    return false;
  }

  private static long[] varint(byte[] bytes, int from) {
    long value = 0;
    int at = from;
    for (int shift = 0; ; shift += 7) {
      value |= (long) (bytes[at] & 0x7f) << shift;
      if (bytes[at++] >= 0) {
        return new long[] {value, at};
      }
    }
  }

  private static byte[] text(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] varintField(int number, int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeVarint(out, number << 3);
    writeVarint(out, value);
    return out.toByteArray();
  }

  private static byte[] field(int number, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeVarint(out, number << 3 | 2);
    writeVarint(out, value.length);
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static void writeVarint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest >= 0x80) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}

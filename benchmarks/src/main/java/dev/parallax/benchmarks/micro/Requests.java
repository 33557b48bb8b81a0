package dev.parallax.benchmarks.micro;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Requests as they travel, in direct buffers: what a server that carries messages itself has. */
final class Requests {
  private static final int TABLE_MAKE_VIEW = 6;
  private static final int TABLE_SIZE = 8;
  private static final int VIEW_ON_UPDATE = 21;
  private static final int TABLE_UPDATE = 33;

  private Requests() {}

  static ByteBuffer size(String table) {
    return request(1, table, TABLE_SIZE, new byte[0]);
  }

  static ByteBuffer makeView(String table, String view) {
    return request(2, table, TABLE_MAKE_VIEW, text(1, view));
  }

  static ByteBuffer onUpdate(int id, String view) {
    return request(id, view, VIEW_ON_UPDATE, new byte[0]);
  }

  /** An update from a JSON list of rows. */
  static ByteBuffer update(String table, String rows) {
    byte[] data = text(4, rows);
    return request(3, table, TABLE_UPDATE, field(1, data));
  }

  private static ByteBuffer request(int id, String entity, int kind, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    varint(out, 1 << 3);
    varint(out, id);
    out.writeBytes(text(2, entity));
    out.writeBytes(field(kind, body));
    return ByteBuffer.allocateDirect(out.size()).put(out.toByteArray()).flip();
  }

  private static byte[] text(int number, String text) {
    return field(number, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] field(int number, byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    varint(out, number << 3 | 2);
    varint(out, bytes.length);
    out.writeBytes(bytes);
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int rest = value;
    for (; rest >= 128; rest >>>= 7) {
      out.write(rest & 127 | 128);
    }
    out.write(rest);
  }
}

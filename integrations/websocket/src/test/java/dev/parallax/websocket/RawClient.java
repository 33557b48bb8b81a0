package dev.parallax.websocket;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket client that does just what a test tells it, also what no decent client would: it does
 * not read unless asked, and answers no ping.
 */
final class RawClient implements AutoCloseable {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /** One frame from the server; null stands for the end of the connection. */
  record Frame(int opcode, boolean last, boolean compressed, byte[] payload) {
    int closeCode() {
      return (payload[0] & 0xff) << 8 | payload[1] & 0xff;
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final String handshake;

  RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    String request =
        "GET /websocket HTTP/1.1\r\n"
            + "Host: localhost\r\n"
            + "Upgrade: websocket\r\n"
            + "Connection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Extensions: permessage-deflate\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    out.write(request.getBytes(StandardCharsets.US_ASCII));
    handshake = readHeader();
    if (!handshake.startsWith("HTTP/1.1 101 ")) {
      throw new IOException("no upgrade: " + handshake);
    }
  }

  /** The server's answer to the upgrade, which offers compression. */
  String handshake() {
    return handshake;
  }

  private String readHeader() throws IOException {
    StringBuilder header = new StringBuilder();
    while (header.indexOf("\r\n\r\n") < 0) {
      header.append((char) in.readByte());
    }
    return header.toString();
  }

  void send(byte[] message) throws IOException {
    send(BINARY, true, message);
  }

  void send(int opcode, boolean last, byte[] payload) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
    frame.write((last ? 0x80 : 0) | opcode);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else {
      int bytes = payload.length < 0x10000 ? 2 : 8;
      frame.write(0x80 | (bytes == 2 ? 126 : 127));
      for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >>> shift));
      }
    }
    frame.writeBytes(new byte[4]); // a mask of zeros changes nothing
    frame.writeBytes(payload);
    out.write(frame.toByteArray());
  }

  /** The next frame but pings, or null at the end. */
  Frame read() throws IOException {
    Frame frame;
    do {
      frame = readAny();
    } while (frame != null && frame.opcode == PING);
    return frame;
  }

  Frame readAny() throws IOException {
    try {
      int first = in.readUnsignedByte();
      long length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = in.readLong();
      }
      byte[] payload = new byte[Math.toIntExact(length)];
      in.readFully(payload);
      return new Frame(first & 0x0f, (first & 0x80) != 0, (first & 0x40) != 0, payload);
    } catch (EOFException end) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

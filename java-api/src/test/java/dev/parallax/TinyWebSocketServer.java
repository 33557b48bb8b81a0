package dev.parallax;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Just enough of a web socket server to be nasty to a client: fragments, closes, cut lines. */
final class TinyWebSocketServer implements AutoCloseable {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  /** What the server does with a message. */
  interface Behaviour {
    void onMessage(Connection connection, byte[] message) throws Exception;
  }

  private final ServerSocket listening;
  private final Behaviour behaviour;
  final BlockingQueue<String> handshakes = new LinkedBlockingQueue<>();
  final BlockingQueue<Connection> connections = new LinkedBlockingQueue<>();

  TinyWebSocketServer(Behaviour behaviour) throws IOException {
    this.behaviour = behaviour;
    this.listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    daemon(this::acceptAll);
  }

  URI uri() {
    return URI.create("ws://localhost:" + listening.getLocalPort() + "/websocket");
  }

  Connection connection() throws InterruptedException {
    return connections.poll(5, TimeUnit.SECONDS);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "tiny-web-socket");
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptAll() {
    try {
      for (; ; ) {
        Socket socket = listening.accept();
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      String request = head(in);
      handshakes.add(request);
      String key =
          request
              .lines()
              .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
              .findFirst()
              .orElseThrow()
              .substring("sec-websocket-key:".length())
              .trim();
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
      String answer =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Base64.getEncoder().encodeToString(digest)
              + "\r\n\r\n";
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      Connection connection = new Connection(socket);
      connections.add(connection);
      connection.readAll(in, behaviour);
    } catch (Exception e) {
      // The client went away, which some tests want.
    }
  }

  private static String head(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  /** One client. */
  static final class Connection {
    private final Socket socket;
    private final OutputStream out;
    final BlockingQueue<Integer> closeCodes = new LinkedBlockingQueue<>();

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.out = socket.getOutputStream();
    }

    void readAll(DataInputStream in, Behaviour behaviour) throws Exception {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      for (; ; ) {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte() & 0x7F;
        if (length == 126) {
          length = in.readUnsignedShort();
        } else if (length == 127) {
          length = (int) in.readLong();
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < payload.length; i++) {
          payload[i] ^= mask[i % 4];
        }
        if ((first & 0x0F) == 8) {
          closeCodes.add((int) ByteBuffer.wrap(payload).getShort());
          return;
        }
        message.write(payload);
        if ((first & 0x80) != 0) {
          behaviour.onMessage(this, message.toByteArray());
          message.reset();
        }
      }
    }

    void send(byte[] message) throws IOException {
      frame(0x82, message, 0, message.length);
    }

    void sendFragments(byte[] message, int size) throws IOException {
      for (int at = 0; at < message.length; at += size) {
        int length = Math.min(size, message.length - at);
        int last = at + length == message.length ? 0x80 : 0;
        frame(last | (at == 0 ? 2 : 0), message, at, length);
      }
    }

    void ping() throws IOException {
      frame(0x89, new byte[0], 0, 0);
    }

    void text(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      frame(0x81, bytes, 0, bytes.length);
    }

    void sendClose(int code) throws IOException {
      frame(0x88, new byte[] {(byte) (code >> 8), (byte) code}, 0, 2);
    }

    void cut() throws IOException {
      socket.close();
    }

    private synchronized void frame(int first, byte[] payload, int at, int length)
        throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(first);
      if (length < 126) {
        frame.write(length);
      } else if (length < 65_536) {
        frame.write(126);
        frame.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
      } else {
        frame.write(127);
        frame.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
      }
      frame.write(payload, at, length);
      out.write(frame.toByteArray());
      out.flush();
    }
  }
}

package dev.parallax.internal.wire;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.parallax.BadInputException;
import dev.parallax.EngineException;
import dev.parallax.ParallaxException;
import dev.parallax.TransportException;
import dev.parallax.UnknownTableException;
import dev.parallax.UnknownViewException;
import dev.parallax.internal.proto.Response;
import dev.parallax.internal.proto.ServerError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Messages to and from bytes, and errors to exceptions. */
public final class Messages {
  /** From this size on, it pays to look first what a message carries. */
  private static final int LARGE = 1 << 16;

  private Messages() {}

  /**
   * A response of its own: the bytes may change afterwards. What it carries is copied once: text is
   * read from an array, which is the fastest, and Arrow goes straight into the array that {@link
   * #array} gives.
   *
   * @param message the bytes, whose position stays
   * @throws InvalidProtocolBufferException if they are no message
   */
  public static Response decode(ByteBuffer message) throws InvalidProtocolBufferException {
    try {
      if (message.isDirect() && message.remaining() >= LARGE && carriesArrow(message)) {
        return Response.parseFrom(CodedInputStream.newInstance(message.duplicate()));
      }
      CodedInputStream in = UnsafeByteOperations.unsafeWrap(copy(message)).newCodedInput();
      in.enableAliasing(true);
      return Response.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
  }

  /** Whether the first field that is no part of the envelope holds Arrow. */
  private static boolean carriesArrow(ByteBuffer message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message.duplicate());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      if (field > Response.ENTITY_ID_FIELD_NUMBER) {
        return field == Response.VIEW_TO_ARROW_RESP_FIELD_NUMBER
            || field == Response.VIEW_ON_UPDATE_RESP_FIELD_NUMBER;
      }
      in.skipField(tag);
    }
    return false;
  }

  /** The bytes of a field: its own array if it has one to itself, else a copy. */
  public static byte[] array(ByteString bytes) {
    WholeArray whole = new WholeArray();
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, whole);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return whole.array != null && whole.array.length == bytes.size()
        ? whole.array
        : bytes.toByteArray();
  }

  /** Takes the one array that is written whole. */
  private static final class WholeArray extends ByteOutput {
    private byte[] array;

    @Override
    public void write(byte value) {
      array = null;
    }

    @Override
    public void write(byte[] value, int offset, int length) {
      array = null;
    }

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      array = offset == 0 && length == value.length ? value : null;
    }

    @Override
    public void write(ByteBuffer value) {
      array = null;
    }

    @Override
    public void writeLazy(ByteBuffer value) {
      array = null;
    }
  }

  /** A copy of what is left in a buffer, whose position stays. */
  public static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** The exception for a server's error message. */
  public static ParallaxException exception(ServerError error) {
    String message = error.getMessage().strip();
    return switch (error.getStatusCodeValue()) {
      case 1 -> new UnknownViewException(message.isEmpty() ? "View not found" : message);
      case 2 -> new TransportException(message);
      default -> byText(message);
    };
  }

  /** The wire knows no finer codes: tell the causes apart by the texts of the servers. */
  private static ParallaxException byText(String message) {
    if (message.startsWith("Couldn't find key")
        || (message.startsWith("Table \"") && message.endsWith("\" not found"))) {
      return new UnknownTableException(message);
    }
    if (message.regionMatches(true, 0, "internal error", 0, 14)) {
      return new EngineException(message);
    }
    return new BadInputException(message);
  }
}

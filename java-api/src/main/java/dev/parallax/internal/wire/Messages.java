package dev.parallax.internal.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.parallax.BadInputException;
import dev.parallax.EngineException;
import dev.parallax.ParallaxException;
import dev.parallax.TransportException;
import dev.parallax.UnknownTableException;
import dev.parallax.UnknownViewException;
import dev.parallax.internal.proto.Response;
import dev.parallax.internal.proto.ServerError;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Messages to and from bytes, and errors to exceptions. */
public final class Messages {
  private Messages() {}

  /**
   * A response that shares the given bytes, which must never change afterwards.
   *
   * @throws InvalidProtocolBufferException if they are no message
   */
  public static Response decode(byte[] bytes) throws InvalidProtocolBufferException {
    CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    in.enableAliasing(true);
    try {
      return Response.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
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

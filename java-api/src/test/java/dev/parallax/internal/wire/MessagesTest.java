package dev.parallax.internal.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parallax.internal.proto.Response;
import dev.parallax.internal.proto.ViewOnUpdateResp;
import dev.parallax.internal.proto.ViewToArrowResp;
import dev.parallax.internal.proto.ViewToCSVResp;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MessagesTest {
  private static final int LARGE = 300_000;

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31);
    }
    return bytes;
  }

  private static Response.Builder response() {
    return Response.newBuilder().setMsgId(-5).setEntityId("view");
  }

  private static Response arrow(int size) {
    return response()
        .setViewToArrowResp(ViewToArrowResp.newBuilder().setArrow(ByteString.copyFrom(bytes(size))))
        .build();
  }

  private static ByteBuffer direct(Response response) {
    byte[] bytes = response.toByteArray();
    // A message need not begin where its buffer does.
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 3);
    buffer.position(3);
    buffer.put(bytes).position(3);
    return buffer;
  }

  private static void overwrite(ByteBuffer buffer) {
    for (int i = 0; i < buffer.limit(); i++) {
      buffer.put(i, (byte) 0);
    }
  }

  @Test
  void outlivesTheBytesItWasReadFrom() throws Exception {
    String text = "é".repeat(LARGE);
    Response update =
        response()
            .setViewOnUpdateResp(
                ViewOnUpdateResp.newBuilder()
                    .setDelta(ByteString.copyFrom(bytes(LARGE)))
                    .setPortId(7))
            .build();
    Response csv = response().setViewToCsvResp(ViewToCSVResp.newBuilder().setCsv(text)).build();
    for (Response sent : Arrays.asList(arrow(10), arrow(LARGE), update, csv)) {
      ByteBuffer buffer = direct(sent);
      Response read = Messages.decode(buffer);
      assertEquals(3, buffer.position());
      overwrite(buffer);
      assertEquals(sent, read);
      assertEquals(sent, Messages.decode(ByteBuffer.wrap(sent.toByteArray())));
    }
  }

  @Test
  void handsOutTheArrayThatHoldsNothingElse() throws Exception {
    ByteString arrow = Messages.decode(direct(arrow(LARGE))).getViewToArrowResp().getArrow();
    byte[] array = Messages.array(arrow);
    assertArrayEquals(bytes(LARGE), array);
    assertSame(array, Messages.array(arrow));
    ByteString part = arrow.substring(1);
    assertArrayEquals(Arrays.copyOfRange(bytes(LARGE), 1, LARGE), Messages.array(part));
    assertNotSame(Messages.array(part), Messages.array(part));
    assertArrayEquals(new byte[0], Messages.array(ByteString.EMPTY));
    ByteString joined = arrow.concat(arrow);
    assertEquals(2 * LARGE, Messages.array(joined).length);
  }

  @Test
  void refusesWhatIsNoMessage() {
    ByteBuffer damaged = direct(arrow(LARGE));
    damaged.limit(damaged.limit() - 1);
    assertThrows(InvalidProtocolBufferException.class, () -> Messages.decode(damaged));
    ByteBuffer noise = ByteBuffer.allocateDirect(LARGE);
    overwrite(noise);
    assertThrows(InvalidProtocolBufferException.class, () -> Messages.decode(noise));
  }
}

package dev.parallax.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageAssemblerTest {
  @Test
  void handsAMessageInOnePartThroughUncopied() {
    ByteBuffer part = ByteBuffer.wrap(new byte[] {1, 2, 3});
    assertSame(part, new MessageAssembler(10).add(part, true));
  }

  @Test
  void joinsParts() {
    byte[] content = new byte[300_000];
    new Random(7).nextBytes(content);
    MessageAssembler assembler = new MessageAssembler(content.length);
    for (int round = 0; round < 2; round++) {
      int at = 0;
      for (int size = 1; at + size < content.length; at += size, size *= 3) {
        assertNull(assembler.add(ByteBuffer.wrap(content, at, size), false));
      }
      ByteBuffer whole = assembler.add(ByteBuffer.wrap(content, at, content.length - at), true);
      assertEquals(ByteBuffer.wrap(content), whole);
    }
  }

  @Test
  void knowsWhatWouldBeTooMuch() {
    MessageAssembler assembler = new MessageAssembler(10);
    assertTrue(assembler.exceeds(ByteBuffer.allocate(11)));
    assertFalse(assembler.exceeds(ByteBuffer.allocate(10)));
    assembler.add(ByteBuffer.allocate(6), false);
    assertTrue(assembler.exceeds(ByteBuffer.allocate(5)));
    assertFalse(assembler.exceeds(ByteBuffer.allocate(4)));
    assembler.discard();
    assertFalse(assembler.exceeds(ByteBuffer.allocate(10)));
  }

  @Test
  void emptyMessagesArePassedOn() {
    assertEquals(0, new MessageAssembler(10).add(ByteBuffer.allocate(0), true).remaining());
  }
}

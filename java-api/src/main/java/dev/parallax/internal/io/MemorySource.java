package dev.parallax.internal.io;

import dev.parallax.jni.Payload;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Bytes in memory, from position to limit, which nobody changes any more. */
public record MemorySource(ByteBuffer buffer) implements DataSource {
  private static final int SMALL = 64 << 10;

  @Override
  public ByteBuffer bytes() {
    return buffer.asReadOnlyBuffer();
  }

  @Override
  public boolean isSmall() {
    return buffer.remaining() < SMALL;
  }

  @Override
  public void lend(Consumer<? super Payload> borrower) {
    borrower.accept(new Payload.OfBytes(buffer.duplicate()));
  }

  @Override
  public String toString() {
    return buffer.remaining() + " bytes";
  }
}

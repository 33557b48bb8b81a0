package dev.parallax.internal.io;

import dev.parallax.ArrowExport;
import dev.parallax.jni.Payload;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Arrow arrays of another library. */
public record ArrowSource(ArrowExport export) implements DataSource {
  @Override
  public ByteBuffer bytes() {
    return export.toIpc().asReadOnlyBuffer();
  }

  @Override
  public boolean isSmall() {
    return false;
  }

  @Override
  public void lend(Consumer<? super Payload> borrower) {
    export.lend((schema, array) -> borrower.accept(new Payload.OfArrow(schema, array)));
  }

  @Override
  public String toString() {
    return export.toString();
  }
}

package dev.parallax.internal.io;

import dev.parallax.jni.Payload;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Where the bytes of table data lie. Immutable, may be used any number of times. */
public sealed interface DataSource permits MemorySource, FileSource, ArrowSource {
  /** The bytes in one piece, read-only. */
  ByteBuffer bytes();

  /** Whether the bytes are too few to be worth a way of their own. */
  boolean isSmall();

  /** Lends the data to a server in this process, for the time of the call. */
  void lend(Consumer<? super Payload> borrower);
}

package dev.parallax.internal.io;

import dev.parallax.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads data files and streams whole. */
public final class Payloads {
  /** From this size on a file is mapped, so that it never occupies the Java heap. */
  private static final long MAP_FROM = 1 << 20;

  /** A message is at most 2 GiB; leave room for its envelope. */
  private static final long GREATEST = Integer.MAX_VALUE - 4096L;

  private Payloads() {}

  /** The bytes of a file, mapped if it is large. */
  public static ByteBuffer read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        // A pipe or a device has no size: read it to its end.
        try (InputStream stream = Files.newInputStream(file)) {
          return ByteBuffer.wrap(stream.readAllBytes());
        }
      }
      long size = Files.size(file);
      if (size > GREATEST) {
        throw new BadInputException(
            file + " is too large: " + size + " bytes; load it in parts of at most " + GREATEST);
      }
      return size >= MAP_FROM ? map(file, size) : ByteBuffer.wrap(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new BadInputException("cannot read " + file + ": " + e, e);
    }
  }

  private static ByteBuffer map(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
    }
  }

  /** The bytes of a stream up to its end. */
  public static ByteBuffer read(InputStream stream) {
    try {
      return ByteBuffer.wrap(stream.readAllBytes());
    } catch (IOException e) {
      throw new BadInputException("cannot read the stream: " + e, e);
    }
  }
}

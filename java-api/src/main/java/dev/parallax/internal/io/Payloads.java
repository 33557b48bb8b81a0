package dev.parallax.internal.io;

import dev.parallax.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes sources of data files and streams. */
public final class Payloads {
  /** From this size on a file is read when it is used, so that it never occupies the Java heap. */
  private static final long LARGE = 1 << 20;

  private Payloads() {}

  /** The bytes of a file; a small one is read at once. */
  public static DataSource read(Path file) {
    try {
      boolean regular =
          file.getFileSystem() == FileSystems.getDefault() && Files.isRegularFile(file);
      if (regular && Files.size(file) >= LARGE) {
        Files.newByteChannel(file).close(); // says now, not later, that it may not be read
        return new FileSource(file.toAbsolutePath());
      }
      // A pipe or a device has no size: read it to its end.
      try (InputStream stream = Files.newInputStream(file)) {
        return new MemorySource(ByteBuffer.wrap(stream.readAllBytes()));
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** The bytes of a stream up to its end. */
  public static DataSource read(InputStream stream) {
    try {
      return new MemorySource(ByteBuffer.wrap(stream.readAllBytes()));
    } catch (IOException e) {
      throw new BadInputException("cannot read the stream: " + e, e);
    }
  }

  static BadInputException unreadable(Path file, IOException cause) {
    return new BadInputException("cannot read " + file + ": " + cause, cause);
  }
}

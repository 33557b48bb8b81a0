package dev.parallax.internal.io;

import dev.parallax.BadInputException;
import dev.parallax.jni.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** A regular file of the default file system, read when it is used. */
public record FileSource(Path file) implements DataSource {
  /** A message is at most 2 GiB; leave room for its envelope. */
  private static final long GREATEST = Integer.MAX_VALUE - 4096L;

  /** Maps the file: it must not change while the result is in use. */
  @Override
  public ByteBuffer bytes() {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > GREATEST) {
        throw new BadInputException(
            file
                + " has "
                + size
                + " bytes, too many for one message; load it in parts of at most "
                + GREATEST);
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
    } catch (IOException e) {
      throw Payloads.unreadable(file, e);
    }
  }

  @Override
  public boolean isSmall() {
    return false;
  }

  @Override
  public void lend(Consumer<? super Payload> borrower) {
    borrower.accept(new Payload.OfFile(systemName()));
  }

  /**
   * The name as the operating system has it. A path's text may not tell it: names need not be valid
   * in any charset. Its address spells the bytes out.
   */
  private byte[] systemName() {
    String address = file.toUri().getRawPath();
    ByteArrayOutputStream name = new ByteArrayOutputStream(address.length());
    for (int i = 0; i < address.length(); i++) {
      char c = address.charAt(i);
      if (c == '%') {
        name.write(Integer.parseInt(address, i + 1, i + 3, 16));
        i += 2;
      } else {
        name.write(c);
      }
    }
    return name.toByteArray();
  }

  @Override
  public String toString() {
    try {
      return file + ", " + Files.size(file) + " bytes";
    } catch (IOException e) {
      return file.toString();
    }
  }
}

package dev.parallax.jni;

import dev.parallax.jni.NativeLibrary.LoadException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A private directory with copies of a bundle's files, in the order to load. Closing it deletes
 * both.
 */
final class Extraction implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("parallax.jni");

  private final Path directory;
  private final boolean keep;
  private final List<Path> files = new ArrayList<>();

  private Extraction(Path directory, boolean keep) {
    this.directory = directory;
    this.keep = keep;
  }

  /**
   * Copies the files of a bundle below {@code parent}, comparing digests; cleans up behind a
   * failure.
   */
  static Extraction of(Bundles.Found found, Path parent, boolean keep) {
    Extraction extraction = new Extraction(makeDirectory(parent), keep);
    try {
      for (Map.Entry<String, String> file : found.files().entrySet()) {
        extraction.copy(found.bundle(), file.getKey(), file.getValue());
      }
      return extraction;
    } catch (RuntimeException e) {
      extraction.close();
      throw e;
    }
  }

  List<Path> files() {
    return files;
  }

  @Override
  public void close() {
    if (keep) {
      LOG.log(System.Logger.Level.INFO, "The native library is kept in {0}", directory);
      return;
    }
    for (Path file : files) {
      delete(file);
    }
    delete(directory);
  }

  private static Path makeDirectory(Path parent) {
    try {
      return Files.createTempDirectory(parent, "parallax-"); // for this user alone
    } catch (IOException e) {
      String reason =
          e instanceof NoSuchFileException ? "there is no such directory" : e.toString();
      throw new LoadException(
          "Cannot make a directory for the native library in "
              + parent
              + ": "
              + reason
              + ". Set -D"
              + NativeLibrary.EXTRACT_PROPERTY
              + " to a writable directory that allows execution.",
          e);
    }
  }

  private void copy(NativeBundle bundle, String name, String expected) {
    URL url = bundle.resource(name);
    if (url == null) {
      throw new LoadException(
          "The native library is incomplete: "
              + name
              + " is listed in "
              + bundle.resource(Bundles.SUMS)
              + " but not there. Replace the jar.",
          null);
    }
    Path target = directory.resolve(name);
    files.add(target);
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Bundles.open(url), digest)) {
      Files.copy(in, target);
    } catch (IOException e) {
      throw new LoadException(
          "Cannot copy "
              + url
              + " to "
              + target
              + ": "
              + e.getMessage()
              + ". If the disk is full, set -D"
              + NativeLibrary.EXTRACT_PROPERTY
              + " to a directory elsewhere.",
          e);
    }
    String actual = HexFormat.of().formatHex(digest.digest());
    if (!actual.equals(expected)) {
      throw new LoadException(
          "The file "
              + url
              + " is damaged: its SHA-256 is "
              + actual
              + ", should be "
              + expected
              + ". Replace the jar.",
          null);
    }
    // Execution is not needed to map a file; the bit is set to find out about a noexec mount.
    if (!target.toFile().setExecutable(true, true)) {
      LOG.log(System.Logger.Level.DEBUG, "Cannot set the execution permission of {0}", target);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new LoadException("This Java has no SHA-256", e);
    }
  }

  /**
   * A mapped file may be deleted here; where the system refuses, the virtual machine deletes it
   * when it ends.
   */
  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      path.toFile().deleteOnExit();
    }
  }
}

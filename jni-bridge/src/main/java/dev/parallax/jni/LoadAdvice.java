package dev.parallax.jni;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Words for what the system's loader reports in its own. */
final class LoadAdvice {
  private LoadAdvice() {}

  /** A message for a library file that could not be loaded. */
  static String explain(Path file, Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    return "Cannot load the native library "
        + file
        + ": "
        + text
        + ". "
        + advice(file, cause, text);
  }

  private static String advice(Path file, Throwable cause, String text) {
    if (mapRefused(text) || Files.exists(file) && mountedNoexec(file, text)) {
      return "The directory "
          + file.toAbsolutePath().getParent()
          + " seems to be mounted noexec. Set -D"
          + NativeLibrary.EXTRACT_PROPERTY
          + " to a directory that allows execution.";
    }
    if (Platform.onMusl() || text.contains("ld-linux-") || text.contains("Error relocating")) {
      return "This seems to be a musl system (Alpine); Parallax needs glibc, for instance an image "
          + "based on Debian.";
    }
    if (text.contains("GLIBC_") || text.contains("GLIBCXX_")) {
      return "Parallax needs glibc 2.34 and libstdc++ 3.4.29 or newer (RHEL 9, Amazon Linux 2023, "
          + "Ubuntu 22.04, Debian 12).";
    }
    if (text.contains("already loaded in another classloader")) {
      return "Put parallax-jni-bridge in a class loader that the applications share.";
    }
    if (cause instanceof IllegalCallerException) {
      return "Start Java with --enable-native-access=" + caller() + ".";
    }
    if (cause instanceof NoSuchMethodError || cause instanceof NoClassDefFoundError) {
      return "The library and the classes are of different versions: use one version of "
          + "parallax-jni-bridge for both jars.";
    }
    if (text.contains("wrong ELF class")) {
      return "The library is for another kind of machine than this Java ("
          + Platform.description()
          + ").";
    }
    if (text.contains("file too short") || text.contains("invalid ELF header")) {
      return "The file is damaged: replace it.";
    }
    return "Files in its directory: " + Arrays.toString(names(file)) + ".";
  }

  /** What glibc says when it may not map a file for execution. */
  private static boolean mapRefused(String text) {
    return text.contains("failed to map segment") || text.contains("Operation not permitted");
  }

  /** On a noexec mount nobody, not even root, may execute a file that has the permission. */
  private static boolean mountedNoexec(Path file, String text) {
    return text.contains("cannot open shared object") && !Files.isExecutable(file);
  }

  private static String caller() {
    String module = NativeLibrary.class.getModule().getName();
    return module == null ? "ALL-UNNAMED" : module;
  }

  private static String[] names(Path file) {
    File directory = file.toAbsolutePath().getParent().toFile();
    String[] names = directory.list();
    if (names == null) {
      return new String[0];
    }
    Arrays.sort(names);
    return names;
  }
}

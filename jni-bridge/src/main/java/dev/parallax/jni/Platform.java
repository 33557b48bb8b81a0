package dev.parallax.jni;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.scijava.nativelib.NativeLibraryUtil;

/** What this machine is called, and the jar that goes with it. */
final class Platform {
  /** The platforms there are jars for: name of the directory in the jar, classifier of the jar. */
  private static final List<String[]> SUPPORTED =
      List.<String[]>of(new String[] {"linux_64", "linux-x86_64"});

  private Platform() {}

  /** The platform's name, for instance {@code linux_64}; {@code unknown} if it has none. */
  static String name() {
    try {
      return fromLibrary();
    } catch (LinkageError absent) {
      // native-lib-loader, or the logging API it needs, is optional: without it in a jlink image,
      // say.
      return fromTable(System.getProperty("os.name"), System.getProperty("os.arch"));
    }
  }

  /** As native-lib-loader sees it; {@link LinkageError} if it is not there. */
  static String fromLibrary() {
    String path = NativeLibraryUtil.getPlatformLibraryPath("");
    return path.replace("/", "");
  }

  /** The same, for the systems we may ever have a jar for, without native-lib-loader. */
  static String fromTable(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String prefix;
    if (os.startsWith("linux")) {
      prefix = "linux_";
    } else if (os.startsWith("mac")) {
      prefix = "osx_";
    } else if (os.startsWith("windows")) {
      prefix = "windows_";
    } else {
      return "unknown";
    }
    return switch (osArch.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> prefix + "64";
      case "aarch64" -> prefix + "arm64";
      default -> "unknown";
    };
  }

  /** The classifier of the jar for a platform, null if there is none. */
  static String classifier(String platform) {
    for (String[] known : SUPPORTED) {
      if (known[0].equals(platform)) {
        return known[1];
      }
    }
    return null;
  }

  /** The classifiers there are, for a message. */
  static String supported() {
    return String.join(", ", SUPPORTED.stream().map(known -> known[1]).toList());
  }

  /** The operating system and machine as Java names them, for a message. */
  static String description() {
    return System.getProperty("os.name") + " on " + System.getProperty("os.arch");
  }

  /**
   * Whether this process runs on musl instead of glibc. Right for every case but gcompat, so good
   * for wording only.
   */
  static boolean onMusl() {
    try {
      return Files.readString(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)
          .contains("ld-musl");
    } catch (IOException e) {
      return false;
    }
  }
}

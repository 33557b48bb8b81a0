package dev.parallax.jni;

import dev.parallax.jni.NativeLibrary.LoadException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds the native files of this platform among the jars. */
final class Bundles {
  static final String SUMS = "SHA256SUMS";

  private Bundles() {}

  /** A bundle with its list of files: name to SHA-256 in hexadecimal, in the order to load. */
  record Found(NativeBundle bundle, Map<String, String> files) {}

  /** The one bundle for a platform; two with the same content count as one. */
  static Found find(String platform) {
    Map<String, NativeBundle> candidates = new LinkedHashMap<>();
    for (NativeBundle bundle : all(platform)) {
      URL sums = bundle.resource(SUMS);
      if (sums != null) {
        candidates.putIfAbsent(sums.toString(), bundle);
      }
    }
    if (candidates.isEmpty()) {
      throw new LoadException(missing(platform), null);
    }
    Map<String, String> files = null;
    String first = null;
    for (Map.Entry<String, NativeBundle> candidate : candidates.entrySet()) {
      Map<String, String> other = read(candidate.getValue());
      if (files == null) {
        files = other;
        first = candidate.getKey();
      } else if (!files.equals(other)) {
        throw new LoadException(
            "Two different native libraries are on the class or module path: "
                + first
                + " and "
                + candidate.getKey()
                + ". Leave only the one whose version is that of parallax-jni-bridge.",
            null);
      }
    }
    return new Found(candidates.values().iterator().next(), files);
  }

  /** Reads a resource past the shared cache of open jars, which another thread may close. */
  static InputStream open(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }

  /** The lines of a list of digests: digest, two spaces, name. */
  static Map<String, String> parse(String text, String source) {
    Map<String, String> files = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      int space = line.indexOf(' ');
      String name = line.substring(space + 1).strip();
      if (space != 64 || name.isEmpty() || name.contains("/") || name.contains("\\")) {
        throw new LoadException(
            "The file " + source + " is damaged: \"" + line + "\" is not a digest and a name",
            null);
      }
      files.put(name, line.substring(0, space));
    }
    if (files.isEmpty()) {
      throw new LoadException("The file " + source + " is damaged: it is empty", null);
    }
    return files;
  }

  private static List<NativeBundle> all(String platform) {
    ClassLoader loader = Bundles.class.getClassLoader();
    List<NativeBundle> bundles = new ArrayList<>();
    try {
      for (NativeBundle bundle : ServiceLoader.load(NativeBundle.class, loader)) {
        if (bundle.platform().equals(platform)) {
          bundles.add(bundle);
        }
      }
      // Resources with no provider: a build's output directory, or a jar made of several.
      String folder = "natives/" + platform + "/";
      URL own = Bundles.class.getResource("/" + folder + SUMS);
      if (own != null) {
        bundles.add(new Folder(platform, own));
      }
      for (URL sums : Collections.list(loader.getResources(folder + SUMS))) {
        bundles.add(new Folder(platform, sums));
      }
    } catch (IOException | ServiceConfigurationError e) {
      throw new LoadException("Cannot look for the native library: " + e.getMessage(), e);
    }
    return bundles;
  }

  private static Map<String, String> read(NativeBundle bundle) {
    URL sums = bundle.resource(SUMS);
    try (InputStream in = open(sums)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), sums.toString());
    } catch (IOException e) {
      throw new LoadException("Cannot read " + sums + ": " + e.getMessage(), e);
    }
  }

  private static String missing(String platform) {
    String classifier = Platform.classifier(platform);
    if (classifier == null) {
      return "There is no native library of Parallax for "
          + Platform.description()
          + " (there is for: "
          + Platform.supported()
          + "). If you built one yourself, set -D"
          + NativeLibrary.PATH_PROPERTY
          + " to its file.";
    }
    return "The native library of Parallax for "
        + Platform.description()
        + " is not on the class or module path. "
        + "Add the artifact dev.parallax:parallax-jni-bridge with the classifier "
        + classifier
        + ", in the version of your parallax-jni-bridge, or set -D"
        + NativeLibrary.PATH_PROPERTY
        + " to the file or directory of a library.";
  }

  /** The files beside a list of digests. */
  private record Folder(String platform, URL sums) implements NativeBundle {
    @Override
    public URL resource(String file) {
      try {
        return file.equals(SUMS) ? sums : sibling(file);
      } catch (IOException e) {
        return null;
      }
    }

    @SuppressWarnings("deprecation") // its replacement appeared in Java 20
    private URL sibling(String file) throws IOException {
      return new URL(sums, file);
    }
  }
}

package dev.parallax.jni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads the native library, once for each class loader that holds this class.
 *
 * <p>The first of these decides, and its failure is final:
 *
 * <ol>
 *   <li>{@code -Dparallax.native.path=<file or directory>}: exactly that file, or the library of
 *       that directory;
 *   <li>the platform jar ({@code parallax-jni-bridge} with a classifier such as {@code
 *       linux-x86_64}). Its files are copied to a private directory below {@code
 *       -Dparallax.native.extractDir} (default: the system's temporary directory), compared with
 *       their digests, loaded and, unless {@code -Dparallax.native.keepFiles=true}, deleted.
 * </ol>
 */
public final class NativeLibrary {
  static final String PATH_PROPERTY = "parallax.native.path";
  static final String EXTRACT_PROPERTY = "parallax.native.extractDir";
  static final String KEEP_PROPERTY = "parallax.native.keepFiles";
  private static final String NAME = "parallax_jni";

  private static volatile boolean loaded;
  private static LoadException failure;

  private NativeLibrary() {}

  /** The library could not be loaded; the message says what to do about it. */
  public static final class LoadException extends NativeException {
    private static final long serialVersionUID = 1L;

    LoadException(String message, Throwable cause) {
      super(Kind.INTERNAL, message, cause);
    }
  }

  /**
   * Loads the library unless it is loaded.
   *
   * @throws LoadException if that is impossible; a later call says the same again
   */
  public static void load() {
    if (!loaded) {
      loadOnce();
    }
  }

  private static synchronized void loadOnce() {
    if (loaded) {
      return;
    }
    if (failure != null) {
      throw new LoadException(failure.getMessage(), failure);
    }
    try {
      checkName();
      initialiseClasses();
      String explicit = System.getProperty(PATH_PROPERTY);
      if (explicit != null) {
        loadExplicit(Path.of(explicit));
      } else {
        loadBundled();
      }
      loaded = true;
    } catch (LoadException e) {
      failure = e;
      throw e;
    }
  }

  /** Native code finds classes by name, so they cannot be moved to another package. */
  private static void checkName() {
    String expected = String.join(".", List.of("dev", "parallax", "jni", "NativeLibrary"));
    if (!NativeLibrary.class.getName().equals(expected)) {
      throw new LoadException(
          expected
              + " was renamed to "
              + NativeLibrary.class.getName()
              + ". Exclude the package of parallax-jni-bridge from relocation.",
          null);
    }
  }

  /**
   * The library looks these up while it loads; a class being initialised then by another thread
   * could deadlock.
   */
  private static void initialiseClasses() {
    for (Class<?> type :
        List.of(Bridge.class, Delivery.class, PollRequest.class, NativeException.class)) {
      try {
        Class.forName(type.getName(), true, NativeLibrary.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        throw new LoadException(
            "The jar of parallax-jni-bridge is incomplete: no " + type.getName(), e);
      }
    }
  }

  private static void loadExplicit(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(System.mapLibraryName(NAME)) : path;
    if (!Files.isRegularFile(file)) {
      throw new LoadException(
          "-D"
              + PATH_PROPERTY
              + "="
              + path
              + ": there is no file "
              + file
              + ". Name the library's file or the directory it is in.",
          null);
    }
    List<Path> files = new ArrayList<>();
    Path sums = file.resolveSibling(Bundles.SUMS);
    if (Files.exists(sums)) {
      try {
        for (String name : Bundles.parse(Files.readString(sums), sums.toString()).keySet()) {
          Path companion = file.resolveSibling(name);
          if (!name.equals(System.mapLibraryName(NAME)) && Files.exists(companion)) {
            files.add(companion);
          }
        }
      } catch (IOException e) {
        throw new LoadException("Cannot read " + sums + ": " + e.getMessage(), e);
      }
    }
    files.add(file);
    loadInOrder(files);
  }

  private static void loadBundled() {
    Bundles.Found found = Bundles.find(Platform.name());
    String parent = System.getProperty(EXTRACT_PROPERTY, System.getProperty("java.io.tmpdir"));
    try (Extraction extraction =
        Extraction.of(found, Path.of(parent), Boolean.getBoolean(KEEP_PROPERTY))) {
      loadInOrder(extraction.files());
    }
  }

  /**
   * Companions first: whatever the process or LD_LIBRARY_PATH has under other names, ours are found
   * loaded.
   */
  private static void loadInOrder(List<Path> files) {
    for (Path file : files) {
      try {
        System.load(file.toAbsolutePath().toString());
      } catch (LinkageError | RuntimeException e) {
        throw new LoadException(LoadAdvice.explain(file, e), e);
      }
    }
  }
}

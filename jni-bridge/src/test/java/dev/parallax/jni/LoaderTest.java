package dev.parallax.jni;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/**
 * Finding, copying and loading the library from jars as users have them, each time in a new virtual
 * machine.
 */
@DisabledIfSystemProperty(named = "parallax.test.sanitizer", matches = ".+")
class LoaderTest {
  private static final Path CLASSES = Path.of(System.getProperty("parallax.test.classes"));
  private static final Path PLATFORM = Path.of(System.getProperty("parallax.test.platform"));
  private static final String LIBRARY = "natives/linux_64/libparallax_jni.so";
  private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  @TempDir Path work;
  private Path classesJar;
  private Path platformJar;
  private Path testsJar;
  private Path extract;

  @BeforeEach
  void makeJars() throws IOException {
    classesJar = jar("classes.jar", CLASSES, path -> !path.startsWith("natives/"));
    platformJar = jar("platform.jar", PLATFORM, path -> true);
    testsJar =
        jar(
            "tests.jar",
            Path.of(LoaderTest.class.getProtectionDomain().getCodeSource().getLocation().getPath()),
            path -> path.matches(".*/(LoadProgram|Recorder|Wire)\\.class"));
    extract = Files.createDirectory(work.resolve("extract"));
  }

  private interface Choice {
    boolean has(String path);
  }

  private Path jar(String name, Path directory, Choice choice) throws IOException {
    return jar(name, directory, choice, UnaryOperator.identity());
  }

  private Path jar(String name, Path directory, Choice choice, UnaryOperator<byte[]> changeLibrary)
      throws IOException {
    Path jar = work.resolve(name);
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String path = directory.relativize(file).toString();
        if (choice.has(path)) {
          entries.putNextEntry(new JarEntry(path));
          byte[] bytes = Files.readAllBytes(file);
          entries.write(path.equals(LIBRARY) ? changeLibrary.apply(bytes) : bytes);
        }
      }
    }
    return jar;
  }

  /** A child with these jars, which copies the library to a directory of this test. */
  private ChildJvm child(Path... jars) {
    List<String> names =
        Stream.concat(Stream.of(jars), Stream.of(testsJar)).map(Path::toString).toList();
    return new ChildJvm()
        .with(NATIVE_ACCESS, "-Dparallax.native.extractDir=" + extract)
        .with("-cp", String.join(File.pathSeparator, names));
  }

  private static String load(ChildJvm child) throws Exception {
    ChildJvm.Result result = child.run(LoadProgram.class.getName());
    assertEquals(0, result.exit(), result.output());
    return result.output();
  }

  private List<Path> left() throws IOException {
    try (Stream<Path> files = Files.walk(extract)) {
      return files.skip(1).toList();
    }
  }

  private static void assertMentions(String output, String... parts) {
    for (String part : parts) {
      assertTrue(output.contains(part), () -> "no \"" + part + "\" in: " + output);
    }
  }

  @Test
  void loadsFromTheClassPathAndLeavesNothingBehind() throws Exception {
    // Nothing else, above all no warning about native access or logging: native-lib-loader is
    // optional.
    assertEquals("answered [77]\n", load(child(classesJar, platformJar)));
    assertEquals(List.of(), left());
  }

  @Test
  void keepsItsFilesWhenAskedTo() throws Exception {
    assertMentions(
        load(child(classesJar, platformJar).with("-Dparallax.native.keepFiles=true")),
        "answered [77]",
        extract.toString());
    assertEquals(5, left().size(), () -> "one directory and four libraries");
    Path directory = left().get(0);
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
  }

  @Test
  void loadsFromTheModulePath() throws Exception {
    ChildJvm.Result result =
        new ChildJvm()
            .with(
                "--enable-native-access=dev.parallax.jni",
                "-Dparallax.native.extractDir=" + extract)
            .with("--module-path", classesJar + File.pathSeparator + platformJar)
            .with("--patch-module", "dev.parallax.jni=" + testsJar)
            .run("-m", "dev.parallax.jni/" + LoadProgram.class.getName());
    assertEquals("answered [77]\n", result.output());
  }

  @Test
  void loadsInAnImageMadeByJlink() throws Exception {
    Path home = Path.of(System.getProperty("java.home"));
    assumeTrue(Files.exists(home.resolve("jmods")), "this Java has no jmods");
    Path image = work.resolve("image");
    Process jlink =
        new ProcessBuilder(
                home.resolve("bin/jlink").toString(),
                "--module-path",
                classesJar + File.pathSeparator + platformJar,
                "--add-modules",
                "dev.parallax.jni,dev.parallax.natives.linux_x86_64",
                "--output",
                image.toString())
            .inheritIO()
            .start();
    assertEquals(0, jlink.waitFor());
    Process java =
        new ProcessBuilder(
                image.resolve("bin/java").toString(),
                "--enable-native-access=dev.parallax.jni",
                "-Dparallax.native.extractDir=" + extract,
                "--patch-module",
                "dev.parallax.jni=" + testsJar,
                "-m",
                "dev.parallax.jni/" + LoadProgram.class.getName())
            .redirectErrorStream(true)
            .start();
    assertEquals("answered [77]\n", new String(java.getInputStream().readAllBytes()));
  }

  @Test
  void saysWhichJarIsMissing() throws Exception {
    String output = load(child(classesJar));
    assertMentions(
        output,
        "LoadException: The native library of Parallax for Linux on amd64 is not on the class or",
        "dev.parallax:parallax-jni-bridge",
        "classifier linux-x86_64",
        "-Dparallax.native.path",
        "again: true");
  }

  @Test
  void saysWhichPlatformsThereAre() throws Exception {
    assertMentions(
        load(child(classesJar, platformJar).with("-Dos.arch=riscv64")),
        "There is no native library of Parallax for Linux on riscv64 (there is for: linux-x86_64)");
  }

  @Test
  void noticesADamagedJar() throws Exception {
    Path damaged =
        jar(
            "damaged.jar",
            PLATFORM,
            path -> true,
            bytes -> {
              bytes[bytes.length / 2] ^= 1;
              return bytes;
            });
    assertMentions(
        load(child(classesJar, damaged)),
        "damaged.jar",
        "is damaged: its SHA-256 is",
        "Replace the jar");
    assertEquals(List.of(), left());
  }

  @Test
  void noticesAnIncompleteJar() throws Exception {
    Path incomplete = jar("incomplete.jar", PLATFORM, path -> !path.equals(LIBRARY));
    assertMentions(
        load(child(classesJar, incomplete)),
        "incomplete: libparallax_jni.so is listed in",
        "Replace the jar");
    assertEquals(List.of(), left());
  }

  @Test
  void refusesTwoDifferentLibraries() throws Exception {
    Path other = work.resolve("other");
    Path sums = other.resolve("natives/linux_64/SHA256SUMS");
    Files.createDirectories(sums.getParent());
    Files.writeString(sums, "0".repeat(64) + "  libparallax_jni.so\n");
    assertMentions(
        load(child(classesJar, platformJar, other)),
        "Two different native libraries are on the class or module path",
        platformJar.toString(),
        other.toString());
    // The same one twice is no harm.
    Path copy = Files.copy(platformJar, work.resolve("copy.jar"));
    assertEquals("answered [77]\n", load(child(classesJar, platformJar, copy)));
  }

  @Test
  void saysWhereItCannotWrite() throws Exception {
    Path absent = work.resolve("absent");
    assertMentions(
        load(child(classesJar, platformJar).with("-Dparallax.native.extractDir=" + absent)),
        "Cannot make a directory for the native library in "
            + absent
            + ": there is no such directory",
        "Set -Dparallax.native.extractDir to a writable directory that allows execution");
    Path file = Files.createFile(work.resolve("file"));
    assertMentions(
        load(child(classesJar, platformJar).with("-Dparallax.native.extractDir=" + file)),
        "Cannot make a directory for the native library in " + file);
  }

  @Test
  void saysThatADirectoryIsReadOnlyOrNoexec() throws Exception {
    assumeTrue(ChildJvm.mountNamespaces(), "mount namespaces are not permitted here");
    String mount = "mount -t tmpfs -o %s tmpfs " + extract;
    assertMentions(
        load(child(classesJar, platformJar).inMountNamespace(mount.formatted("noexec"))),
        "Cannot load the native library " + extract,
        "seems to be mounted noexec. Set -Dparallax.native.extractDir to a directory that allows");
    assertMentions(
        load(child(classesJar, platformJar).inMountNamespace(mount.formatted("ro"))),
        "Cannot make a directory for the native library in " + extract,
        "Set -Dparallax.native.extractDir to a writable directory");
  }

  @Test
  void worksWhereTheSystemHasNoneOfTheCompanions() throws Exception {
    assumeTrue(ChildJvm.mountNamespaces(), "mount namespaces are not permitted here");
    StringBuilder hide = new StringBuilder("true");
    Path empty = Files.createFile(work.resolve("empty"));
    int hidden = 0;
    for (String folder : List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib")) {
      try (Stream<Path> files =
          Files.isDirectory(Path.of(folder)) ? Files.list(Path.of(folder)) : Stream.empty()) {
        for (Path file :
            files
                .filter(f -> f.getFileName().toString().matches("lib(zstd|re2|simdjson)\\.so.*"))
                .toList()) {
          if (!Files.isSymbolicLink(file)) {
            hide.append(" && mount --bind ").append(empty).append(' ').append(file);
            hidden++;
          }
        }
      }
    }
    assertTrue(hidden >= 3);
    assertEquals(
        "answered [77]\n", load(child(classesJar, platformJar).inMountNamespace(hide.toString())));
  }

  @Test
  void loadsExactlyTheGivenPath() throws Exception {
    Path directory = PLATFORM.resolve("natives/linux_64");
    for (Path path : List.of(directory, directory.resolve("libparallax_jni.so"))) {
      assertEquals(
          "answered [77]\n", load(child(classesJar).with("-Dparallax.native.path=" + path)));
    }
    Path absent = work.resolve("absent.so");
    assertMentions(
        load(child(classesJar, platformJar).with("-Dparallax.native.path=" + absent)),
        "-Dparallax.native.path=" + absent + ": there is no file " + absent);
    Path text =
        Files.writeString(
            work.resolve("text.so"), "not a library, but long enough for a header".repeat(4));
    assertMentions(
        load(child(classesJar, platformJar).with("-Dparallax.native.path=" + text)),
        "Cannot load the native library " + text,
        "damaged");
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_24)
  void saysHowToPermitNativeAccess() throws Exception {
    ChildJvm.Result result =
        new ChildJvm()
            .with("--illegal-native-access=deny", "-Dparallax.native.extractDir=" + extract)
            .with(
                "-cp",
                String.join(
                    File.pathSeparator, List.of("" + classesJar, "" + platformJar, "" + testsJar)))
            .run(LoadProgram.class.getName());
    assertMentions(result.output(), "Start Java with --enable-native-access=ALL-UNNAMED");
    assertEquals(
        "answered [77]\n",
        load(child(classesJar, platformJar).with("--illegal-native-access=deny")));
  }

  @Test
  void twoClassLoadersHaveALibraryEach() throws Exception {
    URL[] jars = {
      classesJar.toUri().toURL(), platformJar.toUri().toURL(), testsJar.toUri().toURL()
    };
    ClassLoader parent = ClassLoader.getPlatformClassLoader();
    try (URLClassLoader first = new URLClassLoader(jars, parent);
        URLClassLoader second = new URLClassLoader(jars, parent)) {
      Class<?> one = Class.forName(NativeEngine.class.getName(), true, first);
      Class<?> two = Class.forName(NativeEngine.class.getName(), true, second);
      assertNotSame(one, two);
      for (Class<?> type : List.of(one, two)) {
        assertEquals(0L, type.getMethod("liveSessions").invoke(null));
        Class.forName(LoadProgram.class.getName(), true, type.getClassLoader())
            .getMethod("main", String[].class)
            .invoke(null, (Object) new String[0]);
      }
    }
  }

  @Test
  void ownTableAgreesWithNativeLibLoader() {
    String os = System.getProperty("os.name");
    String arch = System.getProperty("os.arch");
    assertEquals("linux_64", Platform.fromLibrary());
    assertEquals(Platform.fromLibrary(), Platform.fromTable(os, arch));
    assertEquals(Platform.name(), Platform.fromTable(os, arch));
    assertEquals("linux_arm64", Platform.fromTable("Linux", "aarch64"));
    assertEquals("osx_arm64", Platform.fromTable("Mac OS X", "aarch64"));
    assertEquals("windows_64", Platform.fromTable("Windows 11", "amd64"));
    assertEquals("unknown", Platform.fromTable("FreeBSD", "amd64"));
    assertEquals("unknown", Platform.fromTable("Linux", "s390x"));
    assertFalse(Platform.onMusl());
  }
}

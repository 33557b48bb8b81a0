package dev.parallax.jni;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program in a virtual machine of its own, under -Xcheck:jni. */
final class ChildJvm {
  /** How it ended, and what it wrote. */
  record Result(int exit, String output) {}

  private final List<String> before = new ArrayList<>();
  private final List<String> options = new ArrayList<>(List.of("-Xcheck:jni"));

  private final Map<String, String> environment = new HashMap<>();

  /** Options of the virtual machine. */
  ChildJvm with(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Changes a variable of its environment. */
  ChildJvm environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Runs a shell script first, as root of a mount namespace of its own. */
  ChildJvm inMountNamespace(String script) {
    before.addAll(List.of("unshare", "-m", "sh", "-c", script + " && exec \"$@\"", "sh"));
    return this;
  }

  /** Whether this user may have a mount namespace. */
  static boolean mountNamespaces() {
    try {
      return new ProcessBuilder("unshare", "-m", "true").redirectErrorStream(true).start().waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs the main class with its arguments and checks that the JNI was used properly. */
  Result run(String... main) throws Exception {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of(main));
    Path file = Files.createTempFile("parallax-child", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after two minutes: " + command);
      }
      String output = Files.readString(file, StandardCharsets.UTF_8);
      assertFalse(output.contains("in native method"), output);
      assertFalse(output.contains("exceeds capacity"), output);
      return new Result(process.exitValue(), output);
    } finally {
      Files.delete(file);
    }
  }
}

package dev.parallax.jni;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Proves that a sanitized build would report a fault: planted ones are. */
class SanitizerTest {
  private static ChildJvm.Result plant(String fault) throws Exception {
    // To its output, not to the file that is looked through for real ones.
    String options = System.getenv("TSAN_OPTIONS");
    return new ChildJvm()
        .environment(
            "TSAN_OPTIONS", options == null ? "" : options.replaceAll("log_path=[^:]*:?", ""))
        .with("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
        .with("-Dparallax.native.path=" + System.getProperty("parallax.test.scripted"))
        .with("-cp", System.getProperty("java.class.path"))
        .run(LoadProgram.class.getName(), fault);
  }

  @Test
  @EnabledIfSystemProperty(named = "parallax.test.sanitizer", matches = "address.*")
  void reportsAReadOfFreedMemory() throws Exception {
    ChildJvm.Result result = plant("u");
    assertTrue(result.output().contains("AddressSanitizer: heap-use-after-free"), result.output());
    assertTrue(result.output().contains("libparallax_scripted.so"), result.output());
  }

  @Test
  @EnabledIfSystemProperty(named = "parallax.test.sanitizer", matches = "thread")
  void reportsARace() throws Exception {
    ChildJvm.Result result = plant("r");
    assertTrue(result.output().contains("ThreadSanitizer: data race"), result.output());
    assertTrue(result.output().contains("libparallax_scripted.so"), result.output());
  }
}

package dev.parallax.jni;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Proves that a sanitized build would report a fault: planted ones are. */
class SanitizerTest {
  private static ChildJvm.Result plant(String fault) throws Exception {
    return new ChildJvm()
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
    assertTrue(result.output().contains("scripted_engine.cpp"), result.output());
  }

  @Test
  @EnabledIfSystemProperty(named = "parallax.test.sanitizer", matches = "thread")
  void reportsARace() throws Exception {
    ChildJvm.Result result = plant("r");
    assertTrue(result.output().contains("ThreadSanitizer: data race"), result.output());
    assertTrue(result.output().contains("scripted_engine.cpp"), result.output());
  }
}

package dev.parallax.jni;

import java.nio.charset.StandardCharsets;

/** Sends one request and prints what came of it. */
public final class LoadProgram {
  private LoadProgram() {}

  /** With an argument, sends that text instead of a proper request. */
  public static void main(String[] arguments) {
    Recorder recorder = new Recorder();
    byte[] request =
        arguments.length > 0 ? arguments[0].getBytes(StandardCharsets.UTF_8) : Wire.request(77);
    try (NativeEngine engine = NativeEngine.create(1, null, null, EngineLimits.DEFAULTS)) {
      engine.openSession(recorder).handleRequest(request, 0, request.length);
      System.out.println("answered " + recorder.ids);
    } catch (NativeLibrary.LoadException e) {
      System.out.println("LoadException: " + e.getMessage());
      try {
        NativeLibrary.load();
      } catch (NativeLibrary.LoadException second) {
        System.out.println("again: " + second.getMessage().equals(e.getMessage()));
      }
    }
  }
}

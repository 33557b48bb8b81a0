package dev.parallax.natives.linux_x86_64;

import dev.parallax.jni.NativeBundle;
import java.net.URL;

/** The files of this jar. */
public final class LinuxBundle implements NativeBundle {
  private static final String PLATFORM = "linux_64";

  /** For the service loader. */
  public LinuxBundle() {}

  @Override
  public String platform() {
    return PLATFORM;
  }

  @Override
  public URL resource(String file) {
    return LinuxBundle.class.getResource("/natives/" + PLATFORM + "/" + file);
  }
}

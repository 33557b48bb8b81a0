/** The native files for Linux on x86-64. */
@SuppressWarnings("module")
module dev.parallax.natives.linux_x86_64 {
  requires dev.parallax.jni;

  provides dev.parallax.jni.NativeBundle with
      dev.parallax.natives.linux_x86_64.LinuxBundle;
}

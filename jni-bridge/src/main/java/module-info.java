/** The crossing between Java and the engine. Applications use {@code dev.parallax}, not this. */
@SuppressWarnings({"module", "requires-automatic"})
module dev.parallax.jni {
  requires static org.scijava.nativelib;

  exports dev.parallax.jni to
      dev.parallax,
      dev.parallax.natives.linux_x86_64;

  uses dev.parallax.jni.NativeBundle;
}

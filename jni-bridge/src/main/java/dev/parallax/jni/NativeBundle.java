package dev.parallax.jni;

import java.net.URL;

/**
 * The native files of one platform, as a platform jar provides them to the loader. The file {@code
 * SHA256SUMS} lists the others, one a line in the order to load them: digest, two spaces, file
 * name.
 */
public interface NativeBundle {
  /**
   * The platform, as native-lib-loader names it.
   *
   * @return for instance {@code linux_64}
   */
  String platform();

  /**
   * Where a file of the bundle is.
   *
   * @param file its plain name
   * @return its address, null if the bundle does not have it
   */
  URL resource(String file);
}

package dev.parallax;

/** How the buffers of Arrow output are compressed. */
public enum Compression {
  /** Not at all. */
  NONE,
  /** LZ4 frames: fast. */
  LZ4,
  /** Zstandard: small. */
  ZSTD
}

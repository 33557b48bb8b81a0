/**
 * Streaming tables and pivot views: servers, sessions, clients.
 *
 * <p>protobuf, jackson-core and Arrow's metadata classes are part of the released jar under names
 * of its own, hence {@code static}.
 */
@SuppressWarnings("requires-automatic")
module dev.parallax {
  requires transitive java.net.http;
  // For those who load JDBC results.
  requires static transitive java.sql;
  requires dev.parallax.jni;
  // For protobuf.
  requires java.logging;
  requires static com.fasterxml.jackson.core;
  requires static com.google.protobuf;
  requires static flatbuffers.java;
  requires static org.apache.arrow.format;

  exports dev.parallax;
}

package dev.parallax.jni;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a session delivered. */
class Recorder implements ResponseSink {
  final List<Integer> ids = new CopyOnWriteArrayList<>();
  final List<Throwable> errors = new CopyOnWriteArrayList<>();

  @Override
  public void onResponse(ByteBuffer response) {
    ids.add(Wire.id(response));
  }

  @Override
  public void onError(Throwable thrown) {
    errors.add(thrown);
  }
}

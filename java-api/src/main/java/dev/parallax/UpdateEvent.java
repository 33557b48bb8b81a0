package dev.parallax;

import java.util.Optional;

/** A batch of changes reached a view's table. */
public final class UpdateEvent {
  private final long portId;
  private final byte[] delta;

  UpdateEvent(long portId, byte[] delta) {
    this.portId = portId;
    this.delta = delta;
  }

  /**
   * The port by which the changes came: 0 unless the writer named another.
   *
   * @return the port
   */
  public long portId() {
    return portId;
  }

  /**
   * The view's changed rows as an Arrow IPC stream, after the batch; maybe with no rows.
   *
   * @return the stream's bytes; empty if the subscription did not ask for {@link UpdateMode#ROW}.
   *     The array is the event's own: copy it before changing it
   */
  public Optional<byte[]> delta() {
    return Optional.ofNullable(delta);
  }

  @Override
  public String toString() {
    return "UpdateEvent[portId="
        + portId
        + (delta == null ? "" : ", delta=" + delta.length + " bytes")
        + "]";
  }
}

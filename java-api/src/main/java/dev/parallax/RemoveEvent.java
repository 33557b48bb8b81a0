package dev.parallax;

import java.util.Objects;

/** Rows were removed from a view's table. */
public final class RemoveEvent {
  private final long portId;
  private final byte[] keys;

  RemoveEvent(long portId, byte[] keys) {
    this.portId = portId;
    this.keys = Objects.requireNonNull(keys, "keys");
  }

  /**
   * The port by which the removal came.
   *
   * @return the port
   */
  public long portId() {
    return portId;
  }

  /**
   * The keys of the removed rows, as an Arrow IPC stream of one column named and typed like the
   * index.
   *
   * @return the stream's bytes. The array is the event's own: copy it before changing it
   */
  public byte[] keys() {
    return keys;
  }

  @Override
  public String toString() {
    return "RemoveEvent[portId=" + portId + ", keys=" + keys.length + " bytes]";
  }
}

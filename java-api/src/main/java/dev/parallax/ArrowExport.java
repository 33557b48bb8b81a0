package dev.parallax;

import java.nio.ByteBuffer;

/**
 * A record batch of another library, which can lend its memory through <a
 * href="https://arrow.apache.org/docs/format/CDataInterface.html">Arrow's C Data Interface</a>. For
 * {@code VectorSchemaRoot} of Arrow Java there is {@code ArrowData} in the jar {@code
 * parallax-arrow}; others implement this and pass it to {@link TableData#arrow(ArrowExport)}.
 */
public interface ArrowExport {
  /**
   * Exports the batch to the two structs and gives their addresses to a server in this process.
   * Called each time the data is used, on the thread that uses it.
   *
   * @param borrower to be called once; it releases what the structs hold before it returns or
   *     throws. The structs themselves are the exporter's to free.
   */
  void lend(Borrower borrower);

  /**
   * The batch as an Arrow IPC stream, for servers elsewhere.
   *
   * @return from position to limit; not changed afterwards
   */
  ByteBuffer toIpc();

  /** Who takes what is lent. */
  @FunctionalInterface
  interface Borrower {
    /**
     * Reads and releases the batch.
     *
     * @param schemaAddress of a struct {@code ArrowSchema}, of a struct type
     * @param arrayAddress of a struct {@code ArrowArray} of that type
     */
    void take(long schemaAddress, long arrayAddress);
  }
}

package dev.parallax.arrow;

import dev.parallax.TableData;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Table data from Arrow Java. A client of a server in this process lends the vectors' memory to it
 * through Arrow's C Data Interface, without a copy; to a server elsewhere they go as an IPC stream.
 *
 * <pre>{@code
 * Table table = client.table(ArrowData.of(root, allocator), TableOptions.named("trades"));
 * table.update(ArrowData.of(more, allocator));
 * }</pre>
 *
 * <p>The vectors are read when the data is used, on the thread that uses it, and each time it is:
 * until then they must neither change nor be closed. Nothing refers to them afterwards.
 */
public final class ArrowData {
  private ArrowData() {}

  /**
   * The rows of a root without dictionaries.
   *
   * @param root stays the caller's
   * @param allocator for what describes the vectors while they are lent
   * @return the data
   */
  public static TableData of(VectorSchemaRoot root, BufferAllocator allocator) {
    return of(root, new DictionaryProvider.MapDictionaryProvider(), allocator);
  }

  /**
   * The rows of a root.
   *
   * @param root stays the caller's
   * @param dictionaries those that the root's fields name; stay the caller's
   * @param allocator for what describes the vectors while they are lent
   * @return the data
   */
  public static TableData of(
      VectorSchemaRoot root, DictionaryProvider dictionaries, BufferAllocator allocator) {
    return TableData.arrow(new RootExport(root, dictionaries, allocator));
  }
}

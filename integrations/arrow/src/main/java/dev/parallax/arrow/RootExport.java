package dev.parallax.arrow;

import dev.parallax.ArrowExport;
import dev.parallax.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.Objects;
import org.apache.arrow.c.ArrowArray;
import org.apache.arrow.c.ArrowSchema;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** Lends a root's vectors, or writes them out. */
record RootExport(VectorSchemaRoot root, DictionaryProvider dictionaries, BufferAllocator allocator)
    implements ArrowExport {
  RootExport {
    Objects.requireNonNull(root, "root");
    Objects.requireNonNull(dictionaries, "dictionaries");
    Objects.requireNonNull(allocator, "allocator");
  }

  @Override
  public void lend(Borrower borrower) {
    try (ArrowSchema schema = ArrowSchema.allocateNew(allocator);
        ArrowArray array = ArrowArray.allocateNew(allocator)) {
      try {
        Data.exportVectorSchemaRoot(allocator, root, dictionaries, array, schema);
        borrower.take(schema.memoryAddress(), array.memoryAddress());
      } finally {
        // Does nothing after the borrower took over.
        array.release();
        schema.release();
      }
    }
  }

  @Override
  public ByteBuffer toIpc() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ArrowStreamWriter writer =
        new ArrowStreamWriter(root, dictionaries, Channels.newChannel(bytes))) {
      writer.writeBatch();
    } catch (IOException e) {
      throw new BadInputException("cannot write the vectors as Arrow IPC: " + e, e);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  @Override
  public String toString() {
    return root.getRowCount() + " rows of " + root.getSchema();
  }
}

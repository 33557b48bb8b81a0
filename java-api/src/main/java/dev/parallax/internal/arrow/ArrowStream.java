package dev.parallax.internal.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.parallax.BadInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.DictionaryKind;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;

/**
 * Writes columns as an Arrow IPC stream of one record batch. Text is dictionary-encoded, so that
 * each distinct text travels once. Not for use by several threads at once.
 */
public final class ArrowStream {
  private static final int CONTINUATION = -1;
  private static final int PREFIX = 8;
  private static final int ALIGNMENT = 8;

  private final List<Cells> columns;
  private final FlatBufferBuilder builder = new FlatBufferBuilder(1024);
  private final byte[] schema;

  /** What a message says before its body, and how long that is. */
  private record Part(byte[] metadata, int bodyBytes) {
    int bytes() {
      return PREFIX + padded(metadata.length) + bodyBytes;
    }
  }

  /** For columns of these names and types, whose cells may come later. */
  public ArrowStream(List<? extends Cells> columns) {
    this.columns = List.copyOf(columns);
    this.schema = schema();
  }

  /**
   * Writes the columns as they stand.
   *
   * @param rows how many each column has
   * @param buffers gives a buffer of at least as many bytes as it is asked for
   * @return what was written, from position to limit: a view of the buffer
   * @throws BadInputException if that is more than a buffer can hold
   */
  public ByteBuffer write(int rows, IntFunction<ByteBuffer> buffers) {
    try {
      return writeAll(rows, buffers);
    } catch (ArithmeticException e) {
      throw new BadInputException(rows + " rows take more than 2 GiB: give fewer at a time", e);
    }
  }

  private ByteBuffer writeAll(int rows, IntFunction<ByteBuffer> buffers) {
    List<Part> dictionaries = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i) instanceof TextCells text) {
        dictionaries.add(dictionary(i, text.dictionary()));
      }
    }
    Part batch = batch(rows);
    Part header = new Part(schema, 0);
    int bytes = Math.addExact(header.bytes() + PREFIX, batch.bytes());
    for (Part dictionary : dictionaries) {
      bytes = Math.addExact(bytes, dictionary.bytes());
    }
    ByteBuffer out = buffers.apply(bytes).duplicate().order(ByteOrder.LITTLE_ENDIAN).clear();
    begin(out, header);
    int next = 0;
    for (Cells column : columns) {
      if (column instanceof TextCells text) {
        begin(out, dictionaries.get(next++));
        text.dictionary().writeOffsets(out);
        pad(out);
        text.dictionary().writeText(out);
        pad(out);
      }
    }
    begin(out, batch);
    for (Cells column : columns) {
      column.writeValidity(out);
      pad(out);
      column.writeValues(out);
      pad(out);
    }
    return out.putInt(CONTINUATION).putInt(0).flip();
  }

  private static int padded(int bytes) {
    return Math.addExact(bytes, ALIGNMENT - 1) & -ALIGNMENT;
  }

  private static void pad(ByteBuffer out) {
    while (out.position() % ALIGNMENT != 0) {
      out.put((byte) 0);
    }
  }

  private static void begin(ByteBuffer out, Part part) {
    out.putInt(CONTINUATION).putInt(padded(part.metadata.length)).put(part.metadata);
    pad(out);
  }

  private byte[] schema() {
    builder.clear();
    int[] fields = new int[columns.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = field(i);
    }
    int vector = Schema.createFieldsVector(builder, fields);
    int table = Schema.createSchema(builder, Endianness.Little, vector, 0, 0);
    return message(MessageHeader.Schema, table, 0);
  }

  private int field(int number) {
    Cells column = columns.get(number);
    int name = builder.createString(column.name());
    int type = column.addType(builder);
    int encoding = 0;
    if (column instanceof TextCells) {
      int index = Int.createInt(builder, Integer.SIZE, true);
      encoding =
          DictionaryEncoding.createDictionaryEncoding(
              builder, number, index, false, DictionaryKind.DenseArray);
    }
    int children = Field.createChildrenVector(builder, new int[0]);
    return Field.createField(builder, name, true, column.typeNumber(), type, encoding, children, 0);
  }

  private Part dictionary(int number, TextDictionary texts) {
    builder.clear();
    RecordBatch.startNodesVector(builder, 1);
    FieldNode.createFieldNode(builder, texts.size(), 0);
    int nodes = builder.endVector();
    int textStart = padded(texts.offsetBytes());
    RecordBatch.startBuffersVector(builder, 3);
    Buffer.createBuffer(builder, textStart, texts.textBytes());
    Buffer.createBuffer(builder, 0, texts.offsetBytes());
    Buffer.createBuffer(builder, 0, 0);
    int buffers = builder.endVector();
    int batch = recordBatch(texts.size(), nodes, buffers);
    int table = DictionaryBatch.createDictionaryBatch(builder, number, batch, false);
    int bytes = Math.addExact(textStart, padded(texts.textBytes()));
    return new Part(message(MessageHeader.DictionaryBatch, table, bytes), bytes);
  }

  private Part batch(int rows) {
    builder.clear();
    RecordBatch.startNodesVector(builder, columns.size());
    for (int i = columns.size() - 1; i >= 0; i--) {
      FieldNode.createFieldNode(builder, rows, columns.get(i).nulls());
    }
    int nodes = builder.endVector();
    int bytes = 0;
    for (Cells column : columns) {
      bytes = Math.addExact(bytes, padded(column.validityBytes()));
      bytes = Math.addExact(bytes, padded(column.valueBytes()));
    }
    // Flatbuffers are built from the end.
    int end = bytes;
    RecordBatch.startBuffersVector(builder, 2 * columns.size());
    for (int i = columns.size() - 1; i >= 0; i--) {
      Cells column = columns.get(i);
      end -= padded(column.valueBytes());
      Buffer.createBuffer(builder, end, column.valueBytes());
      end -= padded(column.validityBytes());
      Buffer.createBuffer(builder, end, column.validityBytes());
    }
    int buffers = builder.endVector();
    int table = recordBatch(rows, nodes, buffers);
    return new Part(message(MessageHeader.RecordBatch, table, bytes), bytes);
  }

  private int recordBatch(int rows, int nodes, int buffers) {
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rows);
    RecordBatch.addNodes(builder, nodes);
    RecordBatch.addBuffers(builder, buffers);
    return RecordBatch.endRecordBatch(builder);
  }

  private byte[] message(byte kind, int table, int bodyBytes) {
    builder.finish(Message.createMessage(builder, MetadataVersion.V5, kind, table, bodyBytes, 0));
    return builder.sizedByteArray();
  }
}

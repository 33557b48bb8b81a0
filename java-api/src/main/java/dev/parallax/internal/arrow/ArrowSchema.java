package dev.parallax.internal.arrow;

import dev.parallax.TransportException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;

/** Reads the schema of Arrow IPC streams that a server wrote of a table. */
public final class ArrowSchema {
  private ArrowSchema() {}

  /**
   * Empty columns as the stream's: they take what a table of that schema holds.
   *
   * @throws TransportException if that is no such stream
   */
  public static List<Cells> columns(byte[] stream) {
    try {
      ByteBuffer in = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
      boolean continued = in.getInt() == -1;
      in.position(continued ? 8 : 4);
      Message message = Message.getRootAsMessage(in);
      if (message.headerType() != MessageHeader.Schema) {
        throw new TransportException("the server's Arrow data does not begin with a schema");
      }
      Schema schema = (Schema) message.header(new Schema());
      List<Cells> columns = new ArrayList<>();
      for (int i = 0; i < schema.fieldsLength(); i++) {
        columns.add(column(schema.fields(i)));
      }
      return columns;
    } catch (IndexOutOfBoundsException | java.nio.BufferUnderflowException e) {
      throw new TransportException("the server's Arrow data is damaged", e);
    }
  }

  private static Cells column(Field field) {
    String name = field.name();
    return switch (field.typeType()) {
      case Type.Int -> {
        Int type = (Int) field.type(new Int());
        yield IntegerCells.of(name, type.bitWidth(), type.isSigned());
      }
      case Type.FloatingPoint -> new FloatCells(name);
      case Type.Bool -> new BooleanCells(name);
      case Type.Date -> new DateCells(name);
      case Type.Timestamp -> new DatetimeCells(name);
      case Type.Utf8, Type.LargeUtf8 -> new TextCells(name);
      default ->
          throw new TransportException(
              "the server's column \""
                  + name
                  + "\" is of Arrow type "
                  + Type.name(field.typeType()));
    };
  }
}

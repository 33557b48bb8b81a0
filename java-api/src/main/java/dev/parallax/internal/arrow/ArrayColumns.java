package dev.parallax.internal.arrow;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Java arrays as columns. */
public final class ArrayColumns {
  private ArrayColumns() {}

  /**
   * The Arrow stream of arrays; shorter ones are filled up with null.
   *
   * @param arrays by column
   * @return empty if not every column is an array whose component type tells the column's
   */
  public static Optional<ByteBuffer> read(Map<String, ?> arrays) {
    List<Cells> columns = new ArrayList<>();
    int rows = 0;
    for (Map.Entry<String, ?> entry : arrays.entrySet()) {
      Object array = entry.getValue();
      if (entry.getKey() == null || array == null || !array.getClass().isArray()) {
        return Optional.empty();
      }
      Cells column = JavaValues.column(entry.getKey(), array.getClass().getComponentType());
      if (column == null) {
        return Optional.empty();
      }
      columns.add(column);
      rows = Math.max(rows, Array.getLength(array));
    }
    for (Cells column : columns) {
      fill(column, arrays.get(column.name()));
      for (int row = column.size(); row < rows; row++) {
        column.setNull(row);
      }
    }
    return columns.isEmpty() ? Optional.empty() : Optional.of(JavaValues.stream(columns, rows));
  }

  private static void fill(Cells column, Object array) {
    if (array instanceof int[] values) {
      for (int row = 0; row < values.length; row++) {
        ((IntegerCells) column).set(row, values[row]);
      }
    } else if (array instanceof long[] values) {
      for (int row = 0; row < values.length; row++) {
        ((IntegerCells) column).set(row, values[row]);
      }
    } else if (array instanceof double[] values) {
      for (int row = 0; row < values.length; row++) {
        ((FloatCells) column).set(row, values[row]);
      }
    } else if (array instanceof float[] values) {
      for (int row = 0; row < values.length; row++) {
        ((FloatCells) column).set(row, values[row]);
      }
    } else if (array instanceof boolean[] values) {
      for (int row = 0; row < values.length; row++) {
        ((BooleanCells) column).set(row, values[row]);
      }
    } else if (array instanceof Object[] values) {
      for (int row = 0; row < values.length; row++) {
        JavaValues.set(column, row, values[row]);
      }
    } else {
      // byte, short, char: rare.
      for (int row = 0; row < Array.getLength(array); row++) {
        JavaValues.set(column, row, Array.get(array, row));
      }
    }
  }
}

package dev.parallax.internal.arrow;

import dev.parallax.BadInputException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Java arrays as columns. */
public final class ArrayColumns {
  private ArrayColumns() {}

  /**
   * The Arrow stream of arrays; shorter ones are filled up with null.
   *
   * @param arrays by column
   * @throws BadInputException if a column is no array whose component type tells the column's, or a
   *     value does not fit
   */
  public static ByteBuffer read(Map<String, ?> arrays) {
    List<Cells> columns = new ArrayList<>();
    int rows = 0;
    for (Map.Entry<String, ?> entry : arrays.entrySet()) {
      columns.add(column(entry.getKey(), entry.getValue()));
      rows = Math.max(rows, Array.getLength(entry.getValue()));
    }
    for (Cells column : columns) {
      fill(column, arrays.get(column.name()));
      for (int row = column.size(); row < rows; row++) {
        column.setNull(row);
      }
    }
    return JavaValues.stream(columns, rows);
  }

  private static Cells column(String name, Object array) {
    if (name == null) {
      throw new BadInputException("a column name is null");
    }
    Class<?> component = array == null ? null : array.getClass().getComponentType();
    Cells column = component == null ? null : JavaValues.column(name, component);
    if (column == null) {
      throw new BadInputException(
          "column \""
              + name
              + "\" is "
              + (array == null ? "null" : "a " + array.getClass().getTypeName())
              + ": give an array of numbers, booleans, text, enums, dates or points in time");
    }
    return column;
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

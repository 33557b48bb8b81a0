package dev.parallax.internal.arrow;

import dev.parallax.BadInputException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Java records as rows. */
public final class RecordRows {
  private static final ClassValue<List<Leaf>> LEAVES =
      new ClassValue<>() {
        @Override
        protected List<Leaf> computeValue(Class<?> type) {
          List<Leaf> leaves = new ArrayList<>();
          collect(type, type, "", List.of(), leaves, new HashSet<>());
          return List.copyOf(leaves);
        }
      };

  private RecordRows() {}

  /** A component that becomes a column: how to get at it from the outermost record. */
  private record Leaf(String name, List<MethodHandle> outer, MethodHandle last, Class<?> type) {}

  /**
   * The Arrow stream of records.
   *
   * @param type their class
   * @throws BadInputException if a component is of a type that no column takes, or a value does not
   *     fit its column
   */
  public static ByteBuffer read(Class<?> type, Iterable<?> records) {
    List<Leaf> leaves = LEAVES.get(type);
    List<Cells> columns = new ArrayList<>();
    for (Leaf leaf : leaves) {
      columns.add(JavaValues.column(leaf.name, leaf.type));
    }
    int row = 0;
    for (Object given : records) {
      if (given == null) {
        throw new BadInputException("row " + row + " is null: give a " + type.getName());
      }
      for (int i = 0; i < columns.size(); i++) {
        read(leaves.get(i), given, columns.get(i), row);
      }
      row++;
    }
    return JavaValues.stream(columns, row);
  }

  private static void read(Leaf leaf, Object record, Cells column, int row) {
    try {
      Object holder = record;
      for (MethodHandle step : leaf.outer) {
        holder = (Object) step.invokeExact(holder);
        if (holder == null) {
          column.setNull(row);
          return;
        }
      }
      MethodHandle get = leaf.last;
      Class<?> type = get.type().returnType();
      if (type == long.class) {
        ((IntegerCells) column).set(row, (long) get.invokeExact(holder));
      } else if (type == double.class) {
        ((FloatCells) column).set(row, (double) get.invokeExact(holder));
      } else if (type == boolean.class) {
        ((BooleanCells) column).set(row, (boolean) get.invokeExact(holder));
      } else {
        JavaValues.set(column, row, (Object) get.invokeExact(holder));
      }
    } catch (BadInputException e) {
      throw e;
    } catch (Throwable e) {
      throw new BadInputException(
          "row " + row + ", column \"" + leaf.name + "\": the record threw " + e, e);
    }
  }

  private static void collect(
      Class<?> outermost,
      Class<?> type,
      String prefix,
      List<MethodHandle> outer,
      List<Leaf> leaves,
      Set<Class<?>> within) {
    if (!type.isRecord()) {
      throw new BadInputException(type.getName() + " is no record");
    }
    if (!within.add(type)) {
      throw new BadInputException(
          "component \""
              + prefix
              + "\" of "
              + outermost.getName()
              + " holds the record "
              + type.getName()
              + " within itself: columns cannot");
    }
    for (RecordComponent component : type.getRecordComponents()) {
      String name = prefix.isEmpty() ? component.getName() : prefix + "." + component.getName();
      MethodHandle get = accessor(component);
      Class<?> value = component.getType();
      if (value.isRecord()) {
        List<MethodHandle> steps = new ArrayList<>(outer);
        steps.add(get.asType(MethodType.methodType(Object.class, Object.class)));
        collect(outermost, value, name, steps, leaves, within);
      } else if (JavaValues.column(name, value) != null) {
        MethodType call = MethodType.methodType(carrier(value), Object.class);
        leaves.add(new Leaf(name, List.copyOf(outer), get.asType(call), value));
      } else {
        throw new BadInputException(
            "component \""
                + name
                + "\" of "
                + outermost.getName()
                + " is a "
                + value.getTypeName()
                + ": use numbers, text, booleans, enums, dates, points in time, or records of these");
      }
    }
    within.remove(type);
  }

  /** As what a value gets here without being boxed. */
  private static Class<?> carrier(Class<?> type) {
    if (!type.isPrimitive() || type == char.class) {
      return Object.class;
    } else if (type == boolean.class) {
      return boolean.class;
    }
    return type == float.class || type == double.class ? double.class : long.class;
  }

  private static MethodHandle accessor(RecordComponent component) {
    Method method = component.getAccessor();
    Class<?> type = component.getDeclaringRecord();
    if (!method.trySetAccessible()) {
      throw new BadInputException(
          "cannot read records of "
              + type.getName()
              + ": make it public, or open its package to"
              + " dev.parallax");
    }
    try {
      return MethodHandles.lookup().unreflect(method);
    } catch (IllegalAccessException e) {
      throw new BadInputException("cannot read records of " + type.getName() + ": " + e, e);
    }
  }
}

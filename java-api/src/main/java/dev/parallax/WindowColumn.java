package dev.parallax;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A column of a view that is computed over neighbouring rows: running sums, moving averages, the
 * row before. Immutable: each method returns a changed copy.
 *
 * <pre>{@code WindowColumn.of("avg", "price").partitionBy("symbol").orderBy("time").rows(20)}</pre>
 */
public final class WindowColumn {
  private final String function;
  private final String source;
  private final List<String> partitionBy;
  private final Order order;
  private final Frame frame;
  private final OptionalLong offset;
  private final OptionalDouble alpha;

  private WindowColumn(
      String function,
      String source,
      List<String> partitionBy,
      Order order,
      Frame frame,
      OptionalLong offset,
      OptionalDouble alpha) {
    this.function = Objects.requireNonNull(function, "function");
    this.source = Objects.requireNonNull(source, "source");
    this.partitionBy = List.copyOf(partitionBy);
    this.order = order;
    this.frame = frame;
    this.offset = offset;
    this.alpha = alpha;
  }

  /**
   * A window over the whole table in its natural order.
   *
   * @param function for example {@code sum}, {@code lag}, {@code ema}; {@link Client#features()}
   *     lists them
   * @param source the column it reads
   * @return the window column
   */
  public static WindowColumn of(String function, String source) {
    return new WindowColumn(
        function, source, List.of(), null, null, OptionalLong.empty(), OptionalDouble.empty());
  }

  /**
   * Computes each part of the rows by itself.
   *
   * @param columns rows that agree in these form one part
   * @return the changed column
   */
  public WindowColumn partitionBy(String... columns) {
    return new WindowColumn(function, source, List.of(columns), order, frame, offset, alpha);
  }

  /**
   * Orders the rows ascending.
   *
   * @param column by this column
   * @return the changed column
   */
  public WindowColumn orderBy(String column) {
    return orderBy(column, false);
  }

  /**
   * Orders the rows.
   *
   * @param column by this column
   * @param descending whether from the greatest down
   * @return the changed column
   */
  public WindowColumn orderBy(String column, boolean descending) {
    Order by = new Order(column, descending);
    return new WindowColumn(function, source, partitionBy, by, frame, offset, alpha);
  }

  /**
   * The frame is the row itself and some before it.
   *
   * @param preceding how many before it
   * @return the changed column
   */
  public WindowColumn rows(long preceding) {
    return frame(new Rows(Unsigned.check(preceding, "rows")));
  }

  /**
   * The frame is the rows within a distance of the order column.
   *
   * @param distance in units of that column; milliseconds for datetimes
   * @return the changed column
   */
  public WindowColumn range(double distance) {
    return frame(new Range(distance));
  }

  /**
   * The frame is all rows of the part up to the row itself.
   *
   * @return the changed column
   */
  public WindowColumn cumulative() {
    return frame(new Cumulative());
  }

  private WindowColumn frame(Frame chosen) {
    return new WindowColumn(function, source, partitionBy, order, chosen, offset, alpha);
  }

  /**
   * How many rows away {@code lag}, {@code lead} and {@code diff} look; 1 otherwise.
   *
   * @param rows the distance
   * @return the changed column
   */
  public WindowColumn offset(long rows) {
    OptionalLong away = OptionalLong.of(Unsigned.check(rows, "offset"));
    return new WindowColumn(function, source, partitionBy, order, frame, away, alpha);
  }

  /**
   * The smoothing factor of {@code ema}.
   *
   * @param factor the weight of the newest value
   * @return the changed column
   */
  public WindowColumn alpha(double factor) {
    OptionalDouble weight = OptionalDouble.of(factor);
    return new WindowColumn(function, source, partitionBy, order, frame, offset, weight);
  }

  /**
   * The function.
   *
   * @return its name
   */
  public String function() {
    return function;
  }

  /**
   * The column it reads.
   *
   * @return its name
   */
  public String source() {
    return source;
  }

  /**
   * The columns that part the rows.
   *
   * @return their names, maybe none
   */
  public List<String> partitionBy() {
    return partitionBy;
  }

  /**
   * The order of the rows.
   *
   * @return empty for the natural order
   */
  public Optional<Order> order() {
    return Optional.ofNullable(order);
  }

  /**
   * The frame.
   *
   * @return empty if none was given
   */
  public Optional<Frame> frame() {
    return Optional.ofNullable(frame);
  }

  /**
   * The offset.
   *
   * @return empty if none was given
   */
  public OptionalLong offset() {
    return offset;
  }

  /**
   * The smoothing factor.
   *
   * @return empty if none was given
   */
  public OptionalDouble alpha() {
    return alpha;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WindowColumn that
        && function.equals(that.function)
        && source.equals(that.source)
        && partitionBy.equals(that.partitionBy)
        && Objects.equals(order, that.order)
        && Objects.equals(frame, that.frame)
        && offset.equals(that.offset)
        && alpha.equals(that.alpha);
  }

  @Override
  public int hashCode() {
    return Objects.hash(function, source, partitionBy, order, frame, offset, alpha);
  }

  @Override
  public String toString() {
    return function + "(" + source + ") partition by " + partitionBy + ", " + order + ", " + frame;
  }

  /**
   * An order of rows.
   *
   * @param column by this column
   * @param descending whether from the greatest down
   */
  public record Order(String column, boolean descending) {
    /** Checks that nothing is null. */
    public Order {
      Objects.requireNonNull(column, "column");
    }
  }

  /** Which rows, seen from one row, a function reads. */
  public sealed interface Frame permits Rows, Range, Cumulative {}

  /**
   * The row and some before it.
   *
   * @param preceding how many before it
   */
  public record Rows(long preceding) implements Frame {}

  /**
   * The rows within a distance.
   *
   * @param distance in units of the order column
   */
  public record Range(double distance) implements Frame {}

  /** All rows up to the row itself. */
  public record Cumulative() implements Frame {}
}

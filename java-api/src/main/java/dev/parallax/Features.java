package dev.parallax;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server can do. In each list the first entry is the default.
 *
 * @param groupBy views can be grouped
 * @param splitBy views can be split
 * @param expressions views can have expression columns
 * @param onUpdate views tell of updates
 * @param sort views can be sorted
 * @param unordered the store has no natural order of rows
 * @param filterOps filter operators by column type
 * @param aggregates aggregates by column type
 * @param windows window functions by type of the source column
 * @param groupRollups how groups can be shown
 * @param splitRollups how splits can be shown
 */
public record Features(
    boolean groupBy,
    boolean splitBy,
    boolean expressions,
    boolean onUpdate,
    boolean sort,
    boolean unordered,
    Map<ColumnType, List<String>> filterOps,
    Map<ColumnType, List<AggregateInfo>> aggregates,
    Map<ColumnType, List<WindowInfo>> windows,
    List<GroupRollup> groupRollups,
    List<SplitRollup> splitRollups) {

  /** Takes copies. */
  public Features {
    filterOps = Map.copyOf(filterOps);
    aggregates = Map.copyOf(aggregates);
    windows = Map.copyOf(windows);
    groupRollups = List.copyOf(groupRollups);
    splitRollups = List.copyOf(splitRollups);
  }

  /**
   * An aggregate.
   *
   * @param name its name
   * @param arguments the types of the further columns it takes
   */
  public record AggregateInfo(String name, List<ColumnType> arguments) {}

  /**
   * A window function.
   *
   * @param name its name
   * @param frames the frames it takes, of {@code rows}, {@code range}, {@code cumulative}
   * @param offset it takes a row offset
   * @param alpha it takes a smoothing factor
   * @param resultType the type of its result; empty if that of the source column
   */
  public record WindowInfo(
      String name,
      List<String> frames,
      boolean offset,
      boolean alpha,
      Optional<ColumnType> resultType) {}
}

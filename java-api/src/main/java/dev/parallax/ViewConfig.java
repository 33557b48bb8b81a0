package dev.parallax;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a view shows. Immutable; made by a {@link Builder}. Columns, expressions and windows share
 * one name space: any of them may be shown, grouped, split, sorted, filtered and aggregated.
 */
public final class ViewConfig {
  private static final ViewConfig ALL = new Builder().build();

  private final List<String> columns;
  private final List<String> groupBy;
  private final List<String> splitBy;
  private final Map<String, Aggregate> aggregates;
  private final List<Filter> filters;
  private final FilterOp filterOp;
  private final List<Sort> sorts;
  private final Map<String, String> expressions;
  private final Map<String, WindowColumn> windows;
  private final OptionalLong groupByDepth;
  private final GroupRollup groupRollup;
  private final SplitRollup splitRollup;

  private ViewConfig(Builder from) {
    columns = from.columns == null ? null : List.copyOf(from.columns);
    groupBy = List.copyOf(from.groupBy);
    splitBy = List.copyOf(from.splitBy);
    aggregates = Collections.unmodifiableMap(new LinkedHashMap<>(from.aggregates));
    filters = List.copyOf(from.filters);
    filterOp = from.filterOp;
    sorts = List.copyOf(from.sorts);
    expressions = Collections.unmodifiableMap(new LinkedHashMap<>(from.expressions));
    windows = Collections.unmodifiableMap(new LinkedHashMap<>(from.windows));
    groupByDepth = from.groupByDepth;
    groupRollup = from.groupRollup;
    splitRollup = from.splitRollup;
  }

  /**
   * Every column and row of a table, as they are.
   *
   * @return the empty configuration
   */
  public static ViewConfig all() {
    return ALL;
  }

  /**
   * Starts from nothing.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts from this configuration.
   *
   * @return a new builder that holds what this holds
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.columns = columns == null ? null : new ArrayList<>(columns);
    copy.groupBy.addAll(groupBy);
    copy.splitBy.addAll(splitBy);
    copy.aggregates.putAll(aggregates);
    copy.filters.addAll(filters);
    copy.filterOp = filterOp;
    copy.sorts.addAll(sorts);
    copy.expressions.putAll(expressions);
    copy.windows.putAll(windows);
    copy.groupByDepth = groupByDepth;
    copy.groupRollup = groupRollup;
    copy.splitRollup = splitRollup;
    return copy;
  }

  /**
   * The columns shown, in order.
   *
   * @return empty for all: the table's, then the expressions, then the windows
   */
  public Optional<List<String>> columns() {
    return Optional.ofNullable(columns);
  }

  /**
   * The columns that rows are grouped by, outermost first.
   *
   * @return maybe none
   */
  public List<String> groupBy() {
    return groupBy;
  }

  /**
   * The columns that columns are split by, outermost first.
   *
   * @return maybe none
   */
  public List<String> splitBy() {
    return splitBy;
  }

  /**
   * How the cells of groups are made, by column.
   *
   * @return maybe none; the server chooses by type for columns that are not here
   */
  public Map<String, Aggregate> aggregates() {
    return aggregates;
  }

  /**
   * The conditions on rows.
   *
   * @return maybe none
   */
  public List<Filter> filters() {
    return filters;
  }

  /**
   * How the conditions are joined.
   *
   * @return {@link FilterOp#AND} unless set
   */
  public FilterOp filterOp() {
    return filterOp;
  }

  /**
   * The order of rows and split columns.
   *
   * @return maybe none
   */
  public List<Sort> sorts() {
    return sorts;
  }

  /**
   * The computed columns, by name.
   *
   * @return maybe none
   */
  public Map<String, String> expressions() {
    return expressions;
  }

  /**
   * The window columns, by name.
   *
   * @return maybe none
   */
  public Map<String, WindowColumn> windows() {
    return windows;
  }

  /**
   * How many levels of groups are open at first.
   *
   * @return empty for all
   */
  public OptionalLong groupByDepth() {
    return groupByDepth;
  }

  /**
   * Which rows a grouped view has.
   *
   * @return empty for the server's default, a tree
   */
  public Optional<GroupRollup> groupRollup() {
    return Optional.ofNullable(groupRollup);
  }

  /**
   * Which columns a split view has.
   *
   * @return empty for the server's default, the innermost
   */
  public Optional<SplitRollup> splitRollup() {
    return Optional.ofNullable(splitRollup);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ViewConfig that && parts().equals(that.parts());
  }

  @Override
  public int hashCode() {
    return parts().hashCode();
  }

  @Override
  public String toString() {
    return "ViewConfig" + parts();
  }

  private Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("columns", columns);
    parts.put("groupBy", groupBy);
    parts.put("splitBy", splitBy);
    parts.put("aggregates", aggregates);
    parts.put("filters", filters);
    parts.put("filterOp", filterOp);
    parts.put("sorts", sorts);
    parts.put("expressions", expressions);
    parts.put("windows", windows);
    parts.put("groupByDepth", groupByDepth);
    parts.put("groupRollup", groupRollup);
    parts.put("splitRollup", splitRollup);
    return parts;
  }

  /**
   * Collects a configuration. Methods that take lists add to what is there. Not for use by several
   * threads at once. Whether columns exist and operators fit is checked by the server, when the
   * view is made.
   */
  public static final class Builder {
    private List<String> columns;
    private final List<String> groupBy = new ArrayList<>();
    private final List<String> splitBy = new ArrayList<>();
    private final Map<String, Aggregate> aggregates = new LinkedHashMap<>();
    private final List<Filter> filters = new ArrayList<>();
    private FilterOp filterOp = FilterOp.AND;
    private final List<Sort> sorts = new ArrayList<>();
    private final Map<String, String> expressions = new LinkedHashMap<>();
    private final Map<String, WindowColumn> windows = new LinkedHashMap<>();
    private OptionalLong groupByDepth = OptionalLong.empty();
    private GroupRollup groupRollup;
    private SplitRollup splitRollup;

    private Builder() {}

    /**
     * Shows these columns, in this order. Called without names: none at all.
     *
     * @param names columns, expressions or windows
     * @return this
     */
    public Builder columns(String... names) {
      return columns(List.of(names));
    }

    /**
     * Shows these columns, in this order.
     *
     * @param names columns, expressions or windows
     * @return this
     */
    public Builder columns(List<String> names) {
      if (columns == null) {
        columns = new ArrayList<>();
      }
      columns.addAll(List.copyOf(names));
      return this;
    }

    /**
     * Groups rows by these columns, outermost first.
     *
     * @param names the columns
     * @return this
     */
    public Builder groupBy(String... names) {
      groupBy.addAll(List.of(names));
      return this;
    }

    /**
     * Splits columns by the values of these columns, outermost first.
     *
     * @param names the columns
     * @return this
     */
    public Builder splitBy(String... names) {
      splitBy.addAll(List.of(names));
      return this;
    }

    /**
     * How the cells of groups of a column are made.
     *
     * @param column the column
     * @param name the aggregate, for example {@code avg}
     * @param arguments further columns, for example the weights of {@code weighted mean}
     * @return this
     */
    public Builder aggregate(String column, String name, String... arguments) {
      Objects.requireNonNull(column, "column");
      aggregates.put(column, new Aggregate(name, List.of(arguments)));
      return this;
    }

    /**
     * Keeps rows that pass a condition.
     *
     * @param column the column
     * @param op the operator, for example {@code >=}
     * @param operand one value, a collection of values for {@code in} and {@code not in}, or null
     * @return this
     * @throws BadInputException if the value is of a type that cannot be compared with
     */
    public Builder filter(String column, String op, Object operand) {
      filters.add(Filter.of(column, op, operand));
      return this;
    }

    /**
     * Keeps rows that pass a condition without operand: {@code is null}, {@code is not null}.
     *
     * @param column the column
     * @param op the operator
     * @return this
     */
    public Builder filter(String column, String op) {
      return filter(column, op, null);
    }

    /**
     * How the conditions are joined.
     *
     * @param op all or one
     * @return this
     */
    public Builder filterOp(FilterOp op) {
      filterOp = Objects.requireNonNull(op, "op");
      return this;
    }

    /**
     * Orders by a column, after those given before.
     *
     * @param column the column; it need not be shown
     * @param direction how
     * @return this
     */
    public Builder sort(String column, SortDirection direction) {
      sorts.add(new Sort(column, direction));
      return this;
    }

    /**
     * Orders by a column, after those given before.
     *
     * @param column the column; it need not be shown
     * @param direction as {@link SortDirection#text()}, for example {@code "desc"}
     * @return this
     * @throws BadInputException if there is no such direction
     */
    public Builder sort(String column, String direction) {
      return sort(column, SortDirection.ofText(direction));
    }

    /**
     * Adds a computed column.
     *
     * @param name its name, not that of a column
     * @param text the expression, for example {@code "price" * "size"} with the column names quoted
     * @return this
     */
    public Builder expression(String name, String text) {
      expressions.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(text, "text"));
      return this;
    }

    /**
     * Adds a computed column.
     *
     * @param name its name, not that of a column
     * @param value the expression, see {@link Expressions}
     * @return this
     */
    public Builder expression(String name, Expression<?> value) {
      return expression(name, value.text());
    }

    /**
     * Adds a window column.
     *
     * @param name its name, not that of a column
     * @param window what it computes
     * @return this
     */
    public Builder window(String name, WindowColumn window) {
      windows.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(window, "window"));
      return this;
    }

    /**
     * How many levels of groups are open at first: 1 shows the total and the first level.
     *
     * @param levels the number of levels
     * @return this
     */
    public Builder groupByDepth(long levels) {
      groupByDepth = OptionalLong.of(Unsigned.check(levels, "group by depth"));
      return this;
    }

    /**
     * Which rows a grouped view has.
     *
     * @param mode the rows
     * @return this
     */
    public Builder groupRollup(GroupRollup mode) {
      groupRollup = Objects.requireNonNull(mode, "mode");
      return this;
    }

    /**
     * Which columns a split view has.
     *
     * @param mode the columns
     * @return this
     */
    public Builder splitRollup(SplitRollup mode) {
      splitRollup = Objects.requireNonNull(mode, "mode");
      return this;
    }

    /**
     * The configuration as it stands; the builder may go on.
     *
     * @return a new configuration
     */
    public ViewConfig build() {
      return new ViewConfig(this);
    }
  }
}

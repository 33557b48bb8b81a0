package dev.parallax.internal.wire;

import com.google.protobuf.NullValue;
import dev.parallax.BadInputException;
import dev.parallax.FilterOp;
import dev.parallax.GroupRollup;
import dev.parallax.SortDirection;
import dev.parallax.SplitRollup;
import dev.parallax.WindowColumn;
import dev.parallax.internal.proto.AggList;
import dev.parallax.internal.proto.Columns;
import dev.parallax.internal.proto.ColumnsUpdate;
import dev.parallax.internal.proto.Filter;
import dev.parallax.internal.proto.GroupRollupMode;
import dev.parallax.internal.proto.Order;
import dev.parallax.internal.proto.Scalar;
import dev.parallax.internal.proto.Sort;
import dev.parallax.internal.proto.SortOp;
import dev.parallax.internal.proto.SplitRollupMode;
import dev.parallax.internal.proto.ViewConfig;
import dev.parallax.internal.proto.WindowSpec;
import java.util.List;

/** View configurations to and from their message. */
public final class ConfigCodec {
  private ConfigCodec() {}

  /** The message for a configuration. */
  public static ViewConfig encode(dev.parallax.ViewConfig config) {
    ViewConfig.Builder out = ViewConfig.newBuilder();
    out.addAllGroupBy(config.groupBy()).addAllSplitBy(config.splitBy());
    config
        .columns()
        .ifPresent(
            names ->
                out.setColumns(
                    ColumnsUpdate.newBuilder()
                        .setColumns(Columns.newBuilder().addAllColumns(names))));
    config.filters().forEach(filter -> out.addFilter(encode(filter)));
    config
        .sorts()
        .forEach(
            sort ->
                out.addSort(
                    Sort.newBuilder()
                        .setColumn(sort.column())
                        .setOp(SortOp.forNumber(sort.direction().ordinal()))));
    out.putAllExpressions(config.expressions());
    config
        .aggregates()
        .forEach(
            (column, aggregate) ->
                out.putAggregates(
                    column,
                    AggList.newBuilder()
                        .addAggregations(aggregate.name())
                        .addAllAggregations(aggregate.arguments())
                        .build()));
    if (config.filterOp() == FilterOp.OR) {
      out.setFilterOp(ViewConfig.FilterReducer.OR);
    }
    config.groupByDepth().ifPresent(depth -> out.setGroupByDepth((int) depth));
    config
        .groupRollup()
        .ifPresent(mode -> out.setGroupRollupMode(GroupRollupMode.forNumber(mode.ordinal())));
    config
        .splitRollup()
        .ifPresent(mode -> out.setSplitRollupMode(SplitRollupMode.forNumber(mode.ordinal())));
    config.windows().forEach((name, window) -> out.putWindows(name, encode(window)));
    return out.build();
  }

  private static Filter encode(dev.parallax.Filter filter) {
    Filter.Builder out = Filter.newBuilder().setColumn(filter.column()).setOp(filter.op());
    filter.operands().forEach(operand -> out.addValue(scalar(operand)));
    return out.build();
  }

  private static Scalar scalar(Object value) {
    Scalar.Builder out = Scalar.newBuilder();
    if (value == null) {
      out.setNull(NullValue.NULL_VALUE);
    } else if (value instanceof Boolean truth) {
      out.setBool(truth);
    } else if (value instanceof Double number) {
      out.setFloat(number);
    } else {
      out.setString((String) value);
    }
    return out.build();
  }

  private static WindowSpec encode(WindowColumn window) {
    WindowSpec.Builder out =
        WindowSpec.newBuilder()
            .setSource(window.source())
            .setOp(window.function())
            .addAllPartitionBy(window.partitionBy());
    window
        .order()
        .ifPresent(
            order ->
                out.setOrderBy(
                    Order.newBuilder().setColumn(order.column()).setDesc(order.descending())));
    window.offset().ifPresent(offset -> out.setOffset((int) offset));
    window.alpha().ifPresent(out::setAlpha);
    WindowColumn.Frame frame = window.frame().orElse(null);
    if (frame instanceof WindowColumn.Rows rows) {
      out.setRows((int) rows.preceding());
    } else if (frame instanceof WindowColumn.Range range) {
      out.setRange(range.distance());
    } else if (frame instanceof WindowColumn.Cumulative) {
      out.setCumulative(NullValue.NULL_VALUE);
    }
    return out.build();
  }

  /** The configuration that a server says a view has; what this client does not know is refused. */
  public static dev.parallax.ViewConfig decode(ViewConfig message) {
    dev.parallax.ViewConfig.Builder out = dev.parallax.ViewConfig.builder();
    out.groupBy(message.getGroupByList().toArray(new String[0]));
    out.splitBy(message.getSplitByList().toArray(new String[0]));
    if (!message.getColumns().hasDefaultColumns()) {
      // A server always names the columns; no list at all is an empty one.
      out.columns(message.getColumns().getColumns().getColumnsList());
    }
    for (Filter filter : message.getFilterList()) {
      List<Object> operands = new java.util.ArrayList<>();
      filter.getValueList().forEach(value -> operands.add(value(value)));
      out.filter(filter.getColumn(), filter.getOp(), operands);
    }
    for (Sort sort : message.getSortList()) {
      int op = sort.getOpValue();
      if (op < 0 || op >= SortDirection.values().length) {
        throw new BadInputException("unknown sort direction " + op + " in the server's answer");
      }
      out.sort(sort.getColumn(), SortDirection.values()[op]);
    }
    message.getExpressionsMap().forEach(out::expression);
    message
        .getAggregatesMap()
        .forEach(
            (column, list) -> {
              List<String> parts = list.getAggregationsList();
              if (!parts.isEmpty()) {
                out.aggregate(
                    column, parts.get(0), parts.subList(1, parts.size()).toArray(new String[0]));
              }
            });
    out.filterOp(message.getFilterOp() == ViewConfig.FilterReducer.OR ? FilterOp.OR : FilterOp.AND);
    if (message.hasGroupByDepth()) {
      out.groupByDepth(Integer.toUnsignedLong(message.getGroupByDepth()));
    }
    if (message.hasGroupRollupMode()
        && message.getGroupRollupMode() != GroupRollupMode.UNRECOGNIZED) {
      out.groupRollup(GroupRollup.values()[message.getGroupRollupModeValue()]);
    }
    if (message.hasSplitRollupMode()
        && message.getSplitRollupMode() != SplitRollupMode.UNRECOGNIZED) {
      out.splitRollup(SplitRollup.values()[message.getSplitRollupModeValue()]);
    }
    message.getWindowsMap().forEach((name, window) -> out.window(name, decode(window)));
    return out.build();
  }

  /** The Java value of a scalar: null, Boolean, Double or String. */
  static Object value(Scalar scalar) {
    return switch (scalar.getScalarCase()) {
      case BOOL -> scalar.getBool();
      case FLOAT -> scalar.getFloat();
      case STRING -> scalar.getString();
      default -> null;
    };
  }

  private static WindowColumn decode(WindowSpec spec) {
    WindowColumn window =
        WindowColumn.of(spec.getOp(), spec.getSource())
            .partitionBy(spec.getPartitionByList().toArray(new String[0]));
    if (spec.hasOrderBy()) {
      window = window.orderBy(spec.getOrderBy().getColumn(), spec.getOrderBy().getDesc());
    }
    if (spec.hasOffset()) {
      window = window.offset(Integer.toUnsignedLong(spec.getOffset()));
    }
    if (spec.hasAlpha()) {
      window = window.alpha(spec.getAlpha());
    }
    return switch (spec.getFrameCase()) {
      case ROWS -> window.rows(Integer.toUnsignedLong(spec.getRows()));
      case RANGE -> window.range(spec.getRange());
      case CUMULATIVE -> window.cumulative();
      case FRAME_NOT_SET -> window;
    };
  }
}

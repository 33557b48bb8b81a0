package dev.parallax.internal.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.parallax.BadInputException;
import dev.parallax.ColumnType;
import dev.parallax.ExpressionValidation;
import dev.parallax.Features;
import dev.parallax.GroupRollup;
import dev.parallax.HostedTable;
import dev.parallax.MinMax;
import dev.parallax.SplitRollup;
import dev.parallax.TableData;
import dev.parallax.TableOptions;
import dev.parallax.TransportException;
import dev.parallax.Window;
import dev.parallax.internal.proto.GetFeaturesResp;
import dev.parallax.internal.proto.GetHostedTablesResp;
import dev.parallax.internal.proto.KeyTypePair;
import dev.parallax.internal.proto.ListFlatten;
import dev.parallax.internal.proto.MakeTableData;
import dev.parallax.internal.proto.MakeTableOptions;
import dev.parallax.internal.proto.Schema;
import dev.parallax.internal.proto.TableValidateExprResp;
import dev.parallax.internal.proto.ViewGetMinMaxResp;
import dev.parallax.internal.proto.ViewPort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Public values to and from message parts. */
public final class Codec {
  private Codec() {}

  /** The data of a table, not copied, inside the message. */
  public static MakeTableData data(TableData data) {
    if (data.format() == TableData.Format.SCHEMA) {
      Schema.Builder schema = Schema.newBuilder();
      data.schema()
          .orElseThrow()
          .forEach(
              (name, type) ->
                  schema.addSchema(
                      KeyTypePair.newBuilder().setName(name).setTypeValue(type.ordinal())));
      return MakeTableData.newBuilder().setFromSchema(schema).build();
    }
    ByteString bytes = UnsafeByteOperations.unsafeWrap(data.bytes());
    try {
      return data(data.format(), bytes);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("the " + data.format() + " data is not valid UTF-8", e);
    }
  }

  /** What stands for data that goes beside the message: its format. */
  public static MakeTableData emptyData(TableData.Format format) {
    return data(format, ByteString.EMPTY);
  }

  private static MakeTableData data(TableData.Format format, ByteString bytes) {
    MakeTableData.Builder out = MakeTableData.newBuilder();
    switch (format) {
      case CSV -> out.setFromCsvBytes(bytes);
      case ROWS -> out.setFromRowsBytes(bytes);
      case COLUMNS -> out.setFromColsBytes(bytes);
      case NDJSON -> out.setFromNdjsonBytes(bytes);
      default -> out.setFromArrow(bytes);
    }
    return out.build();
  }

  /** The options of a table. */
  public static MakeTableOptions options(TableOptions options) {
    MakeTableOptions.Builder out = MakeTableOptions.newBuilder();
    options.index().ifPresent(out::setMakeIndexTable);
    options.limit().ifPresent(limit -> out.setMakeLimitTable((int) limit));
    if (options.isPageToDisk()) {
      out.setPageToDisk(true);
    }
    options
        .listFlatten()
        .ifPresent(how -> out.setListFlatten(ListFlatten.forNumber(how.ordinal())));
    return out.build();
  }

  /** The part of a view to read. */
  public static ViewPort viewPort(Window window) {
    ViewPort.Builder out = ViewPort.newBuilder();
    window.startRow().ifPresent(row -> out.setStartRow((int) row));
    window.startColumn().ifPresent(column -> out.setStartCol((int) column));
    window.endRow().ifPresent(row -> out.setEndRow((int) row));
    window.endColumn().ifPresent(column -> out.setEndCol((int) column));
    if (!window.hasNamedRowPaths()) {
      out.setEmitLegacyRowPathNames(false);
    }
    return out.build();
  }

  /** The columns of a table, in order. */
  public static Map<String, ColumnType> schema(Schema schema) {
    Map<String, ColumnType> out = new LinkedHashMap<>();
    for (KeyTypePair pair : schema.getSchemaList()) {
      out.put(pair.getName(), type(pair.getTypeValue()));
    }
    return Collections.unmodifiableMap(out);
  }

  /** The types of a view's columns. */
  public static Map<String, ColumnType> schema(Map<String, Integer> schema) {
    Map<String, ColumnType> out = new LinkedHashMap<>();
    schema.forEach((name, number) -> out.put(name, type(number)));
    return Collections.unmodifiableMap(out);
  }

  private static ColumnType type(int number) {
    if (number < 0 || number >= ColumnType.values().length) {
      throw new TransportException(
          "the server's answer has a column type " + number + " that this client does not know");
    }
    return ColumnType.values()[number];
  }

  /** The tables of the hosted list. */
  public static List<HostedTable> hosted(GetHostedTablesResp response) {
    return response.getTableInfosList().stream()
        .map(
            info ->
                new HostedTable(
                    info.getEntityId(),
                    info.hasIndex() ? Optional.of(info.getIndex()) : Optional.empty(),
                    info.hasLimit()
                        ? OptionalLong.of(Integer.toUnsignedLong(info.getLimit()))
                        : OptionalLong.empty()))
        .toList();
  }

  /** The least and greatest value. */
  public static MinMax minMax(ViewGetMinMaxResp response) {
    return new MinMax(ConfigCodec.value(response.getMin()), ConfigCodec.value(response.getMax()));
  }

  /** What the server thinks of expressions. */
  public static ExpressionValidation validation(TableValidateExprResp response) {
    Map<String, ExpressionValidation.Fault> errors = new LinkedHashMap<>();
    response
        .getErrorsMap()
        .forEach(
            (name, error) ->
                errors.put(
                    name,
                    new ExpressionValidation.Fault(
                        error.getErrorMessage().strip(),
                        Integer.toUnsignedLong(error.getLine()),
                        Integer.toUnsignedLong(error.getColumn()))));
    return new ExpressionValidation(
        schema(response.getExpressionSchemaValueMap()), errors, response.getExpressionAliasMap());
  }

  /** What a server can do. */
  public static Features features(GetFeaturesResp response) {
    return new Features(
        response.getGroupBy(),
        response.getSplitBy(),
        response.getExpressions(),
        response.getOnUpdate(),
        response.getSort(),
        response.getUnordered(),
        byType(response.getFilterOpsMap(), options -> List.copyOf(options.getOptionsList())),
        byType(
            response.getAggregatesMap(),
            options ->
                options.getAggregatesList().stream()
                    .map(
                        args ->
                            new Features.AggregateInfo(
                                args.getName(), types(args.getArgsValueList())))
                    .toList()),
        byType(
            response.getWindowAggregatesMap(),
            options ->
                options.getOptionsList().stream()
                    .map(
                        args ->
                            new Features.WindowInfo(
                                args.getName(),
                                List.copyOf(args.getFramesList()),
                                args.getOffset(),
                                args.getAlpha(),
                                args.hasResultType()
                                    ? Optional.of(type(args.getResultTypeValue()))
                                    : Optional.empty()))
                    .toList()),
        known(response.getGroupRollupModeValueList(), GroupRollup.values()),
        known(response.getSplitRollupModeValueList(), SplitRollup.values()));
  }

  private static List<ColumnType> types(List<Integer> numbers) {
    return numbers.stream().map(Codec::type).toList();
  }

  private static <V, R> Map<ColumnType, R> byType(Map<Integer, V> map, Function<V, R> convert) {
    Map<ColumnType, R> out = new LinkedHashMap<>();
    map.forEach(
        (number, value) -> {
          if (number >= 0 && number < ColumnType.values().length) {
            out.put(ColumnType.values()[number], convert.apply(value));
          }
        });
    return out;
  }

  /** A newer server may offer what this client has no name for: leave that out. */
  private static <E> List<E> known(List<Integer> numbers, E[] values) {
    List<E> out = new ArrayList<>();
    for (int number : numbers) {
      if (number >= 0 && number < values.length) {
        out.add(values[number]);
      }
    }
    return out;
  }
}

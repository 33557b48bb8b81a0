#include "server/convert.h"

#include <type_traits>

namespace parallax {

namespace {

// The engine's enums carry the protocol's numbers.
template <class To, class From>
To renumber(From value) {
  return static_cast<To>(static_cast<std::underlying_type_t<From>>(value));
}

WindowSpec from_wire(wire::WindowSpec window) {
  WindowSpec spec;
  spec.source = std::move(window.source);
  spec.op = std::move(window.op);
  spec.partition_by = std::move(window.partition_by);
  if (window.order_by) {
    spec.order_by = WindowSpec::Order{std::move(window.order_by->column), window.order_by->desc};
  }
  if (const auto* rows = std::get_if<wire::WindowSpec::Rows>(&window.frame)) spec.frame = rows->count;
  if (const auto* range = std::get_if<wire::WindowSpec::Range>(&window.frame)) spec.frame = range->distance;
  if (std::holds_alternative<wire::WindowSpec::Cumulative>(window.frame)) {
    spec.frame = WindowSpec::Cumulative{};
  }
  spec.offset = window.offset;
  spec.alpha = window.alpha;
  return spec;
}

wire::WindowSpec to_wire(const WindowSpec& spec) {
  wire::WindowSpec window;
  window.source = spec.source;
  window.op = spec.op;
  window.partition_by = spec.partition_by;
  if (spec.order_by) window.order_by = wire::Order{spec.order_by->column, spec.order_by->descending};
  if (const auto* rows = std::get_if<std::uint32_t>(&spec.frame)) {
    window.frame = wire::WindowSpec::Rows{*rows};
  }
  if (const auto* range = std::get_if<double>(&spec.frame)) window.frame = wire::WindowSpec::Range{*range};
  if (std::holds_alternative<WindowSpec::Cumulative>(spec.frame)) {
    window.frame = wire::WindowSpec::Cumulative{};
  }
  window.offset = spec.offset;
  window.alpha = spec.alpha;
  return window;
}

}  // namespace

ViewConfig from_wire(wire::ViewConfig config) {
  ViewConfig result;
  result.group_by = std::move(config.group_by);
  result.split_by = std::move(config.split_by);
  result.columns = std::move(config.columns);
  for (auto& filter : config.filter) {
    result.filter.push_back({std::move(filter.column), std::move(filter.op), std::move(filter.value)});
  }
  for (auto& sort : config.sort) {
    result.sort.push_back({std::move(sort.column), renumber<SortOp>(sort.op)});
  }
  result.expressions = std::move(config.expressions);
  result.aggregates = std::move(config.aggregates);
  for (auto& window : config.windows) {
    result.windows.emplace(window.first, from_wire(std::move(window.second)));
  }
  result.filter_op = renumber<FilterOp>(config.filter_op);
  result.group_by_depth = config.group_by_depth;
  if (config.group_rollup_mode) result.group_rollup = renumber<GroupRollup>(*config.group_rollup_mode);
  if (config.split_rollup_mode) result.split_rollup = renumber<SplitRollup>(*config.split_rollup_mode);
  return result;
}

wire::ViewConfig to_wire(const ViewConfig& config) {
  wire::ViewConfig result;
  result.group_by = config.group_by;
  result.split_by = config.split_by;
  result.columns = config.columns;
  for (const auto& term : config.filter) result.filter.push_back({term.column, term.op, term.operands});
  for (const auto& term : config.sort) {
    result.sort.push_back({term.column, renumber<wire::SortOp>(term.op)});
  }
  result.expressions = config.expressions;
  result.aggregates = config.aggregates;
  for (const auto& window : config.windows) result.windows.emplace(window.first, to_wire(window.second));
  result.filter_op = renumber<wire::FilterReducer>(config.filter_op);
  result.group_by_depth = config.group_by_depth;
  result.group_rollup_mode = renumber<wire::GroupRollupMode>(config.group_rollup);
  result.split_rollup_mode = renumber<wire::SplitRollupMode>(config.split_rollup);
  return result;
}

wire::ColumnTypes to_wire(const std::vector<std::pair<std::string, ColumnType>>& types) {
  wire::ColumnTypes result;
  for (const auto& column : types) {
    result.emplace_back(column.first, renumber<wire::ColumnType>(column.second));
  }
  return result;
}

wire::Schema to_wire(const Schema& schema) {
  wire::Schema result;
  for (const Field& field : schema.fields()) {
    result.push_back({field.name, renumber<wire::ColumnType>(column_type(field.storage))});
  }
  return result;
}

Schema from_wire(const wire::Schema& schema) {
  Schema result;
  for (const auto& column : schema) {
    result.add({column.name, default_storage(renumber<ColumnType>(column.type))});
  }
  return result;
}

Viewport from_wire(const wire::ViewPort& port) {
  return {port.start_row, port.end_row, port.start_col, port.end_col};
}

}  // namespace parallax

#include "protocol/view_config.h"

#include "protocol/fields.h"

namespace parallax::wire {

using protozero::pbf_reader;
using protozero::pbf_writer;

namespace {

Scalar read_scalar(pbf_reader message) {
  Scalar value;
  bool set = false;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case varint_field(1):
        value = message.get_bool();
        break;
      case double_field(4):
        value = message.get_double();
        break;
      case bytes_field(6):
        value = text(message);
        break;
      case varint_field(7):
        (void)message.get_enum();
        value = std::monostate{};
        break;
      default:
        message.skip();
        continue;
    }
    set = true;
  }
  if (!set) {
    throw Error("Filter scalar type not implemented: 0 (a filter value is a bool, float, string or null)");
  }
  return value;
}

Filter read_filter(pbf_reader message) {
  Filter filter;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(1):
        filter.column = text(message);
        break;
      case bytes_field(2):
        filter.op = text(message);
        break;
      case bytes_field(3):
        filter.value.push_back(read_scalar(message.get_message()));
        break;
      default:
        message.skip();
    }
  }
  return filter;
}

Sort read_sort(pbf_reader message) {
  Sort sort;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(1):
        sort.column = text(message);
        break;
      case varint_field(2):
        sort.op = known_enum(message, SortOp::col_desc_abs, "sort op");
        break;
      default:
        message.skip();
    }
  }
  return sort;
}

/// Repeated strings in field 1: Columns and AggList.
std::vector<std::string> read_strings(pbf_reader message) {
  std::vector<std::string> strings;
  while (message.next()) {
    if (message.tag_and_type() == bytes_field(1)) {
      strings.push_back(text(message));
    } else {
      message.skip();
    }
  }
  return strings;
}

std::optional<std::vector<std::string>> read_columns_update(pbf_reader message) {
  std::optional<std::vector<std::string>> columns;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case varint_field(1):
        (void)message.get_enum();
        columns.reset();
        break;
      case bytes_field(2):
        columns = read_strings(message.get_message());
        break;
      default:
        message.skip();
    }
  }
  return columns;
}

Order read_order(pbf_reader message) {
  Order order;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(1):
        order.column = text(message);
        break;
      case varint_field(2):
        order.desc = message.get_bool();
        break;
      default:
        message.skip();
    }
  }
  return order;
}

WindowSpec read_window(pbf_reader message) {
  WindowSpec window;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(2):
        window.source = text(message);
        break;
      case bytes_field(3):
        window.op = text(message);
        break;
      case bytes_field(4):
        window.partition_by.push_back(text(message));
        break;
      case bytes_field(5):
        window.order_by = read_order(message.get_message());
        break;
      case varint_field(6):
        window.frame = WindowSpec::Rows{message.get_uint32()};
        break;
      case double_field(7):
        window.frame = WindowSpec::Range{message.get_double()};
        break;
      case varint_field(8):
        (void)message.get_enum();
        window.frame = WindowSpec::Cumulative{};
        break;
      case varint_field(9):
        window.offset = message.get_uint32();
        break;
      case double_field(10):
        window.alpha = message.get_double();
        break;
      default:
        message.skip();
    }
  }
  return window;
}

/// Fields 1 … 6; false if it is none of them.
bool read_first_fields(pbf_reader& message, ViewConfig& config) {
  switch (message.tag_and_type()) {
    case bytes_field(1):
      config.group_by.push_back(text(message));
      return true;
    case bytes_field(2):
      config.split_by.push_back(text(message));
      return true;
    case bytes_field(3):
      config.columns = read_columns_update(message.get_message());
      return true;
    case bytes_field(4):
      config.filter.push_back(read_filter(message.get_message()));
      return true;
    case bytes_field(5):
      config.sort.push_back(read_sort(message.get_message()));
      return true;
    case bytes_field(6):
      read_entry(message.get_message(), config.expressions, bytes_field(2),
                 [](pbf_reader& value) { return text(value); });
      return true;
    default:
      return false;
  }
}

/// The counterpart of read_strings.
void write_strings(pbf_writer& out, const std::vector<std::string>& strings) {
  for (const auto& string : strings) out.add_string(1, string);
}

void write_filter(pbf_writer& out, const Filter& filter) {
  if (!filter.column.empty()) out.add_string(1, filter.column);
  if (!filter.op.empty()) out.add_string(2, filter.op);
  for (const Scalar& value : filter.value) {
    write_message(out, 3, [&](pbf_writer& scalar) { write_scalar(scalar, value); });
  }
}

void write_window_frame(pbf_writer& out, const WindowSpec& window) {
  if (const auto* rows = std::get_if<WindowSpec::Rows>(&window.frame)) out.add_uint32(6, rows->count);
  if (const auto* range = std::get_if<WindowSpec::Range>(&window.frame)) out.add_double(7, range->distance);
  if (std::holds_alternative<WindowSpec::Cumulative>(window.frame)) out.add_enum(8, 0);
}

void write_window(pbf_writer& out, const WindowSpec& window) {
  if (!window.source.empty()) out.add_string(2, window.source);
  if (!window.op.empty()) out.add_string(3, window.op);
  for (const auto& column : window.partition_by) out.add_string(4, column);
  if (window.order_by) {
    write_message(out, 5, [&](pbf_writer& order) {
      if (!window.order_by->column.empty()) order.add_string(1, window.order_by->column);
      if (window.order_by->desc) order.add_bool(2, true);
    });
  }
  write_window_frame(out, window);
  if (window.offset) out.add_uint32(9, *window.offset);
  if (window.alpha) out.add_double(10, *window.alpha);
}

/// columns, filter, sort: fields 3, 4, 5.
void write_lists(pbf_writer& out, const ViewConfig& config) {
  if (config.columns) {
    write_message(out, 3, [&](pbf_writer& update) {
      write_message(update, 2, [&](pbf_writer& columns) { write_strings(columns, *config.columns); });
    });
  }
  for (const Filter& term : config.filter) {
    write_message(out, 4, [&](pbf_writer& filter) { write_filter(filter, term); });
  }
  for (const Sort& term : config.sort) {
    write_message(out, 5, [&](pbf_writer& sort) {
      if (!term.column.empty()) sort.add_string(1, term.column);
      if (term.op != SortOp::none) sort.add_enum(2, static_cast<std::int32_t>(term.op));
    });
  }
}

}  // namespace

ViewConfig read_view_config(pbf_reader message) {
  ViewConfig config;
  while (message.next()) {
    if (read_first_fields(message, config)) continue;
    switch (message.tag_and_type()) {
      case bytes_field(7):
        read_entry(message.get_message(), config.aggregates, bytes_field(2),
                   [](pbf_reader& value) { return read_strings(value.get_message()); });
        break;
      case varint_field(8):
        config.filter_op = known_enum(message, FilterReducer::any, "filter_op");
        break;
      case varint_field(9):
        config.group_by_depth = message.get_uint32();
        break;
      case varint_field(10):
        config.group_rollup_mode = known_enum(message, GroupRollupMode::total, "group_rollup_mode");
        break;
      case bytes_field(11):
        read_entry(message.get_message(), config.windows, bytes_field(2),
                   [](pbf_reader& value) { return read_window(value.get_message()); });
        break;
      case varint_field(12):
        config.split_rollup_mode = known_enum(message, SplitRollupMode::rollup, "split_rollup_mode");
        break;
      default:
        message.skip();
    }
  }
  return config;
}

void write_scalar(pbf_writer& out, const Scalar& scalar) {
  if (const auto* flag = std::get_if<bool>(&scalar)) {
    out.add_bool(1, *flag);
  } else if (const auto* number = std::get_if<double>(&scalar)) {
    out.add_double(4, *number);
  } else if (const auto* string = std::get_if<std::string>(&scalar)) {
    out.add_string(6, *string);
  } else {
    out.add_enum(7, 0);
  }
}

void write_view_config(pbf_writer& out, const ViewConfig& config) {
  for (const auto& name : config.group_by) out.add_string(1, name);
  for (const auto& name : config.split_by) out.add_string(2, name);
  write_lists(out, config);
  for (const auto& [alias, expression] : config.expressions) {
    write_message(out, 6, [&](pbf_writer& entry) {
      entry.add_string(1, alias);
      entry.add_string(2, expression);
    });
  }
  for (const auto& [column, aggregate] : config.aggregates) {
    write_message(out, 7, [&](pbf_writer& entry) {
      entry.add_string(1, column);
      write_message(entry, 2, [&](pbf_writer& list) { write_strings(list, aggregate); });
    });
  }
  if (config.filter_op != FilterReducer::all) out.add_enum(8, static_cast<std::int32_t>(config.filter_op));
  if (config.group_by_depth) out.add_uint32(9, *config.group_by_depth);
  if (config.group_rollup_mode) out.add_enum(10, static_cast<std::int32_t>(*config.group_rollup_mode));
  for (const auto& [alias, window] : config.windows) {
    write_message(out, 11, [&](pbf_writer& entry) {
      entry.add_string(1, alias);
      write_message(entry, 2, [&](pbf_writer& value) { write_window(value, window); });
    });
  }
  if (config.split_rollup_mode) out.add_enum(12, static_cast<std::int32_t>(*config.split_rollup_mode));
}

}  // namespace parallax::wire

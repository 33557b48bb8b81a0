#include <protozero/varint.hpp>
#include <type_traits>

#include "parallax/error.h"
#include "protocol/fields.h"
#include "protocol/response.h"
#include "protocol/view_config.h"

namespace parallax::wire {

using protozero::pbf_writer;

namespace {

/// Messages of 2 GiB and more are no protobuf, and clients fail on them.
constexpr std::size_t kMaxPayload = (std::size_t{1} << 31) - 1024;

template <class Enum>
std::int32_t number_of(Enum value) {
  return static_cast<std::int32_t>(value);
}

void add_number(pbf_writer& out, protozero::pbf_tag_type field, std::uint64_t value) {
  if (value != 0) out.add_uint64(field, value);
}

void add_flag(pbf_writer& out, protozero::pbf_tag_type field, bool value) {
  if (value) out.add_bool(field, true);
}

void add_text(pbf_writer& out, protozero::pbf_tag_type field, std::string_view value) {
  if (!value.empty()) out.add_string(field, value.data(), value.size());
}

template <class Enum>
void add_packed(pbf_writer& out, protozero::pbf_tag_type field, const std::vector<Enum>& values) {
  std::vector<std::int32_t> numbers;
  for (const Enum value : values) numbers.push_back(number_of(value));
  out.add_packed_enum(field, numbers.begin(), numbers.end());
}

void add_types(pbf_writer& out, protozero::pbf_tag_type field, const ColumnTypes& types) {
  for (const auto& column : types) {
    write_message(out, field, [&](pbf_writer& entry) {
      entry.add_string(1, column.first);
      entry.add_enum(2, number_of(column.second));
    });
  }
}

/// An entry of one of the maps by column type; `fill` writes the options message.
template <class F>
void add_options(pbf_writer& out, protozero::pbf_tag_type field, ColumnType type, F&& fill) {
  write_message(out, field, [&](pbf_writer& entry) {
    entry.add_uint32(1, static_cast<std::uint32_t>(type));
    write_message(entry, 2, fill);
  });
}

void write(pbf_writer& out, const AggregateArgs& aggregate) {
  add_text(out, 1, aggregate.name);
  add_packed(out, 2, aggregate.args);
}

void write(pbf_writer& out, const WindowAggregateArgs& window) {
  add_text(out, 1, window.name);
  for (const auto& frame : window.frames) out.add_string(2, frame);
  add_flag(out, 3, window.offset);
  add_flag(out, 4, window.alpha);
  if (window.result_type) out.add_enum(5, number_of(*window.result_type));
}

// --- one overload a response kind ---

template <class T>
requires std::is_empty_v<T>
void write(pbf_writer& /*out*/, const T& /*message*/) {}

void write(pbf_writer& out, const GetFeaturesResp& features) {
  add_flag(out, 1, features.group_by);
  add_flag(out, 2, features.split_by);
  add_flag(out, 3, features.expressions);
  add_flag(out, 4, features.on_update);
  add_flag(out, 5, features.sort);
  for (const auto& ops : features.filter_ops) {
    add_options(out, 6, ops.first, [&](pbf_writer& options) {
      for (const auto& name : ops.second) options.add_string(1, name);
    });
  }
  for (const auto& aggregates : features.aggregates) {
    add_options(out, 7, aggregates.first, [&](pbf_writer& options) {
      for (const auto& one : aggregates.second) {
        write_message(options, 1, [&](pbf_writer& message) { write(message, one); });
      }
    });
  }
  add_packed(out, 8, features.group_rollup_mode);
  for (const auto& windows : features.window_aggregates) {
    add_options(out, 9, windows.first, [&](pbf_writer& options) {
      for (const auto& one : windows.second) {
        write_message(options, 1, [&](pbf_writer& message) { write(message, one); });
      }
    });
  }
  add_flag(out, 10, features.unordered);
  add_packed(out, 11, features.split_rollup_mode);
}

void write(pbf_writer& out, const GetHostedTablesResp& tables) {
  for (const HostedTable& table : tables.table_infos) {
    write_message(out, 1, [&](pbf_writer& info) {
      add_text(info, 1, table.entity_id);
      if (table.index) info.add_string(2, *table.index);
      if (table.limit) info.add_uint32(3, *table.limit);
    });
  }
}

void write(pbf_writer& out, const TableMakePortResp& port) { add_number(out, 1, port.port_id); }
void write(pbf_writer& out, const TableMakeViewResp& view) { add_text(out, 1, view.view_id); }

void write(pbf_writer& out, const TableSchemaResp& response) {
  write_message(out, 1, [&](pbf_writer& schema) {
    for (const KeyTypePair& column : response.schema) {
      write_message(schema, 1, [&](pbf_writer& pair) {
        add_text(pair, 1, column.name);
        if (column.type != ColumnType::string) pair.add_enum(2, number_of(column.type));
      });
    }
  });
}

void write(pbf_writer& out, const TableSizeResp& table) { add_number(out, 2, table.size); }

void write(pbf_writer& out, const TableValidateExprResp& result) {
  add_types(out, 1, result.expression_schema);
  for (const auto& fault : result.errors) {
    write_message(out, 2, [&](pbf_writer& entry) {
      entry.add_string(1, fault.first);
      write_message(entry, 2, [&](pbf_writer& error) {
        add_text(error, 1, fault.second.error_message);
        add_number(error, 2, fault.second.line);
        add_number(error, 3, fault.second.column);
      });
    });
  }
  for (const auto& alias : result.expression_alias) {
    write_message(out, 3, [&](pbf_writer& entry) {
      entry.add_string(1, alias.first);
      entry.add_string(2, alias.second);
    });
  }
}

void write(pbf_writer& out, const ViewColumnPathsResp& columns) {
  for (const auto& path : columns.paths) out.add_string(1, path);
}

void write(pbf_writer& out, const ViewDimensionsResp& dimensions) {
  add_number(out, 1, dimensions.num_table_rows);
  add_number(out, 2, dimensions.num_table_columns);
  add_number(out, 3, dimensions.num_view_rows);
  add_number(out, 4, dimensions.num_view_columns);
}

void write(pbf_writer& out, const ViewExpressionSchemaResp& response) { add_types(out, 1, response.schema); }
void write(pbf_writer& out, const ViewSchemaResp& response) { add_types(out, 1, response.schema); }

void write(pbf_writer& out, const ViewGetConfigResp& response) {
  write_message(out, 1, [&](pbf_writer& config) { write_view_config(config, response.config); });
}

void write(pbf_writer& out, const ServerSystemInfoResp& info) {
  add_number(out, 1, info.heap_size);
  add_number(out, 2, info.used_size);
  add_number(out, 3, info.cpu_time);
  add_number(out, 4, info.cpu_time_epoch);
}

void write(pbf_writer& out, const ViewCollapseResp& changed) { add_number(out, 1, changed.num_changed); }
void write(pbf_writer& out, const ViewExpandResp& changed) { add_number(out, 1, changed.num_changed); }

void write(pbf_writer& out, const ViewGetMinMaxResp& range) {
  write_message(out, 1, [&](pbf_writer& scalar) { write_scalar(scalar, range.min); });
  write_message(out, 2, [&](pbf_writer& scalar) { write_scalar(scalar, range.max); });
}

void write(pbf_writer& out, const ServerError& error) {
  add_text(out, 1, error.message);
  if (error.status_code != StatusCode::server_error) out.add_enum(2, number_of(error.status_code));
}

// --- messages whose first field is a large text ---

TextBuffer& text_of(ViewToArrowResp& message) { return message.arrow; }
TextBuffer& text_of(ViewToColumnsStringResp& message) { return message.json_string; }
TextBuffer& text_of(ViewToRowsStringResp& message) { return message.json_string; }
TextBuffer& text_of(ViewToNdjsonStringResp& message) { return message.ndjson_string; }
TextBuffer& text_of(ViewToCsvResp& message) { return message.csv; }
const TextBuffer* shared_text_of(const ViewOnUpdateResp& message) { return message.delta.get(); }
const TextBuffer* shared_text_of(const ViewOnRemoveResp& message) {
  return message.indices->empty() ? nullptr : message.indices.get();
}

template <class T>
concept HasText = requires(T& message) {
  text_of(message);
};
template <class T>
concept SharesText = requires(const T& message) {
  shared_text_of(message);
};

/// What stands before the text, if there is one; `rest` bytes of other fields follow it.
std::string head(std::string frame, protozero::pbf_tag_type field, std::optional<std::size_t> text,
                 std::size_t rest) {
  if (text > kMaxPayload) {
    throw Error(ErrorKind::resource_limit, "The answer takes " + std::to_string(*text) +
                                               " bytes, more than a message can hold (2 GiB); ask for a "
                                               "window of rows or columns, or for compression");
  }
  std::string inner;
  if (text) {
    protozero::add_varint_to_buffer(&inner, bytes_field(1));
    protozero::add_varint_to_buffer(&inner, *text);
  }
  protozero::add_varint_to_buffer(&frame, bytes_field(field));
  protozero::add_varint_to_buffer(&frame, inner.size() + text.value_or(0) + rest);
  return frame + inner;
}

/// `frame` has the fields before.
template <class T>
TextBuffer encode_kind(std::string frame, protozero::pbf_tag_type field, T& message) {
  if constexpr (HasText<T>) {
    TextBuffer& text = text_of(message);
    const auto size = text.empty() ? std::nullopt : std::optional(text.size());
    text.prepend(head(std::move(frame), field, size, 0));
    return std::move(text);
  } else if constexpr (SharesText<T>) {
    std::string port;
    pbf_writer rest{port};
    add_number(rest, 2, message.port_id);
    const TextBuffer* text = shared_text_of(message);
    const std::string_view bytes = text ? text->view() : std::string_view();
    const auto size = text ? std::optional(bytes.size()) : std::nullopt;
    const std::string first = head(std::move(frame), field, size, port.size());
    TextBuffer out;
    out.reserve(first.size() + bytes.size() + port.size());
    out.append(first);
    out.append(bytes);
    out.append(port);
    return out;
  } else {
    pbf_writer out{frame};
    write_message(out, field, [&](pbf_writer& body) { write(body, message); });
    return TextBuffer(frame);
  }
}

constexpr std::uint32_t kFirstField = 3;
constexpr std::uint32_t kServerErrorField = 50;

}  // namespace

TextBuffer encode_response(std::uint32_t msg_id, std::string_view entity_id, ResponseKind kind) {
  std::string frame;
  {
    pbf_writer out{frame};
    add_number(out, 1, msg_id);
    add_text(out, 2, entity_id);
  }
  const auto index = static_cast<std::uint32_t>(kind.index());
  const bool failed = std::holds_alternative<ServerError>(kind);
  const std::uint32_t field = failed ? kServerErrorField : kFirstField + index;
  return std::visit([&](auto& message) { return encode_kind(std::move(frame), field, message); }, kind);
}

TextBuffer encode_hosted_tables_changed(std::uint32_t msg_id) {
  std::string frame;
  pbf_writer out{frame};
  out.add_uint32(1, msg_id);  // also for 0: a frame without bytes would be dropped on the way
  return TextBuffer(frame);
}

}  // namespace parallax::wire

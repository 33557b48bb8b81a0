#include <array>
#include <protozero/exception.hpp>
#include <type_traits>
#include <utility>

#include "protocol/fields.h"
#include "protocol/request.h"
#include "protocol/view_config.h"

namespace parallax::wire {

using protozero::pbf_reader;

namespace {

Schema read_schema(pbf_reader message) {
  Schema schema;
  while (message.next()) {
    if (message.tag_and_type() != bytes_field(1)) {
      message.skip();
      continue;
    }
    pbf_reader pair = message.get_message();
    KeyTypePair& field = schema.emplace_back();
    while (pair.next()) {
      switch (pair.tag_and_type()) {
        case bytes_field(1):
          field.name = text(pair);
          break;
        case varint_field(2):
          field.type = known_enum(pair, ColumnType::boolean, "column type");
          break;
        default:
          pair.skip();
      }
    }
  }
  return schema;
}

TableData read_table_data(pbf_reader message) {
  TableData data;
  while (message.next()) {
    const auto number = message.tag();
    if (message.wire_type() != protozero::pbf_wire_type::length_delimited || number > 7) {
      message.skip();
      continue;
    }
    data.kind = static_cast<TableData::Kind>(number);
    data.schema.clear();
    data.payload = {};
    if (data.kind == TableData::Kind::schema) {
      data.schema = read_schema(message.get_message());
    } else if (data.kind == TableData::Kind::arrow) {
      const auto bytes = message.get_view();
      data.payload = {bytes.data(), bytes.size()};
    } else {
      data.payload = text_view(message);
    }
  }
  return data;
}

MakeTableOptions read_table_options(pbf_reader message) {
  MakeTableOptions options;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(1):
        options.key = text(message);
        break;
      case varint_field(2):
        options.key = message.get_uint32();
        break;
      case varint_field(3):
        options.page_to_disk = message.get_bool();
        break;
      case varint_field(4):
        options.list_flatten = known_enum(message, ListFlatten::stringify, "list_flatten");
        break;
      default:
        message.skip();
    }
  }
  return options;
}

ViewPort read_viewport(pbf_reader message) {
  ViewPort port;
  while (message.next()) {
    switch (message.tag_and_type()) {
      case varint_field(1):
        port.start_row = message.get_uint32();
        break;
      case varint_field(2):
        port.start_col = message.get_uint32();
        break;
      case varint_field(3):
        port.end_row = message.get_uint32();
        break;
      case varint_field(4):
        port.end_col = message.get_uint32();
        break;
      case varint_field(5):
        port.emit_legacy_row_path_names = message.get_bool();
        break;
      default:
        message.skip();
    }
  }
  return port;
}

/// Messages whose only field is a number in field 1.
std::uint32_t read_number(pbf_reader message) {
  std::uint32_t number = 0;
  while (message.next()) {
    if (message.tag_and_type() == varint_field(1)) {
      number = message.get_uint32();
    } else {
      message.skip();
    }
  }
  return number;
}

/// Messages whose only field is a flag in field 1.
bool read_flag(pbf_reader message) {
  bool flag = false;
  while (message.next()) {
    if (message.tag_and_type() == varint_field(1)) {
      flag = message.get_bool();
    } else {
      message.skip();
    }
  }
  return flag;
}

/// Messages whose only field is the table data in field 1.
TableData read_data_only(pbf_reader message) {
  TableData data;
  while (message.next()) {
    if (message.tag_and_type() == bytes_field(1)) {
      data = read_table_data(message.get_message());
    } else {
      message.skip();
    }
  }
  return data;
}

// --- one overload a request kind ---

template <class T>
requires std::is_empty_v<T>
void read(pbf_reader message, T& /*out*/) { skip_fields(message); }

void read(pbf_reader message, GetHostedTablesReq& out) { out.subscribe = read_flag(message); }
void read(pbf_reader message, TableDeleteReq& out) { out.is_immediate = read_flag(message); }
void read(pbf_reader message, ViewCollapseReq& out) { out.row_index = read_number(message); }
void read(pbf_reader message, ViewExpandReq& out) { out.row_index = read_number(message); }
void read(pbf_reader message, ViewSetDepthReq& out) { out.depth = read_number(message); }
void read(pbf_reader message, ViewRemoveOnUpdateReq& out) { out.id = read_number(message); }
void read(pbf_reader message, ViewRemoveOnRemoveReq& out) { out.id = read_number(message); }
void read(pbf_reader message, ViewRemoveDeleteReq& out) { out.id = read_number(message); }
void read(pbf_reader message, TableRemoveDeleteReq& out) { out.id = read_number(message); }
void read(pbf_reader message, RemoveHostedTablesUpdateReq& out) { out.id = read_number(message); }
void read(pbf_reader message, TableRemoveReq& out) { out.data = read_data_only(message); }
void read(pbf_reader message, TableReplaceReq& out) { out.data = read_data_only(message); }

void read(pbf_reader message, TableMakeViewReq& out) {
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(1):
        out.view_id = text(message);
        break;
      case bytes_field(2):
        out.config = read_view_config(message.get_message());
        break;
      default:
        message.skip();
    }
  }
}

void read(pbf_reader message, TableValidateExprReq& out) {
  while (message.next()) {
    if (message.tag_and_type() == bytes_field(1)) {
      read_entry(message.get_message(), out.column_to_expr, bytes_field(2),
                 [](pbf_reader& value) { return text(value); });
    } else {
      message.skip();
    }
  }
}

void read(pbf_reader message, ViewColumnPathsReq& out) {
  while (message.next()) {
    switch (message.tag_and_type()) {
      case varint_field(1):
        out.start_col = message.get_uint32();
        break;
      case varint_field(2):
        out.end_col = message.get_uint32();
        break;
      default:
        message.skip();
    }
  }
}

void read(pbf_reader message, ViewToArrowReq& out) {
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(1):
        out.viewport = read_viewport(message.get_message());
        break;
      case bytes_field(2):
        out.compression = text(message);
        break;
      default:
        message.skip();
    }
  }
}

void read(pbf_reader message, JsonReq& out) {
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(1):
        out.viewport = read_viewport(message.get_message());
        break;
      case varint_field(2):
        out.id = message.get_bool();
        break;
      case varint_field(3):
        out.index = message.get_bool();
        break;
      case varint_field(4):
        out.formatted = message.get_bool();
        break;
      default:
        message.skip();
    }
  }
}

void read(pbf_reader message, ViewToCsvReq& out) {
  while (message.next()) {
    if (message.tag_and_type() == bytes_field(1)) {
      out.viewport = read_viewport(message.get_message());
    } else {
      message.skip();
    }
  }
}

void read(pbf_reader message, ViewGetMinMaxReq& out) {
  while (message.next()) {
    if (message.tag_and_type() == bytes_field(1)) {
      out.column_name = text(message);
    } else {
      message.skip();
    }
  }
}

void read(pbf_reader message, ViewOnUpdateReq& out) {
  while (message.next()) {
    if (message.tag_and_type() == varint_field(1)) {
      out.row_mode = message.get_enum() == 0;
    } else {
      message.skip();
    }
  }
}

void read(pbf_reader message, MakeTableReq& out) {
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(1):
        out.data = read_table_data(message.get_message());
        break;
      case bytes_field(2):
        out.options = read_table_options(message.get_message());
        break;
      default:
        message.skip();
    }
  }
}

void read(pbf_reader message, TableUpdateReq& out) {
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(1):
        out.data = read_table_data(message.get_message());
        break;
      case varint_field(2):
        out.port_id = message.get_uint32();
        break;
      default:
        message.skip();
    }
  }
}

void read(pbf_reader message, MakeJoinTableReq& out) {
  while (message.next()) {
    switch (message.tag_and_type()) {
      case bytes_field(1):
        out.left_table_id = text(message);
        break;
      case bytes_field(2):
        out.right_table_id = text(message);
        break;
      case bytes_field(3):
        out.on_column = text(message);
        break;
      case varint_field(4):
        out.join_type = known_enum(message, JoinType::outer, "join type");
        break;
      case bytes_field(5):
        out.right_on_column = text(message);
        break;
      default:
        message.skip();
    }
  }
}

// --- dispatch by field number ---

template <std::size_t I>
RequestKind read_kind(pbf_reader message) {
  std::variant_alternative_t<I, RequestKind> kind;
  read(message, kind);
  return kind;
}

constexpr auto kKindReaders = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array{&read_kind<I>...};
}
(std::make_index_sequence<kRequestKinds>{});

constexpr bool is_kind(protozero::pbf_tag_type number) {
  return number >= kFirstKind && number < kFirstKind + kRequestKinds;
}

struct Found {
  std::size_t kind = kRequestKinds;  ///< none
  protozero::data_view bytes;
};

/// Walks over the outer fields. `envelope` holds what was read even if this throws.
Found read_envelope(std::span<const std::byte> bytes, Envelope& envelope) {
  Found found;
  pbf_reader message{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  while (message.next()) {
    const auto number = message.tag();
    if (message.tag_and_type() == varint_field(1)) {
      envelope.msg_id = message.get_uint32();
    } else if (message.tag_and_type() == bytes_field(2)) {
      envelope.entity_id = text(message);
    } else if (is_kind(number) && message.wire_type() == protozero::pbf_wire_type::length_delimited) {
      found = {number - kFirstKind, message.get_view()};
    } else {
      message.skip();
    }
  }
  return found;
}

}  // namespace

RequestKind decode_request(std::span<const std::byte> bytes, Envelope& envelope) {
  try {
    const Found found = read_envelope(bytes, envelope);
    if (found.kind == kRequestKinds) {
      throw Error("Unhandled request type 2: the message holds no request that this server knows");
    }
    return kKindReaders[found.kind](pbf_reader{found.bytes});
  } catch (const protozero::exception& fault) {
    throw Error("The request is cut short or damaged and was not run (" + std::string(fault.what()) + ")");
  }
}

Envelope peek_envelope(std::span<const std::byte> bytes) {
  Envelope envelope;
  try {
    (void)read_envelope(bytes, envelope);
  } catch (const protozero::exception&) {
    // What was read is the answer.
  } catch (const Error&) {
  }
  return envelope;
}

}  // namespace parallax::wire

// Requests: what a client may ask, and how its bytes become that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/common.h"

namespace parallax::wire {

/// Data of a make, update, replace or remove. The payload points into the request's bytes.
struct TableData {
  enum class Kind : std::uint8_t {
    none = 0,  ///< the oneof is empty
    schema = 1,
    csv = 2,
    arrow = 3,
    rows = 4,
    columns = 5,
    view = 6,
    ndjson = 7
  };
  Kind kind = Kind::none;
  Schema schema;             ///< of Kind::schema
  std::string_view payload;  ///< of the others; UTF-8 but for arrow
};

struct MakeTableOptions {
  /// Index column, or limit; both on the wire: the last one counts.
  std::variant<std::monostate, std::string, std::uint32_t> key;
  bool page_to_disk = false;
  ListFlatten list_flatten = ListFlatten::zip;
};

// In the order of their field numbers in Request, 3 … 40.
struct GetFeaturesReq {};
struct GetHostedTablesReq {
  bool subscribe = false;
};
struct TableMakePortReq {};
struct TableMakeViewReq {
  std::string view_id;
  ViewConfig config;
};
struct TableSchemaReq {};
struct TableSizeReq {};
struct TableValidateExprReq {
  std::map<std::string, std::string> column_to_expr;
};
struct ViewColumnPathsReq {
  std::optional<std::uint32_t> start_col, end_col;
};
struct ViewDeleteReq {};
struct ViewDimensionsReq {};
struct ViewExpressionSchemaReq {};
struct ViewGetConfigReq {};
struct ViewSchemaReq {};
struct ViewToArrowReq {
  ViewPort viewport;
  std::optional<std::string> compression;
};
struct ServerSystemInfoReq {};
struct ViewCollapseReq {
  std::uint32_t row_index = 0;
};
struct ViewExpandReq {
  std::uint32_t row_index = 0;
};
struct ViewGetMinMaxReq {
  std::string column_name;
};
struct ViewOnUpdateReq {
  bool row_mode = false;  ///< the mode is ROW; an unknown mode counts as absent
};
struct ViewRemoveOnUpdateReq {
  std::uint32_t id = 0;
};
struct ViewSetDepthReq {
  std::uint32_t depth = 0;
};
/// What the three JSON outputs take.
struct JsonReq {
  ViewPort viewport;
  bool id = false;
  bool index = false;
  bool formatted = false;
};
struct ViewToColumnsStringReq : JsonReq {};
struct ViewToCsvReq {
  ViewPort viewport;
};
struct ViewToRowsStringReq : JsonReq {};
struct MakeTableReq {
  TableData data;
  MakeTableOptions options;
};
struct TableDeleteReq {
  bool is_immediate = false;
};
struct TableOnDeleteReq {};
struct TableRemoveDeleteReq {
  std::uint32_t id = 0;
};
struct TableRemoveReq {
  TableData data;
};
struct TableReplaceReq {
  TableData data;
};
struct TableUpdateReq {
  TableData data;
  std::uint32_t port_id = 0;
};
struct ViewOnDeleteReq {};
struct ViewRemoveDeleteReq {
  std::uint32_t id = 0;
};
struct ViewToNdjsonStringReq : JsonReq {};
struct RemoveHostedTablesUpdateReq {
  std::uint32_t id = 0;
};
struct MakeJoinTableReq {
  std::string left_table_id;
  std::string right_table_id;
  std::string on_column;
  JoinType join_type = JoinType::inner;
  std::string right_on_column;
};
struct ViewOnRemoveReq {};
struct ViewRemoveOnRemoveReq {
  std::uint32_t id = 0;
};

inline constexpr std::uint32_t kFirstKind = 3;

/// Alternative i is the message of field number kFirstKind + i.
using RequestKind =
    std::variant<GetFeaturesReq, GetHostedTablesReq, TableMakePortReq, TableMakeViewReq, TableSchemaReq,
                 TableSizeReq, TableValidateExprReq, ViewColumnPathsReq, ViewDeleteReq, ViewDimensionsReq,
                 ViewExpressionSchemaReq, ViewGetConfigReq, ViewSchemaReq, ViewToArrowReq,
                 ServerSystemInfoReq, ViewCollapseReq, ViewExpandReq, ViewGetMinMaxReq, ViewOnUpdateReq,
                 ViewRemoveOnUpdateReq, ViewSetDepthReq, ViewToColumnsStringReq, ViewToCsvReq,
                 ViewToRowsStringReq, MakeTableReq, TableDeleteReq, TableOnDeleteReq, TableRemoveDeleteReq,
                 TableRemoveReq, TableReplaceReq, TableUpdateReq, ViewOnDeleteReq, ViewRemoveDeleteReq,
                 ViewToNdjsonStringReq, RemoveHostedTablesUpdateReq, MakeJoinTableReq, ViewOnRemoveReq,
                 ViewRemoveOnRemoveReq>;

inline constexpr std::size_t kRequestKinds = std::variant_size_v<RequestKind>;
static_assert(kRequestKinds == 38);

/// The two fields that every message has.
struct Envelope {
  std::uint32_t msg_id = 0;
  std::string entity_id;
};

/// Reads one Request. `envelope` gets what could be read of it even when this throws. Throws Error for bytes
/// that are damaged in any place, text that is not UTF-8, enum values that are not known and a message
/// without a known kind. Payloads of the result point into `bytes`.
RequestKind decode_request(std::span<const std::byte> bytes, Envelope& envelope);

/// Reads the envelope alone, as far as the bytes go; never throws for content.
Envelope peek_envelope(std::span<const std::byte> bytes);

}  // namespace parallax::wire

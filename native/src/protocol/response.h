// Responses: what the server may say, and the bytes of that.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/text_buffer.h"
#include "protocol/common.h"

namespace parallax::wire {

using ColumnTypes = std::vector<std::pair<std::string, ColumnType>>;  ///< a map on the wire, in this order

struct AggregateArgs {
  std::string name;
  std::vector<ColumnType> args;
};
struct WindowAggregateArgs {
  std::string name;
  std::vector<std::string> frames;
  bool offset = false;
  bool alpha = false;
  std::optional<ColumnType> result_type;  ///< absent: that of the source
};
struct HostedTable {
  std::string entity_id;
  std::optional<std::string> index;
  std::optional<std::uint32_t> limit;
};
struct ExprValidationError {
  std::string error_message;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// In the order of their field numbers in Response, 3 … 40.
struct GetFeaturesResp {
  bool group_by = false;
  bool split_by = false;
  bool expressions = false;
  bool on_update = false;
  bool sort = false;
  std::map<ColumnType, std::vector<std::string>> filter_ops;
  std::map<ColumnType, std::vector<AggregateArgs>> aggregates;
  std::vector<GroupRollupMode> group_rollup_mode;
  std::map<ColumnType, std::vector<WindowAggregateArgs>> window_aggregates;
  bool unordered = false;
  std::vector<SplitRollupMode> split_rollup_mode;
};
struct GetHostedTablesResp {
  std::vector<HostedTable> table_infos;
};
struct TableMakePortResp {
  std::uint32_t port_id = 0;
};
struct TableMakeViewResp {
  std::string view_id;
};
struct TableSchemaResp {
  Schema schema;
};
struct TableSizeResp {
  std::uint32_t size = 0;
};
struct TableValidateExprResp {
  ColumnTypes expression_schema;
  std::map<std::string, ExprValidationError> errors;
  std::map<std::string, std::string> expression_alias;
};
struct ViewColumnPathsResp {
  std::vector<std::string> paths;
};
struct ViewDeleteResp {};
struct ViewDimensionsResp {
  std::uint32_t num_table_rows = 0;
  std::uint32_t num_table_columns = 0;
  std::uint32_t num_view_rows = 0;
  std::uint32_t num_view_columns = 0;
};
struct ViewExpressionSchemaResp {
  ColumnTypes schema;
};
struct ViewGetConfigResp {
  ViewConfig config;
};
struct ViewSchemaResp {
  ColumnTypes schema;
};
struct ViewToArrowResp {
  TextBuffer arrow;
};
struct ServerSystemInfoResp {
  std::uint64_t heap_size = 0;
  std::uint64_t used_size = 0;
  std::uint32_t cpu_time = 0;
  std::uint32_t cpu_time_epoch = 0;
};
struct ViewCollapseResp {
  std::uint32_t num_changed = 0;
};
struct ViewExpandResp {
  std::uint32_t num_changed = 0;
};
struct ViewGetMinMaxResp {
  Scalar min;
  Scalar max;
};
struct ViewOnUpdateResp {
  std::shared_ptr<const TextBuffer> delta;  ///< Arrow, shared by the subscribers; null: absent
  std::uint32_t port_id = 0;
};
struct ViewRemoveOnUpdateResp {};
struct ViewSetDepthResp {};
struct ViewToColumnsStringResp {
  TextBuffer json_string;
};
struct ViewToCsvResp {
  TextBuffer csv;
};
struct ViewToRowsStringResp {
  TextBuffer json_string;
};
struct MakeTableResp {};
struct TableDeleteResp {};
struct TableOnDeleteResp {};
struct TableRemoveDeleteResp {};
struct TableRemoveResp {};
struct TableReplaceResp {};
struct TableUpdateResp {};
struct ViewOnDeleteResp {};
struct ViewRemoveDeleteResp {};
struct ViewToNdjsonStringResp {
  TextBuffer ndjson_string;
};
struct RemoveHostedTablesUpdateResp {};
struct MakeJoinTableResp {};
struct ViewOnRemoveResp {
  std::shared_ptr<const TextBuffer> indices;  ///< Arrow, shared by the subscribers; not null
  std::uint32_t port_id = 0;
};
struct ViewRemoveOnRemoveResp {};

struct ServerError {
  std::string message;
  StatusCode status_code = StatusCode::server_error;
};

/// Alternative i is the message of field number 3 + i; the last one, ServerError, has number 50.
using ResponseKind =
    std::variant<GetFeaturesResp, GetHostedTablesResp, TableMakePortResp, TableMakeViewResp, TableSchemaResp,
                 TableSizeResp, TableValidateExprResp, ViewColumnPathsResp, ViewDeleteResp,
                 ViewDimensionsResp, ViewExpressionSchemaResp, ViewGetConfigResp, ViewSchemaResp,
                 ViewToArrowResp, ServerSystemInfoResp, ViewCollapseResp, ViewExpandResp, ViewGetMinMaxResp,
                 ViewOnUpdateResp, ViewRemoveOnUpdateResp, ViewSetDepthResp, ViewToColumnsStringResp,
                 ViewToCsvResp, ViewToRowsStringResp, MakeTableResp, TableDeleteResp, TableOnDeleteResp,
                 TableRemoveDeleteResp, TableRemoveResp, TableReplaceResp, TableUpdateResp, ViewOnDeleteResp,
                 ViewRemoveDeleteResp, ViewToNdjsonStringResp, RemoveHostedTablesUpdateResp,
                 MakeJoinTableResp, ViewOnRemoveResp, ViewRemoveOnRemoveResp, ServerError>;

/// The bytes of one Response; those of a large text become the response's without being copied, if they have
/// headroom for what comes before. Throws Error (resource_limit) for one of 2 GiB or more.
TextBuffer encode_response(std::uint32_t msg_id, std::string_view entity_id, ResponseKind kind);

/// The notification of a hosted-tables subscription: a message of nothing but its id.
TextBuffer encode_hosted_tables_changed(std::uint32_t msg_id);

}  // namespace parallax::wire

// Messages and enums that requests and responses share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// The wire messages, one struct each, fields in the order of their numbers. An std::optional is a field with
/// explicit presence; everything else is absent on the wire when empty or zero.
namespace parallax::wire {

enum class StatusCode : std::uint8_t { server_error = 0, view_not_found = 1 };
enum class ColumnType : std::uint8_t {
  string = 0,
  date = 1,
  datetime = 2,
  integer = 3,
  floating = 4,
  boolean = 5
};
enum class SortOp : std::uint8_t {
  none = 0,
  asc,
  desc,
  col_asc,
  col_desc,
  asc_abs,
  desc_abs,
  col_asc_abs,
  col_desc_abs
};
enum class GroupRollupMode : std::uint8_t { rollup = 0, flat = 1, total = 2 };
enum class SplitRollupMode : std::uint8_t { flat = 0, rollup = 1 };
enum class ListFlatten : std::uint8_t { zip = 0, cartesian = 1, stringify = 2 };
enum class JoinType : std::uint8_t { inner = 0, left = 1, outer = 2 };
enum class FilterReducer : std::uint8_t { all = 0, any = 1 };

/// monostate is the null of the protocol.
using Scalar = std::variant<std::monostate, bool, double, std::string>;

struct KeyTypePair {
  std::string name;
  ColumnType type = ColumnType::string;
};
using Schema = std::vector<KeyTypePair>;

struct ViewPort {
  std::optional<std::uint32_t> start_row, start_col, end_row, end_col;
  std::optional<bool> emit_legacy_row_path_names;
};

struct Filter {
  std::string column;
  std::string op;
  std::vector<Scalar> value;
};

struct Sort {
  std::string column;
  SortOp op = SortOp::none;
};

struct Order {
  std::string column;
  bool desc = false;
};

struct WindowSpec {
  struct Rows {
    std::uint32_t count;
  };
  struct Range {
    double distance;
  };
  struct Cumulative {};
  std::string source;
  std::string op;
  std::vector<std::string> partition_by;
  std::optional<Order> order_by;
  std::variant<std::monostate, Rows, Range, Cumulative> frame;
  std::optional<std::uint32_t> offset;
  std::optional<double> alpha;
};

struct ViewConfig {
  std::vector<std::string> group_by;
  std::vector<std::string> split_by;
  std::optional<std::vector<std::string>> columns;  ///< absent: the default, all columns
  std::vector<Filter> filter;
  std::vector<Sort> sort;
  std::map<std::string, std::string> expressions;
  std::map<std::string, std::vector<std::string>> aggregates;
  FilterReducer filter_op = FilterReducer::all;
  std::optional<std::uint32_t> group_by_depth;
  std::optional<GroupRollupMode> group_rollup_mode;
  std::map<std::string, WindowSpec> windows;
  std::optional<SplitRollupMode> split_rollup_mode;
};

}  // namespace parallax::wire

// What a client asks of a view, as on the wire but typed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace parallax {

/// A JSON-like value of a filter operand or a min/max; monostate is null. Dates and datetimes travel as text
/// or as milliseconds, integers as double.
using Scalar = std::variant<std::monostate, bool, double, std::string>;

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
enum class GroupRollup : std::uint8_t { rollup = 0, flat = 1, total = 2 };
enum class SplitRollup : std::uint8_t { flat = 0, rollup = 1 };
enum class FilterOp : std::uint8_t { all = 0, any = 1 };

struct FilterTerm {
  std::string column;
  std::string op;
  std::vector<Scalar> operands;
  friend bool operator==(const FilterTerm&, const FilterTerm&) = default;
};

struct SortTerm {
  std::string column;
  SortOp op = SortOp::asc;
  friend bool operator==(const SortTerm&, const SortTerm&) = default;
};

/// A window column; see the protocol's WindowSpec.
struct WindowSpec {
  struct Cumulative {
    friend bool operator==(const Cumulative&, const Cumulative&) = default;
  };
  struct Order {
    std::string column;
    bool descending = false;
    friend bool operator==(const Order&, const Order&) = default;
  };
  std::string source;
  std::string op;
  std::vector<std::string> partition_by;
  std::optional<Order> order_by;
  std::variant<std::monostate, std::uint32_t, double, Cumulative> frame;  ///< none, rows, range, cumulative
  std::optional<std::uint32_t> offset;
  std::optional<double> alpha;
  friend bool operator==(const WindowSpec&, const WindowSpec&) = default;
};

/// A view's configuration. Absent members mean the defaults of the protocol.
struct ViewConfig {
  std::vector<std::string> group_by = {};
  std::vector<std::string> split_by = {};
  std::optional<std::vector<std::string>> columns = std::nullopt;  ///< absent = all
  std::vector<FilterTerm> filter = {};
  FilterOp filter_op = FilterOp::all;
  std::vector<SortTerm> sort = {};
  std::map<std::string, std::string> expressions = {};              ///< alias -> text
  std::map<std::string, WindowSpec> windows = {};                   ///< alias -> window
  std::map<std::string, std::vector<std::string>> aggregates = {};  ///< column -> name, argument columns
  std::optional<std::uint32_t> group_by_depth = std::nullopt;
  GroupRollup group_rollup = GroupRollup::rollup;
  SplitRollup split_rollup = SplitRollup::flat;
  friend bool operator==(const ViewConfig&, const ViewConfig&) = default;
};

}  // namespace parallax

// A window column's configuration, checked (spec section "Window columns").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/schema.h"
#include "view/config.h"

namespace parallax {

enum class WindowOp : std::uint8_t { sum, avg, count, min, max, stddev, var, lag, lead, diff, rate, ema };
enum class WindowFrame : std::uint8_t { cumulative, rows, range };

struct WindowPlan {
  WindowOp op = WindowOp::sum;
  WindowFrame frame = WindowFrame::cumulative;
  std::size_t source = 0;                 ///< position among the table's columns, then the expressions
  std::vector<std::size_t> partition_by;  ///< table columns
  std::optional<std::size_t> order_by;    ///< table column; none = natural order
  bool descending = false;
  std::uint32_t rows = 0;    ///< frame rows
  double range = 0;          ///< frame range
  std::uint32_t offset = 1;  ///< lag, lead, diff
  double alpha = 0;          ///< ema
  Storage result = Storage::float64;
};

/// `columns` = the table's, then the view's expressions; `table_columns` = how many of them are the table's.
/// Throws Error.
WindowPlan plan_window(std::string_view alias, const WindowSpec& spec, const Schema& columns,
                       std::size_t table_columns);

}  // namespace parallax

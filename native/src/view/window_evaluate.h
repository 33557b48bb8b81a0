// Window functions over the rows of one partition.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "storage/column.h"
#include "view/moments.h"
#include "view/window_plan.h"

namespace parallax {

/// What a cumulative window has seen up to some position.
struct WindowState {
  Moments<FloatSum> moments;  ///< as far as the window needs them
  std::int64_t best = -1;     ///< min, max: row of the extreme value, -1 for none
  double average = 0;         ///< ema, of moments.count values
};

/// The rows of a partition in window order, and for cumulative windows the state before positions
/// kWindowStride, 2 * kWindowStride, … as far as it is known.
inline constexpr std::size_t kWindowStride = 128;
struct WindowPartition {
  std::vector<std::uint32_t> rows;
  std::vector<WindowState> marks;
};

/// Results for some positions: a double or an int64 by its bits, or for min, max, lag and lead the row whose
/// cell it is.
struct WindowValues {
  std::vector<std::uint64_t> bits;
  std::vector<std::uint8_t> valid;

  void clear() noexcept {
    bits.clear();
    valid.clear();
  }
};

/// What a window is computed from; columns are indexed by row number.
struct WindowInput {
  const WindowPlan& plan;
  const Column& source;
  const Column* order;  ///< null: natural order
};

/// True if the results are cells of the source.
[[nodiscard]] bool picks_cells(const WindowPlan& plan) noexcept;
/// True if a position's frame begins with the partition.
[[nodiscard]] bool is_cumulative(const WindowPlan& plan) noexcept;

/// Replaces `out` by the results of positions [first, end). Marks past `first` are forgotten before, those up
/// to `end` known after. Returns how many positions were looked at: those wanted, and what of their frames
/// lies before them or, in cumulative windows, what follows the last mark.
std::size_t evaluate_window(const WindowInput& input, WindowPartition& partition, std::size_t first,
                            std::size_t end, WindowValues& out);

/// A span of positions.
struct WindowSpan {
  std::size_t begin;
  std::size_t end;
};
/// The positions whose results may differ when the row at `at` changed, is new or follows rows that left.
/// `at` = rows.size() stands for rows that left at the end.
[[nodiscard]] WindowSpan window_reach(const WindowInput& input, const std::vector<std::uint32_t>& rows,
                                      std::size_t at);

}  // namespace parallax

// A rectangle of a view, taken out of it: what the output formats write.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/column.h"

namespace parallax {

/// Positions begin … end-1.
struct Extent {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] std::size_t size() const noexcept { return end - begin; }
};

/// Half-open windows; absent ends mean all. Ends past the end are cut, a start past the end gives nothing.
struct Viewport {
  std::optional<std::uint32_t> start_row, end_row, start_col, end_col;

  /// What the window leaves of so many rows or columns.
  [[nodiscard]] Extent rows(std::size_t count) const noexcept { return cut(start_row, end_row, count); }
  [[nodiscard]] Extent columns(std::size_t count) const noexcept { return cut(start_col, end_col, count); }

 private:
  static Extent cut(std::optional<std::uint32_t> start, std::optional<std::uint32_t> stop,
                    std::size_t count) noexcept {
    const std::size_t end = std::min<std::size_t>(stop.value_or(0xffffffff), count);
    return {std::min<std::size_t>(start.value_or(0), end), end};
  }
};

struct SliceOptions {
  bool id = false;     ///< fill ViewSlice::ids
  bool index = false;  ///< fill ViewSlice::index
};

/// Owns or shares all it shows: may be used without any lock, beside writers.
struct ViewSlice {
  std::size_t rows = 0;
  /// Rows are listed one by one even when the window holds none of their columns: views with a split_by,
  /// whose columns come and go. Otherwise a slice without columns is empty.
  bool bare_rows = false;

  /// Grouped views with a group_by: one column per level, typed as the group column, named by it; null above
  /// a row's own level. `depth[r]` = number of levels in row r's path (0 = the total row).
  bool has_row_path = false;
  std::vector<std::string> path_names;
  std::vector<Column> path;
  std::vector<std::uint32_t> depth;

  /// Column paths in the window, and their cells (`rows` each).
  std::vector<std::string> names;
  std::vector<Column> columns;
  /// Grouped views: tells of each column whether it holds percentages of sums of integers.
  std::vector<bool> integer_percents;

  /// `__ID__` of ungrouped views: the row keys. (Grouped views use the row path.)
  std::optional<Column> ids;
  /// `__INDEX__`: row r has keys index_offsets[r] … index_offsets[r+1]-1 of `index`.
  std::optional<Column> index;
  std::vector<std::size_t> index_offsets;
};

}  // namespace parallax

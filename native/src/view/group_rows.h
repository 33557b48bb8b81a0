// The table rows of each base cell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "view/group_cells.h"
#include "view/group_tree.h"

namespace parallax {

/// Lists of row numbers, in no order, with removal in constant time. Exists only once somebody asked: sums
/// and counts do without.
class GroupRows {
 public:
  GroupRows(const GroupTree& rows, const GroupTree& splits, const GroupCells& cells)
      : rows_(rows), splits_(splits), cells_(cells) {}

  [[nodiscard]] bool exists() const noexcept { return exists_; }
  /// Makes the lists from the trees' rows if they are not there. Not thread-safe.
  void make();
  void drop();

  /// While the lists exist: a row enters or leaves a base cell. The first time takes note of every row's
  /// place.
  void insert(std::uint32_t row, std::uint32_t cell);
  void erase(std::uint32_t row, std::uint32_t cell);

  /// Adds the rows of (row group, split group) to `out`, in no order. The lists must exist.
  void collect(std::uint32_t row_group, std::uint32_t split_group, std::vector<std::uint32_t>& out) const;
  /// Rows of one base cell. The lists must exist.
  [[nodiscard]] const std::vector<std::uint32_t>& of(std::uint32_t base_cell) const noexcept {
    return lists_[base_cell];
  }

 private:
  void find_positions();

  const GroupTree& rows_;
  const GroupTree& splits_;
  const GroupCells& cells_;
  bool exists_ = false;
  std::vector<std::vector<std::uint32_t>> lists_;  // by base cell
  std::vector<std::uint32_t> position_;            // row -> place in its list; empty until something changes
};

}  // namespace parallax

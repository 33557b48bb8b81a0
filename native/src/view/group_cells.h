// Where a row group meets a split group.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/thread_pool.h"
#include "storage/key_index.h"
#include "view/group_tree.h"

namespace parallax {

/// Cells of a freshly built store whose states add up, in an order that makes children complete before they
/// are added to their parents.
struct CellFold {
  std::vector<std::uint32_t> children;
  std::vector<std::uint32_t> parents;
};

/// One cell per (row group, split group) that have a row in common, at all levels of both trees; a *base*
/// cell is one of two leaves. Without split levels a cell's number is its row group's. Otherwise cells have
/// numbers of their own, found by hash, reused after sweep().
class GroupCells {
 public:
  GroupCells(const GroupTree& rows, const GroupTree& splits)
      : rows_(rows), splits_(splits), split_(splits.levels() > 0) {}

  /// Starts anew. base[r] becomes the base cell of row r, or kNoGroup (with splits; else use
  /// leaves_of_rows()).
  void build(Array<std::uint32_t>& base, CellFold& fold, ThreadPool& pool);

  [[nodiscard]] bool split() const noexcept { return split_; }
  /// One past the largest cell number in use or free.
  [[nodiscard]] std::size_t size() const noexcept { return split_ ? cells_.size() : rows_.size(); }
  /// Cells that a row counts in: one per pair of levels.
  [[nodiscard]] std::size_t planes() const noexcept { return (rows_.levels() + 1) * (splits_.levels() + 1); }

  [[nodiscard]] std::uint32_t find(std::uint32_t row, std::uint32_t split) const noexcept {
    return split_ ? index_.find(key(row, split)) : row;
  }
  /// The cells of all pairs of ancestors of two leaves, the base cell first; with `make`, missing ones are
  /// made, without rows.
  void chain(std::uint32_t row_leaf, std::uint32_t split_leaf, bool make, std::uint32_t* out);

  [[nodiscard]] std::uint32_t rows(std::uint32_t cell) const noexcept {
    return split_ ? cells_[cell].rows : rows_.rows(cell);
  }
  [[nodiscard]] std::uint32_t row_group(std::uint32_t cell) const noexcept {
    return split_ ? cells_[cell].row : cell;
  }
  [[nodiscard]] std::uint32_t split_group(std::uint32_t cell) const noexcept {
    return split_ ? cells_[cell].split : 0;
  }
  /// True for cells that `distinct leaf` takes for leaves: of a leaf split group, in any row; without splits,
  /// of a leaf row group.
  [[nodiscard]] bool is_innermost(std::uint32_t cell) const noexcept {
    return split_ ? splits_.is_leaf(split_group(cell)) : rows_.is_leaf(cell);
  }
  [[nodiscard]] bool is_base(std::uint32_t cell) const noexcept {
    return rows_.is_leaf(row_group(cell)) && splits_.is_leaf(split_group(cell));
  }

  /// Counts a row in or out of the cells of a chain. (Without splits the row tree has counted already.)
  void count(const std::uint32_t* chain, int by) noexcept {
    if (!split_) return;
    for (std::size_t p = 0; p < planes(); ++p) cells_[chain[p]].rows += static_cast<std::uint32_t>(by);
  }
  /// Frees a cell that has no rows; does nothing if it has, or is free already.
  void release(std::uint32_t cell);

  /// f(base cell) for each base cell below (row, split), those included.
  template <class F>
  void for_each_base(std::uint32_t row, std::uint32_t split, F&& f) const {
    if (!rows_.is_leaf(row)) {
      for (std::uint32_t c = rows_.first_child(row); c != kNoGroup; c = rows_.next_sibling(c)) {
        for_each_base(c, split, f);
      }
    } else if (!split_) {
      f(row);
    } else {
      const std::uint32_t depth = splits_.depth(split);
      for (std::uint32_t cell = first_base_[row]; cell != kNoGroup; cell = cells_[cell].next) {
        if (splits_.ancestor(cells_[cell].split, depth) == split) f(cell);
      }
    }
  }

 private:
  struct Cell {
    std::uint32_t row;
    std::uint32_t split;
    std::uint32_t rows;
    std::uint32_t next;  // base cells of one row leaf
    std::uint32_t previous;
  };
  static std::uint64_t key(std::uint32_t row, std::uint32_t split) noexcept {
    return std::uint64_t{row} << 32 | split;
  }
  std::uint32_t locate(std::uint32_t row, std::uint32_t split);
  std::uint32_t add(std::uint32_t row, std::uint32_t split);
  void find_base(std::span<std::uint32_t> base, ThreadPool& pool);
  void find_base_by_hash(std::span<std::uint32_t> base);
  void fold_cells(CellFold& fold);

  const GroupTree& rows_;
  const GroupTree& splits_;
  bool split_;
  std::vector<Cell> cells_;
  std::vector<std::uint32_t> free_;
  KeyIndex index_;
  std::vector<std::uint32_t> first_base_;  // by row leaf
};

}  // namespace parallax

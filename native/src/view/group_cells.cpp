#include "view/group_cells.h"

#include <algorithm>
#include <atomic>

#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::size_t kSmallProduct = std::size_t{1} << 16;

}  // namespace

std::uint32_t GroupCells::add(std::uint32_t row, std::uint32_t split) {
  std::uint32_t cell;
  if (free_.empty()) {
    if (cells_.size() >= kNoGroup) {
      throw Error(ErrorKind::resource_limit, "Too many cells: a split view can hold 4294967294 of them");
    }
    cell = static_cast<std::uint32_t>(cells_.size());
    cells_.emplace_back();
  } else {
    cell = free_.back();
    free_.pop_back();
  }
  cells_[cell] = Cell{row, split, 0, kNoGroup, kNoGroup};
  if (is_base(cell)) {
    if (first_base_.size() < rows_.size()) first_base_.resize(rows_.size(), kNoGroup);
    const std::uint32_t first = first_base_[row];
    cells_[cell].next = first;
    if (first != kNoGroup) cells_[first].previous = cell;
    first_base_[row] = cell;
  }
  return cell;
}

void GroupCells::release(std::uint32_t cell) {
  if (!split_ || cells_[cell].row == kNoGroup || cells_[cell].rows != 0) return;
  Cell& gone = cells_[cell];
  if (is_base(cell)) {
    if (gone.previous != kNoGroup) {
      cells_[gone.previous].next = gone.next;
    } else {
      first_base_[gone.row] = gone.next;
    }
    if (gone.next != kNoGroup) cells_[gone.next].previous = gone.previous;
  }
  index_.erase(key(gone.row, gone.split));
  gone.row = kNoGroup;
  free_.push_back(cell);
}

std::uint32_t GroupCells::locate(std::uint32_t row, std::uint32_t split) {
  std::uint32_t cell = index_.find(key(row, split));
  if (cell == KeyIndex::kNone) {
    cell = add(row, split);
    index_.put(key(row, split), cell);
  }
  return cell;
}

void GroupCells::chain(std::uint32_t row_leaf, std::uint32_t split_leaf, bool make, std::uint32_t* out) {
  for (std::uint32_t row = row_leaf; row != kNoGroup; row = rows_.parent(row)) {
    if (!split_) {
      *out++ = row;
      continue;
    }
    for (std::uint32_t split = split_leaf; split != kNoGroup; split = splits_.parent(split)) {
      *out++ = make ? locate(row, split) : find(row, split);
    }
  }
}

// --- building ---

void GroupCells::build(std::vector<std::uint32_t>& base, CellFold& fold, ThreadPool& pool) {
  cells_.clear();
  free_.clear();
  index_ = KeyIndex{};
  first_base_.assign(split_ ? rows_.size() : 0, kNoGroup);
  fold = {};
  if (split_) {
    build_base(base, pool);
    fold_cells(fold);
    return;
  }
  // A fresh tree numbers parents before children.
  for (auto node = static_cast<std::uint32_t>(rows_.size()); node-- > 1;) {
    fold.children.push_back(node);
    fold.parents.push_back(rows_.parent(node));
  }
}

void GroupCells::build_base(std::vector<std::uint32_t>& base, ThreadPool& pool) {
  const auto& row_leaves = rows_.leaves_of_rows();
  const auto& split_leaves = splits_.leaves_of_rows();
  base.assign(row_leaves.size(), kNoGroup);
  const std::size_t splits = splits_.size();
  if (rows_.size() * splits > std::max(kSmallProduct, base.size())) {
    for (std::size_t r = 0; r < base.size(); ++r) {
      if (row_leaves[r] != kNoGroup) ++cells_[base[r] = locate(row_leaves[r], split_leaves[r])].rows;
    }
    return;
  }
  std::vector<std::uint32_t> cell_of(rows_.size() * splits, 0);
  const auto place = [&](std::size_t r) { return row_leaves[r] * splits + split_leaves[r]; };
  pool.for_morsels(base.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) {
      if (row_leaves[r] == kNoGroup) continue;
      const std::atomic_ref<std::uint32_t> mark(cell_of[place(r)]);
      if (mark.load(std::memory_order_relaxed) == 0) mark.store(1, std::memory_order_relaxed);
    }
  });
  for (std::size_t i = 0; i < cell_of.size(); ++i) {
    if (cell_of[i] != 0) {
      cell_of[i] = locate(static_cast<std::uint32_t>(i / splits), static_cast<std::uint32_t>(i % splits));
    }
  }
  pool.for_morsels(base.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) {
      if (row_leaves[r] != kNoGroup) base[r] = cell_of[place(r)];
    }
  });
  for (const std::uint32_t cell : base) {
    if (cell != kNoGroup) ++cells_[cell].rows;
  }
}

/// Makes the cells above the base: first up the rows for the split leaves, then up the splits for all rows.
void GroupCells::fold_cells(CellFold& fold) {
  const auto put = [&](std::uint32_t child, std::uint32_t parent) {
    cells_[parent].rows += cells_[child].rows;
    fold.children.push_back(child);
    fold.parents.push_back(parent);
  };
  std::size_t begin = 0;
  for (std::size_t depth = rows_.levels(); depth > 0; --depth) {
    const std::size_t end = cells_.size();
    for (std::size_t c = begin; c < end; ++c) {
      put(static_cast<std::uint32_t>(c), locate(rows_.parent(cells_[c].row), cells_[c].split));
    }
    begin = end;
  }
  begin = 0;
  for (std::size_t depth = splits_.levels(); depth > 0; --depth) {
    const std::size_t end = cells_.size();
    for (std::size_t c = begin; c < end; ++c) {
      put(static_cast<std::uint32_t>(c), locate(cells_[c].row, splits_.parent(cells_[c].split)));
    }
    begin = end;
  }
}

}  // namespace parallax

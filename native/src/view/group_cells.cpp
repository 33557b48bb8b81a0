#include "view/group_cells.h"

#include <algorithm>

#include "parallax/error.h"

namespace parallax {
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

void GroupCells::build(Array<std::uint32_t>& base, CellFold& fold, ThreadPool& pool) {
  cells_.clear();
  free_.clear();
  index_ = KeyIndex{};
  first_base_.assign(split_ ? rows_.size() : 0, kNoGroup);
  fold = {};
  if (split_) {
    base = Array<std::uint32_t>::zeros(rows_.leaves_of_rows().size());
    find_base({base.data(), base.size()}, pool);
    fold_cells(fold);
    return;
  }
  // A fresh tree numbers parents before children.
  for (auto node = static_cast<std::uint32_t>(rows_.size()); node-- > 1;) {
    fold.children.push_back(node);
    fold.parents.push_back(rows_.parent(node));
  }
}

void GroupCells::find_base(std::span<std::uint32_t> base, ThreadPool& pool) {
  const std::size_t splits = splits_.size();
  if (rows_.size() * splits > most_places(base.size())) {
    find_base_by_hash(base);
    return;
  }
  const auto row_leaves = rows_.leaves_of_rows();
  const auto split_leaves = splits_.leaves_of_rows();
  const auto find_places = [&](std::size_t first, std::size_t count, std::uint32_t* counts) {
    for (std::size_t r = first; r < first + count; ++r) {
      if (row_leaves[r] == kNoGroup) {
        base[r] = kNoGroup;
        continue;
      }
      base[r] = row_leaves[r] * static_cast<std::uint32_t>(splits) + split_leaves[r];
      ++counts[base[r]];
    }
  };
  const PlaceCounts counts = count_places(base.size(), rows_.size() * splits, pool, find_places);
  std::vector<std::uint32_t> cells(counts.size(), kNoGroup);
  for (std::size_t place = 0; place < counts.size(); ++place) {
    if (counts[place] == 0) continue;
    cells[place] =
        locate(static_cast<std::uint32_t>(place / splits), static_cast<std::uint32_t>(place % splits));
    cells_[cells[place]].rows = counts[place];
  }
  replace_places(base, cells, pool);
}

void GroupCells::find_base_by_hash(std::span<std::uint32_t> base) {
  const auto row_leaves = rows_.leaves_of_rows();
  const auto split_leaves = splits_.leaves_of_rows();
  for (std::size_t r = 0; r < base.size(); ++r) {
    base[r] = row_leaves[r] == kNoGroup ? kNoGroup : locate(row_leaves[r], split_leaves[r]);
    if (base[r] != kNoGroup) ++cells_[base[r]].rows;
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

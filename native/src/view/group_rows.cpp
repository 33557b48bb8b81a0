#include "view/group_rows.h"

#include <algorithm>

namespace parallax {

void GroupRows::make() {
  if (exists_) return;
  exists_ = true;
  const auto row_leaves = rows_.leaves_of_rows();
  lists_.resize(cells_.size());
  for (std::uint32_t cell = 0; cell < lists_.size(); ++cell) {
    const std::uint32_t group = cells_.row_group(cell);
    if (group != kNoGroup && rows_.alive(group) && cells_.is_base(cell)) {
      lists_[cell].reserve(cells_.rows(cell));
    }
  }
  std::uint32_t last_leaf = kNoGroup;
  std::uint32_t last_split = kNoGroup;
  std::uint32_t cell = kNoGroup;
  for (std::uint32_t row = 0; row < row_leaves.size(); ++row) {
    if (row_leaves[row] == kNoGroup) continue;
    const std::uint32_t split = splits_.leaf(row);
    if (row_leaves[row] != last_leaf || split != last_split) {
      last_leaf = row_leaves[row];
      last_split = split;
      cell = cells_.find(last_leaf, last_split);
    }
    lists_[cell].push_back(row);
  }
}

void GroupRows::find_positions() {
  if (!position_.empty()) return;
  position_.resize(std::max<std::size_t>(rows_.leaves_of_rows().size(), 1));
  for (const auto& list : lists_) {
    for (std::uint32_t i = 0; i < list.size(); ++i) position_[list[i]] = i;
  }
}

void GroupRows::drop() {
  exists_ = false;
  lists_ = {};
  position_ = {};
}

void GroupRows::insert(std::uint32_t row, std::uint32_t cell) {
  find_positions();
  if (cell >= lists_.size()) lists_.resize(cells_.size());
  if (row >= position_.size()) position_.resize(row + 1);
  position_[row] = static_cast<std::uint32_t>(lists_[cell].size());
  lists_[cell].push_back(row);
}

void GroupRows::erase(std::uint32_t row, std::uint32_t cell) {
  find_positions();
  auto& list = lists_[cell];
  const std::uint32_t last = list.back();
  list[position_[row]] = last;
  position_[last] = position_[row];
  list.pop_back();
}

void GroupRows::collect(std::uint32_t row_group, std::uint32_t split_group,
                        std::vector<std::uint32_t>& out) const {
  cells_.for_each_base(row_group, split_group, [&](std::uint32_t cell) {
    out.insert(out.end(), lists_[cell].begin(), lists_[cell].end());
  });
}

}  // namespace parallax

#include "storage/ordered_rows.h"

#include <algorithm>

namespace parallax {

void OrderedRows::clear() noexcept {
  blocks_.clear();
  order_.clear();
  free_.clear();
  block_of_.clear();
  size_ = 0;
}

void OrderedRows::place(std::uint32_t row, std::uint32_t block) {
  if (row >= block_of_.size()) {
    block_of_.resize(std::max<std::size_t>(row + std::size_t{1}, block_of_.size() * 3 / 2), kNone);
  }
  block_of_[row] = block;
}

void OrderedRows::assign(const std::vector<std::uint32_t>& rows) {
  clear();
  if (!rows.empty()) block_of_.assign(*std::max_element(rows.begin(), rows.end()) + std::size_t{1}, kNone);
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlock) {
    const std::size_t end = std::min(rows.size(), begin + kBlock);
    const auto id = static_cast<std::uint32_t>(blocks_.size());
    blocks_.emplace_back(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                         rows.begin() + static_cast<std::ptrdiff_t>(end));
    order_.push_back(id);
    for (std::size_t i = begin; i < end; ++i) block_of_[rows[i]] = id;
  }
  size_ = rows.size();
}

void OrderedRows::split(std::size_t at) {
  const std::uint32_t id = order_[at];
  if (blocks_[id].size() <= 2 * kBlock) return;
  std::uint32_t fresh;
  if (free_.empty()) {
    fresh = static_cast<std::uint32_t>(blocks_.size());
    blocks_.emplace_back();
  } else {
    fresh = free_.back();
    free_.pop_back();
  }
  auto& full = blocks_[id];
  const auto middle = full.begin() + static_cast<std::ptrdiff_t>(full.size() / 2);
  blocks_[fresh].assign(middle, full.end());
  full.erase(middle, full.end());
  for (const std::uint32_t row : blocks_[fresh]) block_of_[row] = fresh;
  order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(at) + 1, fresh);
}

void OrderedRows::push_back(std::uint32_t row) {
  if (order_.empty()) {
    assign({row});
    return;
  }
  blocks_[order_.back()].push_back(row);
  place(row, order_.back());
  ++size_;
  split(order_.size() - 1);
}

void OrderedRows::insert(std::uint32_t row, const Less& less) {
  if (order_.empty() || !less(row, back())) {
    push_back(row);
    return;
  }
  // The first block whose last row comes after the new one.
  const auto block = std::partition_point(order_.begin(), order_.end(),
                                          [&](std::uint32_t id) { return !less(row, blocks_[id].back()); });
  auto& rows = blocks_[*block];
  rows.insert(std::upper_bound(rows.begin(), rows.end(), row, less), row);
  place(row, *block);
  ++size_;
  split(static_cast<std::size_t>(block - order_.begin()));
}

void OrderedRows::erase(std::uint32_t row) {
  if (!contains(row)) return;
  const std::uint32_t id = block_of_[row];
  auto& rows = blocks_[id];
  rows.erase(std::find(rows.begin(), rows.end(), row));
  block_of_[row] = kNone;
  --size_;
  if (rows.empty()) {
    order_.erase(std::find(order_.begin(), order_.end(), id));
    free_.push_back(id);
  }
}

std::vector<std::uint32_t> OrderedRows::range(std::size_t begin, std::size_t end) const {
  std::vector<std::uint32_t> out;
  out.reserve(end - begin);
  std::size_t first = 0;  // position of the block's first row
  for (std::size_t b = 0; b < order_.size() && first < end; ++b) {
    const auto& rows = blocks_[order_[b]];
    const std::size_t last = first + rows.size();
    if (last > begin) {
      const auto from = static_cast<std::ptrdiff_t>(std::max(begin, first) - first);
      const auto to = static_cast<std::ptrdiff_t>(std::min(end, last) - first);
      out.insert(out.end(), rows.begin() + from, rows.begin() + to);
    }
    first = last;
  }
  return out;
}

std::size_t OrderedRows::position(std::uint32_t row) const noexcept {
  std::size_t before = 0;
  for (const std::uint32_t id : order_) {
    const auto& rows = blocks_[id];
    if (id == block_of_[row]) {
      return before + static_cast<std::size_t>(std::find(rows.begin(), rows.end(), row) - rows.begin());
    }
    before += rows.size();
  }
  return before;
}

std::uint32_t OrderedRows::front() const noexcept { return blocks_[order_.front()].front(); }

std::uint32_t OrderedRows::back() const noexcept { return blocks_[order_.back()].back(); }

}  // namespace parallax

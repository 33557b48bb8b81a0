// Which partition of a window each row is in.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/thread_pool.h"
#include "view/group_coder.h"
#include "view/source.h"

namespace parallax {

/// Numbers the value tuples of the partitioning columns; null equals null. Numbers keep their meaning while
/// the object lives; some may stand for no row.
class WindowPartitions {
 public:
  WindowPartitions(std::shared_ptr<const Table> table, const std::vector<std::size_t>& columns);
  WindowPartitions(const WindowPartitions&) = delete;
  WindowPartitions& operator=(const WindowPartitions&) = delete;

  /// numbers[r] becomes the partition of row r, for live rows.
  void encode_all(std::vector<std::uint32_t>& numbers, ThreadPool& pool);
  std::uint32_t encode(std::uint32_t row);
  /// One past the largest number there may be.
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  /// Numbers of pairs of (number of the columns so far, code of the next column).
  using Pairs = std::unordered_map<std::uint64_t, std::uint32_t>;

  ViewSource source_;
  std::vector<ValueCoder> coders_;
  std::vector<Pairs> pairs_;  // of the second column and on
};

}  // namespace parallax

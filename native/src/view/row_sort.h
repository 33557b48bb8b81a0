// The order of table rows in a sorted view.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bitmap.h"
#include "base/thread_pool.h"
#include "view/plan.h"
#include "view/source.h"

namespace parallax {

/// Rows by the sort keys of a plan: NaN, null, values ascending (text by bytes), or exactly the reverse; rows
/// that tie in all keys stay in natural order. Threading: a reader of the table; const members may run side
/// by side.
class RowOrder {
 public:
  RowOrder(const ViewSource& source, std::vector<SortPlan> keys) : source_(source), keys_(std::move(keys)) {}

  /// True if there is no key, so that the order is the natural one.
  [[nodiscard]] bool natural() const noexcept { return keys_.empty(); }
  /// Sorts rows that are in natural order.
  void sort(std::vector<std::uint32_t>& rows, ThreadPool& pool) const;
  /// The first `count` rows in order. `rows` has row numbers, of which natural order is ascending.
  [[nodiscard]] std::vector<std::uint32_t> first(const Bitmap& rows, std::size_t count,
                                                 ThreadPool& pool) const;
  /// Of rows that are in natural order.
  [[nodiscard]] std::vector<std::uint32_t> first(const std::vector<std::uint32_t>& rows, std::size_t count,
                                                 ThreadPool& pool) const;
  /// True if row a comes before row b. Both live.
  [[nodiscard]] bool less(std::uint32_t a, std::uint32_t b) const noexcept;

 private:
  template <class Each>
  [[nodiscard]] std::vector<std::uint32_t> first_of(std::size_t parts, std::size_t count, ThreadPool& pool,
                                                    Each&& each) const;

  const ViewSource& source_;
  std::vector<SortPlan> keys_;
};

}  // namespace parallax

// The order of table rows in a sorted view.
#pragma once

#include <cstdint>
#include <vector>

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
  /// True if row a comes before row b. Both live.
  [[nodiscard]] bool less(std::uint32_t a, std::uint32_t b) const noexcept;

 private:
  const ViewSource& source_;
  std::vector<SortPlan> keys_;
};

}  // namespace parallax

// The order of rows within a window's partitions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "storage/table.h"
#include "view/window_plan.h"

namespace parallax {

/// Null keys first in both directions, then NaN before all values ascending (after them descending), then by
/// value (text by bytes); rows that tie stay in natural order. Threading: a reader of the table.
class WindowOrder {
 public:
  WindowOrder(const Table& table, const WindowPlan& plan)
      : table_(table), key_(plan.order_by), descending_(plan.descending) {}

  /// True if row a comes before row b. Both live, or just removed.
  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const noexcept;
  /// Sorts rows that are in natural order.
  void sort(std::vector<std::uint32_t>& rows) const;

 private:
  template <class T, class Image>
  void sort_values(const Column& keys, std::vector<std::uint32_t>& rows, Image&& image) const;

  const Table& table_;
  std::optional<std::size_t> key_;  // none: natural order
  bool descending_;
};

}  // namespace parallax

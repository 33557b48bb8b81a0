// Siblings in view order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

#include "storage/column.h"
#include "view/group_tree.h"
#include "view/plan.h"

namespace parallax {

/// The children of each node of one tree, by the sort keys, ties by value; made when asked for, and repaired
/// where children came, went or changed a key. Threading: one caller at a time.
class GroupOrder {
 public:
  /// An aggregate of some nodes: what a sort key compares.
  using Cells = std::function<Column(std::size_t aggregate, std::span<const std::uint32_t> nodes)>;

  GroupOrder(const GroupTree& tree, const std::vector<SortPlan>& sorts, Cells cells)
      : tree_(tree), sorts_(sorts), cells_(std::move(cells)) {}

  [[nodiscard]] bool sorted() const noexcept { return !sorts_.empty(); }
  /// Valid until the next call or change.
  const std::vector<std::uint32_t>& children(std::uint32_t node);
  /// A child of `parent` came, went or may compare differently.
  void touch(std::uint32_t parent, std::uint32_t child);
  /// A node went, its children with it.
  void forget(std::uint32_t node) { known_.erase(node); }
  void clear() { known_.clear(); }

 private:
  struct Children {
    std::vector<std::uint32_t> order;
    std::vector<std::uint32_t> touched;
  };
  void list(std::uint32_t node, std::vector<std::uint32_t>& out) const;
  void repair(std::uint32_t node, Children& children);
  void sort_by_value(std::vector<std::uint32_t>& nodes) const;
  void sort_by_keys(std::vector<std::uint32_t>& nodes) const;
  [[nodiscard]] bool less(std::uint32_t a, std::uint32_t b) const;

  const GroupTree& tree_;
  const std::vector<SortPlan>& sorts_;
  Cells cells_;
  std::unordered_map<std::uint32_t, Children> known_;
};

}  // namespace parallax

// Which groups of a view are open, and so which ones it shows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "view/config.h"
#include "view/grouped_core.h"

namespace parallax {

/// At first a rule decides: nodes above a depth are open, new ones too. The first expand or collapse, even of
/// a row that is open or closed already or not there, turns the rule into an explicit set, which new nodes are
/// not in; set_depth returns to the rule. A closed node has no open descendants. Threading as GroupedCore, whose mutex the caller holds.
class TreeExpansion {
 public:
  TreeExpansion(GroupedCore& core, const ViewConfig& config);

  /// Visible nodes in view order; the node's position is its row number. Valid until the next change.
  const std::vector<std::uint32_t>& visible();
  /// Rows that appeared or vanished.
  std::uint32_t expand(std::uint32_t row);
  std::uint32_t collapse(std::uint32_t row);
  void set_depth(std::uint32_t depth);

 private:
  [[nodiscard]] bool open(std::uint32_t node) const noexcept;
  void make_explicit();
  void list_tree();
  void list_leaves();

  GroupedCore& core_;
  GroupRollup rollup_;
  std::uint32_t open_levels_;  // the rule: nodes of lesser depth are open
  bool explicit_ = false;
  std::vector<std::uint32_t> open_births_;  // explicit: node -> birth of the node that was opened

  std::vector<std::uint32_t> visible_;
  std::uint64_t visible_version_ = 0;  // order_version() that visible_ was made of, 0 = none
};

}  // namespace parallax

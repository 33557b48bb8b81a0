// What the last change did to the cells of a grouped core.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "storage/column.h"
#include "view/grouped_core.h"

namespace parallax {

/// Made only while somebody tracks changes.
struct GroupedCore::Delta {
  std::vector<std::uint32_t> cells;    ///< that the change touches, each once, ascending
  std::vector<bool> unknown;           ///< cells that could not be read before it
  std::vector<Column> before;          ///< by aggregate: their values before it
  bool everything = false;             ///< nothing can be compared
  std::vector<std::uint32_t> changed;  ///< row groups, ascending

  /// Sums of wholes that changed, before the change, for the aggregates that are shares: one map each.
  std::vector<std::unordered_map<std::uint32_t, double>> wholes;
  bool shares_changed = false;
};

}  // namespace parallax

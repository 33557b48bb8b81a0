// A view's configuration, checked against the columns it may use.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "view/aggregate_kind.h"
#include "view/config.h"
#include "view/source.h"

namespace parallax {

/// One aggregate over one column.
struct AggregatePlan {
  std::size_t column;  ///< position in the source
  AggregateKind kind;
  std::optional<std::size_t> argument;  ///< further column of weighted mean, min by, max by
  Storage result;
  friend bool operator==(const AggregatePlan&, const AggregatePlan&) = default;
};

/// A sort key that counts (`none`, repeated columns, `abs` of what is no number are gone).
struct SortPlan {
  std::size_t column;  ///< position in the source
  bool descending;
  bool absolute;
  /// Grouped views: which of ViewPlan::aggregates holds the value to compare.
  std::size_t aggregate = 0;
};

/// Everything a view needs to know, resolved to positions. Immutable.
struct ViewPlan {
  ViewConfig config;  ///< completed, as get_config returns it

  std::vector<std::size_t> group_by;  ///< positions in the source, outermost first
  std::vector<std::size_t> split_by;
  std::vector<std::size_t> columns;  ///< shown columns, in order, may repeat in ungrouped views
  std::vector<std::string> names;    ///< of the shown columns
  std::vector<ColumnType> types;     ///< of the shown columns' cells
  /// Every expression of the config, shown or not, with the type of its cells.
  std::vector<std::pair<std::string, ColumnType>> expression_types;

  /// Grouped views (and split-only ones with column sorts): one per shown column first, in the order of
  /// `columns`, then those that only sorts need.
  std::vector<AggregatePlan> aggregates;
  std::vector<SortPlan> row_sorts;
  std::vector<SortPlan> column_sorts;

  /// Rows are groups (there is a group_by, or the rollup is total) rather than table rows.
  [[nodiscard]] bool grouped() const noexcept {
    return !group_by.empty() || config.group_rollup == GroupRollup::total;
  }
};

/// Checks and completes a configuration. Throws Error with the texts of spec section "Errors".
std::shared_ptr<const ViewPlan> plan_view(const ViewSource& source, ViewConfig config);

}  // namespace parallax

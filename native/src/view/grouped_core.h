// Groups, splits and aggregates of one plan: what all views with that plan share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "view/core.h"
#include "view/filter.h"
#include "view/group_tree.h"
#include "view/plan.h"
#include "view/source.h"

namespace parallax {

class AggregateSet;
class GroupCells;
class GroupOrder;
class GroupRows;
struct CellChanges;

/// One group of split columns: in the flat split rollup a leaf of the split tree, in `rollup` any node.
struct SplitColumn {
  std::uint32_t node;
  std::uint32_t depth;  ///< 0 = the bare columns
  std::string prefix;   ///< path text up to the column name, its last `|` included
};

/// Computed by the first compute(), then adjusted by apply() in proportion to the rows that changed times the
/// levels. Plans with water marks are computed when made, because those have a history. With an empty
/// group_by the row tree is its root alone; split-only views use just the split columns.
///
/// Threading: everything but the constructor needs the table's lock (shared to read, exclusive for apply) and
/// ViewCore::mutex, which apply() takes itself.
class GroupedCore final : public ViewCore {
 public:
  GroupedCore(const ViewSource& source, std::shared_ptr<const ViewPlan> plan, ThreadPool& pool);
  ~GroupedCore() override;

  void apply(const ChangeBatch& change) override;
  void forget() override;

  /// Brings the trees and sums up to date. Readers call it first; cheap if there is nothing to do.
  void compute();
  /// Counts those who will ask what changed. While there are some, each change is compared cell by cell.
  void track(bool on);

  [[nodiscard]] const ViewPlan& plan() const noexcept { return *plan_; }
  [[nodiscard]] const ViewSource& source() const noexcept override { return source_; }
  [[nodiscard]] ThreadPool& pool() const noexcept { return pool_; }

  // --- split columns ---
  /// The split groups in view order (column sorts included). One bare entry if there is no split_by. Throws
  /// Error (resource_limit) if the plan's columns times the groups are too many. Valid until the next change.
  const std::vector<SplitColumn>& split_columns();
  /// Leaf of the split tree that a row belongs to; kNoGroup if the filter drops the row.
  [[nodiscard]] std::uint32_t split_leaf(std::uint32_t row) const noexcept;
  /// True if the leaf is the node or below it: a row of that leaf shows its values in the node's columns.
  [[nodiscard]] bool split_covers(std::uint32_t node, std::uint32_t leaf) const noexcept;

  // --- rows ---
  [[nodiscard]] const GroupTree& rows() const noexcept { return *rows_; }
  /// Children of a node in view order. Valid until the next change or call.
  const std::vector<std::uint32_t>& children(std::uint32_t node);
  /// Changes whenever groups come, go or may have moved.
  [[nodiscard]] std::uint64_t order_version() const noexcept { return order_version_; }

  // --- cells ---
  /// One aggregate of the given rows in one split group, nulls where there is no such cell.
  /// prepare() them first; then several threads may.
  [[nodiscard]] Column cells(std::size_t aggregate, std::span<const std::uint32_t> rows,
                             std::uint32_t split) const;
  /// Computes what cells() of these rows and splits needs and changes have spoilt.
  void prepare(std::span<const std::uint32_t> rows, std::span<const SplitColumn> splits);
  /// Table rows below each group, one after the other; a leaf's ascend naturally. offsets gets one entry more
  /// than there are groups.
  std::vector<std::uint32_t> table_rows(std::span<const std::uint32_t> groups,
                                        std::vector<std::size_t>& offsets);

  // --- changes ---
  /// True if a cell of this row group changed by the last apply(), or the group is new. Only while tracking.
  [[nodiscard]] bool changed(std::uint32_t node);

  [[nodiscard]] CoreWork last_work() const noexcept override { return work_; }

 private:
  struct Delta;

  void touch_columns() const;
  void drop();
  void find_columns();
  void pin_texts();
  void place(const ChangeBatch& change, CellChanges& changes);
  void place_row(CellChanges& changes, std::uint32_t row, std::uint32_t updated, bool is);
  void settle(const CellChanges& changes);
  void sweep(const CellChanges& changes);
  void reorder(const CellChanges& changes, std::uint32_t first_birth);
  void begin_delta(const CellChanges& changes);
  void end_delta(std::uint32_t first_birth);
  void restart();
  void refresh_everything();
  [[nodiscard]] bool share_changed(std::uint32_t node);
  [[nodiscard]] bool shown_split(std::uint32_t split) const noexcept;
  void list_splits(std::uint32_t node, const std::string& prefix);
  void find_cells(std::span<const std::uint32_t> rows, std::uint32_t split,
                  std::vector<std::uint32_t>& out) const;

  ViewSource source_;
  std::shared_ptr<const ViewPlan> plan_;
  ThreadPool& pool_;
  RowFilter filter_;
  std::vector<bool> grouping_columns_;  // by source column: moves a row between groups, or in and out
  std::vector<bool> used_columns_;      // those and what is aggregated
  bool history_;                        // some aggregate remembers more than the rows there are
  std::vector<std::shared_ptr<const void>> pins_;  // of texts that water marks may remember

  std::unique_ptr<GroupTree> rows_;
  std::unique_ptr<GroupTree> splits_;
  std::unique_ptr<GroupCells> cells_;
  std::unique_ptr<GroupRows> lists_;
  std::unique_ptr<AggregateSet> aggregates_;
  std::unique_ptr<GroupOrder> row_order_;
  std::unique_ptr<GroupOrder> split_order_;
  bool computed_ = false;
  bool orders_by_share_ = false;  // percentages move with the whole, so they spoil all of an order
  std::uint64_t order_version_ = 1;

  std::vector<SplitColumn> split_columns_;
  std::uint64_t split_columns_version_ = 0;

  std::size_t trackers_ = 0;
  std::unique_ptr<Delta> delta_;
  CoreWork work_;
};

}  // namespace parallax

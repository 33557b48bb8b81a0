// Which table rows a view shows and in which order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/thread_pool.h"
#include "storage/ordered_rows.h"
#include "view/core.h"
#include "view/filter.h"
#include "view/plan.h"
#include "view/row_sort.h"
#include "view/source.h"

namespace parallax {

/// The filtered, sorted rows of a table. Without filter and sort it keeps nothing and reads the table's own
/// order; else the rows are selected and sorted at the first read and repaired from then on.
///
/// Threading: everything but the constructor needs the table's lock (shared to read, exclusive for apply) and
/// ViewCore::mutex, which apply() takes itself.
class FlatCore final : public ViewCore {
 public:
  FlatCore(const ViewSource& source, const ViewPlan& plan, ThreadPool& pool);

  void apply(const ChangeBatch& batch) override;

  [[nodiscard]] const ViewSource& source() const noexcept override { return source_; }
  [[nodiscard]] ThreadPool& pool() const noexcept { return pool_; }

  /// Number of rows shown.
  [[nodiscard]] std::size_t size();
  /// Rows at positions [begin, end), end <= size().
  [[nodiscard]] std::vector<std::uint32_t> range(std::size_t begin, std::size_t end);
  /// True if position i shows table row i throughout.
  [[nodiscard]] bool is_whole_table() const noexcept;
  /// Takes the rows that are not shown out of `rows` (distinct live rows) and puts the rest in view order.
  void keep_shown(std::vector<std::uint32_t>& rows);

  [[nodiscard]] CoreWork last_work() const noexcept override { return {placed_, 0}; }

 private:
  [[nodiscard]] bool follows_table() const noexcept { return filter_.keeps_all() && order_.natural(); }
  void compute();
  void place(const std::vector<std::uint32_t>& rows);
  [[nodiscard]] bool may_move(const ChangeBatch& change) const noexcept;

  ViewSource source_;
  ThreadPool& pool_;
  RowFilter filter_;
  RowOrder order_;
  std::vector<std::size_t> used_columns_;  // of filter and sort

  OrderedRows rows_;  // while computed_
  bool computed_ = false;
  std::size_t placed_ = 0;
};

}  // namespace parallax

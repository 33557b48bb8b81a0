// Which table rows a view shows and in which order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bitmap.h"
#include "base/thread_pool.h"
#include "storage/ordered_rows.h"
#include "view/core.h"
#include "view/filter.h"
#include "view/plan.h"
#include "view/row_sort.h"
#include "view/source.h"

namespace parallax {

/// The filtered, sorted rows of a table. Without filter and sort it keeps nothing and reads the table's own
/// order; else the rows are selected at the first read, put in order as far as somebody reads, and repaired
/// from then on.
///
/// Threading: everything but the constructor needs the table's lock (shared to read, exclusive for apply) and
/// ViewCore::mutex, which apply() takes itself.
class FlatCore final : public ViewCore {
 public:
  FlatCore(const ViewSource& source, const ViewPlan& plan, ThreadPool& pool);

  void apply(const ChangeBatch& batch) override;
  void forget() override;

  [[nodiscard]] const ViewSource& source() const noexcept override { return source_; }
  [[nodiscard]] ThreadPool& pool() const noexcept { return pool_; }

  /// Number of rows shown.
  [[nodiscard]] std::size_t size();
  /// Rows at positions [begin, end), end <= size().
  [[nodiscard]] std::vector<std::uint32_t> range(std::size_t begin, std::size_t end);
  /// True if position i shows table row i throughout.
  [[nodiscard]] bool is_whole_table() const noexcept;
  /// All rows shown, in no order.
  [[nodiscard]] std::vector<std::uint32_t> unordered();
  /// Takes the rows that are not shown out of `rows` (distinct live rows) and puts the rest in view order.
  void keep_shown(std::vector<std::uint32_t>& rows);

  /// Rows put in order so far, for tests of costs.
  [[nodiscard]] std::size_t ordered_rows() const noexcept { return ordered_.size(); }
  [[nodiscard]] CoreWork last_work() const noexcept override { return {placed_, 0}; }

 private:
  [[nodiscard]] bool follows_table() const noexcept { return filter_.keeps_all() && order_.natural(); }
  void select();
  void drop();
  void order(std::size_t count);
  [[nodiscard]] std::vector<std::uint32_t> kept_in_natural_order() const;
  void take_out(std::uint32_t row);
  void place(const std::vector<std::uint32_t>& rows);
  [[nodiscard]] bool may_move(const ChangeBatch& change) const noexcept;

  ViewSource source_;
  ThreadPool& pool_;
  RowFilter filter_;
  RowOrder order_;
  std::vector<std::size_t> used_columns_;  // of filter and sort

  bool selected_ = false;
  Bitmap kept_;  // rows that pass the filter; unused without one
  std::size_t kept_count_ = 0;
  OrderedRows ordered_;  // the first rows in view order
  bool all_ordered_ = false;
  std::size_t placed_ = 0;
};

}  // namespace parallax

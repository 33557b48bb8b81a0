// A window over partitions of a table as a column.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "view/computed_column.h"
#include "view/window_plan.h"

namespace parallax {

/// Rows of a partition are kept in window order. A write touches only the partitions it names; when it merely
/// appends to one, the rows before the new ones keep their values and are not looked at beyond the frame.
class WindowColumn final : public ComputedColumn {
 public:
  /// `expression` is the source if it is no column of the table, else null.
  WindowColumn(std::shared_ptr<const Table> table, WindowPlan plan,
               std::shared_ptr<ComputedColumn> expression, ThreadPool& pool);

 private:
  using Rows = std::vector<std::uint32_t>;

  [[nodiscard]] Column empty() const override;
  void compute(Column& out) override;
  void recompute(const ChangeBatch& change, Column& out) override;
  void reset() override;

  [[nodiscard]] const Column& source() const;
  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const;
  [[nodiscard]] std::string partition_key(std::uint32_t row) const;
  std::uint32_t partition_of(std::uint32_t row);
  std::size_t take_out(std::uint32_t partition, const std::unordered_set<std::uint32_t>& gone);
  std::size_t put_in(std::uint32_t partition, Rows& rows);
  [[nodiscard]] Column evaluate(const Rows& rows, std::size_t first) const;

  WindowPlan plan_;
  std::shared_ptr<ComputedColumn> expression_;
  ThreadPool& pool_;
  std::unordered_map<std::string, std::uint32_t> partitions_;  // key image -> position in rows_
  std::vector<Rows> rows_;                                     // by partition, in window order
  std::vector<std::uint32_t> partition_of_row_;
};

/// Window values of positions first … rows.size()-1 of one partition whose rows are given in window order.
/// `source` and `order` (null = none) are indexed by row number. For min, max, lag and lead the result has
/// the source's storage and dictionary.
Column evaluate_window(const WindowPlan& plan, const std::vector<std::uint32_t>& rows, std::size_t first,
                       const Column& source, const Column* order);

}  // namespace parallax

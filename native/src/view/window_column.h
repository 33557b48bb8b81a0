// A window over partitions of a table as a column.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_set>
#include <vector>

#include "view/computed_column.h"
#include "view/window_evaluate.h"
#include "view/window_order.h"
#include "view/window_partitions.h"
#include "view/window_plan.h"

namespace parallax {

/// Rows of a partition are kept in window order. A write costs the rows it names and those whose frames they
/// are in; cumulative windows go on from a state remembered shortly before.
class WindowColumn final : public ComputedColumn {
 public:
  /// `expression` is the source if it is no column of the table, else null.
  WindowColumn(std::shared_ptr<const Table> table, WindowPlan plan,
               std::shared_ptr<ComputedColumn> expression, ThreadPool& pool);

  /// Positions that the last computation or write looked at, see evaluate_window().
  [[nodiscard]] std::size_t positions_seen() const noexcept { return positions_seen_; }

 private:
  using Rows = std::vector<std::uint32_t>;
  /// What a write does to one partition.
  struct Touched {
    Rows left;               // rows that are no longer there, in no order
    bool reordered = false;  // some of them have another key by now
    Rows joined;
    Rows rewritten;  // stay where they are, with another value
  };
  using Work = std::map<std::uint32_t, Touched>;

  [[nodiscard]] Column empty() const override;
  void compute(Column& out) override;
  void recompute(const ChangeBatch& change, Column& out) override;
  void reset() override;
  [[nodiscard]] std::shared_ptr<Dictionary> borrowed_texts() const override { return source().dictionary(); }

  [[nodiscard]] const Column& source() const;
  [[nodiscard]] WindowInput input() const;
  void distribute();
  void fill(Column& out);
  Work work_of(const ChangeBatch& change);
  void note_updated(const ChangeBatch& change, Work& work);
  /// Brings the rows of a partition up to date; returns the positions to compute again, ascending, disjoint.
  std::vector<WindowSpan> rearrange(std::uint32_t number, Touched& touched);
  [[nodiscard]] std::vector<std::size_t> places_of(const Rows& rows, const Touched& touched) const;
  bool take_out(Rows& rows, const Touched& touched, Rows& followers) const;
  void put_in(Rows& rows, Rows& joined) const;
  void store_span(const WindowPartition& partition, WindowSpan span, const WindowValues& values,
                  const std::unordered_set<std::uint32_t>& named, Column& out);

  WindowPlan plan_;
  std::shared_ptr<ComputedColumn> expression_;
  ThreadPool& pool_;
  WindowOrder order_;
  std::unique_ptr<WindowPartitions> numbers_;
  std::vector<WindowPartition> partitions_;  // by number
  Rows partition_of_row_;
  std::size_t positions_seen_ = 0;
};

}  // namespace parallax

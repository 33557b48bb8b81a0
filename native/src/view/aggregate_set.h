// The aggregates of one plan over all cells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "view/aggregate_state.h"
#include "view/aggregate_states.h"
#include "view/plan.h"

namespace parallax {

/// Numbered as ViewPlan::aggregates. Threading: changes and refresh() alone, render() in parallel.
class AggregateSet {
 public:
  AggregateSet(const CellContext& context, const ViewPlan& plan);

  /// True if an aggregate depends on more than the rows now.
  [[nodiscard]] static bool has_history(const ViewPlan& plan) noexcept;

  void build(std::span<const std::uint32_t> base, const CellFold& fold, ThreadPool& pool);
  void resize(std::size_t cells);
  void reset(std::uint32_t cell);
  void apply(const CellChanges& changes);

  /// Makes these cells readable in every aggregate.
  void refresh(std::span<const std::uint32_t> cells, ThreadPool& pool);
  [[nodiscard]] bool any_dirty() const noexcept;
  /// True if some aggregate of this cell has to be made anew, so that render() would show an old value.
  [[nodiscard]] bool dirty(std::uint32_t cell) const noexcept;

  /// The aggregate's cells, typed as AggregatePlan::result; null for kNoGroup and cells without rows.
  [[nodiscard]] Column render(std::size_t aggregate, std::span<const std::uint32_t> cells) const;

  // --- percentages ---
  /// True for the aggregates that divide by the sum of another cell, so that they change with it.
  [[nodiscard]] bool is_share(std::size_t aggregate) const noexcept;
  /// The cell whose sum a share is taken of.
  [[nodiscard]] std::uint32_t whole_of(std::size_t aggregate, std::uint32_t cell) const noexcept;
  /// The sum that a share takes part of, or is part of.
  [[nodiscard]] double share_sum(std::size_t aggregate, std::uint32_t cell) const noexcept;
  [[nodiscard]] static std::optional<double> share(double part, double whole) noexcept;

 private:
  using Read = std::function<std::optional<std::uint64_t>(std::uint32_t cell)>;
  struct Aggregate {
    AggregatePlan plan;
    Read read;                  // raw value, unless text
    CellState* text = nullptr;  // join, distinct leaf of texts
    CellState* sums = nullptr;  // of shares
  };
  CellState& state(StateKind kind, std::size_t column, std::size_t argument = 0);
  CellState& gross_value(std::size_t column);
  void set_up(Aggregate& aggregate);
  Read sum_reader(const AggregatePlan& plan);
  Read mean_reader(const AggregatePlan& plan);
  Read deviation_reader(const AggregatePlan& plan);
  Read value_reader(StateKind kind, const AggregatePlan& plan);
  Read difference_reader(StateKind greater, StateKind less, const AggregatePlan& plan);
  Read count_reader(const AggregatePlan& plan);
  Read share_reader(Aggregate& aggregate);
  Read distinct_leaf_reader(const AggregatePlan& plan);
  [[nodiscard]] Column render_text(const Aggregate& aggregate, std::span<const std::uint32_t> cells) const;

  CellContext context_;
  std::vector<std::unique_ptr<CellState>> states_;
  std::vector<std::tuple<StateKind, std::size_t, std::size_t>>
      keys_;  // of states_, as far as made by state()
  std::vector<std::pair<std::size_t, CellState*>> gross_values_;
  std::vector<Aggregate> aggregates_;
  bool shares_ = false;
};

}  // namespace parallax

// The common part of states that take in one row after the other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "view/aggregate_input.h"
#include "view/aggregate_state.h"

namespace parallax {

/// A CellState over a Policy, which has
///   Reader reader;                         how a row's input is read (see aggregate_input.h)
///   struct State;                          of one cell; default constructed = no rows
///   void add(State&, Input, row)           a row comes
///   bool remove(State&, Input, row)        a row goes; false: cannot say, make the cell anew
///   bool replace(State&, old, now, row)    a row's input changes; false likewise
///   void merge(State&, const State& other) adds the rows of another cell
///   static constexpr bool kByLeaf          only if the leaf that a row is in matters
///   bool reliable(State)                   only if adding and merging may lose what matters; with it
///   struct Exact;                          a state that loses nothing, for add(); rounded() gives the State
/// and for reading any of number, integer, value (of a State). Merging in any order must give the
/// same.
template <class Policy>
class RowState final : public CellState {
 public:
  using State = typename Policy::State;

  RowState(const CellContext& context, Policy policy) : context_(context), policy_(std::move(policy)) {}

  void build(std::span<const std::uint32_t> base, const CellFold& fold, ThreadPool& pool) override {
    const std::size_t cells = context_.cells.size();
    states_.assign(cells, State{});
    dirty_.assign(cells, 0);
    dirty_count_ = 0;
    scan(base, pool);
    for (std::size_t i = 0; i < fold.children.size(); ++i) {
      policy_.merge(states_[fold.parents[i]], states_[fold.children[i]]);
    }
    if constexpr (kMayLose) {
      for (std::uint32_t cell = 0; cell < cells; ++cell) {
        if (!policy_.reliable(states_[cell])) soil(cell);
      }
    }
  }

  void resize(std::size_t cells) override {
    if (cells <= states_.size()) return;
    states_.resize(cells);
    dirty_.resize(cells, 0);
  }

  void reset(std::uint32_t cell) override {
    states_[cell] = State{};
    clean(cell);
  }

  void apply(const CellChanges& changes) override {
    const bool touched = policy_.reader.touched(*changes.batch);
    const auto before = policy_.reader.before(*changes.batch);
    for (std::size_t i = 0; i < changes.rows.size(); ++i) {
      const CellChanges::Row& row = changes.rows[i];
      if (!row.moved && !touched) continue;
      const std::uint32_t* old_cells = changes.old_cells.data() + i * changes.planes;
      const std::uint32_t* new_cells = changes.new_cells.data() + i * changes.planes;
      const Input old = row.was ? before(row.row, row.updated) : Input{};
      const Input now = row.is ? policy_.reader.now(row.row) : Input{};
      if (!row.moved && old == now) continue;
      for (std::size_t p = 0; p < changes.planes; ++p) {
        if (row.was && row.is && old_cells[p] == new_cells[p]) {
          replace(new_cells[p], old, now, row.row);
          continue;
        }
        if (row.is) add(new_cells[p], now, row.row);
        if (row.was) remove(old_cells[p], old, row.row);
      }
    }
  }

  [[nodiscard]] bool dirty(std::uint32_t cell) const noexcept override { return dirty_[cell] != 0; }

  [[nodiscard]] bool any_dirty() const noexcept override { return dirty_count_ != 0; }

  void refresh(std::span<const std::uint32_t> cells, ThreadPool& /*pool*/) override {
    if (dirty_count_ == 0) return;
    for (const std::uint32_t cell : cells) {
      if (cell != kNoGroup) remake(cell);
    }
  }

  [[nodiscard]] double number(std::uint32_t cell) const noexcept override {
    if constexpr (requires(const Policy& p, const State& s) { p.number(s); }) {
      return policy_.number(states_[cell]);
    } else {
      return CellState::number(cell);
    }
  }
  [[nodiscard]] std::int64_t integer(std::uint32_t cell) const noexcept override {
    if constexpr (requires(const Policy& p, const State& s) { p.integer(s); }) {
      return policy_.integer(states_[cell]);
    } else {
      return CellState::integer(cell);
    }
  }
  [[nodiscard]] std::optional<std::uint64_t> value(std::uint32_t cell) const noexcept override {
    if constexpr (requires(const Policy& p, const State& s) { p.value(s); }) {
      return policy_.value(states_[cell]);
    } else {
      return CellState::value(cell);
    }
  }

 private:
  using Input = typename decltype(Policy::reader)::Input;
  static constexpr bool kMayLose = requires(const State& state) { Policy::reliable(state); };

  /// Partial states per thread while they are small enough to stay in the cache; else every thread reads all
  /// rows and takes its own range of cells, which needs no merging. Either way a cell sees its rows by
  /// ascending number.
  void scan(std::span<const std::uint32_t> base, ThreadPool& pool) {
    const std::size_t segments = (base.size() + kMorselRows - 1) / kMorselRows;
    const std::size_t tasks = std::min<std::size_t>(pool.width(), segments);
    const auto cells = static_cast<std::uint32_t>(states_.size());
    if (tasks <= 1) {
      if (segments > 0) scan_part(states_.data(), base, 0, segments, 0, cells);
    } else if (states_.size() * sizeof(State) <= kPartialBytes) {
      std::vector<std::vector<State>> partial(tasks - 1, std::vector<State>(states_.size()));
      pool.parallel_for(tasks, [&](std::size_t t) {
        State* out = t == 0 ? states_.data() : partial[t - 1].data();
        scan_part(out, base, segments * t / tasks, segments * (t + 1) / tasks, 0, cells);
      });
      for (const auto& part : partial) {
        for (std::size_t c = 0; c < part.size(); ++c) policy_.merge(states_[c], part[c]);
      }
    } else {
      pool.parallel_for(tasks, [&](std::size_t t) {
        const auto first = static_cast<std::uint32_t>(std::uint64_t{cells} * t / tasks);
        const auto last = static_cast<std::uint32_t>(std::uint64_t{cells} * (t + 1) / tasks);
        scan_part(states_.data(), base, 0, segments, first, last - first);
      });
    }
  }

  void scan_part(State* states, std::span<const std::uint32_t> base, std::size_t first_segment,
                 std::size_t end_segment, std::uint32_t first_cell, std::uint32_t cells) const {
    for (std::size_t s = first_segment; s < end_segment; ++s) {
      const auto read = policy_.reader.segment(s);
      const std::size_t first = s * kMorselRows;
      const std::size_t count = std::min(kMorselRows, base.size() - first);
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t cell = base[first + i];
        if (cell - first_cell >= cells) continue;  // another thread's, or dropped by the filter
        policy_.add(states[cell], read(i), static_cast<std::uint32_t>(first + i));
      }
    }
  }

  void add(std::uint32_t cell, const Input& now, std::uint32_t row) {
    if (dirty_[cell]) return;
    policy_.add(states_[cell], now, row);
    if constexpr (kMayLose) {
      if (!policy_.reliable(states_[cell])) soil(cell);
    }
  }
  void remove(std::uint32_t cell, const Input& old, std::uint32_t row) {
    if (!dirty_[cell] && !policy_.remove(states_[cell], old, row)) soil(cell);
  }
  void replace(std::uint32_t cell, const Input& old, const Input& now, std::uint32_t row) {
    // A row may have moved between the leaves below the cell, which some policies look at.
    if (dirty_[cell] || (old == now && !requires { Policy::kByLeaf; })) return;
    if (!policy_.replace(states_[cell], old, now, row)) soil(cell);
  }
  void soil(std::uint32_t cell) {
    dirty_[cell] = 1;
    ++dirty_count_;
  }
  void clean(std::uint32_t cell) {
    dirty_count_ -= dirty_[cell];
    dirty_[cell] = 0;
  }

  /// A dirty cell from its children, which are fewer than its rows; a base cell from its rows.
  void remake(std::uint32_t cell) {
    if (!dirty_[cell]) return;
    clean(cell);
    State state{};
    const std::uint32_t row = context_.cells.row_group(cell);
    const std::uint32_t split = context_.cells.split_group(cell);
    const auto take = [&](std::uint32_t child) {
      if (child == kNoGroup) return;
      remake(child);
      policy_.merge(state, states_[child]);
    };
    if (!context_.rows.is_leaf(row)) {
      for (auto c = context_.rows.first_child(row); c != kNoGroup; c = context_.rows.next_sibling(c)) {
        take(context_.cells.find(c, split));
      }
    } else if (!context_.splits.is_leaf(split)) {
      for (auto c = context_.splits.first_child(split); c != kNoGroup; c = context_.splits.next_sibling(c)) {
        take(context_.cells.find(row, c));
      }
    } else {
      context_.lists.make();
      for (const std::uint32_t r : context_.lists.of(cell)) policy_.add(state, policy_.reader.now(r), r);
    }
    if constexpr (kMayLose) {
      if (!policy_.reliable(state)) state = make_exactly(row, split);
    }
    states_[cell] = state;
  }

  [[nodiscard]] State make_exactly(std::uint32_t row, std::uint32_t split) const {
    std::vector<std::uint32_t> rows;
    context_.lists.make();
    context_.lists.collect(row, split, rows);
    typename Policy::Exact sum;
    for (const std::uint32_t r : rows) policy_.add(sum, policy_.reader.now(r), r);
    return sum.rounded();
  }

  static constexpr std::size_t kPartialBytes = std::size_t{8} << 20;

  CellContext context_;
  Policy policy_;
  std::vector<State> states_;
  std::vector<std::uint8_t> dirty_;
  std::size_t dirty_count_ = 0;
};

}  // namespace parallax

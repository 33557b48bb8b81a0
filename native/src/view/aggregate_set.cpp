#include "view/aggregate_set.h"

#include <algorithm>
#include <cmath>

#include "view/aggregate_input.h"

namespace parallax {
namespace {

bool share_kind(AggregateKind kind) noexcept {
  return kind == AggregateKind::pct_sum_parent || kind == AggregateKind::pct_sum_total;
}

}  // namespace

AggregateSet::AggregateSet(const CellContext& context, const ViewPlan& plan) : context_(context) {
  aggregates_.reserve(plan.aggregates.size());
  for (const AggregatePlan& aggregate : plan.aggregates) {
    aggregates_.push_back({aggregate, {}, nullptr, nullptr});
    set_up(aggregates_.back());
    shares_ = shares_ || share_kind(aggregate.kind);
  }
}

bool AggregateSet::has_history(const ViewPlan& plan) noexcept {
  return std::any_of(plan.aggregates.begin(), plan.aggregates.end(), [](const AggregatePlan& aggregate) {
    return aggregate.kind == AggregateKind::high || aggregate.kind == AggregateKind::low;
  });
}

CellState& AggregateSet::state(StateKind kind, std::size_t column, std::size_t argument) {
  const std::tuple key{kind, column, argument};
  const auto known = std::find(keys_.begin(), keys_.end(), key);
  if (known != keys_.end()) return *states_[static_cast<std::size_t>(known - keys_.begin())];
  keys_.push_back(key);
  states_.push_back(make_state(kind, column, argument, context_));
  return *states_.back();
}

CellState& AggregateSet::gross_value(std::size_t column) {
  for (const auto& [known, made] : gross_values_) {
    if (known == column) return *made;
  }
  CellState& sums = state(StateKind::sum, column);
  // Not one of the kinds that state() knows; a key nobody asks for keeps the two lists parallel.
  keys_.emplace_back(StateKind::sum, column, ~std::size_t{0});
  states_.push_back(make_gmv_state(column, sums, context_));
  gross_values_.emplace_back(column, states_.back().get());
  return *states_.back();
}

// --- what each aggregate reads ---

void AggregateSet::set_up(Aggregate& aggregate) {
  const AggregatePlan& plan = aggregate.plan;
  const std::size_t argument = plan.argument.value_or(0);
  const auto by = [&](StateKind kind) -> Read {
    const CellState* picked = &state(kind, plan.column, argument);
    return [picked](std::uint32_t cell) { return picked->value(cell); };
  };
  switch (plan.kind) {
    case AggregateKind::sum:
    case AggregateKind::sum_not_null:
    case AggregateKind::sum_abs:
    case AggregateKind::abs_sum:
      aggregate.read = sum_reader(plan);
      return;
    case AggregateKind::mean:
      aggregate.read = mean_reader(plan);
      return;
    case AggregateKind::variance:
      aggregate.read = value_reader(StateKind::variance, plan);
      return;
    case AggregateKind::stddev:
      aggregate.read = deviation_reader(plan);
      return;
    case AggregateKind::pct_sum_parent:
    case AggregateKind::pct_sum_total:
      aggregate.read = share_reader(aggregate);
      return;
    case AggregateKind::gmv: {
      const CellState* gross = &gross_value(plan.column);
      aggregate.read = [gross](std::uint32_t cell) { return gross->value(cell); };
      return;
    }
    case AggregateKind::count:
    case AggregateKind::distinct_count:
    case AggregateKind::logical_and:
      aggregate.read = count_reader(plan);
      return;
    case AggregateKind::join:
      aggregate.text = &state(StateKind::join, plan.column);
      return;
    case AggregateKind::distinct_leaf:
      aggregate.read = distinct_leaf_reader(plan);
      if (plan.result == Storage::text) aggregate.text = &state(StateKind::unique, plan.column);
      return;
    case AggregateKind::weighted_mean:
      aggregate.read = by(StateKind::weighted);
      return;
    case AggregateKind::min_by:
      aggregate.read = by(StateKind::least_by);
      return;
    case AggregateKind::max_by:
      aggregate.read = by(StateKind::greatest_by);
      return;
    case AggregateKind::high_minus_low:
      aggregate.read = difference_reader(StateKind::maximum, StateKind::minimum, plan);
      return;
    case AggregateKind::last_minus_first:
      aggregate.read = difference_reader(StateKind::last, StateKind::first, plan);
      return;
    case AggregateKind::mul:
      aggregate.read = value_reader(StateKind::product, plan);
      return;
    case AggregateKind::min:
      aggregate.read = value_reader(StateKind::minimum, plan);
      return;
    case AggregateKind::max:
      aggregate.read = value_reader(StateKind::maximum, plan);
      return;
    case AggregateKind::high:
      aggregate.read = value_reader(StateKind::high_mark, plan);
      return;
    case AggregateKind::low:
      aggregate.read = value_reader(StateKind::low_mark, plan);
      return;
    case AggregateKind::median:
      aggregate.read = value_reader(StateKind::median, plan);
      return;
    case AggregateKind::q1:
      aggregate.read = value_reader(StateKind::lower_quartile, plan);
      return;
    case AggregateKind::q3:
      aggregate.read = value_reader(StateKind::upper_quartile, plan);
      return;
    case AggregateKind::first:
      aggregate.read = value_reader(StateKind::first, plan);
      return;
    case AggregateKind::last:
      aggregate.read = value_reader(StateKind::last_met, plan);
      return;
    case AggregateKind::last_by_index:
      aggregate.read = value_reader(StateKind::last, plan);
      return;
    case AggregateKind::unique:
      aggregate.read = value_reader(StateKind::unique, plan);
      return;
    case AggregateKind::dominant:
      aggregate.read = value_reader(StateKind::dominant, plan);
      return;
    case AggregateKind::any:
    case AggregateKind::logical_or:
      aggregate.read = value_reader(StateKind::any, plan);
      return;
  }
}

AggregateSet::Read AggregateSet::value_reader(StateKind kind, const AggregatePlan& plan) {
  const CellState* state = &this->state(kind, plan.column);
  return [state](std::uint32_t cell) { return state->value(cell); };
}

AggregateSet::Read AggregateSet::sum_reader(const AggregatePlan& plan) {
  const bool floats = is_float(context_.source.schema()[plan.column].storage);
  StateKind kind = StateKind::sum;
  if (plan.kind == AggregateKind::sum_abs) kind = StateKind::absolute_sum;
  if (plan.kind == AggregateKind::sum_not_null && floats) kind = StateKind::sum_not_nan;
  const CellState* sums = &state(kind, plan.column);
  const bool absolute = plan.kind == AggregateKind::abs_sum;
  if (floats) {
    return [sums, absolute](std::uint32_t cell) -> std::optional<std::uint64_t> {
      const double sum = sums->number(cell);
      return to_raw(absolute ? std::fabs(sum) : sum);
    };
  }
  const bool negate = absolute && plan.result != Storage::uint64;
  return [sums, negate](std::uint32_t cell) -> std::optional<std::uint64_t> {
    const std::int64_t sum = sums->integer(cell);
    const auto bits = static_cast<std::uint64_t>(sum);
    return negate && sum < 0 ? 0 - bits : bits;
  };
}

AggregateSet::Read AggregateSet::mean_reader(const AggregatePlan& plan) {
  const CellState* sums = &state(StateKind::sum, plan.column);
  const CellState* counts = &state(StateKind::valid_count, plan.column);
  return [sums, counts](std::uint32_t cell) -> std::optional<std::uint64_t> {
    const std::int64_t count = counts->integer(cell);
    if (count == 0) return std::nullopt;
    return to_raw(sums->number(cell) / static_cast<double>(count));
  };
}

AggregateSet::Read AggregateSet::deviation_reader(const AggregatePlan& plan) {
  const CellState* variances = &state(StateKind::variance, plan.column);
  return [variances](std::uint32_t cell) -> std::optional<std::uint64_t> {
    const auto variance = variances->value(cell);
    if (!variance) return std::nullopt;
    return to_raw(std::sqrt(from_raw<double>(*variance)));
  };
}

AggregateSet::Read AggregateSet::difference_reader(StateKind greater, StateKind less,
                                                   const AggregatePlan& plan) {
  const CellState* from = &state(greater, plan.column);
  const CellState* take = &state(less, plan.column);
  const Storage storage = plan.result;
  return [from, take, storage](std::uint32_t cell) -> std::optional<std::uint64_t> {
    const auto a = from->value(cell);
    const auto b = take->value(cell);
    if (!a || !b) return std::nullopt;
    return with_storage(storage, [&](auto type) -> std::uint64_t {
      using T = typename decltype(type)::type;
      if constexpr (std::is_floating_point_v<T>) {
        return to_raw(static_cast<T>(from_raw<T>(*a) - from_raw<T>(*b)));
      } else {
        return to_raw(static_cast<T>(*a - *b));
      }
    });
  };
}

AggregateSet::Read AggregateSet::count_reader(const AggregatePlan& plan) {
  if (plan.kind == AggregateKind::count) {
    const GroupCells* cells = &context_.cells;
    return [cells](std::uint32_t cell) -> std::optional<std::uint64_t> { return cells->rows(cell); };
  }
  if (plan.kind == AggregateKind::distinct_count) {
    return value_reader(StateKind::distinct_count, plan);
  }
  const CellState* counts = &state(StateKind::not_true_count, plan.column);
  return [counts](std::uint32_t cell) -> std::optional<std::uint64_t> { return counts->integer(cell) == 0; };
}

AggregateSet::Read AggregateSet::distinct_leaf_reader(const AggregatePlan& plan) {
  const CellState* shared = &state(StateKind::unique, plan.column);
  const GroupCells* cells = &context_.cells;
  return [shared, cells](std::uint32_t cell) {
    return cells->is_innermost(cell) ? shared->value(cell) : std::nullopt;
  };
}

// --- percentages ---

AggregateSet::Read AggregateSet::share_reader(Aggregate& aggregate) {
  aggregate.sums = &state(StateKind::sum, aggregate.plan.column);
  const std::size_t number = aggregates_.size() - 1;
  return [this, number](std::uint32_t cell) -> std::optional<std::uint64_t> {
    const std::uint32_t whole = whole_of(number, cell);
    // The total row is all of itself, even of nothing.
    if (whole == cell && aggregates_[number].plan.kind == AggregateKind::pct_sum_parent) return to_raw(100.0);
    const auto part = share(share_sum(number, cell), share_sum(number, whole));
    if (!part) return std::nullopt;
    return to_raw(*part);
  };
}

std::optional<double> AggregateSet::share(double part, double whole) noexcept {
  if (whole == 0) return std::nullopt;
  return 100 * (part / whole);
}

bool AggregateSet::is_share(std::size_t aggregate) const noexcept {
  return share_kind(aggregates_[aggregate].plan.kind);
}

double AggregateSet::share_sum(std::size_t aggregate, std::uint32_t cell) const noexcept {
  return aggregates_[aggregate].sums->number(cell);
}

std::uint32_t AggregateSet::whole_of(std::size_t aggregate, std::uint32_t cell) const noexcept {
  const GroupCells& cells = context_.cells;
  if (aggregates_[aggregate].plan.kind == AggregateKind::pct_sum_total) return cells.find(0, 0);
  const std::uint32_t row = cells.row_group(cell);
  const std::uint32_t split = cells.split_group(cell);
  if (split != 0) return cells.find(row, context_.splits.parent(split));
  return row != 0 ? cells.find(context_.rows.parent(row), 0) : cell;
}

// --- all states at once ---

void AggregateSet::build(std::span<const std::uint32_t> base, const CellFold& fold, ThreadPool& pool) {
  for (const auto& state : states_) state->build(base, fold, pool);
}
void AggregateSet::resize(std::size_t cells) {
  for (const auto& state : states_) state->resize(cells);
}
void AggregateSet::reset(std::uint32_t cell) {
  for (const auto& state : states_) state->reset(cell);
}
void AggregateSet::apply(const CellChanges& changes) {
  for (const auto& state : states_) state->apply(changes);
}

bool AggregateSet::any_dirty() const noexcept {
  return std::any_of(states_.begin(), states_.end(), [](const auto& state) { return state->any_dirty(); });
}
bool AggregateSet::dirty(std::uint32_t cell) const noexcept {
  return std::any_of(states_.begin(), states_.end(), [&](const auto& state) { return state->dirty(cell); });
}

void AggregateSet::refresh(std::span<const std::uint32_t> cells, ThreadPool& pool) {
  if (!any_dirty()) return;
  for (const auto& state : states_) state->refresh(cells, pool);
  if (!shares_) return;
  std::vector<std::uint32_t> wholes;
  for (std::size_t a = 0; a < aggregates_.size(); ++a) {
    if (!is_share(a)) continue;
    wholes.clear();
    for (const std::uint32_t cell : cells) {
      if (cell != kNoGroup) wholes.push_back(whole_of(a, cell));
    }
    aggregates_[a].sums->refresh(wholes, pool);
  }
}

// --- reading ---

Column AggregateSet::render(std::size_t aggregate, std::span<const std::uint32_t> cells) const {
  const Aggregate& one = aggregates_[aggregate];
  if (one.text) return render_text(one, cells);
  Column out(one.plan.result, one.plan.result == Storage::text
                                  ? context_.source.column(one.plan.column).dictionary()
                                  : nullptr);
  with_storage(one.plan.result, [&](auto type) {
    using T = typename decltype(type)::type;
    for (const std::uint32_t cell : cells) {
      std::optional<std::uint64_t> value;
      if (cell != kNoGroup && context_.cells.rows(cell) != 0) value = one.read(cell);
      if (value) {
        out.append<T>(from_raw<T>(*value));
      } else {
        out.append_null();
      }
    }
  });
  return out;
}

/// Texts that no column holds: they get a dictionary of their own.
Column AggregateSet::render_text(const Aggregate& aggregate, std::span<const std::uint32_t> cells) const {
  Column out(Storage::text);
  const Column& source = context_.source.column(aggregate.plan.column);
  for (const std::uint32_t cell : cells) {
    if (cell == kNoGroup || context_.cells.rows(cell) == 0) {
      out.append_null();
    } else if (aggregate.plan.kind == AggregateKind::join) {
      out.append_text(aggregate.text->text(cell));
    } else {
      // A blank where a leaf has no one value, and on parents; null where all that a leaf has is null.
      if (const auto code = aggregate.read(cell)) {
        out.append_text(source.dictionary()->text(static_cast<std::uint32_t>(*code)));
      } else if (context_.cells.is_innermost(cell) && aggregate.text->integer(cell) != 0) {
        out.append_null();
      } else {
        out.append_text("");
      }
    }
  }
  return out;
}

}  // namespace parallax

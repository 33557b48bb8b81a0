#include "view/flat_core.h"

#include <algorithm>

namespace parallax {
namespace {

/// A change of more rows than this share of the view is cheaper sorted afresh.
constexpr std::size_t kRebuildShare = 8;
constexpr std::size_t kAlwaysRepaired = 64;

std::vector<std::size_t> columns_used(const ViewSource& source, const ViewPlan& plan) {
  std::vector<std::size_t> columns;
  for (const auto& term : plan.config.filter) columns.push_back(*source.schema().find(term.column));
  for (const auto& sort : plan.row_sorts) columns.push_back(sort.column);
  return columns;
}

}  // namespace

FlatCore::FlatCore(const ViewSource& source, const ViewPlan& plan, ThreadPool& pool)
    : source_(source),
      pool_(pool),
      filter_(source_, plan.config.filter, plan.config.filter_op),
      order_(source_, plan.row_sorts),
      used_columns_(columns_used(source, plan)) {}

void FlatCore::compute() {
  if (computed_ || follows_table()) return;
  const Table& table = source_.table();
  const Bitmap selected = filter_.select(pool_);
  std::vector<std::uint32_t> rows;
  if (table.ordered_by_row_number()) {
    rows.reserve(selected.count());
    selected.for_each([&](std::size_t row) { rows.push_back(static_cast<std::uint32_t>(row)); });
  } else {
    rows = table.natural_range(0, table.size());
    if (!filter_.keeps_all()) std::erase_if(rows, [&](std::uint32_t row) { return !selected.test(row); });
  }
  order_.sort(rows, pool_);
  rows_.assign(rows);
  computed_ = true;
}

void FlatCore::apply(const ChangeBatch& batch) {
  const ChangeBatch& change = source_.change(batch);
  const std::lock_guard lock(mutex);
  placed_ = 0;
  if (!computed_) return;
  const std::size_t touched = change.inserted.size() + change.updated.size() + change.removed.size();
  if (change.cleared || touched > kAlwaysRepaired + rows_.size() / kRebuildShare) {
    rows_.clear();
    computed_ = false;
    return;
  }
  // First everything out whose place may be wrong, so that the order of what stays can be relied on.
  const bool moves = may_move(change);
  for (const std::uint32_t row : change.removed) rows_.erase(row);
  if (moves) {
    for (const std::uint32_t row : change.updated) rows_.erase(row);
    place(change.updated);
  }
  place(change.inserted);
}

bool FlatCore::may_move(const ChangeBatch& change) const noexcept {
  return std::any_of(used_columns_.begin(), used_columns_.end(),
                     [&](std::size_t column) { return change.old_values(column) != nullptr; });
}

void FlatCore::place(const std::vector<std::uint32_t>& rows) {
  const OrderedRows::Less less = [this](std::uint32_t a, std::uint32_t b) { return order_.less(a, b); };
  for (const std::uint32_t row : rows) {
    if (!filter_.passes(row)) continue;
    rows_.insert(row, less);
    ++placed_;
  }
}

std::size_t FlatCore::size() {
  compute();
  return follows_table() ? source_.table().size() : rows_.size();
}

std::vector<std::uint32_t> FlatCore::range(std::size_t begin, std::size_t end) {
  compute();
  return follows_table() ? source_.table().natural_range(begin, end) : rows_.range(begin, end);
}

bool FlatCore::is_whole_table() const noexcept {
  const Table& table = source_.table();
  return follows_table() && table.ordered_by_row_number() && table.size() == table.row_numbers();
}

void FlatCore::keep_shown(std::vector<std::uint32_t>& rows) {
  compute();
  if (follows_table()) {
    source_.table().sort_naturally(rows);
    return;
  }
  std::erase_if(rows, [&](std::uint32_t row) { return !rows_.contains(row); });
  if (order_.natural()) {
    source_.table().sort_naturally(rows);
  } else {
    std::sort(rows.begin(), rows.end(), [&](auto a, auto b) { return order_.less(a, b); });
  }
}

}  // namespace parallax

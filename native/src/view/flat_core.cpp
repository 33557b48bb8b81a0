#include "view/flat_core.h"

#include <algorithm>

namespace parallax {
namespace {

/// A change of more rows than this share of the view is cheaper sorted afresh.
constexpr std::size_t kRebuildShare = 8;
constexpr std::size_t kAlwaysRepaired = 64;

/// Rows put in order at a time: some screens, or twice what is asked for, so that scrolling on rarely starts
/// anew. More than one in kSelectShare of all rows are cheaper sorted together with the rest.
constexpr std::size_t kLeastOrdered = 1024;
constexpr std::size_t kSelectShare = 16;

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

void FlatCore::select() {
  if (selected_ || follows_table()) return;
  if (!filter_.keeps_all()) {
    kept_ = filter_.select(pool_);
    kept_count_ = kept_.count();
  }
  selected_ = true;
}

void FlatCore::forget() {
  const std::lock_guard lock(mutex);
  drop();
}

void FlatCore::drop() {
  selected_ = false;
  kept_.clear();
  ordered_.clear();
  all_ordered_ = false;
}

std::vector<std::uint32_t> FlatCore::kept_in_natural_order() const {
  const Table& table = source_.table();
  std::vector<std::uint32_t> rows;
  if (table.ordered_by_row_number()) {
    const Bitmap& kept = filter_.keeps_all() ? table.live_rows() : kept_;
    rows.reserve(kept.count());
    kept.for_each([&](std::size_t row) { rows.push_back(static_cast<std::uint32_t>(row)); });
  } else {
    rows = table.natural_range(0, table.size());
    if (!filter_.keeps_all()) std::erase_if(rows, [&](std::uint32_t row) { return !kept_.test(row); });
  }
  return rows;
}

/// Puts at least the first `count` rows in order.
void FlatCore::order(std::size_t count) {
  const std::size_t all = size();
  if (follows_table() || all_ordered_ || count <= ordered_.size()) return;
  const std::size_t wanted = std::max(kLeastOrdered, 2 * count);
  if (order_.natural() || wanted > all / kSelectShare) {
    std::vector<std::uint32_t> rows = kept_in_natural_order();
    order_.sort(rows, pool_);
    ordered_.assign(rows);
    all_ordered_ = true;
    return;
  }
  const Table& table = source_.table();
  if (table.ordered_by_row_number()) {
    ordered_.assign(order_.first(filter_.keeps_all() ? table.live_rows() : kept_, wanted, pool_));
  } else {
    ordered_.assign(order_.first(kept_in_natural_order(), wanted, pool_));
  }
}

void FlatCore::apply(const ChangeBatch& batch) {
  const ChangeBatch& change = source_.change(batch);
  const std::lock_guard lock(mutex);
  placed_ = 0;
  if (!selected_) return;
  const std::size_t touched = change.inserted.size() + change.updated.size() + change.removed.size();
  if (change.cleared || touched > kAlwaysRepaired + size() / kRebuildShare) {
    drop();
    return;
  }
  // First everything out whose place may be wrong, so that the order of what stays can be relied on.
  for (const std::uint32_t row : change.removed) take_out(row);
  if (may_move(change)) {
    for (const std::uint32_t row : change.updated) take_out(row);
    place(change.updated);
  }
  place(change.inserted);
}

bool FlatCore::may_move(const ChangeBatch& change) const noexcept {
  return std::any_of(used_columns_.begin(), used_columns_.end(),
                     [&](std::size_t column) { return change.old_values(column) != nullptr; });
}

void FlatCore::take_out(std::uint32_t row) {
  ordered_.erase(row);
  if (filter_.keeps_all() || !kept_.test(row)) return;
  kept_.reset(row);
  --kept_count_;
}

void FlatCore::place(const std::vector<std::uint32_t>& rows) {
  const OrderedRows::Less less = [this](std::uint32_t a, std::uint32_t b) { return order_.less(a, b); };
  if (!filter_.keeps_all()) kept_.resize(source_.table().row_numbers());
  for (const std::uint32_t row : rows) {
    if (!filter_.passes(row)) continue;
    ++placed_;
    if (!filter_.keeps_all()) {
      kept_.set(row);
      ++kept_count_;
    }
    // Of first rows alone nobody knows what comes after the last.
    if (all_ordered_ || (ordered_.size() > 0 && less(row, ordered_.back()))) ordered_.insert(row, less);
  }
}

std::size_t FlatCore::size() {
  select();
  return filter_.keeps_all() ? source_.table().size() : kept_count_;
}

std::vector<std::uint32_t> FlatCore::range(std::size_t begin, std::size_t end) {
  order(end);
  return follows_table() ? source_.table().natural_range(begin, end) : ordered_.range(begin, end);
}

std::vector<std::uint32_t> FlatCore::unordered() {
  select();
  return kept_in_natural_order();
}

bool FlatCore::is_whole_table() const noexcept {
  const Table& table = source_.table();
  return follows_table() && table.ordered_by_row_number() && table.size() == table.row_numbers();
}

void FlatCore::keep_shown(std::vector<std::uint32_t>& rows) {
  select();
  if (!filter_.keeps_all()) std::erase_if(rows, [&](std::uint32_t row) { return !kept_.test(row); });
  if (order_.natural()) {
    source_.table().sort_naturally(rows);
  } else {
    std::sort(rows.begin(), rows.end(), [&](auto a, auto b) { return order_.less(a, b); });
  }
}

}  // namespace parallax

#include "view/window_column.h"

#include <algorithm>
#include <map>

#include "storage/key_index.h"

namespace parallax {
namespace {

/// -1, 0, 1; null before every value. NaN after null.
int compare_keys(const Column& column, std::uint32_t a, std::uint32_t b, bool descending) {
  const bool valid_a = column.valid(a);
  const bool valid_b = column.valid(b);
  if (!valid_a || !valid_b) return static_cast<int>(valid_a) - static_cast<int>(valid_b);
  int order = 0;
  if (column.storage() == Storage::text) {
    order = column.text(a).compare(column.text(b));
  } else {
    order = with_storage(column.storage(), [&](auto type) {
      using T = typename decltype(type)::type;
      const T x = column.value<T>(a);
      const T y = column.value<T>(b);
      if constexpr (std::is_floating_point_v<T>) {
        if (x != x || y != y) return static_cast<int>(y != y) - static_cast<int>(x != x);
      }
      return static_cast<int>(x > y) - static_cast<int>(x < y);
    });
  }
  return descending ? -order : order;
}

}  // namespace

WindowColumn::WindowColumn(std::shared_ptr<const Table> table, WindowPlan plan,
                           std::shared_ptr<ComputedColumn> expression, ThreadPool& pool)
    : ComputedColumn(std::move(table), Column(plan.result)),
      plan_(std::move(plan)),
      expression_(std::move(expression)),
      pool_(pool) {}

const Column& WindowColumn::source() const {
  return expression_ ? expression_->column() : table().column(plan_.source);
}

Column WindowColumn::empty() const {
  return Column(storage(), storage() == Storage::text ? source().dictionary() : nullptr);
}

void WindowColumn::reset() {
  partitions_.clear();
  rows_.clear();
  partition_of_row_.clear();
}

bool WindowColumn::before(std::uint32_t a, std::uint32_t b) const {
  if (plan_.order_by) {
    const int order = compare_keys(table().column(*plan_.order_by), a, b, plan_.descending);
    if (order != 0) return order < 0;
  }
  return table().natural_less(a, b);
}

std::string WindowColumn::partition_key(std::uint32_t row) const {
  std::string key;
  for (const std::size_t position : plan_.partition_by) {
    const Column& column = table().column(position);
    const std::uint64_t image = column.valid(row) ? KeyIndex::image(column, row) : 0;
    key.push_back(static_cast<char>(column.valid(row)));
    key.append(reinterpret_cast<const char*>(&image), sizeof image);
  }
  return key;
}

std::uint32_t WindowColumn::partition_of(std::uint32_t row) {
  const auto [it, fresh] = partitions_.emplace(partition_key(row), static_cast<std::uint32_t>(rows_.size()));
  if (fresh) rows_.emplace_back();
  return it->second;
}

Column WindowColumn::evaluate(const Rows& rows, std::size_t first) const {
  return evaluate_window(plan_, rows, first, source(),
                         plan_.order_by ? &table().column(*plan_.order_by) : nullptr);
}

void WindowColumn::compute(Column& out) {
  reset();
  partition_of_row_.resize(table().row_numbers());
  table().live_rows().for_each([&](std::size_t row) {
    const std::uint32_t partition = partition_of(static_cast<std::uint32_t>(row));
    partition_of_row_[row] = partition;
    rows_[partition].push_back(static_cast<std::uint32_t>(row));
  });
  (void)source();
  // Results are computed side by side and stored by one thread: rows of different partitions share segments.
  constexpr std::size_t kBatch = 256;
  for (std::size_t begin = 0; begin < rows_.size(); begin += kBatch) {
    const std::size_t end = std::min(rows_.size(), begin + kBatch);
    std::vector<std::optional<Column>> results(end - begin);
    pool_.parallel_for(end - begin, [&](std::size_t i) {
      Rows& rows = rows_[begin + i];
      std::sort(rows.begin(), rows.end(), [this](auto a, auto b) { return before(a, b); });
      results[i] = evaluate(rows, 0);
    });
    for (std::size_t i = 0; i < results.size(); ++i) {
      const Rows& rows = rows_[begin + i];
      for (std::size_t at = 0; at < rows.size(); ++at) out.copy_cell(rows[at], *results[i], at);
    }
  }
}

/// Takes rows out of a partition; returns the first position that moved.
std::size_t WindowColumn::take_out(std::uint32_t partition, const std::unordered_set<std::uint32_t>& gone) {
  Rows& rows = rows_[partition];
  const auto first = std::find_if(rows.begin(), rows.end(), [&](auto row) { return gone.contains(row); });
  const auto position = static_cast<std::size_t>(first - rows.begin());
  rows.erase(std::remove_if(first, rows.end(), [&](auto row) { return gone.contains(row); }), rows.end());
  return position;
}

/// Merges rows into a partition; returns the first position of a new one.
std::size_t WindowColumn::put_in(std::uint32_t partition, Rows& added) {
  Rows& rows = rows_[partition];
  const auto less = [this](auto a, auto b) { return before(a, b); };
  std::sort(added.begin(), added.end(), less);
  const auto first = std::upper_bound(rows.begin(), rows.end(), added.front(), less) - rows.begin();
  const auto middle = static_cast<std::ptrdiff_t>(rows.size());
  rows.insert(rows.end(), added.begin(), added.end());
  std::inplace_merge(rows.begin() + first, rows.begin() + middle, rows.end(), less);
  return static_cast<std::size_t>(first);
}

void WindowColumn::recompute(const ChangeBatch& change, Column& out) {
  partition_of_row_.resize(table().row_numbers());
  struct Touched {
    Rows added;
    bool shrinks = false;
    std::size_t first = SIZE_MAX;  // positions from here on are computed again
  };
  std::map<std::uint32_t, Touched> touched;
  std::unordered_set<std::uint32_t> gone;
  const auto leave = [&](std::uint32_t row) {
    gone.insert(row);
    touched[partition_of_row_[row]].shrinks = true;
  };
  // A source that is an expression may have changed in rows that the batch does not name.
  std::vector<std::uint32_t> rewritten = change.updated;
  if (expression_) {
    const auto& others = expression_->last_change().others;
    rewritten.insert(rewritten.end(), others.begin(), others.end());
  }
  for (const std::uint32_t row : change.removed) leave(row);
  for (const std::uint32_t row : rewritten) leave(row);
  const auto join = [&](std::uint32_t row) {
    partition_of_row_[row] = partition_of(row);
    touched[partition_of_row_[row]].added.push_back(row);
  };
  std::for_each(rewritten.begin(), rewritten.end(), join);
  std::for_each(change.inserted.begin(), change.inserted.end(), join);
  std::unordered_set<std::uint32_t> named(change.updated.begin(), change.updated.end());
  named.insert(change.inserted.begin(), change.inserted.end());
  for (auto& [partition, work] : touched) {
    if (work.shrinks) work.first = take_out(partition, gone);
    if (!work.added.empty()) work.first = std::min(work.first, put_in(partition, work.added));
    // lead looks ahead: the rows before the first change see it too.
    if (plan_.op == WindowOp::lead) work.first -= std::min<std::size_t>(work.first, plan_.offset);
    const Rows& rows = rows_[partition];
    const std::size_t first = std::min(work.first, rows.size());
    const Column values = evaluate(rows, first);
    for (std::size_t at = first; at < rows.size(); ++at) {
      if (named.contains(rows[at]))
        out.copy_cell(rows[at], values, at - first);
      else
        set_other(rows[at], values, at - first);
    }
  }
}

}  // namespace parallax

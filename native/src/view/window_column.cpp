#include "view/window_column.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "base/bitmap.h"

namespace parallax {

WindowColumn::WindowColumn(std::shared_ptr<const Table> table, WindowPlan plan,
                           std::shared_ptr<ComputedColumn> expression, ThreadPool& pool)
    : ComputedColumn(std::move(table), Column(plan.result)),
      plan_(std::move(plan)),
      expression_(std::move(expression)),
      pool_(pool),
      order_(this->table(), plan_) {}

const Column& WindowColumn::source() const {
  return expression_ ? expression_->column() : table().column(plan_.source);
}

WindowInput WindowColumn::input() const {
  return {plan_, source(), plan_.order_by ? &table().column(*plan_.order_by) : nullptr};
}

Column WindowColumn::empty() const {
  return Column(storage(), storage() == Storage::text ? borrowed_texts() : nullptr);
}

void WindowColumn::reset() {
  numbers_.reset();
  partitions_.clear();
  partition_of_row_.clear();
}

// --- all rows ---

/// Fills the partitions with their rows, in window order.
void WindowColumn::distribute() {
  reset();
  numbers_ = std::make_unique<WindowPartitions>(shared_table(), plan_.partition_by);
  numbers_->encode_all(partition_of_row_, pool_);
  partitions_.resize(numbers_->size());
  std::vector<std::uint32_t> counts(partitions_.size());
  table().live_rows().for_each([&](std::size_t row) { ++counts[partition_of_row_[row]]; });
  for (std::size_t i = 0; i < counts.size(); ++i) partitions_[i].rows.reserve(counts[i]);
  const auto add = [&](std::size_t row) {
    partitions_[partition_of_row_[row]].rows.push_back(static_cast<std::uint32_t>(row));
  };
  if (table().ordered_by_row_number()) {
    table().live_rows().for_each(add);
  } else {
    for (const std::uint32_t row : table().natural_range(0, table().size())) add(row);
  }
}

namespace {

constexpr std::size_t kTaskRows = 16384;

/// Cuts partitions into tasks of about kTaskRows rows: several small partitions, or a part of a large one
/// unless it has to be computed in one go.
struct Slice {
  std::size_t partition;
  WindowSpan span;
};
std::vector<std::vector<Slice>> tasks_of(const std::vector<WindowPartition>& partitions, bool divisible) {
  std::vector<std::vector<Slice>> tasks(1);
  std::size_t filled = 0;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const std::size_t size = partitions[i].rows.size();
    for (std::size_t at = 0; at < size;) {
      const std::size_t some = divisible ? std::min(kTaskRows, size - at) : size;
      tasks.back().push_back({i, {at, at + some}});
      at += some;
      filled += some;
      if (filled < kTaskRows) continue;
      tasks.emplace_back();
      filled = 0;
    }
  }
  return tasks;
}

/// A column's cells for several threads at a time: validity as bytes until all is done.
class Scatter {
 public:
  explicit Scatter(Column& out) : out_(out), valid_(out.size()) {
    for (std::size_t i = 0; i < out.segments(); ++i) data_.push_back(out.writable(i).data());
  }
  template <class T>
  void put(std::uint32_t row, T value) noexcept {
    reinterpret_cast<T*>(data_[row / kMorselRows])[row % kMorselRows] = value;
    valid_[row] = 1;
  }
  void finish(ThreadPool& pool) {
    pool.for_morsels(out_.size(), [&](std::size_t begin, std::size_t end) {
      std::uint64_t* words = out_.writable(begin / kMorselRows).validity();
      for (std::size_t row = begin; row < end; ++row) {
        if (valid_[row] != 0) set_bit(words, row - begin);
      }
    });
  }

 private:
  Column& out_;
  std::vector<std::byte*> data_;
  std::vector<std::uint8_t> valid_;
};

}  // namespace

/// Evaluates every partition into `out`, all of whose cells are null.
void WindowColumn::fill(Column& out) {
  Scatter cells(out);
  const WindowInput from = input();
  const auto tasks = tasks_of(partitions_, !is_cumulative(plan_));
  std::atomic<std::size_t> seen{0};
  pool_.parallel_for(tasks.size(), [&](std::size_t task) {
    WindowValues values;
    for (const Slice& slice : tasks[task]) {
      WindowPartition& partition = partitions_[slice.partition];
      seen += evaluate_window(from, partition, slice.span.begin, slice.span.end, values);
      with_storage(out.storage(), [&](auto type) {
        using T = typename decltype(type)::type;
        for (std::size_t i = 0; i < values.bits.size(); ++i) {
          if (values.valid[i] == 0) continue;
          const std::uint32_t row = partition.rows[slice.span.begin + i];
          if (picks_cells(plan_)) {
            cells.put<T>(row, from.source.value<T>(values.bits[i]));
          } else {
            T value;
            std::memcpy(&value, &values.bits[i], sizeof(T));
            cells.put<T>(row, value);
          }
        }
      });
    }
  });
  cells.finish(pool_);
  positions_seen_ = seen;
}

void WindowColumn::compute(Column& out) {
  (void)source();  // computed before the threads meet it
  distribute();
  const auto tasks = tasks_of(partitions_, false);
  pool_.parallel_for(tasks.size(), [&](std::size_t task) {
    for (const Slice& slice : tasks[task]) order_.sort(partitions_[slice.partition].rows);
  });
  fill(out);
}

// --- writes ---

namespace {

/// True if updated[i] holds another value than before in the column that `old` is of.
bool changed(const Column* old, std::size_t i, const Column& now, std::uint32_t row) {
  return old != nullptr && !same_cell(*old, i, now, row);
}

}  // namespace

/// Sorts the updated rows: to another place, or another value in the same place, or untouched.
void WindowColumn::note_updated(const ChangeBatch& change, Work& work) {
  const WindowInput from = input();
  const Column* old_key = plan_.order_by ? change.old_values(*plan_.order_by) : nullptr;
  const Column* old_source =
      expression_ ? &expression_->last_change().old_updated : change.old_values(plan_.source);
  for (std::size_t i = 0; i < change.updated.size(); ++i) {
    const std::uint32_t row = change.updated[i];
    const std::uint32_t partition = numbers_->encode(row);
    const bool new_key = from.order != nullptr && changed(old_key, i, *from.order, row);
    if (new_key || partition != partition_of_row_[row]) {
      Touched& old = work[partition_of_row_[row]];
      old.left.push_back(row);
      old.reordered = old.reordered || new_key;
      work[partition].joined.push_back(row);
      partition_of_row_[row] = partition;
    } else if (changed(old_source, i, from.source, row)) {
      work[partition].rewritten.push_back(row);
    }
  }
}

WindowColumn::Work WindowColumn::work_of(const ChangeBatch& change) {
  Work work;
  partition_of_row_.resize(table().row_numbers());
  note_updated(change, work);
  for (const std::uint32_t row : change.removed) work[partition_of_row_[row]].left.push_back(row);
  for (const std::uint32_t row : change.inserted) {
    partition_of_row_[row] = numbers_->encode(row);
    work[partition_of_row_[row]].joined.push_back(row);
  }
  if (expression_) {  // it may have changed in rows that the batch does not name
    for (const std::uint32_t row : expression_->last_change().others)
      work[partition_of_row_[row]].rewritten.push_back(row);
  }
  partitions_.resize(std::max(partitions_.size(), numbers_->size()));
  return work;
}

/// Positions of the rows that left, ascending.
std::vector<std::size_t> WindowColumn::places_of(const Rows& rows, const Touched& touched) const {
  std::vector<std::size_t> places;
  if (!touched.reordered) {
    for (const std::uint32_t row : touched.left) {
      const auto at = std::lower_bound(rows.begin(), rows.end(), row,
                                       [this](auto a, auto b) { return order_.before(a, b); });
      if (at != rows.end() && *at == row) places.push_back(static_cast<std::size_t>(at - rows.begin()));
    }
    std::sort(places.begin(), places.end());
    if (places.size() == touched.left.size()) return places;
    places.clear();
  }
  // Keys say no longer where rows stand.
  const std::unordered_set<std::uint32_t> left(touched.left.begin(), touched.left.end());
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (left.contains(rows[at])) places.push_back(at);
  }
  return places;
}

/// Takes rows out; `followers` gets the rows that now come where they stood. True if some stood at the end.
bool WindowColumn::take_out(Rows& rows, const Touched& touched, Rows& followers) const {
  const std::vector<std::size_t> places = places_of(rows, touched);
  const auto at = [&](std::size_t position) { return rows.begin() + static_cast<std::ptrdiff_t>(position); };
  const bool at_end = places.back() + 1 == rows.size();
  auto to = at(places.front());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::size_t next = i + 1 < places.size() ? places[i + 1] : rows.size();
    if (places[i] + 1 < next) followers.push_back(rows[places[i] + 1]);
    to = std::move(at(places[i] + 1), at(next), to);
  }
  rows.erase(to, rows.end());
  return at_end;
}

void WindowColumn::put_in(Rows& rows, Rows& joined) const {
  const auto less = [this](auto a, auto b) { return order_.before(a, b); };
  std::sort(joined.begin(), joined.end(), less);
  const auto first = std::upper_bound(rows.begin(), rows.end(), joined.front(), less) - rows.begin();
  const auto middle = static_cast<std::ptrdiff_t>(rows.size());
  rows.insert(rows.end(), joined.begin(), joined.end());
  std::inplace_merge(rows.begin() + first, rows.begin() + middle, rows.end(), less);
}

std::vector<WindowSpan> WindowColumn::rearrange(std::uint32_t number, Touched& touched) {
  Rows& rows = partitions_[number].rows;
  Rows moved = touched.rewritten;
  const bool end_moved = !touched.left.empty() && take_out(rows, touched, moved);
  if (!touched.joined.empty()) {
    put_in(rows, touched.joined);
    moved.insert(moved.end(), touched.joined.begin(), touched.joined.end());
  }
  const WindowInput from = input();
  std::vector<WindowSpan> spans;
  for (const std::uint32_t row : moved) {
    const auto at = std::lower_bound(rows.begin(), rows.end(), row,
                                     [this](auto a, auto b) { return order_.before(a, b); });
    spans.push_back(window_reach(from, rows, static_cast<std::size_t>(at - rows.begin())));
  }
  if (end_moved) spans.push_back(window_reach(from, rows, rows.size()));
  std::sort(spans.begin(), spans.end(), [](auto a, auto b) { return a.begin < b.begin; });
  std::vector<WindowSpan> merged;
  for (const WindowSpan span : spans) {
    if (merged.empty() || span.begin > merged.back().end)
      merged.push_back(span);
    else
      merged.back().end = std::max(merged.back().end, span.end);
  }
  return merged;
}

void WindowColumn::store_span(const WindowPartition& partition, WindowSpan span, const WindowValues& values,
                              const std::unordered_set<std::uint32_t>& named, Column& out) {
  Column cell(out.storage(), out.dictionary());
  cell.resize(1);
  for (std::size_t i = 0; i < values.bits.size(); ++i) {
    const std::uint32_t row = partition.rows[span.begin + i];
    if (values.valid[i] == 0) {
      cell.set_null(0);
    } else if (picks_cells(plan_)) {
      cell.copy_cell(0, source(), values.bits[i]);
    } else {
      with_storage(out.storage(), [&](auto type) {
        typename decltype(type)::type value;
        std::memcpy(&value, &values.bits[i], sizeof value);
        cell.set(0, value);
      });
    }
    if (named.contains(row))
      out.copy_cell(row, cell, 0);
    else
      set_other(row, cell, 0);
  }
}

void WindowColumn::recompute(const ChangeBatch& change, Column& out) {
  Work work = work_of(change);
  std::unordered_set<std::uint32_t> named(change.updated.begin(), change.updated.end());
  named.insert(change.inserted.begin(), change.inserted.end());
  const WindowInput from = input();
  WindowValues values;
  positions_seen_ = 0;
  for (auto& [number, touched] : work) {
    WindowPartition& partition = partitions_[number];
    for (const WindowSpan span : rearrange(number, touched)) {
      positions_seen_ += evaluate_window(from, partition, span.begin, span.end, values);
      store_span(partition, span, values, named, out);
    }
  }
}

}  // namespace parallax

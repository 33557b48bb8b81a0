// Aggregates that need all rows of a cell at once: made when read, for the cells that changed since.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_set>

#include "view/aggregate_input.h"
#include "view/aggregate_states.h"
#include "view/exact_sum.h"
#include "view/float_sum.h"
#include "view/select_value.h"

namespace parallax {
namespace {

/// Keeps results by cell, and which of them a change has spoilt. At first all are.
class GatheredState : public CellState {
 public:
  GatheredState(std::size_t column, const CellContext& context) : column_(column), context_(context) {}

  void build(std::span<const std::uint32_t> /*base*/, const CellFold& /*fold*/,
             ThreadPool& /*pool*/) override {
    results_.clear();
    dirty_count_ = 0;
    resize(context_.cells.size());
  }
  void resize(std::size_t cells) override {
    if (cells <= results_.size()) return;
    dirty_count_ += cells - results_.size();
    results_.resize(cells);
  }
  void reset(std::uint32_t cell) override { soil(cell); }

  void apply(const CellChanges& changes) override {
    const bool touched = changes.batch->old_values(column_) != nullptr;
    for (std::size_t i = 0; i < changes.rows.size(); ++i) {
      const CellChanges::Row& row = changes.rows[i];
      if (!row.moved && !touched) continue;
      const std::size_t first = i * changes.planes;
      for (std::size_t p = first; p < first + changes.planes; ++p) {
        if (row.was) soil(changes.old_cells[p]);
        if (row.is) soil(changes.new_cells[p]);
      }
    }
  }

  [[nodiscard]] bool dirty(std::uint32_t cell) const noexcept override {
    return results_[cell].status == Status::dirty;
  }
  [[nodiscard]] bool any_dirty() const noexcept override { return dirty_count_ != 0; }

  void refresh(std::span<const std::uint32_t> cells, ThreadPool& pool) override {
    if (dirty_count_ == 0) return;
    std::vector<std::uint32_t> todo;
    for (const std::uint32_t cell : cells) {
      if (cell == kNoGroup || results_[cell].status != Status::dirty) continue;
      results_[cell].status = Status::null;  // so that it is listed once
      todo.push_back(cell);
    }
    if (todo.empty()) return;
    dirty_count_ -= todo.size();
    gather(todo, pool);
  }

  [[nodiscard]] std::optional<std::uint64_t> value(std::uint32_t cell) const noexcept override {
    if (results_[cell].status != Status::value) return std::nullopt;
    return results_[cell].value;
  }
  [[nodiscard]] std::int64_t integer(std::uint32_t cell) const noexcept override {
    return static_cast<std::int64_t>(results_[cell].value);
  }

 protected:
  virtual void gather(const std::vector<std::uint32_t>& cells, ThreadPool& pool) {
    context_.lists.make();
    const std::size_t tasks = std::min<std::size_t>(cells.size(), std::size_t{pool.width()} * 16);
    pool.parallel_for(tasks, [&](std::size_t t) {
      std::vector<std::uint32_t> rows;
      for (std::size_t i = cells.size() * t / tasks; i < cells.size() * (t + 1) / tasks; ++i) {
        rows.clear();
        const std::uint32_t row_group = context_.cells.row_group(cells[i]);
        context_.lists.collect(row_group, context_.cells.split_group(cells[i]), rows);
        compute(cells[i], rows);
      }
    });
  }
  /// Sets the cell's result from its rows, which are in no order. Runs for several cells at a time.
  virtual void compute(std::uint32_t cell, std::vector<std::uint32_t>& rows) = 0;

  void set(std::uint32_t cell, std::uint64_t value) { results_[cell] = {value, Status::value}; }
  [[nodiscard]] const Column& column() const noexcept { return context_.source.column(column_); }
  /// Leaves the rows whose cell is not null.
  void drop_nulls(std::vector<std::uint32_t>& rows) const {
    const Column& values = column();
    std::erase_if(rows, [&](std::uint32_t row) { return !values.valid(row); });
  }

  std::size_t column_;
  CellContext context_;

 private:
  enum class Status : std::uint8_t { dirty, null, value };
  struct Result {
    std::uint64_t value = 0;
    Status status = Status::dirty;
  };
  void soil(std::uint32_t cell) {
    dirty_count_ += results_[cell].status != Status::dirty;
    results_[cell].status = Status::dirty;
  }

  std::vector<Result> results_;
  std::size_t dirty_count_ = 0;
};

/// A product rounds differently in another order, so rows are taken by key.
class Product final : public GatheredState {
  using GatheredState::GatheredState;
  void compute(std::uint32_t cell, std::vector<std::uint32_t>& rows) override {
    drop_nulls(rows);
    const Column& values = column();
    if (is_float(values.storage())) context_.source.table().sort_naturally(rows);
    with_storage(values.storage(), [&](auto type) {
      using T = typename decltype(type)::type;
      if constexpr (std::is_floating_point_v<T>) {
        double product = 1;
        for (const std::uint32_t row : rows) product *= values.value<T>(row);
        set(cell, to_raw(product));
      } else {
        std::uint64_t product = 1;
        for (const std::uint32_t row : rows) product *= to_raw(values.value<T>(row));
        set(cell, product);
      }
    });
  }
};

/// The value at `quarters` / 4 of the sorted values.
class Quantile final : public GatheredState {
 public:
  Quantile(unsigned quarters, std::size_t column, const CellContext& context)
      : GatheredState(column, context), quarters_(quarters) {}

 private:
  void compute(std::uint32_t cell, std::vector<std::uint32_t>& rows) override {
    const Column& values = column();
    if (values.storage() == Storage::text) {
      compute_text(cell, rows);
      return;
    }
    with_storage(values.storage(), [&](auto type) {
      using T = typename decltype(type)::type;
      std::vector<T> there;
      there.reserve(rows.size());
      for (const std::uint32_t row : rows) {
        if (values.valid(row)) there.push_back(values.value<T>(row));
      }
      if (!there.empty()) set(cell, to_raw(without_sign_of_zero(pick(there))));
    });
  }

  void compute_text(std::uint32_t cell, std::vector<std::uint32_t>& rows) {
    drop_nulls(rows);
    if (rows.empty()) return;
    const Column& values = column();
    const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(position(rows.size()));
    std::nth_element(rows.begin(), middle, rows.end(), [&](std::uint32_t a, std::uint32_t b) {
      return values.value<std::uint32_t>(a) != values.value<std::uint32_t>(b) &&
             values.text(a) < values.text(b);
    });
    set(cell, values.value<std::uint32_t>(*middle));
  }

  [[nodiscard]] std::size_t position(std::size_t count) const noexcept { return count * quarters_ / 4; }

  /// NaN is below everything.
  template <class T>
  T pick(std::vector<T>& values) const {
    const std::size_t k = position(values.size());
    const bool between =
        std::is_floating_point_v<T> && values.size() > 1 && values.size() * quarters_ % 4 == 0;
    std::size_t nans = 0;
    T nan{};
    if constexpr (std::is_floating_point_v<T>) {
      nan = std::numeric_limits<T>::quiet_NaN();
      nans = std::erase_if(values, [](T value) { return std::isnan(value); });
    }
    if (k < nans || (between && k == nans && nans > 0)) return nan;
    const Selected<T> found = select_value(values, k - nans);
    if (!between) return found.at;
    return static_cast<T>((static_cast<double>(found.below) + static_cast<double>(found.at)) / 2);
  }

  unsigned quarters_;
};

class DistinctCount final : public GatheredState {
  using GatheredState::GatheredState;
  void compute(std::uint32_t cell, std::vector<std::uint32_t>& rows) override {
    const Column& values = column();
    const std::size_t all = rows.size();
    drop_nulls(rows);
    const std::size_t null = rows.size() < all;
    const std::size_t texts = values.dictionary() ? values.dictionary()->size() : 0;
    // A bit a text, unless most would be for texts of other cells.
    if (texts > 0 && texts / 64 <= rows.size()) {
      Bitmap seen(texts);
      for (const std::uint32_t row : rows) seen.set(values.value<std::uint32_t>(row));
      set(cell, seen.count() + null);
      return;
    }
    set(cell, with_storage(values.storage(), [&](auto type) {
          return count_images<typename decltype(type)::type>(values, rows) + null;
        }));
  }

  template <class T>
  static std::size_t count_images(const Column& values, const std::vector<std::uint32_t>& rows) {
    KeyIndex seen;
    std::size_t count = 0;
    for (const std::uint32_t row : rows) {
      const std::uint64_t image = KeyIndex::image(values.value<T>(row));
      if (seen.find(image) != KeyIndex::kNone) continue;
      seen.put(image, 0);
      ++count;
    }
    return count;
  }
};

/// The most frequent value; of several the one that got there first, by key.
class Dominant final : public GatheredState {
  using GatheredState::GatheredState;
  void compute(std::uint32_t cell, std::vector<std::uint32_t>& rows) override {
    drop_nulls(rows);
    const GroupTree& order = context_.reading_order();
    std::sort(rows.begin(), rows.end(), [&](auto a, auto b) { return order.row_before(a, b); });
    const Column& values = column();
    KeyIndex counter_of;
    std::vector<std::uint32_t> counters;
    std::uint32_t most = 0;
    for (const std::uint32_t row : rows) {
      const std::uint64_t image = KeyIndex::image(values, row);
      std::uint32_t counter = counter_of.find(image);
      if (counter == KeyIndex::kNone) {
        counter = static_cast<std::uint32_t>(counters.size());
        counters.push_back(0);
        counter_of.put(image, counter);
      }
      if (++counters[counter] > most) {
        most = counters[counter];
        set(cell, raw_without_sign_of_zero(values.storage(), RawReader::read(values, row).value));
      }
    }
  }
};

/// The text of the distinct values in order.
class Join final : public GatheredState {
 public:
  using GatheredState::GatheredState;
  void resize(std::size_t cells) override {
    GatheredState::resize(cells);
    if (cells > texts_.size()) texts_.resize(cells);
  }
  [[nodiscard]] std::string_view text(std::uint32_t cell) const noexcept override { return texts_[cell]; }

 private:
  static constexpr std::size_t kLongest = 280;

  void compute(std::uint32_t cell, std::vector<std::uint32_t>& rows) override {
    const Column& values = column();
    const std::size_t all = rows.size();
    drop_nulls(rows);
    const bool null = rows.size() < all;
    std::unordered_set<std::uint64_t> seen;
    std::erase_if(rows, [&](std::uint32_t row) { return !seen.insert(KeyIndex::image(values, row)).second; });
    std::sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
      return compare_raw(values, RawReader::read(values, a).value, RawReader::read(values, b).value) < 0;
    });
    std::string& out = texts_[cell];
    out.clear();
    bool first = true;
    const auto append = [&](std::string_view text) {
      // The separator before this value does not count, only those already there do.
      if (out.size() + text.size() > kLongest) return false;
      if (!first) out += ", ";
      first = false;
      out += text;
      return true;
    };
    if (null) (void)append("null");
    std::string text;
    for (const std::uint32_t row : rows) {
      text.clear();
      append_path_text(text, values, row);
      if (!append(text)) break;
    }
    set(cell, 0);
  }

  std::vector<std::string> texts_;
};

/// A leaf's sum, on parents the sum of their children's absolute sums.
class GrossValue final : public GatheredState {
 public:
  GrossValue(std::size_t column, CellState& sums, const CellContext& context)
      : GatheredState(column, context), sums_(sums) {}

 private:
  void gather(const std::vector<std::uint32_t>& cells, ThreadPool& pool) override {
    std::vector<std::uint32_t> parts;
    for (const std::uint32_t cell : cells) {
      parts.clear();
      const std::uint32_t row = context_.cells.row_group(cell);
      const std::uint32_t split = context_.cells.split_group(cell);
      const bool leaf = context_.rows.is_leaf(row);
      if (leaf) {
        parts.push_back(cell);
      } else {
        for (auto c = context_.rows.first_child(row); c != kNoGroup; c = context_.rows.next_sibling(c)) {
          const std::uint32_t part = context_.cells.find(c, split);
          if (part != kNoGroup) parts.push_back(part);
        }
      }
      sums_.refresh(parts, pool);
      add_up(cell, parts, leaf);
    }
  }
  void compute(std::uint32_t /*cell*/, std::vector<std::uint32_t>& /*rows*/) override {}

  void add_up(std::uint32_t cell, const std::vector<std::uint32_t>& parts, bool leaf) {
    if (is_float(column().storage())) {
      FloatSum sum = float_sum<FloatSum>(parts, leaf);
      if (!sum.reliable()) sum = float_sum<ExactSum>(parts, leaf).rounded();
      set(cell, to_raw(sum.value()));
      return;
    }
    std::uint64_t sum = 0;
    for (const std::uint32_t part : parts) {
      const std::int64_t value = sums_.integer(part);
      const auto bits = static_cast<std::uint64_t>(value);
      sum += leaf || value >= 0 || is_unsigned_integer(column().storage()) ? bits : 0 - bits;
    }
    set(cell, sum);
  }

  template <class Sum>
  [[nodiscard]] Sum float_sum(const std::vector<std::uint32_t>& parts, bool leaf) const {
    Sum sum;
    for (const std::uint32_t part : parts) {
      const double value = sums_.number(part);
      sum.add(leaf ? value : std::fabs(value));
    }
    return sum;
  }

  CellState& sums_;
};

}  // namespace

std::unique_ptr<CellState> make_gathered_state(StateKind kind, std::size_t column,
                                               const CellContext& context) {
  switch (kind) {
    case StateKind::product:
      return std::make_unique<Product>(column, context);
    case StateKind::lower_quartile:
      return std::make_unique<Quantile>(1, column, context);
    case StateKind::median:
      return std::make_unique<Quantile>(2, column, context);
    case StateKind::upper_quartile:
      return std::make_unique<Quantile>(3, column, context);
    case StateKind::distinct_count:
      return std::make_unique<DistinctCount>(column, context);
    case StateKind::dominant:
      return std::make_unique<Dominant>(column, context);
    default:
      return std::make_unique<Join>(column, context);
  }
}

std::unique_ptr<CellState> make_gmv_state(std::size_t column, CellState& sums, const CellContext& context) {
  return std::make_unique<GrossValue>(column, sums, context);
}

std::unique_ptr<CellState> make_state(StateKind kind, std::size_t column, std::size_t argument,
                                      const CellContext& context) {
  switch (kind) {
    case StateKind::valid_count:
    case StateKind::not_true_count:
    case StateKind::sum:
    case StateKind::sum_not_nan:
    case StateKind::absolute_sum:
    case StateKind::variance:
    case StateKind::weighted:
      return make_sum_state(kind, column, argument, context);
    case StateKind::minimum:
    case StateKind::maximum:
    case StateKind::low_mark:
    case StateKind::high_mark:
      return make_extreme_state(kind, column, context);
    case StateKind::unique:
    case StateKind::first:
    case StateKind::last:
    case StateKind::last_met:
    case StateKind::any:
    case StateKind::least_by:
    case StateKind::greatest_by:
      return make_pick_state(kind, column, argument, context);
    case StateKind::product:
    case StateKind::median:
    case StateKind::lower_quartile:
    case StateKind::upper_quartile:
    case StateKind::distinct_count:
    case StateKind::dominant:
    case StateKind::join:
      break;
  }
  return make_gathered_state(kind, column, context);
}

}  // namespace parallax

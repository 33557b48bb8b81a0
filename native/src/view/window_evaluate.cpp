// Window functions over the rows of one partition.
#include <algorithm>
#include <cmath>
#include <deque>

#include "view/aggregate_sums.h"
#include "view/window_column.h"

namespace parallax {
namespace {

/// The rows of a partition, with the numbers a window function needs.
class Partition {
 public:
  Partition(const WindowPlan& plan, const std::vector<std::uint32_t>& rows, const Column& source,
            const Column* order)
      : plan_(plan), rows_(rows), source_(source), order_(order) {}

  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  [[nodiscard]] std::uint32_t row(std::size_t at) const noexcept { return rows_[at]; }
  [[nodiscard]] const Column& source() const noexcept { return source_; }
  [[nodiscard]] bool valid(std::size_t at) const noexcept { return source_.valid(rows_[at]); }
  [[nodiscard]] double number(std::size_t at) const noexcept { return as_number(source_, rows_[at]); }
  [[nodiscard]] bool has_key(std::size_t at) const noexcept { return order_->valid(rows_[at]); }
  [[nodiscard]] double key(std::size_t at) const noexcept { return as_number(*order_, rows_[at]); }
  /// key(to) - key(from), exact for integers and times.
  [[nodiscard]] double distance(std::size_t from, std::size_t to) const noexcept {
    if (is_float(order_->storage())) return key(to) - key(from);
    return static_cast<double>(as_integer(*order_, rows_[to]) - as_integer(*order_, rows_[from]));
  }

  /// First position of the frame that ends at `at`; `from` is a frame start of an earlier position.
  [[nodiscard]] std::size_t frame_start(std::size_t at, std::size_t from) const noexcept {
    switch (plan_.frame) {
      case WindowFrame::cumulative:
        return 0;
      case WindowFrame::rows:
        return at - std::min<std::size_t>(at, plan_.rows);
      case WindowFrame::range:
        break;
    }
    if (!has_key(at)) return 0;
    while (from < at && (!has_key(from) || !within(from, at))) ++from;
    return from;
  }

 private:
  [[nodiscard]] bool within(std::size_t from, std::size_t at) const noexcept {
    return std::fabs(distance(from, at)) <= plan_.range;
  }
  static double as_number(const Column& column, std::uint32_t row) noexcept {
    return with_storage(column.storage(), [&](auto type) {
      return static_cast<double>(column.value<typename decltype(type)::type>(row));
    });
  }
  static std::int64_t as_integer(const Column& column, std::uint32_t row) noexcept {
    return with_storage(column.storage(), [&](auto type) {
      return static_cast<std::int64_t>(column.value<typename decltype(type)::type>(row));
    });
  }

  const WindowPlan& plan_;
  const std::vector<std::uint32_t>& rows_;
  const Column& source_;
  const Column* order_;
};

/// A frame start at or before that of position `first`, found without walking the whole partition where it
/// can be.
std::size_t first_frame_start(const WindowPlan& plan, const Partition& rows, std::size_t first) {
  if (first >= rows.size() || plan.frame != WindowFrame::range) return 0;
  if (!rows.has_key(first)) return 0;
  std::size_t from = first;
  while (from > 0 && rows.has_key(from - 1) && std::fabs(rows.distance(from - 1, first)) <= plan.range)
    --from;
  return from;
}

void append_number(Column& out, bool valid, double value) {
  if (valid)
    out.append<double>(value);
  else
    out.append_null();
}

/// sum, avg, count, var, stddev: values enter and leave running sums.
Column running_sums(const WindowPlan& plan, const Partition& rows, std::size_t first) {
  Column out(plan.result);
  const bool squares_wanted = plan.op == WindowOp::var || plan.op == WindowOp::stddev;
  const bool numbers = plan.op != WindowOp::count;
  FloatSum sum;
  FloatSum squares;
  std::int64_t count = 0;
  const auto enter = [&](std::size_t at) {
    if (!rows.valid(at)) return;
    ++count;
    if (numbers) sum.add(rows.number(at));
    if (squares_wanted) squares.add_product(rows.number(at), rows.number(at));
  };
  const auto leave = [&](std::size_t at) {
    if (!rows.valid(at)) return;
    --count;
    if (numbers) sum.subtract(rows.number(at));
    if (squares_wanted) squares.subtract_product(rows.number(at), rows.number(at));
  };
  const auto restart = [&](std::size_t from, std::size_t end) {
    sum = squares = FloatSum();
    count = 0;
    for (std::size_t at = from; at < end; ++at) enter(at);
  };
  if (first >= rows.size()) return out;
  std::size_t start = rows.frame_start(first, first_frame_start(plan, rows, first));
  restart(start, first);
  for (std::size_t at = first; at < rows.size(); ++at) {
    enter(at);
    const std::size_t next = rows.frame_start(at, start);
    if (next < start) {  // null keys first, then keyed rows: frames never grow backwards but at the start
      restart(next, at + 1);
    } else {
      for (std::size_t i = start; i < next; ++i) leave(i);
      if (!sum.reliable() || !squares.reliable()) restart(next, at + 1);
    }
    start = next;
    switch (plan.op) {
      case WindowOp::count:
        out.append<std::int64_t>(count);
        break;
      case WindowOp::sum:
        append_number(out, count > 0, sum.value());
        break;
      case WindowOp::avg:
        append_number(out, count > 0, sum.value() / static_cast<double>(count));
        break;
      default: {
        if (count < 2) {
          out.append_null();
          break;
        }
        const auto n = static_cast<double>(count);
        const double variance = variance_of(sum, squares, count) * n / (n - 1);
        out.append<double>(plan.op == WindowOp::var ? variance : std::sqrt(variance));
      }
    }
  }
  return out;
}

bool cell_less(const Column& column, std::uint32_t a, std::uint32_t b) noexcept {
  if (column.storage() == Storage::text) return column.text(a) < column.text(b);
  return with_storage(column.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    return column.value<T>(a) < column.value<T>(b);
  });
}

bool is_nan(const Column& column, std::uint32_t row) noexcept {
  if (column.storage() == Storage::float64) return std::isnan(column.value<double>(row));
  return column.storage() == Storage::float32 && std::isnan(column.value<float>(row));
}

/// min, max: a queue of candidates, best first, each better than all that came after it.
Column extremes(const WindowPlan& plan, const Partition& rows, std::size_t first) {
  const Column& source = rows.source();
  Column out(source.storage(), source.dictionary());
  std::deque<std::size_t> best;
  const auto better = [&](std::size_t a, std::size_t b) {
    return plan.op == WindowOp::min ? cell_less(source, rows.row(a), rows.row(b))
                                    : cell_less(source, rows.row(b), rows.row(a));
  };
  const auto enter = [&](std::size_t at) {
    if (!rows.valid(at) || is_nan(source, rows.row(at))) return;
    while (!best.empty() && better(at, best.back())) best.pop_back();
    best.push_back(at);
  };
  if (first >= rows.size()) return out;
  std::size_t start = rows.frame_start(first, first_frame_start(plan, rows, first));
  for (std::size_t at = start; at < first; ++at) enter(at);
  for (std::size_t at = first; at < rows.size(); ++at) {
    enter(at);
    start = rows.frame_start(at, start);
    while (!best.empty() && best.front() < start) best.pop_front();
    out.resize(out.size() + 1);
    if (!best.empty()) out.copy_cell(out.size() - 1, source, rows.row(best.front()));
  }
  return out;
}

/// lag, lead, diff: another position of the partition.
Column shifted(const WindowPlan& plan, const Partition& rows, std::size_t first) {
  const Column& source = rows.source();
  Column out(plan.result, plan.result == Storage::text ? source.dictionary() : nullptr);
  for (std::size_t at = first; at < rows.size(); ++at) {
    const bool ahead = plan.op == WindowOp::lead;
    const bool there = ahead ? plan.offset < rows.size() - at : plan.offset <= at;
    const std::size_t other = ahead ? at + plan.offset : at - plan.offset;
    if (plan.op == WindowOp::diff) {
      const bool valid = there && rows.valid(at) && rows.valid(other);
      append_number(out, valid, valid ? rows.number(at) - rows.number(other) : 0);
    } else {
      out.resize(out.size() + 1);
      if (there) out.copy_cell(out.size() - 1, source, rows.row(other));
    }
  }
  return out;
}

/// Exponential moving average: the past is folded into one number, so it starts at the beginning.
Column moving_average(const WindowPlan& plan, const Partition& rows, std::size_t first) {
  Column out(plan.result);
  bool any = false;
  double average = 0;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    if (rows.valid(at)) {
      average = any ? plan.alpha * rows.number(at) + (1 - plan.alpha) * average : rows.number(at);
      any = true;
    }
    if (at >= first) append_number(out, any, average);
  }
  return out;
}

Column rates(const WindowPlan& plan, const Partition& rows, std::size_t first) {
  Column out(plan.result);
  std::size_t start = first_frame_start(plan, rows, first);
  for (std::size_t at = first; at < rows.size(); ++at) {
    start = rows.frame_start(at, start);
    const bool valid = rows.has_key(at) && start < at && rows.valid(at) && rows.valid(start) &&
                       rows.distance(start, at) != 0;
    append_number(out, valid, valid ? (rows.number(at) - rows.number(start)) / rows.distance(start, at) : 0);
  }
  return out;
}

}  // namespace

Column evaluate_window(const WindowPlan& plan, const std::vector<std::uint32_t>& rows, std::size_t first,
                       const Column& source, const Column* order) {
  const Partition partition(plan, rows, source, order);
  switch (plan.op) {
    case WindowOp::min:
    case WindowOp::max:
      return extremes(plan, partition, first);
    case WindowOp::lag:
    case WindowOp::lead:
    case WindowOp::diff:
      return shifted(plan, partition, first);
    case WindowOp::ema:
      return moving_average(plan, partition, first);
    case WindowOp::rate:
      return rates(plan, partition, first);
    default:
      return running_sums(plan, partition, first);
  }
}

}  // namespace parallax

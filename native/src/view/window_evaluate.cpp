#include "view/window_evaluate.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

namespace parallax {
namespace {

/// Distances between the order keys of rows.
class Keys {
 public:
  explicit Keys(const Column& column) : column_(column), floating_(is_float(column.storage())) {}

  [[nodiscard]] bool has(std::uint32_t row) const noexcept { return column_.valid(row); }
  /// Key of `to` minus key of `from`, exact before it is rounded to double. Both have a key.
  [[nodiscard]] double distance(std::uint32_t from, std::uint32_t to) const noexcept {
    if (floating_) return number<double>(to) - number<double>(from);
    const auto low = number<std::int64_t>(from);
    const auto high = number<std::int64_t>(to);
    const auto apart = [](std::int64_t a, std::int64_t b) {
      return static_cast<double>(static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a));
    };
    return high >= low ? apart(low, high) : -apart(high, low);
  }
  [[nodiscard]] bool within(std::uint32_t from, std::uint32_t to, double range) const noexcept {
    return std::fabs(distance(from, to)) <= range;
  }

 private:
  template <class Number>
  [[nodiscard]] Number number(std::uint32_t row) const noexcept {
    return with_storage(column_.storage(), [&](auto type) {
      return static_cast<Number>(column_.value<typename decltype(type)::type>(row));
    });
  }

  const Column& column_;
  bool floating_;
};

/// One run over positions [first, end), with what lies in their frames before them.
class Run {
 public:
  Run(const WindowInput& input, WindowPartition& partition, std::size_t first, std::size_t end,
      WindowValues& out)
      : plan_(input.plan),
        source_(input.source),
        order_(input.order),
        rows_(partition.rows),
        marks_(partition.marks),
        first_(first),
        end_(end),
        out_(out) {}

  std::size_t evaluate() {
    switch (plan_.op) {
      case WindowOp::lag:
      case WindowOp::lead:
        return pick_shifted();
      case WindowOp::diff:
        return subtract_shifted();
      case WindowOp::rate:
        return divide();
      case WindowOp::ema:
        return accumulate([this](WindowState& state, std::size_t at) { smooth(state, at); });
      case WindowOp::min:
      case WindowOp::max:
        if (!is_cumulative(plan_)) return slide_extremes();
        return with_storage(source_.storage(), [&](auto type) {
          using T = typename decltype(type)::type;
          return accumulate([this](WindowState& state, std::size_t at) { improve<T>(state, rows_[at]); });
        });
      default:
        if (!is_cumulative(plan_)) return slide_sums();
        return accumulate([this](WindowState& state, std::size_t at) { enter(state.moments, at); });
    }
  }

 private:
  // --- the input, gathered for positions [from_, end_) ---

  void gather(std::size_t from) {
    from_ = from;
    numbers_.assign(end_ - from, 0);
    valid_.assign(end_ - from, 0);
    for (std::size_t at = from; at < end_; ++at) valid_[at - from] = source_.valid(rows_[at]);
    if (!is_number(source_.storage())) return;
    with_storage(source_.storage(), [&](auto type) {
      using T = typename decltype(type)::type;
      for (std::size_t at = from; at < end_; ++at)
        numbers_[at - from] = static_cast<double>(source_.value<T>(rows_[at]));
    });
  }
  [[nodiscard]] bool valid(std::size_t at) const noexcept { return valid_[at - from_] != 0; }
  [[nodiscard]] double number(std::size_t at) const noexcept { return numbers_[at - from_]; }

  void put(bool valid, std::uint64_t bits) {
    out_.valid.push_back(valid);
    out_.bits.push_back(bits);
  }
  void put_number(bool valid, double value) { put(valid, std::bit_cast<std::uint64_t>(value)); }

  // --- frames ---

  /// Start of the frame of `at`; `from` is a frame start of an earlier position, or 0.
  [[nodiscard]] std::size_t frame_start(std::size_t at, std::size_t from) const noexcept {
    if (plan_.frame == WindowFrame::rows) return at - std::min<std::size_t>(at, plan_.rows);
    const Keys keys(*order_);
    if (!keys.has(rows_[at])) return 0;
    while (from < at && (!keys.has(rows_[from]) || !keys.within(rows_[from], rows_[at], plan_.range))) ++from;
    return from;
  }
  /// The same for the first position, found from behind.
  [[nodiscard]] std::size_t first_start() const noexcept {
    if (plan_.frame == WindowFrame::rows) return frame_start(first_, 0);
    const Keys keys(*order_);
    if (!keys.has(rows_[first_])) return 0;
    std::size_t from = first_;
    while (from > 0 && keys.has(rows_[from - 1]) && keys.within(rows_[from - 1], rows_[first_], plan_.range))
      --from;
    return from;
  }

  // --- sum, avg, count, var, stddev ---

  [[nodiscard]] bool needs_squares() const noexcept {
    return plan_.op == WindowOp::var || plan_.op == WindowOp::stddev;
  }
  template <class Sum>
  void enter(Moments<Sum>& moments, std::size_t at) const noexcept {
    if (!valid(at)) return;
    if (needs_squares()) return moments.add(number(at));
    ++moments.count;
    if (plan_.op != WindowOp::count) moments.sum.add(number(at));
  }
  template <class Sum>
  void leave(Moments<Sum>& moments, std::size_t at) const noexcept {
    if (!valid(at)) return;
    if (needs_squares()) return moments.subtract(number(at));
    --moments.count;
    if (plan_.op != WindowOp::count) moments.sum.subtract(number(at));
  }
  [[nodiscard]] bool reliable(const Moments<FloatSum>& moments) const noexcept {
    return needs_squares() ? variance_reliable(moments) : moments.sum.reliable();
  }
  void put_state(const WindowState& state) {
    switch (plan_.op) {
      case WindowOp::ema:
        return put_number(state.moments.count > 0, state.average);
      case WindowOp::min:
      case WindowOp::max:
        return put(state.best >= 0, static_cast<std::uint64_t>(state.best));
      default:
        return put_moments(state.moments);
    }
  }
  void put_moments(const Moments<FloatSum>& moments) {
    const auto count = static_cast<double>(moments.count);
    switch (plan_.op) {
      case WindowOp::count:
        return put(true, static_cast<std::uint64_t>(moments.count));
      case WindowOp::sum:
        return put_number(moments.count > 0, moments.sum.value());
      case WindowOp::avg:
        return put_number(moments.count > 0, moments.sum.value() / count);
      default:
        break;
    }
    if (moments.count < 2) return put(false, 0);
    const double variance = variance_of(moments) * count / (count - 1);
    put_number(true, plan_.op == WindowOp::var ? variance : std::sqrt(variance));
  }

  /// Values enter and leave running sums. When these have lost what matters, exact ones take over, for as
  /// many positions as it took rows to make them: so each value is added a bounded number of times, and a
  /// result depends on its frame alone.
  std::size_t slide_sums() {
    std::size_t start = first_start();
    gather(start);
    Moments<FloatSum> sums;
    std::optional<Moments<ExactSum>> exact;
    std::size_t exact_end = 0;
    for (std::size_t at = start; at < first_; ++at) enter(sums, at);
    for (std::size_t at = first_; at < end_; ++at) {
      const std::size_t next = frame_start(at, start);
      if (exact) {
        slide(*exact, start, next, at);
      } else {
        slide(sums, start, next, at);
        if (!reliable(sums)) {
          exact.emplace();
          for (std::size_t i = next; i <= at; ++i) enter(*exact, i);
          exact_end = at + (at - next);
        }
      }
      start = next;
      if (exact) sums = rounded(*exact);
      put_moments(sums);
      if (at >= exact_end) exact.reset();
    }
    return end_ - from_;
  }
  template <class Sum>
  void slide(Moments<Sum>& moments, std::size_t start, std::size_t next, std::size_t at) const noexcept {
    enter(moments, at);
    for (std::size_t i = start; i < next; ++i) leave(moments, i);
  }

  // --- cumulative windows ---

  void smooth(WindowState& state, std::size_t at) const noexcept {
    if (!valid(at)) return;
    state.average =
        state.moments.count > 0 ? plan_.alpha * number(at) + (1 - plan_.alpha) * state.average : number(at);
    ++state.moments.count;
  }
  template <class T>
  void improve(WindowState& state, std::uint32_t row) const noexcept {
    if (!comparable<T>(row)) return;
    if (state.best < 0 || better<T>(row, static_cast<std::uint32_t>(state.best))) state.best = row;
  }

  template <class Step>
  std::size_t accumulate(Step&& step) {
    marks_.resize(std::min(marks_.size(), first_ / kWindowStride));
    const std::size_t from = marks_.size() * kWindowStride;
    WindowState state = marks_.empty() ? WindowState() : marks_.back();
    gather(from);
    for (std::size_t at = from; at < end_; ++at) {
      if (at == (marks_.size() + 1) * kWindowStride) marks_.push_back(state);
      step(state, at);
      if (at >= first_) put_state(state);
    }
    return end_ - from;
  }

  // --- min, max ---

  /// Whether a cell takes part: a value that is not NaN.
  template <class T>
  [[nodiscard]] bool comparable(std::uint32_t row) const noexcept {
    if (!source_.valid(row)) return false;
    const T value = source_.value<T>(row);
    return value == value;
  }
  template <class T>
  [[nodiscard]] bool better(std::uint32_t a, std::uint32_t b) const noexcept {
    if (plan_.op == WindowOp::max) std::swap(a, b);
    if (source_.storage() == Storage::text) return source_.text(a) < source_.text(b);
    return source_.value<T>(a) < source_.value<T>(b);
  }

  /// A queue of candidates, best first, each at least as good as all that came after it.
  std::size_t slide_extremes() {
    const std::size_t from = first_start();
    std::size_t start = from;
    std::vector<std::size_t> best;
    std::size_t front = 0;
    with_storage(source_.storage(), [&](auto type) {
      using T = typename decltype(type)::type;
      for (std::size_t at = from; at < end_; ++at) {
        if (comparable<T>(rows_[at])) {
          while (best.size() > front && better<T>(rows_[at], rows_[best.back()])) best.pop_back();
          best.push_back(at);
        }
        if (at < first_) continue;
        start = frame_start(at, start);
        while (front < best.size() && best[front] < start) ++front;
        const bool any = front < best.size();
        put(any, any ? rows_[best[front]] : 0);
      }
    });
    return end_ - from;
  }

  // --- lag, lead, diff, rate ---

  std::size_t pick_shifted() {
    for (std::size_t at = first_; at < end_; ++at) {
      const bool ahead = plan_.op == WindowOp::lead;
      const bool there = ahead ? plan_.offset < rows_.size() - at : plan_.offset <= at;
      const std::uint32_t other = there ? rows_[ahead ? at + plan_.offset : at - plan_.offset] : 0;
      put(there && source_.valid(other), other);
    }
    return end_ - first_;
  }

  std::size_t subtract_shifted() {
    gather(first_ - std::min<std::size_t>(first_, plan_.offset));
    for (std::size_t at = first_; at < end_; ++at) {
      const bool both = plan_.offset <= at && valid(at) && valid(at - plan_.offset);
      put_number(both, both ? number(at) - number(at - plan_.offset) : 0);
    }
    return end_ - from_;
  }

  std::size_t divide() {
    std::size_t start = first_start();
    gather(start);
    const Keys keys(*order_);
    for (std::size_t at = first_; at < end_; ++at) {
      start = frame_start(at, start);
      const bool keyed = keys.has(rows_[at]) && start < at && valid(at) && valid(start);
      const double distance = keyed ? keys.distance(rows_[start], rows_[at]) : 0;
      put_number(distance != 0, distance != 0 ? (number(at) - number(start)) / distance : 0);
    }
    return end_ - from_;
  }

  const WindowPlan& plan_;
  const Column& source_;
  const Column* order_;
  const std::vector<std::uint32_t>& rows_;
  std::vector<WindowState>& marks_;
  std::size_t first_;
  std::size_t end_;
  WindowValues& out_;
  std::size_t from_ = 0;
  std::vector<double> numbers_;
  std::vector<std::uint8_t> valid_;
};

}  // namespace

bool picks_cells(const WindowPlan& plan) noexcept {
  return plan.op == WindowOp::min || plan.op == WindowOp::max || plan.op == WindowOp::lag ||
         plan.op == WindowOp::lead;
}

bool is_cumulative(const WindowPlan& plan) noexcept {
  const bool shifts = plan.op == WindowOp::lag || plan.op == WindowOp::lead || plan.op == WindowOp::diff;
  return plan.frame == WindowFrame::cumulative && !shifts;
}

std::size_t evaluate_window(const WindowInput& input, WindowPartition& partition, std::size_t first,
                            std::size_t end, WindowValues& out) {
  out.clear();
  if (first >= end) return 0;
  return Run(input, partition, first, end, out).evaluate();
}

WindowSpan window_reach(const WindowInput& input, const std::vector<std::uint32_t>& rows, std::size_t at) {
  const WindowPlan& plan = input.plan;
  const auto ahead = [&](std::size_t count) {
    return WindowSpan{at, at + std::min<std::size_t>(rows.size() - at, count + 1)};
  };
  switch (plan.op) {
    case WindowOp::lead:
      return {at - std::min<std::size_t>(at, plan.offset), std::min(rows.size(), at + 1)};
    case WindowOp::lag:
    case WindowOp::diff:
      return ahead(plan.offset);
    default:
      break;
  }
  if (plan.frame == WindowFrame::cumulative) return {at, rows.size()};
  if (plan.frame == WindowFrame::rows) return ahead(plan.rows);
  if (at == rows.size()) return {at, at};
  const Keys keys(*input.order);
  std::size_t end = at + 1;
  if (keys.has(rows[at])) {
    while (end < rows.size() && keys.within(rows[at], rows[end], plan.range)) ++end;
  } else {
    while (end < rows.size() && !keys.has(rows[end])) ++end;
  }
  return {at, end};
}

}  // namespace parallax

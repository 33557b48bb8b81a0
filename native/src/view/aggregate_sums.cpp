#include "view/aggregate_sums.h"

#include <algorithm>

#include "view/aggregate_row_state.h"
#include "view/aggregate_states.h"
#include "view/exact_sum.h"

namespace parallax {
namespace {

__extension__ typedef __int128 Int128;

template <class T, bool kAbsolute>
struct IntegerSum {
  struct State {
    Int128 sum = 0;
  };
  TypedReader<T> reader;

  using Input = typename TypedReader<T>::Input;
  // Null cells hold 0.
  static Int128 part(const Input& input) noexcept {
    const auto value = static_cast<Int128>(input.value);
    return kAbsolute && value < 0 ? -value : value;
  }
  void add(State& state, const Input& input, std::uint32_t) const noexcept { state.sum += part(input); }
  bool remove(State& state, const Input& input, std::uint32_t) const noexcept {
    state.sum -= part(input);
    return true;
  }
  bool replace(State& state, const Input& old, const Input& now, std::uint32_t) const noexcept {
    state.sum += part(now) - part(old);
    return true;
  }
  void merge(State& state, const State& other) const noexcept { state.sum += other.sum; }

  double number(const State& state) const noexcept { return static_cast<double>(state.sum); }
  std::int64_t integer(const State& state) const noexcept { return static_cast<std::int64_t>(state.sum); }
};

enum class FloatPart { value, not_nan, absolute };

template <class T, FloatPart kPart>
struct FloatingSum {
  using State = FloatSum;
  using Exact = ExactSum;
  TypedReader<T> reader;

  using Input = typename TypedReader<T>::Input;
  static double part(const Input& input) noexcept {
    return kPart == FloatPart::absolute ? std::fabs(static_cast<double>(input.value)) : input.value;
  }
  template <class Sum>
  void add(Sum& state, const Input& input, std::uint32_t) const noexcept {
    state.add(part(input));
  }
  static bool reliable(const State& state) noexcept { return state.reliable(); }
  bool remove(State& state, const Input& input, std::uint32_t) const noexcept {
    state.subtract(part(input));
    return state.reliable();
  }
  bool replace(State& state, const Input& old, const Input& now, std::uint32_t) const noexcept {
    state.add(part(now));
    state.subtract(part(old));
    return state.reliable();
  }
  void merge(State& state, const State& other) const noexcept { state.add(other); }

  double number(const State& state) const noexcept {
    return kPart == FloatPart::not_nan ? state.value_without_nan() : state.value();
  }
};

/// The sum of values and that of their squares, which have to be more exact than others: what is left when
/// the square of the one is taken from the other may be tiny beside them.
template <class T>
struct Variance {
  template <class Sum>
  struct Sums {
    Sum sum;
    Sum squares;
    std::int64_t count = 0;
  };
  using State = Sums<FloatSum>;
  struct Exact : Sums<ExactSum> {
    [[nodiscard]] State rounded() const {
      return {this->sum.rounded(), this->squares.rounded(), this->count};
    }
  };
  TypedReader<T> reader;

  using Input = typename TypedReader<T>::Input;
  // A 64-bit integer takes two doubles, so that its square is not rounded either.
  static double high(const Input& input) noexcept { return static_cast<double>(input.value); }
  static double low(const Input& input) noexcept {
    if constexpr (sizeof(T) == 8 && std::is_integral_v<T>) {
      return static_cast<double>(static_cast<Int128>(input.value) - static_cast<Int128>(high(input)));
    } else {
      return 0;
    }
  }
  // Null cells hold 0.
  template <class Sum>
  void add(Sums<Sum>& state, const Input& input, std::uint32_t) const noexcept {
    state.count += input.valid;
    state.sum.add(high(input));
    state.squares.add_product(high(input), high(input));
    if (const double rest = low(input); rest != 0) {
      state.sum.add(rest);
      state.squares.add_product(2 * high(input), rest);
      state.squares.add_product(rest, rest);
    }
  }
  bool remove(State& state, const Input& input, std::uint32_t) const noexcept {
    state.count -= input.valid;
    state.sum.subtract(high(input));
    state.squares.subtract_product(high(input), high(input));
    if (const double rest = low(input); rest != 0) {
      state.sum.subtract(rest);
      state.squares.subtract_product(2 * high(input), rest);
      state.squares.subtract_product(rest, rest);
    }
    return reliable(state);
  }
  bool replace(State& state, const Input& old, const Input& now, std::uint32_t row) const noexcept {
    add(state, now, row);
    return remove(state, old, row);
  }
  void merge(State& state, const State& other) const noexcept {
    state.sum.add(other.sum);
    state.squares.add(other.squares);
    state.count += other.count;
  }

  /// True if what the sums lost is nothing beside the variance.
  static bool reliable(const State& state) noexcept {
    if (state.sum.lost() == 0 && state.squares.lost() == 0) return true;
    if (state.count < 2) return false;
    const auto n = static_cast<double>(state.count);
    const double mean = std::fabs(state.sum.high()) / n;
    const double lost = (state.squares.lost() + 2 * mean * state.sum.lost()) / n;
    return lost <= variance_of(state.sum, state.squares, state.count) * 0x1p-50;
  }

  std::optional<std::uint64_t> value(const State& state) const noexcept {
    if (state.count < 2) return std::nullopt;
    return to_raw(variance_of(state.sum, state.squares, state.count));
  }
};

/// Cells that are there.
struct ValidPart {
  ValidReader reader;
  static bool counts(const ValidReader::Input& input) noexcept { return input.valid; }
};

/// Booleans that are null or false.
struct NotTruePart {
  TypedReader<std::uint8_t> reader;
  static bool counts(const TypedReader<std::uint8_t>::Input& input) noexcept {
    return !input.valid || input.value == 0;
  }
};

template <class Part>
struct CountIf : Part {
  struct State {
    std::int64_t count = 0;
  };

  using Input = typename decltype(Part::reader)::Input;
  void add(State& state, const Input& input, std::uint32_t) const noexcept {
    state.count += Part::counts(input);
  }
  bool remove(State& state, const Input& input, std::uint32_t) const noexcept {
    state.count -= Part::counts(input);
    return true;
  }
  bool replace(State& state, const Input& old, const Input& now, std::uint32_t) const noexcept {
    state.count += Part::counts(now) - Part::counts(old);
    return true;
  }
  void merge(State& state, const State& other) const noexcept { state.count += other.count; }
  std::int64_t integer(const State& state) const noexcept { return state.count; }
};

double raw_number(const Column& column, std::uint64_t raw) noexcept {
  return with_storage(column.storage(), [&](auto type) {
    return static_cast<double>(from_raw<typename decltype(type)::type>(raw));
  });
}

struct WeightedMean {
  struct State {
    FloatSum products;
    FloatSum weights;
  };
  struct Exact {
    ExactSum products;
    ExactSum weights;
    [[nodiscard]] State rounded() const noexcept { return {products.rounded(), weights.rounded()}; }
  };
  PairReader reader;

  using Input = PairReader::Input;
  bool take(const Input& input, double& value, double& weight) const noexcept {
    if (!input.first.valid || !input.second.valid) return false;
    value = raw_number(reader.first.column(), input.first.value);
    weight = raw_number(reader.second.column(), input.second.value);
    return !std::isnan(value) && !std::isnan(weight);
  }
  template <class Sums>
  void add(Sums& state, const Input& input, std::uint32_t) const noexcept {
    double value, weight;
    if (!take(input, value, weight)) return;
    state.products.add_product(value, weight);
    state.weights.add(weight);
  }
  static bool reliable(const State& state) noexcept {
    return state.products.reliable() && state.weights.reliable();
  }
  bool remove(State& state, const Input& input, std::uint32_t) const noexcept {
    double value, weight;
    if (take(input, value, weight)) {
      state.products.subtract_product(value, weight);
      state.weights.subtract(weight);
    }
    return reliable(state);
  }
  bool replace(State& state, const Input& old, const Input& now, std::uint32_t row) const noexcept {
    add(state, now, row);
    return remove(state, old, row);
  }
  void merge(State& state, const State& other) const noexcept {
    state.products.add(other.products);
    state.weights.add(other.weights);
  }
  std::optional<std::uint64_t> value(const State& state) const noexcept {
    const double weights = state.weights.value();
    if (weights == 0) return std::nullopt;
    return to_raw(state.products.value() / weights);
  }
};

template <class Policy>
std::unique_ptr<CellState> make(const CellContext& context, Policy policy) {
  return std::make_unique<RowState<Policy>>(context, std::move(policy));
}

template <class T>
std::unique_ptr<CellState> make_number_state(StateKind kind, TypedReader<T> reader,
                                             const CellContext& context) {
  if (kind == StateKind::variance) return make(context, Variance<T>{reader});
  if constexpr (std::is_floating_point_v<T>) {
    if (kind == StateKind::absolute_sum) return make(context, FloatingSum<T, FloatPart::absolute>{reader});
    if (kind == StateKind::sum_not_nan) return make(context, FloatingSum<T, FloatPart::not_nan>{reader});
    return make(context, FloatingSum<T, FloatPart::value>{reader});
  } else {
    if (kind == StateKind::absolute_sum) return make(context, IntegerSum<T, true>{reader});
    return make(context, IntegerSum<T, false>{reader});
  }
}

// Arithmetic on the two words of a double-double; the operands are finite.
struct Twofold {
  double high;
  double low;
};
Twofold quick_sum(double a, double b) noexcept {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}
Twofold square(Twofold a) noexcept {
  const double product = a.high * a.high;
  return quick_sum(product, std::fma(a.high, a.high, -product) + 2 * a.high * a.low);
}
Twofold divide(Twofold a, double by) noexcept {
  const double first = a.high / by;
  const double rest = std::fma(-first, by, a.high) + a.low;
  return quick_sum(first, rest / by);
}

}  // namespace

double variance_of(const FloatSum& sum, const FloatSum& squares, std::int64_t count) noexcept {
  if (!sum.finite() || !squares.finite()) return std::numeric_limits<double>::quiet_NaN();
  const auto n = static_cast<double>(count);
  const Twofold mean = divide({sum.high(), sum.low()}, n);
  const Twofold mean_square = divide({squares.high(), squares.low()}, n);
  const Twofold squared_mean = square(mean);
  const double variance = (mean_square.high - squared_mean.high) + (mean_square.low - squared_mean.low);
  // What is left of equal values after the subtraction is noise in the last of 106 bits.
  if (variance <= mean_square.high * 0x1p-98) return std::isnan(variance) ? variance : 0;
  return variance;
}

std::unique_ptr<CellState> make_sum_state(StateKind kind, std::size_t column, std::size_t argument,
                                          const CellContext& context) {
  const ViewSource* source = &context.source;
  const RawReader raw{source, column};
  if (kind == StateKind::valid_count) return make(context, CountIf<ValidPart>{{{source, column}}});
  if (kind == StateKind::not_true_count) return make(context, CountIf<NotTruePart>{{{source, column}}});
  if (kind == StateKind::weighted) return make(context, WeightedMean{{raw, {source, argument}}});
  return with_storage(source->schema()[column].storage, [&](auto type) {
    return make_number_state(kind, TypedReader<typename decltype(type)::type>{source, column}, context);
  });
}

}  // namespace parallax

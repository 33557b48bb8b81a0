#include <cmath>
#include <cstdint>
#include <optional>

#include "view/aggregate_row_state.h"
#include "view/aggregate_states.h"
#include "view/exact_sum.h"
#include "view/float_sum.h"
#include "view/moments.h"

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

template <class T>
struct Variance {
  using State = Moments<FloatSum>;
  struct Exact : Moments<ExactSum> {
    [[nodiscard]] State rounded() const noexcept { return parallax::rounded(*this); }
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
  template <class Sum>
  void add(Moments<Sum>& state, const Input& input, std::uint32_t) const noexcept {
    if (!input.valid) return;
    state.add(high(input));
    if (const double rest = low(input); rest != 0) {
      state.sum.add(rest);
      state.squares.add_product(2 * high(input), rest);
      state.squares.add_product(rest, rest);
    }
  }
  bool remove(State& state, const Input& input, std::uint32_t) const noexcept {
    if (input.valid) {
      state.subtract(high(input));
      if (const double rest = low(input); rest != 0) {
        state.sum.subtract(rest);
        state.squares.subtract_product(2 * high(input), rest);
        state.squares.subtract_product(rest, rest);
      }
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
  static bool reliable(const State& state) noexcept { return variance_reliable(state); }

  std::optional<std::uint64_t> value(const State& state) const noexcept {
    if (state.count < 2) return std::nullopt;
    return to_raw(variance_of(state));
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

}  // namespace

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

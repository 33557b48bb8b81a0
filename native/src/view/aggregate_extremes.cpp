#include "view/aggregate_row_state.h"
#include "view/aggregate_states.h"

namespace parallax {
namespace {

/// min and max; null and NaN are skipped. A water mark differs in that nothing takes it back.
template <class T, bool kGreatest, bool kMark>
struct Extreme {
  struct State {
    T value{};
    bool there = false;
  };
  TypedReader<T> reader;
  bool text;

  using Input = typename TypedReader<T>::Input;
  [[nodiscard]] bool better(T a, T b) const noexcept {
    if constexpr (std::is_same_v<T, std::uint32_t>) {
      if (text) {
        if (a == b) return false;
        const Dictionary& texts = *reader.column().dictionary();
        return kGreatest ? texts.text(b) < texts.text(a) : texts.text(a) < texts.text(b);
      }
    }
    return kGreatest ? b < a : a < b;
  }
  static bool counts(const Input& input) noexcept {
    return input.valid && input.value == input.value;  // not NaN
  }
  void add(State& state, const Input& input, std::uint32_t) const noexcept {
    if (counts(input) && (!state.there || better(input.value, state.value))) state = {input.value, true};
  }
  bool remove(State& state, const Input& input, std::uint32_t) const noexcept {
    return kMark || !counts(input) || !state.there || input.value != state.value;
  }
  bool replace(State& state, const Input& old, const Input& now, std::uint32_t row) const noexcept {
    add(state, now, row);
    return remove(state, old, row);
  }
  void merge(State& state, const State& other) const noexcept {
    if (other.there && (!state.there || better(other.value, state.value))) state = other;
  }
  std::optional<std::uint64_t> value(const State& state) const noexcept {
    if (!state.there) return std::nullopt;
    return to_raw(without_sign_of_zero(state.value));
  }
};

template <class T, bool kGreatest, bool kMark>
std::unique_ptr<CellState> make(const CellContext& context, std::size_t column) {
  using Policy = Extreme<T, kGreatest, kMark>;
  const bool text = context.source.schema()[column].storage == Storage::text;
  return std::make_unique<RowState<Policy>>(context, Policy{{&context.source, column}, text});
}

}  // namespace

std::unique_ptr<CellState> make_extreme_state(StateKind kind, std::size_t column,
                                              const CellContext& context) {
  return with_storage(context.source.schema()[column].storage, [&](auto type) {
    using T = typename decltype(type)::type;
    switch (kind) {
      case StateKind::minimum:
        return make<T, false, false>(context, column);
      case StateKind::low_mark:
        return make<T, false, true>(context, column);
      case StateKind::high_mark:
        return make<T, true, true>(context, column);
      default:
        return make<T, true, false>(context, column);
    }
  });
}

}  // namespace parallax

// Aggregates that pick one row of a cell and show a value of it. They keep the value besides the row, so that
// a cell can still be read after its row was overwritten.
#include "view/aggregate_row_state.h"
#include "view/aggregate_states.h"

namespace parallax {
namespace {

constexpr std::uint32_t kNoRow = 0xffffffff;

/// The row of the lowest or highest key.
template <bool kLast>
struct EndRow {
  struct State {
    std::uint64_t value = 0;
    std::uint32_t row = kNoRow;
    bool valid = false;
  };
  RawReader reader;

  using Input = RawReader::Input;
  [[nodiscard]] bool better(std::uint32_t a, std::uint32_t b) const noexcept {
    const Table& table = reader.source->table();
    return b == kNoRow || (kLast ? table.natural_less(b, a) : table.natural_less(a, b));
  }
  void add(State& state, const Input& input, std::uint32_t row) const noexcept {
    if (better(row, state.row)) state = {input.value, row, input.valid};
  }
  bool remove(State& state, const Input&, std::uint32_t row) const noexcept { return state.row != row; }
  bool replace(State& state, const Input&, const Input& now, std::uint32_t row) const noexcept {
    if (state.row == row) state = {now.value, row, now.valid};
    return true;
  }
  void merge(State& state, const State& other) const noexcept {
    if (other.row != kNoRow && better(other.row, state.row)) state = other;
  }
  std::optional<std::uint64_t> value(const State& state) const noexcept {
    if (!state.valid) return std::nullopt;
    return state.value;
  }
};

/// A row picked by GroupTree::row_before, which asks for the leaves of rows as they are after a change. A
/// picked row that has moved to another leaf spoils the cell; the change names it, so that replace() or
/// remove() can say so.
struct Picked {
  std::uint64_t value = 0;
  std::uint32_t row = kNoRow;
  std::uint32_t leaf = kNoGroup;
  bool valid = false;
  bool moved = false;  ///< the picked row moved, and another may have taken its place since

  /// Takes the row if `better` than the picked one.
  template <class Better>
  void offer(const GroupTree& tree, std::uint64_t new_value, bool new_valid, std::uint32_t new_row,
             Better&& better) {
    moved = moved || (row != kNoRow && tree.leaf(row) != leaf);
    if (row != kNoRow && !better(new_row, row)) return;
    value = new_value;
    valid = new_valid;
    row = new_row;
    leaf = tree.leaf(new_row);
  }
  [[nodiscard]] bool spoilt(const GroupTree& tree) const noexcept {
    return moved || (row != kNoRow && tree.leaf(row) != leaf);
  }
};

/// The value of the last row, leaf by leaf.
struct LastMet {
  static constexpr bool kByLeaf = true;
  using State = Picked;
  RawReader reader;
  const GroupTree* tree;

  using Input = RawReader::Input;
  void add(State& state, const Input& input, std::uint32_t row) const noexcept {
    state.offer(*tree, input.value, input.valid, row,
                [this](std::uint32_t a, std::uint32_t b) { return tree->row_before(b, a); });
  }
  bool remove(State& state, const Input&, std::uint32_t row) const noexcept {
    return state.row != row && !state.moved;
  }
  bool replace(State& state, const Input&, const Input& now, std::uint32_t row) const noexcept {
    if (state.spoilt(*tree)) return false;
    if (state.row == row) {
      state.value = now.value;
      state.valid = now.valid;
    } else {
      add(state, now, row);
    }
    return true;
  }
  void merge(State& state, const State& other) const noexcept {
    if (other.row != kNoRow) add(state, {other.value, other.valid}, other.row);
  }
  std::optional<std::uint64_t> value(const State& state) const noexcept {
    if (!state.valid) return std::nullopt;
    return state.value;
  }
};

/// The first value that is neither null nor zero, leaf by leaf; text: nor null.
struct AnyValue {
  static constexpr bool kByLeaf = true;
  struct State : Picked {
    std::uint32_t values = 0;  ///< not null, zero or not
  };
  RawReader reader;
  const GroupTree* tree;

  using Input = RawReader::Input;
  [[nodiscard]] bool pickable(const Input& input) const noexcept {
    const Storage storage = reader.column().storage();
    return input.valid && (storage == Storage::text || !raw_is_zero(storage, input.value));
  }
  void consider(State& state, std::uint64_t value, std::uint32_t row) const noexcept {
    state.offer(*tree, value, true, row,
                [this](std::uint32_t a, std::uint32_t b) { return tree->row_before(a, b); });
  }
  void add(State& state, const Input& input, std::uint32_t row) const noexcept {
    state.values += input.valid;
    if (pickable(input)) consider(state, input.value, row);
  }
  bool remove(State& state, const Input& input, std::uint32_t row) const noexcept {
    state.values -= input.valid;
    return state.row != row && !state.moved;
  }
  bool replace(State& state, const Input& old, const Input& now, std::uint32_t row) const noexcept {
    if (state.spoilt(*tree)) return false;
    if (state.row != row) {
      state.values -= old.valid;
      add(state, now, row);
      return true;
    }
    if (!pickable(now)) return false;
    state.value = now.value;
    return true;
  }
  void merge(State& state, const State& other) const noexcept {
    state.values += other.values;
    if (other.row != kNoRow) consider(state, other.value, other.row);
  }
  std::optional<std::uint64_t> value(const State& state) const noexcept {
    if (state.values == 0) return std::nullopt;
    return state.value;
  }
};

/// The value of the row with the least or greatest other value; of several the first, leaf by leaf. Rows
/// whose other value is null or NaN are skipped.
template <bool kGreatest>
struct ByOther {
  static constexpr bool kByLeaf = true;
  struct State : Picked {
    std::uint64_t other = 0;
  };
  PairReader reader;
  const GroupTree* tree;

  using Input = PairReader::Input;
  [[nodiscard]] int compare(std::uint64_t a, std::uint64_t b) const noexcept {
    const int order = compare_raw(reader.second.column(), a, b);
    return kGreatest ? -order : order;
  }
  [[nodiscard]] bool counts(const Input& input) const noexcept {
    return input.second.valid && !raw_is_nan(reader.second.column().storage(), input.second.value);
  }
  void consider(State& state, std::uint64_t other, std::uint64_t value, bool valid,
                std::uint32_t row) const noexcept {
    state.offer(*tree, value, valid, row, [&](std::uint32_t a, std::uint32_t b) {
      const int order = compare(other, state.other);
      return order < 0 || (order == 0 && tree->row_before(a, b));
    });
    if (state.row == row) state.other = other;
  }
  void add(State& state, const Input& input, std::uint32_t row) const noexcept {
    if (counts(input)) consider(state, input.second.value, input.first.value, input.first.valid, row);
  }
  bool remove(State& state, const Input&, std::uint32_t row) const noexcept {
    return state.row != row && !state.moved;
  }
  bool replace(State& state, const Input&, const Input& now, std::uint32_t row) const noexcept {
    if (state.spoilt(*tree)) return false;
    if (state.row != row) {
      add(state, now, row);
      return true;
    }
    // It stays the best if its other value got no worse.
    if (!counts(now) || compare(now.second.value, state.other) > 0) return false;
    state.other = now.second.value;
    state.value = now.first.value;
    state.valid = now.first.valid;
    return true;
  }
  void merge(State& state, const State& other) const noexcept {
    if (other.row != kNoRow) consider(state, other.other, other.value, other.valid, other.row);
  }
  std::optional<std::uint64_t> value(const State& state) const noexcept {
    if (!state.valid) return std::nullopt;
    return state.value;
  }
};

/// The value that all rows share, null being one.
struct Unique {
  struct State {
    std::uint64_t value = 0;
    std::uint32_t rows = 0;
    bool valid = false;
    bool mixed = false;
  };
  RawReader reader;

  using Input = RawReader::Input;
  [[nodiscard]] bool same(const State& state, std::uint64_t value, bool valid) const noexcept {
    if (state.valid != valid) return false;
    return !valid || state.value == value || compare_raw(reader.column(), state.value, value) == 0;
  }
  void take(State& state, std::uint64_t value, bool valid, std::uint32_t rows) const noexcept {
    if (state.rows == 0) {
      state = {value, rows, valid, false};
      return;
    }
    state.mixed = state.mixed || !same(state, value, valid);
    state.rows += rows;
  }
  void add(State& state, const Input& input, std::uint32_t) const noexcept {
    take(state, input.value, input.valid, 1);
  }
  bool remove(State& state, const Input&, std::uint32_t) const noexcept {
    --state.rows;
    return !state.mixed || state.rows == 0;
  }
  bool replace(State& state, const Input&, const Input& now, std::uint32_t) const noexcept {
    if (state.mixed) return false;
    if (state.rows == 1) {
      state = {now.value, 1, now.valid, false};
    } else if (!same(state, now.value, now.valid)) {
      // The others still share the old value, unless this change comes to them as well.
      return false;
    }
    return true;
  }
  void merge(State& state, const State& other) const noexcept {
    if (other.rows == 0) return;
    take(state, other.value, other.valid, other.rows);
    state.mixed = state.mixed || other.mixed;
  }
  std::optional<std::uint64_t> value(const State& state) const noexcept {
    if (state.mixed || !state.valid) return std::nullopt;
    return raw_without_sign_of_zero(reader.column().storage(), state.value);
  }
  /// 1 if all rows share a value or are null.
  std::int64_t integer(const State& state) const noexcept { return !state.mixed; }
};

template <class Policy>
std::unique_ptr<CellState> make(const CellContext& context, Policy policy) {
  return std::make_unique<RowState<Policy>>(context, policy);
}

}  // namespace

std::unique_ptr<CellState> make_pick_state(StateKind kind, std::size_t column, std::size_t argument,
                                           const CellContext& context) {
  const RawReader reader{&context.source, column};
  const PairReader pair{reader, {&context.source, argument}};
  const GroupTree* order = &context.reading_order();
  switch (kind) {
    case StateKind::unique:
      return make(context, Unique{reader});
    case StateKind::any:
      return make(context, AnyValue{reader, order});
    case StateKind::first:
      return make(context, EndRow<false>{reader});
    case StateKind::last:
      return make(context, EndRow<true>{reader});
    case StateKind::last_met:
      return make(context, LastMet{reader, order});
    case StateKind::least_by:
      return make(context, ByOther<false>{pair, order});
    default:
      return make(context, ByOther<true>{pair, order});
  }
}

}  // namespace parallax

#include "view/join.h"

#include <algorithm>
#include <numeric>

#include "parallax/error.h"

namespace parallax {
namespace {

void sort_distinct(std::vector<std::uint32_t>& rows) {
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
}

/// Cells at rows; kNoRow gives null.
Column gather_some(const Column& source, const std::vector<std::uint32_t>& rows) {
  if (std::find(rows.begin(), rows.end(), KeyIndex::kNone) == rows.end()) {
    return source.gather(rows.data(), rows.size());
  }
  Column out(source.storage(), source.dictionary());
  out.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] != KeyIndex::kNone) out.copy_cell(i, source, rows[i]);
  }
  return out;
}

/// Appends a cell of the same type, maybe of another width that fits.
void append_widened(Column& out, const Column& source, std::uint32_t row) {
  if (!source.valid(row)) {
    out.append_null();
  } else if (out.storage() == Storage::text) {
    out.append_text(source.text(row));
  } else if (out.storage() == source.storage()) {
    out.append_null();
    out.copy_cell(out.size() - 1, source, row);
  } else if (out.storage() == Storage::float64) {
    out.append<double>(source.value<float>(row));
  } else {
    with_storage(out.storage(), [&](auto type) {
      using T = typename decltype(type)::type;
      out.append<T>(static_cast<T>(KeyIndex::image(source, row)));
    });
  }
}

}  // namespace

/// What one write of the sources comes to.
struct Join::Step {
  struct Placed {
    std::uint32_t row, key;
  };
  struct OfSide {
    std::vector<Placed> placed;          ///< new rows, and those whose key changed
    std::vector<std::uint32_t> touched;  ///< rows with other changes
    std::vector<std::uint32_t> lonely;   ///< rows that may be without a match now
  };
  std::array<OfSide, 2> sides;
  std::vector<std::uint32_t> vacated;  ///< keys that may have no rows any more
  std::vector<Pair> added;
  std::vector<std::size_t> updated_columns;
  Merge merge;
};

Join::Join(std::shared_ptr<const Table> left, std::shared_ptr<const Table> right, const JoinConfig& config)
    : schema_(left->schema(), right->schema(), config),
      sides_{Side{left, schema_.keys[0], config.type != JoinType::inner, {}, {}, {}},
             Side{right, schema_.keys[1], config.type == JoinType::outer, {}, {}, {}}},
      table_(Table::derived(schema_.schema, [left, right](std::uint64_t a, std::uint64_t b) {
        return before(*left, *right, pair_of(a), pair_of(b));
      })) {
  (void)rebuild();
}

bool Join::before(const Table& left, const Table& right, const Pair& a, const Pair& b) {
  if (a[0] == b[0]) {
    // A left row without a match, just removed, beside the matches that took its place.
    if (a[1] == kNoRow || b[1] == kNoRow) return a[1] == kNoRow && b[1] != kNoRow;
    return right.natural_less(a[1], b[1]);
  }
  if (a[0] == kNoRow || b[0] == kNoRow) return b[0] == kNoRow;
  return left.natural_less(a[0], b[0]);
}

std::uint32_t Join::key_number(const Side& side, std::uint32_t row) {
  const Column& column = side.table->column(side.key);
  return column.valid(row) ? keys_.number(column, row) : kNullKey;
}

void Join::enter(Side& side, std::uint32_t row, std::uint32_t key) {
  if (row >= side.keys.size()) side.keys.resize(side.table->row_numbers(), kAbsent);
  side.keys[row] = key;
  if (key != kNullKey) side.by_key.push_front(key, row);
}

ChangeBatch Join::give_up() {
  stale_ = true;
  return table_->clear();
}

ChangeBatch Join::rebuild() {
  stale_ = true;
  (void)table_->clear();
  keys_.clear();
  for (Side& side : sides_) {
    side.keys.clear();
    side.by_key.clear();
    side.pairs.clear();
  }
  auto& [left, right] = sides_;
  const auto left_rows = left.table->natural_range(0, left.table->size());
  const auto right_rows = right.table->natural_range(0, right.table->size());
  for (const std::uint32_t row : left_rows) enter(left, row, key_number(left, row));
  // Lists grow at the front: from the last row to the first, each comes out in order.
  for (auto row = right_rows.rbegin(); row != right_rows.rend(); ++row) {
    enter(right, *row, key_number(right, *row));
  }
  Step step;
  const auto add = [&](const Pair& pair) { step.added.push_back(pair); };
  for (const std::uint32_t row : left_rows) {
    const std::uint32_t key = left.keys[row];
    const std::uint32_t first = key == kNullKey ? RowLists::kEnd : right.by_key.first(key);
    if (first == RowLists::kEnd && left.shows_unmatched) add({row, kNoRow});
    for (std::uint32_t match = first; match != RowLists::kEnd; match = right.by_key.next(match)) {
      add_match({row, match}, step);
    }
  }
  for (const std::uint32_t row : right_rows) {
    const std::uint32_t key = right.keys[row];
    const bool matched = key != kNullKey && left.by_key.first(key) != RowLists::kEnd;
    if (!matched && right.shows_unmatched) add({kNoRow, row});
  }
  ChangeBatch change = commit(step);
  change.cleared = true;
  return change;
}

ChangeBatch Join::apply(const ChangeBatch* left, const ChangeBatch* right) {
  if (stale_ || (left && left->cleared) || (right && right->cleared)) return rebuild();
  stale_ = true;
  const std::array changes{left, right};
  Step step;
  for (const std::size_t side : {0, 1}) {
    if (changes[side]) take_out_changed(side, *changes[side], step);
  }
  for (const std::size_t side : {0, 1}) put_in(side, step);
  for (const std::size_t side : {0, 1}) add_unmatched(side, step);
  find_updates(changes, step);
  // In order, new rows are likely to follow all that are there.
  std::sort(step.added.begin(), step.added.end(),
            [&](const Pair& a, const Pair& b) { return before(*sides_[0].table, *sides_[1].table, a, b); });
  return commit(step);
}

void Join::take_out_changed(std::size_t side, const ChangeBatch& change, Step& step) {
  Side& own = sides_[side];
  Step::OfSide& todo = step.sides[side];
  for (const std::uint32_t row : change.removed) take_out(side, row, step);
  const bool key_written = change.old_values(own.key) != nullptr;
  for (const std::uint32_t row : change.updated) {
    if (own.keys[row] == kAbsent) continue;  // updated and removed by one write
    const std::uint32_t key = key_written ? key_number(own, row) : own.keys[row];
    if (key == own.keys[row]) {
      todo.touched.push_back(row);
    } else {
      take_out(side, row, step);
      todo.placed.push_back({row, key});
    }
  }
  for (const std::uint32_t row : change.inserted) todo.placed.push_back({row, key_number(own, row)});
}

void Join::take_out(std::size_t side, std::uint32_t row, Step& step) {
  Side& own = sides_[side];
  while (own.pairs.first(row) != RowLists::kEnd) drop_pair(own.pairs.first(row), step);
  const std::uint32_t key = std::exchange(own.keys[row], kAbsent);
  if (key == kNullKey) return;
  own.by_key.erase(key, row);
  step.vacated.push_back(key);
}

void Join::drop_pair(std::uint32_t result_row, Step& step) {
  const Pair rows = pair(result_row);
  for (const std::size_t side : {0, 1}) {
    if (rows[side] == kNoRow) continue;
    sides_[side].pairs.erase(rows[side], result_row);
    step.sides[side].lonely.push_back(rows[side]);
  }
  step.merge.removed.push_back(result_row);
}

void Join::put_in(std::size_t side, Step& step) {
  const RowLists& others = sides_[1 - side].by_key;
  for (const auto& [row, key] : step.sides[side].placed) {
    enter(sides_[side], row, key);
    step.sides[side].lonely.push_back(row);
    if (key == kNullKey) continue;
    for (std::uint32_t match = others.first(key); match != RowLists::kEnd; match = others.next(match)) {
      add_match(side == 0 ? Pair{row, match} : Pair{match, row}, step);
    }
  }
}

void Join::add_match(const Pair& match, Step& step) {
  for (const std::size_t side : {0, 1}) {
    // A row shown without a match has no other pair.
    const std::uint32_t first = sides_[side].pairs.first(match[side]);
    if (first != RowLists::kEnd && pair(first)[1 - side] == kNoRow) drop_pair(first, step);
  }
  if (step.added.size() >= kNoRow - 1) {
    throw Error(ErrorKind::resource_limit,
                "The join has more than 4,294,967,294 rows: too many rows of both tables have the same key");
  }
  step.added.push_back(match);
}

void Join::add_unmatched(std::size_t side, Step& step) {
  const Side& own = sides_[side];
  if (!own.shows_unmatched) return;
  std::vector<std::uint32_t>& lonely = step.sides[side].lonely;
  sort_distinct(lonely);
  for (const std::uint32_t row : lonely) {
    const std::uint32_t key = own.keys[row];
    if (key == kAbsent) continue;
    if (key != kNullKey && sides_[1 - side].by_key.first(key) != RowLists::kEnd) continue;
    step.added.push_back(side == 0 ? Pair{row, kNoRow} : Pair{kNoRow, row});
  }
}

void Join::find_updates(const std::array<const ChangeBatch*, 2>& changes, Step& step) {
  std::vector<std::uint32_t>& updated = step.merge.updated;
  for (const std::size_t side : {0, 1}) {
    const auto& touched = step.sides[side].touched;
    const RowLists& pairs = sides_[side].pairs;
    for (const std::uint32_t row : touched) {
      for (std::uint32_t at = pairs.first(row); at != RowLists::kEnd; at = pairs.next(at))
        updated.push_back(at);
    }
    if (touched.empty()) continue;
    for (const auto& entry : changes[side]->overwritten) {
      if (const auto column = schema_.result_column({side, entry.column})) {
        step.updated_columns.push_back(*column);
      }
    }
  }
  if (!step.sides[0].touched.empty() && !step.sides[1].touched.empty()) sort_distinct(updated);
  std::sort(step.updated_columns.begin(), step.updated_columns.end());
  step.updated_columns.erase(std::unique(step.updated_columns.begin(), step.updated_columns.end()),
                             step.updated_columns.end());
}

/// Brings a finished step to the result.
ChangeBatch Join::commit(Step& step) {
  std::vector<Pair> updated;
  updated.reserve(step.merge.updated.size());
  for (const std::uint32_t row : step.merge.updated) updated.push_back(pair(row));
  step.merge.updates = cells(updated, step.updated_columns);
  std::vector<std::size_t> all(schema_.schema.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  step.merge.inserts = cells(step.added, all);
  step.merge.origins.reserve(step.added.size());
  for (const Pair& rows : step.added) step.merge.origins.push_back(origin_of(rows));
  ChangeBatch change = table_->merge(std::move(step.merge));
  for (std::size_t i = 0; i < step.added.size(); ++i) {
    for (const std::size_t side : {0, 1}) {
      const std::uint32_t row = step.added[i][side];
      if (row != kNoRow) sides_[side].pairs.push_front(row, change.inserted[i]);
    }
  }
  sort_distinct(step.vacated);
  for (const std::uint32_t key : step.vacated) {
    const bool used = std::any_of(sides_.begin(), sides_.end(),
                                  [&](const Side& side) { return side.by_key.first(key) != RowLists::kEnd; });
    if (!used) keys_.release(key);
  }
  stale_ = false;
  return change;
}

RowBatch Join::cells(const std::vector<Pair>& pairs, const std::vector<std::size_t>& columns) const {
  RowBatch batch;
  batch.rows = pairs.size();
  if (pairs.empty()) return batch;
  std::array<std::vector<std::uint32_t>, 2> rows;
  for (const std::size_t side : {0, 1}) {
    rows[side].reserve(pairs.size());
    for (const Pair& pair : pairs) rows[side].push_back(pair[side]);
  }
  for (const std::size_t column : columns) {
    const auto [side, source] = schema_.origins[column];
    const bool both_sides = column == schema_.keys[0] && sides_[1].shows_unmatched;
    batch.entries.push_back(
        {column, both_sides ? key_cells(pairs) : gather_some(sides_[side].table->column(source), rows[side]),
         std::nullopt});
  }
  return batch;
}

/// The keys, of the right side where there is no left row.
Column Join::key_cells(const std::vector<Pair>& pairs) const {
  const Column& left = sides_[0].table->column(sides_[0].key);
  const Column& right = sides_[1].table->column(sides_[1].key);
  Column out(schema_.schema[schema_.keys[0]].storage);
  for (const Pair& rows : pairs) {
    const bool has_left = rows[0] != kNoRow;
    append_widened(out, has_left ? left : right, has_left ? rows[0] : rows[1]);
  }
  return out;
}

}  // namespace parallax

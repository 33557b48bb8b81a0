// How a grouped core takes in a change: rows find their new groups, cells are adjusted by what came and went,
// empty groups go.
#include <algorithm>

#include "view/aggregate_set.h"
#include "view/group_cells.h"
#include "view/group_order.h"
#include "view/group_rows.h"
#include "view/grouped_core.h"
#include "view/grouped_delta.h"

namespace parallax {

void GroupedCore::apply(const ChangeBatch& batch) {
  const std::lock_guard lock(mutex);
  const ChangeBatch& change = source_.change(batch);
  *delta_ = {};
  work_ = {};
  if (!computed_) return;
  if (change.cleared) {
    restart();
    return;
  }
  touch_columns();
  const std::uint32_t first_birth = rows_->next_birth();
  const std::uint32_t first_split_birth = splits_->next_birth();
  CellChanges changes;
  changes.batch = &change;
  changes.planes = cells_->planes();
  place(change, changes);
  work_ = {changes.rows.size(), changes.rows.size() * changes.planes};
  if (changes.rows.empty()) return;
  aggregates_->resize(cells_->size());
  if (trackers_ > 0) begin_delta(changes);
  settle(changes);
  aggregates_->apply(changes);
  if (trackers_ > 0) end_delta(first_birth);
  if (rows_->next_birth() != first_birth || splits_->next_birth() != first_split_birth) ++order_version_;
  reorder(changes, first_birth);
  sweep(changes);
}

void GroupedCore::forget() {
  const std::lock_guard lock(mutex);
  *delta_ = {};
  work_ = {};
  drop();
}

/// All rows went, and the texts' codes with them.
void GroupedCore::restart() {
  drop();
  if (!history_ && trackers_ == 0) return;
  compute();
  if (trackers_ == 0) return;
  refresh_everything();
  delta_->everything = true;
}

// --- where rows go ---

void GroupedCore::place(const ChangeBatch& change, CellChanges& changes) {
  const auto touches = [&](const std::vector<bool>& columns) {
    return std::any_of(change.overwritten.begin(), change.overwritten.end(),
                       [&](const auto& entry) { return columns[entry.column]; });
  };
  for (const std::uint32_t row : change.removed) place_row(changes, row, kNoGroup, false);
  if (touches(used_columns_)) {
    const bool regroup = touches(grouping_columns_);
    for (std::uint32_t i = 0; i < change.updated.size(); ++i) {
      const std::uint32_t row = change.updated[i];
      const bool is = regroup ? filter_.passes(row) : rows_->leaf(row) != kNoGroup;
      place_row(changes, row, i, is);
    }
  }
  for (const std::uint32_t row : change.inserted) {
    place_row(changes, row, kNoGroup, filter_.keeps_all() || filter_.passes(row));
  }
}

/// Notes the cells that the row leaves and enters; the trees count it in settle().
void GroupedCore::place_row(CellChanges& changes, std::uint32_t row, std::uint32_t updated, bool is) {
  const std::uint32_t old_leaf = rows_->leaf(row);
  const bool was = old_leaf != kNoGroup;
  if (!was && !is) return;
  const std::uint32_t new_leaf = is ? rows_->locate(row) : kNoGroup;
  const std::uint32_t new_split = is ? splits_->locate(row) : kNoGroup;
  const bool moved = old_leaf != new_leaf || splits_->leaf(row) != new_split;
  changes.rows.push_back({row, updated, was, is, moved});
  const std::size_t first = changes.old_cells.size();
  changes.old_cells.resize(first + changes.planes, kNoGroup);
  changes.new_cells.resize(first + changes.planes, kNoGroup);
  if (was) cells_->chain(old_leaf, splits_->leaf(row), false, changes.old_cells.data() + first);
  if (is) cells_->chain(new_leaf, new_split, true, changes.new_cells.data() + first);
}

void GroupedCore::settle(const CellChanges& changes) {
  for (std::size_t i = 0; i < changes.rows.size(); ++i) {
    const CellChanges::Row& row = changes.rows[i];
    if (!row.moved) continue;
    const std::uint32_t* old_cells = changes.old_cells.data() + i * changes.planes;
    const std::uint32_t* new_cells = changes.new_cells.data() + i * changes.planes;
    // The base cell comes first.
    rows_->move(row.row, row.is ? cells_->row_group(*new_cells) : kNoGroup);
    splits_->move(row.row, row.is ? cells_->split_group(*new_cells) : kNoGroup);
    if (row.is) cells_->count(new_cells, 1);
    if (row.was) cells_->count(old_cells, -1);
    if (!lists_->exists()) continue;
    if (row.was) lists_->erase(row.row, *old_cells);
    if (row.is) lists_->insert(row.row, *new_cells);
  }
}

// --- what moves in the order, and goes ---

void GroupedCore::reorder(const CellChanges& changes, std::uint32_t first_birth) {
  if (orders_by_share_) {
    row_order_->clear();
    split_order_->clear();
    ++order_version_;
    return;
  }
  const bool sorted = row_order_->sorted() || split_order_->sorted();
  if (sorted) ++order_version_;
  const auto touch = [&](std::uint32_t cell, bool fresh_only) {
    const std::uint32_t row = cells_->row_group(cell);
    const std::uint32_t split = cells_->split_group(cell);
    if (split == 0 && row != 0 && (!fresh_only || rows_->birth(row) >= first_birth)) {
      row_order_->touch(rows_->parent(row), row);
    }
    if (row == 0 && split != 0) split_order_->touch(splits_->parent(split), split);
  };
  for (std::size_t i = 0; i < changes.rows.size(); ++i) {
    const CellChanges::Row& row = changes.rows[i];
    if (!row.moved && !sorted) continue;
    for (std::size_t p = i * changes.planes; p < (i + 1) * changes.planes; ++p) {
      if (row.is) touch(changes.new_cells[p], !row_order_->sorted());
      if (row.was && sorted) touch(changes.old_cells[p], !row_order_->sorted());
    }
  }
}

void GroupedCore::sweep(const CellChanges& changes) {
  for (std::size_t i = 0; i < changes.rows.size(); ++i) {
    if (!changes.rows[i].moved || !changes.rows[i].was) continue;
    for (std::size_t p = i * changes.planes; p < (i + 1) * changes.planes; ++p) {
      const std::uint32_t cell = changes.old_cells[p];
      if (cells_->rows(cell) != 0) continue;
      aggregates_->reset(cell);
      cells_->release(cell);
    }
  }
  const auto leave = [this](GroupOrder& order) {
    return [this, &order](std::uint32_t node, std::uint32_t parent) {
      order.touch(parent, node);
      order.forget(node);
      ++order_version_;
    };
  };
  rows_->sweep(leave(*row_order_));
  splits_->sweep(leave(*split_order_));
}

// --- what changed ---

void GroupedCore::refresh_everything() {
  std::vector<std::uint32_t> all;
  for (std::uint32_t cell = 0; cell < cells_->size(); ++cell) {
    const std::uint32_t row = cells_->row_group(cell);
    if (row != kNoGroup && rows_->alive(row) && cells_->rows(cell) != 0) all.push_back(cell);
  }
  aggregates_->refresh(all, pool_);
}

void GroupedCore::begin_delta(const CellChanges& changes) {
  Delta& delta = *delta_;
  for (std::size_t i = 0; i < changes.rows.size(); ++i) {
    for (std::size_t p = i * changes.planes; p < (i + 1) * changes.planes; ++p) {
      if (changes.rows[i].was) delta.cells.push_back(changes.old_cells[p]);
      if (changes.rows[i].is) delta.cells.push_back(changes.new_cells[p]);
    }
  }
  std::sort(delta.cells.begin(), delta.cells.end());
  delta.cells.erase(std::unique(delta.cells.begin(), delta.cells.end()), delta.cells.end());
  for (const std::uint32_t cell : delta.cells) {
    delta.unknown.push_back(cells_->rows(cell) != 0 && aggregates_->dirty(cell));
  }
  delta.wholes.resize(plan_->aggregates.size());
  for (std::size_t a = 0; a < plan_->aggregates.size(); ++a) {
    delta.before.push_back(aggregates_->render(a, delta.cells));
    if (!aggregates_->is_share(a)) continue;
    for (const std::uint32_t cell : delta.cells) {
      delta.wholes[a].emplace(cell, cells_->rows(cell) != 0 ? aggregates_->share_sum(a, cell) : 0);
    }
  }
}

void GroupedCore::end_delta(std::uint32_t first_birth) {
  Delta& delta = *delta_;
  std::vector<std::uint32_t> left;
  for (const std::uint32_t cell : delta.cells) {
    if (cells_->rows(cell) != 0) left.push_back(cell);
  }
  aggregates_->refresh(left, pool_);
  std::vector<bool> changed = delta.unknown;
  for (std::size_t a = 0; a < plan_->aggregates.size(); ++a) {
    const Column after = aggregates_->render(a, delta.cells);
    for (std::size_t i = 0; i < delta.cells.size(); ++i) {
      if (!same_cell(delta.before[a], i, after, i)) changed[i] = true;
    }
    if (!aggregates_->is_share(a)) continue;
    std::erase_if(delta.wholes[a], [&](const auto& entry) {
      return cells_->rows(entry.first) != 0 && aggregates_->share_sum(a, entry.first) == entry.second;
    });
    delta.shares_changed = delta.shares_changed || !delta.wholes[a].empty();
  }
  for (std::size_t i = 0; i < delta.cells.size(); ++i) {
    const std::uint32_t row = cells_->row_group(delta.cells[i]);
    const bool shown = changed[i] && shown_split(cells_->split_group(delta.cells[i]));
    if (shown || rows_->birth(row) >= first_birth) delta.changed.push_back(row);
  }
  std::sort(delta.changed.begin(), delta.changed.end());
  delta.changed.erase(std::unique(delta.changed.begin(), delta.changed.end()), delta.changed.end());
  delta.before.clear();
}

bool GroupedCore::changed(std::uint32_t node) {
  if (delta_->everything) return true;
  if (std::binary_search(delta_->changed.begin(), delta_->changed.end(), node)) return true;
  return delta_->shares_changed && share_changed(node);
}

/// A percentage of an untouched cell, of a whole that changed. (Touched ones were compared.)
bool GroupedCore::share_changed(std::uint32_t node) {
  for (const SplitColumn& split : split_columns()) {
    const std::uint32_t cell = cells_->find(node, split.node);
    if (cell == kNoGroup || std::binary_search(delta_->cells.begin(), delta_->cells.end(), cell)) continue;
    for (std::size_t a = 0; a < delta_->wholes.size(); ++a) {
      if (delta_->wholes[a].empty()) continue;
      const std::uint32_t whole = aggregates_->whole_of(a, cell);
      const auto before = delta_->wholes[a].find(whole);
      if (before == delta_->wholes[a].end()) continue;
      const double part = aggregates_->share_sum(a, cell);
      const auto now = AggregateSet::share(part, aggregates_->share_sum(a, whole));
      const auto then = AggregateSet::share(part, before->second);
      // NaN stays NaN.
      if (now != then && !(now && then && *now != *now && *then != *then)) return true;
    }
  }
  return false;
}

}  // namespace parallax

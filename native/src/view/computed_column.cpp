#include "view/computed_column.h"

namespace parallax {

const Column& ComputedColumn::column() {
  if (computed()) return column_;
  const std::lock_guard lock(mutex_);
  if (!computed()) {
    column_ = empty();
    column_.resize(table().row_numbers());
    compute(column_);
    computed_.store(true, std::memory_order_release);
  }
  return column_;
}

void ComputedColumn::apply(const ChangeBatch& change) {
  change_ = none();
  if (!computed()) return;
  if (change.cleared) {
    forget();
    return;
  }
  if (storage_ == Storage::text) renew_texts(change);
  change_.old_updated = column_.gather(change.updated.data(), change.updated.size());
  column_.resize(table().row_numbers());
  try {
    recompute(change, column_);
  } catch (...) {
    forget();
    change_ = none();
    throw;
  }
  sweep_.count(change.updated.size() + change.removed.size() + change_.others.size());
}

void ComputedColumn::forget() {
  reset();
  column_ = empty();
  computed_.store(false, std::memory_order_release);
}

/// Before a write is taken in: texts that no row held go, those of the rows that it removed later.
void ComputedColumn::renew_texts(const ChangeBatch& change) {
  if (auto borrowed = borrowed_texts()) {
    column_.set_dictionary(std::move(borrowed));
  } else if (sweep_.due(column_)) {
    Bitmap rows = table().live_rows();
    for (const std::uint32_t row : change.removed) rows.set(row);
    sweep_.run(column_, rows);
  }
}

void ComputedColumn::set_other(std::uint32_t row, const Column& values, std::size_t from) {
  if (same_cell(column_, row, values, from)) return;
  change_.others.push_back(row);
  change_.old_others.resize(change_.others.size());
  change_.old_others.copy_cell(change_.others.size() - 1, column_, row);
  column_.copy_cell(row, values, from);
}

}  // namespace parallax

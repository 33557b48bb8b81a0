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
    reset();
    column_ = empty();
    computed_.store(false, std::memory_order_release);
    return;
  }
  change_.old_updated = column_.gather(change.updated.data(), change.updated.size());
  column_.resize(table().row_numbers());
  recompute(change, column_);
}

void ComputedColumn::set_other(std::uint32_t row, const Column& values, std::size_t from) {
  if (same_cell(column_, row, values, from)) return;
  change_.others.push_back(row);
  change_.old_others.resize(change_.others.size());
  change_.old_others.copy_cell(change_.others.size() - 1, column_, row);
  column_.copy_cell(row, values, from);
}

}  // namespace parallax

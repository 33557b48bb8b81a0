#include "view/source.h"

#include <unordered_map>

namespace parallax {

ViewSource::ViewSource(std::shared_ptr<const Table> table, std::vector<Computed> computed, std::string key)
    : table_(std::move(table)), shared_(std::make_shared<Shared>()) {
  shared_->schema = table_->schema();
  for (const Computed& entry : computed) shared_->schema.add({entry.name, entry.column->storage()});
  shared_->computed = std::move(computed);
  shared_->key = std::move(key);
}

void ViewSource::translate(const ChangeBatch& batch) const {
  if (shared_->computed.empty()) return;
  ChangeBatch& out = shared_->translated;
  out = batch;
  if (batch.cleared) return;
  // Rows outside the batch that a window or a volatile expression changed count as updated.
  std::unordered_map<std::uint32_t, std::size_t> extra;  // row -> position among the added rows
  std::vector<std::uint32_t> rows;
  for (const Computed& entry : shared_->computed) {
    for (const std::uint32_t row : entry.column->last_change().others) {
      if (extra.emplace(row, rows.size()).second) rows.push_back(row);
    }
  }
  out.updated.insert(out.updated.end(), rows.begin(), rows.end());
  for (auto& entry : out.overwritten)
    entry.old.append_column(table_->column(entry.column).gather(rows.data(), rows.size()));
  for (std::size_t i = 0; i < shared_->computed.size(); ++i) {
    ComputedColumn& column = *shared_->computed[i].column;
    if (!column.computed()) continue;
    const ComputedColumn::Change& change = column.last_change();
    Column old = change.old_updated;
    if (old.size() != batch.updated.size()) continue;  // first computed after this write
    old.append_column(column.column().gather(rows.data(), rows.size()));
    for (std::size_t other = 0; other < change.others.size(); ++other) {
      old.copy_cell(batch.updated.size() + extra[change.others[other]], change.old_others, other);
    }
    out.overwritten.push_back({table_->schema().size() + i, std::move(old)});
  }
}

}  // namespace parallax

// The writes of a table: where each row goes, old values kept for the views, cells stored column by column.
#include <algorithm>
#include <unordered_set>

#include "parallax/error.h"
#include "storage/table.h"

namespace parallax {
namespace {

/// While natural order is row order, free numbers wait until there are this many, since reuse ends that
/// order.
constexpr std::size_t kPatience = 1024;

bool present(const RowBatch::Entry& entry, std::size_t row) noexcept {
  return !entry.present || entry.present->test(row);
}

/// The keys of `all` that `table` does not hold.
Column missing_keys(const Column& all, const KeyIndex& index, const Column& now) {
  Column gone(all.storage(), all.dictionary());
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::uint32_t row = KeyIndex::kNone;
    if (!all.valid(i)) {
      row = index.null_row();
    } else if (all.storage() == Storage::text) {
      const auto code = now.dictionary()->find(all.text(i));
      if (code) row = index.find(*code);
    } else {
      row = index.find(KeyIndex::image(all, i));
    }
    if (row != KeyIndex::kNone) continue;
    gone.resize(gone.size() + 1);
    gone.copy_cell(gone.size() - 1, all, i);
  }
  return gone;
}

/// Rows that a batch has met.
class RowSet {
 public:
  /// False if it was there.
  bool insert(std::uint32_t row) {
    if (contains(row)) return false;
    rows_.put(row, row);
    return true;
  }
  [[nodiscard]] bool contains(std::uint32_t row) const noexcept { return rows_.find(row) != KeyIndex::kNone; }

 private:
  KeyIndex rows_;
};

/// Stores the cells of a batch's column at their rows.
template <class T>
void scatter(Column& column, const RowBatch::Entry& entry, const std::vector<std::uint32_t>& rows,
             bool nulls_overwrite) {
  std::vector<Segment*> segments(column.segments());  // those that were made ready for writing
  const Column& values = entry.values;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == KeyIndex::kNone || !present(entry, i)) continue;
    const bool valid = values.valid(i);
    if (!valid && !nulls_overwrite) continue;
    Segment*& segment = segments[rows[i] / kMorselRows];
    if (segment == nullptr) segment = &column.writable(rows[i] / kMorselRows);
    const std::size_t at = rows[i] % kMorselRows;
    reinterpret_cast<T*>(segment->data())[at] = valid ? values.value<T>(i) : T{};
    assign_bit(segment->validity(), at, valid);
  }
}

}  // namespace

ChangeBatch Table::update(RowBatch batch) {
  require_pages(batch, batch.rows);
  return write(std::move(batch), Nulls::overwrite);
}

ChangeBatch Table::write(RowBatch batch, Nulls nulls) {
  ChangeBatch change;
  change.notify = batch.rows > 0;
  if (batch.rows == 0) return change;
  require_room(batch.rows);
  take_dictionaries(batch);
  const Targets targets = find_targets(batch, change);
  for (const auto& entry : batch.entries) {
    if (change.updated.empty() || entry.column == index_column_) continue;
    change.overwritten.push_back(
        {entry.column, columns_[entry.column].gather(change.updated.data(), change.updated.size())});
  }
  store_cells(batch, targets, nulls);
  if (!targets.appended) count_dropped(batch);
  insert_into_order(change);
  if (options_.limit) evict(change);
  return change;
}

void Table::require_room(std::size_t rows) const {
  if (row_numbers_ + rows < KeyIndex::kNone) return;
  throw Error(ErrorKind::resource_limit, "A table holds at most 4,294,967,294 rows");
}

/// Room on the disk for whatever a batch that writes to so many rows that are there may need.
void Table::require_pages(const RowBatch& batch, std::size_t overwritten) const {
  if (!options_.pages) return;
  std::size_t bytes = 0;
  for (const Column& column : columns_) bytes += column.pages_to_write(overwritten, batch.rows);
  for (const auto& entry : batch.entries) {
    const Dictionary* texts = entry.values.dictionary().get();
    if (texts != nullptr)
      bytes += columns_[entry.column].dictionary()->pages_to_add(texts->count(), texts->text_bytes());
  }
  if (ids_) bytes += ids_->pages_to_write(0, batch.rows);
  if (ids_ || index_column_) bytes += key_index_.pages_to_add(batch.rows);
  options_.pages->require(bytes);
}

/// Recodes the batch's texts into the table's dictionaries.
void Table::take_dictionaries(RowBatch& batch) const {
  for (auto& entry : batch.entries) {
    if (entry.values.storage() != Storage::text) continue;
    Column recoded(Storage::text, columns_[entry.column].dictionary());
    recoded.append_column(entry.values);
    entry.values = std::move(recoded);
  }
}

Table::Targets Table::find_targets(const RowBatch& batch, ChangeBatch& change) {
  if (batch.ids && !index_column_) return id_targets(batch, change);
  return index_column_ ? key_targets(batch, change) : append_targets(batch, change);
}

Table::Targets Table::append_targets(const RowBatch& batch, ChangeBatch& change) {
  Targets targets;
  targets.rows.reserve(batch.rows);
  // Rows that the limit would drop at once are never stored; their ids are spent all the same.
  const std::size_t kept = options_.limit ? std::min<std::size_t>(batch.rows, *options_.limit) : batch.rows;
  targets.rows.assign(batch.rows - kept, KeyIndex::kNone);
  if (!ids_) {
    const std::size_t first = row_numbers_;
    live_.resize(first + kept, true);
    row_numbers_ += kept;
    live_count_ += kept;
    next_id_ += static_cast<std::int64_t>(kept);
    for (std::size_t i = 0; i < kept; ++i) targets.rows.push_back(static_cast<std::uint32_t>(first + i));
    change.inserted = targets.rows;
    targets.appended = true;
    return targets;
  }
  next_id_ += static_cast<std::int64_t>(batch.rows - kept);
  for (std::size_t i = 0; i < kept; ++i) {
    const std::uint32_t row = new_row(change);
    ids_->set<std::int64_t>(row, next_id_);
    key_index_.put(static_cast<std::uint64_t>(next_id_++), row);
    targets.rows.push_back(row);
  }
  return targets;
}

Table::Targets Table::key_targets(const RowBatch& batch, ChangeBatch& change) {
  Targets targets;
  targets.rows.reserve(batch.rows);
  const RowBatch::Entry* keys = nullptr;
  for (const auto& entry : batch.entries) {
    if (entry.column == *index_column_) keys = &entry;
  }
  RowSet written;  // rows in change.updated
  const std::size_t first = row_numbers_;
  bool distinct = true;
  for (std::size_t i = 0; i < batch.rows; ++i) {
    const bool null_key = !keys || !present(*keys, i) || !keys->values.valid(i);
    const std::uint64_t key = null_key ? 0 : KeyIndex::image(keys->values, i);
    std::uint32_t row = null_key ? key_index_.null_row() : key_index_.find(key);
    if (row == KeyIndex::kNone) {
      row = new_row(change);
      if (null_key) {
        key_index_.put_null(row);
      } else {
        key_index_.put(key, row);
        columns_[*index_column_].copy_cell(row, keys->values, i);
      }
      distinct = distinct && row == first + i;
    } else {
      distinct = false;
      // Rows made by this very batch lie at or past `first`, or were recycled and are in `inserted` already.
      if (row < first && written.insert(row)) change.updated.push_back(row);
    }
    targets.rows.push_back(row);
  }
  if (!change.updated.empty() && !change.inserted.empty()) {
    // A recycled number that the batch both made and wrote again is an insertion only.
    const std::unordered_set<std::uint32_t> made(change.inserted.begin(), change.inserted.end());
    std::erase_if(change.updated, [&](std::uint32_t row) { return made.contains(row); });
  }
  targets.appended = distinct;
  return targets;
}

std::uint32_t Table::find_id(std::int64_t id) const noexcept {
  if (ids_) return key_index_.find(static_cast<std::uint64_t>(id));
  const std::int64_t row = id - first_id_;
  const bool known =
      row >= 0 && row < static_cast<std::int64_t>(row_numbers_) && live_.test(static_cast<std::size_t>(row));
  return known ? static_cast<std::uint32_t>(row) : KeyIndex::kNone;
}

void Table::make_ids_explicit() {
  if (ids_) return;
  ids_ = make_ids();
  for (std::uint32_t row = 0; row < row_numbers_; ++row) {
    const std::int64_t id = first_id_ + static_cast<std::int64_t>(row);
    ids_->append<std::int64_t>(id);
    key_index_.put(static_cast<std::uint64_t>(id), row);
  }
}

Table::Targets Table::id_targets(const RowBatch& batch, ChangeBatch& change) {
  Targets targets;
  targets.rows.reserve(batch.rows);
  RowSet written;
  RowSet made;
  for (std::size_t i = 0; i < batch.rows; ++i) {
    const bool arrival = !batch.ids->valid(i);
    const std::int64_t id = arrival ? next_id_ : batch.ids->value<std::int64_t>(i);
    std::uint32_t row = arrival ? KeyIndex::kNone : find_id(id);
    if (row != KeyIndex::kNone) {
      if (!made.contains(row) && written.insert(row)) change.updated.push_back(row);
    } else if (arrival || !options_.limit) {  // a limited table ignores ids that it dropped or never had
      if (id != next_id_) make_ids_explicit();
      row = new_row(change);
      made.insert(row);
      if (ids_) {
        ids_->set<std::int64_t>(row, id);
        key_index_.put(static_cast<std::uint64_t>(id), row);
      }
      next_id_ = std::max(next_id_, id + 1);
    }
    targets.rows.push_back(row);
  }
  return targets;
}

/// A live row of nulls.
std::uint32_t Table::new_row(ChangeBatch& change) {
  std::uint32_t row;
  if (!free_.empty() && (!ordered_by_row_number_ || free_.size() > live_count_ + kPatience)) {
    ordered_by_row_number_ = false;
    row = free_.back();
    free_.pop_back();
    for (Column& column : columns_) column.set_null(row);
    live_.set(row);
  } else {
    row = static_cast<std::uint32_t>(row_numbers_++);
    live_.push_back(true);
    if (ids_) ids_->resize(row_numbers_);
    if (index_column_) columns_[*index_column_].resize(row_numbers_);
  }
  ++live_count_;
  change.inserted.push_back(row);
  return row;
}

void Table::store_cells(const RowBatch& batch, const Targets& targets, Nulls nulls) {
  for (const auto& entry : batch.entries) {
    Column& column = columns_[entry.column];
    if (entry.column == index_column_) continue;  // stored when the row was made
    if (targets.appended && !entry.present && targets.rows.size() == batch.rows &&
        column.size() + batch.rows == row_numbers_) {
      column.append_column(entry.values);
      continue;
    }
    column.resize(row_numbers_);
    with_storage(column.storage(), [&](auto type) {
      scatter<typename decltype(type)::type>(column, entry, targets.rows, nulls == Nulls::overwrite);
    });
  }
  for (Column& column : columns_) column.resize(row_numbers_);
}

/// The number of the row that came last before this new one was made; kNone if there was none. The origins
/// of rows that went earlier mean nothing any more, so those do not count.
std::uint32_t Table::last_in_order_before(std::uint32_t row) const noexcept {
  if (!before_) return row == 0 ? KeyIndex::kNone : row - 1;
  const auto gone = std::max_element(retired_.begin(), retired_.end());
  std::uint32_t last = row;
  while (last > 0 && !live_.test(last - 1) && (gone == retired_.end() || *gone != last - 1)) --last;
  return last == 0 ? KeyIndex::kNone : last - 1;
}

void Table::insert_into_order(const ChangeBatch& change) {
  if (change.inserted.empty()) return;
  if (ordered_by_row_number_ && (index_column_ || ids_ || before_)) {
    // New rows are the last numbers; they keep the order if each key comes after the one before.
    std::uint32_t last = last_in_order_before(change.inserted.front());
    for (const std::uint32_t row : change.inserted) {
      if (last != KeyIndex::kNone && !key_less(last, row)) {
        ordered_by_row_number_ = false;
        break;
      }
      last = row;
    }
  }
  if (ordered_by_row_number_ || !natural_) {
    natural_.reset();
  } else if (change.inserted.size() > natural_->size() / 8) {
    natural_.reset();  // sorting afresh, when next asked for, is cheaper
  } else {
    const OrderedRows::Less less = [this](std::uint32_t a, std::uint32_t b) { return key_less(a, b); };
    for (const std::uint32_t row : change.inserted) natural_->insert(row, less);
  }
}

void Table::evict(ChangeBatch& change) {
  std::unordered_set<std::uint32_t> gone;
  while (live_count_ > *options_.limit) {
    const auto id = static_cast<std::uint64_t>(oldest_id_++);
    const std::uint32_t row = key_index_.find(id);
    if (row == KeyIndex::kNone) continue;  // spent, but never stored
    key_index_.erase(id);
    retire(row);
    gone.insert(row);
  }
  if (gone.empty()) return;
  // A row that came and went within the batch was never there.
  const std::unordered_set<std::uint32_t> came(change.inserted.begin(), change.inserted.end());
  for (const std::uint32_t row : retired_) {
    if (gone.contains(row) && !came.contains(row)) change.removed.push_back(row);
  }
  std::erase_if(change.inserted, [&](std::uint32_t row) { return gone.contains(row); });
  unwrite(change, gone);
}

/// Rows that the batch wrote and then evicted only go: with the cells they had before, which views know.
void Table::unwrite(ChangeBatch& change, const std::unordered_set<std::uint32_t>& gone) {
  std::vector<std::uint32_t> stay;  // positions in change.updated
  for (std::uint32_t i = 0; i < change.updated.size(); ++i) {
    const std::uint32_t row = change.updated[i];
    if (!gone.contains(row)) {
      stay.push_back(i);
      continue;
    }
    for (const auto& entry : change.overwritten) columns_[entry.column].copy_cell(row, entry.old, i);
  }
  if (stay.size() == change.updated.size()) return;
  for (auto& entry : change.overwritten) entry.old = entry.old.gather(stay.data(), stay.size());
  for (std::uint32_t& position : stay) position = change.updated[position];
  change.updated = std::move(stay);
}

void Table::retire(std::uint32_t row) {
  live_.reset(row);
  --live_count_;
  retired_.push_back(row);
  if (natural_) natural_->erase(row);
}

/// The cells of a batch may have taken the place of others.
void Table::count_dropped(const RowBatch& batch) {
  for (const auto& entry : batch.entries) sweeps_[entry.column].count(batch.rows);
}

void Table::recycle() {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].storage() != Storage::text) continue;
    sweeps_[i].count(retired_.size());
    sweeps_[i].run(columns_[i], live_);
  }
  free_.insert(free_.end(), retired_.begin(), retired_.end());
  retired_.clear();
}

ChangeBatch Table::remove(const Column& keys) {
  if (!index_column_) throw Error("Cannot remove from unindexed Table\n");
  ChangeBatch change;
  change.notify = keys.size() > 0;
  const Column& index = columns_[*index_column_];
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::uint32_t row = KeyIndex::kNone;
    std::uint64_t key = 0;
    if (!keys.valid(i)) {
      row = key_index_.null_row();
      key_index_.put_null(KeyIndex::kNone);
    } else if (index.storage() == Storage::text) {
      if (const auto code = index.dictionary()->find(keys.text(i))) row = key_index_.find(key = *code);
    } else {
      row = key_index_.find(key = KeyIndex::image(keys, i));
    }
    if (row == KeyIndex::kNone) continue;
    if (keys.valid(i)) key_index_.erase(key);
    retire(row);
    change.removed.push_back(row);
  }
  if (!change.removed.empty()) {
    std::vector<std::uint32_t> sorted = change.removed;
    sort_naturally(sorted);
    change.removed_keys = index.gather(sorted.data(), sorted.size());
  }
  return change;
}

ChangeBatch Table::merge(Merge merge) {
  require_room(merge.inserts.rows);
  take_dictionaries(merge.updates);
  take_dictionaries(merge.inserts);
  ChangeBatch change;
  change.removed = std::move(merge.removed);
  for (const std::uint32_t row : change.removed) retire(row);
  change.updated = std::move(merge.updated);
  for (const auto& entry : merge.updates.entries) {
    change.overwritten.push_back(
        {entry.column, columns_[entry.column].gather(change.updated.data(), change.updated.size())});
  }
  store_cells(merge.updates, {change.updated, false}, Nulls::overwrite);
  count_dropped(merge.updates);
  bool appended = true;
  const std::size_t first = row_numbers_;
  for (std::size_t i = 0; i < merge.inserts.rows; ++i) {
    const std::uint32_t row = new_row(change);
    origins_.resize(row_numbers_);
    origins_[row] = merge.origins[i];
    appended = appended && row == first + i;
  }
  store_cells(merge.inserts, {change.inserted, appended}, Nulls::overwrite);
  insert_into_order(change);
  return change;
}

ChangeBatch Table::clear() {
  ChangeBatch change;
  change.cleared = true;
  if (index_column_ && live_count_ > 0) {
    const auto rows = natural_range(0, live_count_);
    change.removed_keys = keys(rows.data(), rows.size());
  }
  drop_all_rows();
  return change;
}

ChangeBatch Table::replace(RowBatch batch) {
  require_room(batch.rows);
  require_pages(batch, 0);
  std::optional<Column> before = clear().removed_keys;
  ChangeBatch change = write(std::move(batch), Nulls::overwrite);
  change.cleared = true;
  change.notify = true;
  change.updated.clear();
  change.removed.clear();
  change.overwritten.clear();
  if (before) {
    Column gone = missing_keys(*before, key_index_, columns_[*index_column_]);
    if (gone.size() > 0) change.removed_keys = std::move(gone);
  }
  return change;
}

}  // namespace parallax

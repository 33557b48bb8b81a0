#include "storage/table.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "parallax/error.h"

namespace parallax {
Table::Table(Schema schema, TableOptions options)
    : schema_(std::move(schema)), options_(std::move(options)), key_index_(options_.pages) {
  if (options_.index && options_.limit) {
    throw Error("A table has an index or a limit, not both: leave one of them out");
  }
  if (options_.index) {
    index_column_ = schema_.find(*options_.index);
    if (!index_column_) throw Error("Specified index `" + *options_.index + "` does not exist in dataset.");
    if (schema_[*index_column_].storage == Storage::boolean) {
      throw Error("Unsupported type `bool` for `index`.\n");
    }
  }
  columns_ = make_columns();
  sweeps_.assign(columns_.size(), TextSweep(options_.spare_text_bytes));
  // Row ids of a limited table part from row numbers as soon as one is reused: keep them from the start.
  if (options_.limit) ids_ = make_ids();
}

std::vector<Column> Table::make_columns() const {
  std::vector<Column> columns;
  columns.reserve(schema_.size());
  for (const Field& field : schema_.fields()) columns.emplace_back(field.storage, nullptr, options_.pages);
  return columns;
}

std::unique_ptr<Table> Table::derived(Schema schema, Before before) {
  auto table = std::make_unique<Table>(std::move(schema), TableOptions{});
  table->before_ = std::move(before);
  return table;
}

std::unique_ptr<Table> Table::from_batch(Schema schema, TableOptions options, RowBatch batch) {
  auto table = std::make_unique<Table>(std::move(schema), std::move(options));
  table->require_pages(batch, 0);
  if (!batch.ids && !table->options_.limit) {
    table->adopt(batch);
    if (table->row_numbers_ == batch.rows) return table;
  }
  table->write(std::move(batch), Nulls::keep_values);
  table->recycle();
  return table;
}

/// Takes the columns over if every key in them is distinct; else leaves table and batch as they were.
void Table::adopt(RowBatch& batch) {
  if (batch.rows >= KeyIndex::kNone) {
    throw Error(ErrorKind::resource_limit, "A table holds at most 4,294,967,294 rows");
  }
  bool ascending = true;
  if (index_column_) {
    const Column& keys = batch.entries[*index_column_].values;
    for (std::uint32_t row = 0; row < batch.rows; ++row) {
      if (!keys.valid(row)) {
        if (key_index_.null_row() != KeyIndex::kNone) return key_index_.clear();
        key_index_.put_null(row);
      } else {
        const std::uint64_t key = KeyIndex::image(keys, row);
        if (key_index_.find(key) != KeyIndex::kNone) return key_index_.clear();
        key_index_.put(key, row);
      }
      if (row > 0 && ascending) ascending = keys.compare(row - 1, row) < 0;
    }
  }
  for (auto& entry : batch.entries) {
    columns_[entry.column] = options_.pages ? entry.values.move_to(options_.pages) : std::move(entry.values);
  }
  row_numbers_ = live_count_ = batch.rows;
  live_.resize(row_numbers_, true);
  next_id_ = static_cast<std::int64_t>(row_numbers_);
  ordered_by_row_number_ = ascending;
}

void Table::drop_all_rows() {
  columns_ = make_columns();
  sweeps_.assign(columns_.size(), TextSweep(options_.spare_text_bytes));
  live_.clear();
  live_count_ = row_numbers_ = 0;
  free_.clear();
  retired_.clear();
  key_index_.clear();
  if (options_.limit)
    ids_ = make_ids();
  else
    ids_.reset();
  first_id_ = oldest_id_ = next_id_;
  origins_.clear();
  ordered_by_row_number_ = true;
  natural_.reset();
}

bool Table::key_less(std::uint32_t a, std::uint32_t b) const noexcept {
  if (index_column_) return columns_[*index_column_].compare(a, b) < 0;
  if (before_) return before_(origins_[a], origins_[b]);
  return row_id(a) < row_id(b);
}

std::int64_t Table::row_id(std::uint32_t row) const noexcept {
  return ids_ ? ids_->value<std::int64_t>(row) : first_id_ + static_cast<std::int64_t>(row);
}

std::uint32_t Table::find_key(const Column& key, std::size_t cell) const noexcept {
  if (!index_column_) return find_id(key.value<std::int64_t>(cell));
  if (!key.valid(cell)) return key_index_.null_row();
  return key.storage() == Storage::text ? find_key(key.text(cell))
                                        : key_index_.find(KeyIndex::image(key, cell));
}

std::uint32_t Table::find_key(std::string_view key) const noexcept {
  const auto code = columns_[*index_column_].dictionary()->find(key);
  return code ? key_index_.find(*code) : KeyIndex::kNone;
}

bool Table::natural_less(std::uint32_t a, std::uint32_t b) const noexcept {
  return ordered_by_row_number_ ? a < b : key_less(a, b);
}

std::vector<std::uint32_t> Table::sorted_live_rows() const {
  std::vector<std::uint32_t> rows;
  rows.reserve(live_count_);
  live_.for_each([&](std::size_t row) { rows.push_back(static_cast<std::uint32_t>(row)); });
  if (ordered_by_row_number_) return rows;
  if (index_column_ && columns_[*index_column_].storage() == Storage::text) {
    const Column& keys = columns_[*index_column_];
    const auto ranks = keys.dictionary()->ranks();
    const auto place = [&](std::uint32_t row) {
      return keys.valid(row) ? std::size_t{(*ranks)[keys.value<std::uint32_t>(row)]} + 1 : 0;
    };
    std::sort(rows.begin(), rows.end(), [&](auto a, auto b) { return place(a) < place(b); });
  } else {
    std::sort(rows.begin(), rows.end(), [&](auto a, auto b) { return key_less(a, b); });
  }
  return rows;
}

const OrderedRows& Table::natural_order() const {
  const std::lock_guard lock(natural_mutex_);
  if (!natural_) {
    natural_ = std::make_unique<OrderedRows>();
    natural_->assign(sorted_live_rows());
  }
  return *natural_;
}

std::vector<std::uint32_t> Table::natural_range(std::size_t begin, std::size_t end) const {
  end = std::min(end, live_count_);
  if (begin >= end) return {};
  if (!ordered_by_row_number_) return natural_order().range(begin, end);
  std::vector<std::uint32_t> rows(end - begin);
  if (live_count_ == row_numbers_) {
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(begin));
    return rows;
  }
  // Skip whole words of the live bitmap up to the first row wanted.
  std::size_t word = 0;
  std::size_t before = 0;
  const std::uint64_t* words = live_.words();
  for (;; ++word) {
    const auto here = static_cast<std::size_t>(std::popcount(words[word]));
    if (before + here > begin) break;
    before += here;
  }
  std::size_t out = 0;
  for (; out < rows.size(); ++word) {
    for (std::uint64_t bits = words[word]; bits != 0 && out < rows.size(); bits &= bits - 1, ++before) {
      if (before >= begin) rows[out++] = static_cast<std::uint32_t>(word * 64 + std::countr_zero(bits));
    }
  }
  return rows;
}

void Table::sort_naturally(std::vector<std::uint32_t>& rows) const {
  if (ordered_by_row_number_) {
    std::sort(rows.begin(), rows.end());
  } else {
    std::sort(rows.begin(), rows.end(), [&](auto a, auto b) { return key_less(a, b); });
  }
}

Column Table::keys(const std::uint32_t* rows, std::size_t count) const {
  if (index_column_) return columns_[*index_column_].gather(rows, count);
  if (ids_) return ids_->gather(rows, count);
  Column out(Storage::int64);
  for (std::size_t i = 0; i < count; ++i) out.append<std::int64_t>(row_id(rows[i]));
  return out;
}

std::size_t Table::memory() const {
  std::size_t bytes = key_index_.memory() + live_.size() / 8 + (ids_ ? ids_->memory() : 0) +
                      origins_.capacity() * sizeof(std::uint64_t);
  for (const Column& column : columns_) bytes += column.memory();
  const std::lock_guard lock(natural_mutex_);
  return bytes + (natural_ ? natural_->size() * 8 : 0);
}

}  // namespace parallax

// A table: typed columns, row keys, natural order. Writes turn row batches into change batches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/bitmap.h"
#include "base/page_file.h"
#include "storage/change_batch.h"
#include "storage/column.h"
#include "storage/key_index.h"
#include "storage/ordered_rows.h"
#include "storage/row_batch.h"
#include "storage/schema.h"
#include "storage/text_sweep.h"

namespace parallax {

struct TableOptions {
  std::optional<std::string> index;    ///< name of the key column
  std::optional<std::uint32_t> limit;  ///< most rows, oldest dropped first; not with index
  /// Where cells, texts and keys lie, for one table alone; null = in memory.
  std::shared_ptr<PageFile> pages = nullptr;
  /// Texts that no row holds any more stay while a column's dictionary takes less; 0 = never.
  std::size_t spare_text_bytes = std::size_t{64} << 10;
};

/// What happens to the rows of a derived table (see Table). The three sets of rows are disjoint.
struct Merge {
  std::vector<std::uint32_t> removed;  ///< live rows
  std::vector<std::uint32_t> updated;  ///< live rows …
  RowBatch updates;                    ///< … and their new cells
  RowBatch inserts;                    ///< all columns of the new rows …
  std::vector<std::uint64_t> origins;  ///< … and where each comes from
};

/// Rows have stable numbers 0 … row_numbers()-1, some of them free. A row's *key* is its cell in the index
/// column or, without an index, a row id that counts arrivals. *Natural order* is ascending by key, null
/// first.
///
/// A *derived* table is computed from others and changes by merge() and clear() only. Each row has an origin,
/// a number that means something to its maker; natural order is the maker's order of origins. Its row ids are
/// row numbers, given to other rows once a row is gone.
///
/// Threading: one writer alone, or any number of readers (the server holds a lock). A reader that goes on
/// beside a writer copies the columns it needs first (cheap, see Column).
class Table {
 public:
  /// An empty table. Throws Error if the index is not a column or boolean, or if index and limit are both
  /// given.
  Table(Schema schema, TableOptions options);
  /// A strict order of origins. It is asked about live rows and those that the last write removed.
  using Before = std::function<bool(std::uint64_t a, std::uint64_t b)>;
  /// An empty derived table.
  static std::unique_ptr<Table> derived(Schema schema, Before before);
  /// A table that takes over the batch's columns. The batch's entries must match the schema one to one.
  /// Within the batch rows of one key merge; a null does not overwrite an earlier value.
  static std::unique_ptr<Table> from_batch(Schema schema, TableOptions options, RowBatch batch);
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  [[nodiscard]] const Schema& schema() const noexcept { return schema_; }
  [[nodiscard]] const TableOptions& options() const noexcept { return options_; }
  [[nodiscard]] std::optional<std::size_t> index_column() const noexcept { return index_column_; }

  // --- rows ---
  /// Rows that are there.
  [[nodiscard]] std::size_t size() const noexcept { return live_count_; }
  /// One past the largest row number in use or free.
  [[nodiscard]] std::size_t row_numbers() const noexcept { return row_numbers_; }
  [[nodiscard]] bool live(std::uint32_t row) const noexcept { return live_.test(row); }
  [[nodiscard]] const Bitmap& live_rows() const noexcept { return live_; }
  [[nodiscard]] const Column& column(std::size_t i) const noexcept { return columns_[i]; }

  // --- keys and natural order ---
  /// True if natural order is ascending row number (free numbers skipped), as in most tables.
  [[nodiscard]] bool ordered_by_row_number() const noexcept { return ordered_by_row_number_; }
  /// True if row a comes before row b. Both live, or just removed.
  [[nodiscard]] bool natural_less(std::uint32_t a, std::uint32_t b) const noexcept;
  /// Live rows at positions [begin, min(end, size())) of natural order.
  [[nodiscard]] std::vector<std::uint32_t> natural_range(std::size_t begin, std::size_t end) const;
  /// Sorts distinct live rows into natural order.
  void sort_naturally(std::vector<std::uint32_t>& rows) const;
  /// Keys of rows, in the order given: of the index column's storage, else int64 row ids.
  [[nodiscard]] Column keys(const std::uint32_t* rows, std::size_t count) const;

  /// The row id of a row of a table without index.
  [[nodiscard]] std::int64_t row_id(std::uint32_t row) const noexcept;
  /// Where a row of a derived table comes from. Live, or just removed.
  [[nodiscard]] std::uint64_t origin(std::uint32_t row) const noexcept { return origins_[row]; }
  /// Live row whose key equals cell `cell` of `key` (storage of the index column, int64 without index), or
  /// KeyIndex::kNone.
  [[nodiscard]] std::uint32_t find_key(const Column& key, std::size_t cell) const noexcept;
  /// The same for a text key.
  [[nodiscard]] std::uint32_t find_key(std::string_view key) const noexcept;

  // --- writes; none throws for the batch's content, which was checked when it was parsed. If a paged table's
  // disk is full they throw Error (resource_limit) before anything changes. ---
  ChangeBatch update(RowBatch batch);
  /// Removes the rows of these keys (storage of the index column); unknown keys are ignored.
  /// Throws Error if the table has no index.
  ChangeBatch remove(const Column& keys);
  ChangeBatch clear();
  /// clear() and update() in one.
  ChangeBatch replace(RowBatch batch);
  /// The one write of a derived table, with clear(). `inserted` of the result follows the order of
  /// `merge.inserts`. Throws Error, before anything changes, if there would be too many rows.
  ChangeBatch merge(Merge merge);
  // clear() and replace() start row numbers and dictionaries afresh; readers' copies of columns stay as they
  // were.
  /// Frees the numbers of the rows that the last write removed, and texts that no row holds any more; call it
  /// once every view has seen the change. Texts keep their codes.
  void recycle();

  /// Bytes held by columns, dictionaries, index and order.
  [[nodiscard]] std::size_t memory() const;

 private:
  /// Where each row of a batch goes.
  struct Targets {
    std::vector<std::uint32_t> rows;  ///< row number of each batch row; KeyIndex::kNone = dropped
    bool appended = false;            ///< rows are new, distinct and the last row numbers, in order
  };
  enum class Nulls { overwrite, keep_values };  ///< what a null does to an earlier value of the same batch

  // table.cpp
  [[nodiscard]] std::vector<Column> make_columns() const;
  [[nodiscard]] Column make_ids() const { return Column(Storage::int64, nullptr, options_.pages); }
  [[nodiscard]] bool key_less(std::uint32_t a, std::uint32_t b) const noexcept;
  [[nodiscard]] const OrderedRows& natural_order() const;
  [[nodiscard]] std::vector<std::uint32_t> sorted_live_rows() const;
  void adopt(RowBatch& batch);
  void drop_all_rows();

  // table_write.cpp
  ChangeBatch write(RowBatch batch, Nulls nulls);
  void require_room(std::size_t rows) const;
  void require_pages(const RowBatch& batch, std::size_t overwritten) const;
  void take_dictionaries(RowBatch& batch) const;
  Targets find_targets(const RowBatch& batch, ChangeBatch& change);
  Targets append_targets(const RowBatch& batch, ChangeBatch& change);
  Targets key_targets(const RowBatch& batch, ChangeBatch& change);
  Targets id_targets(const RowBatch& batch, ChangeBatch& change);
  [[nodiscard]] std::uint32_t find_id(std::int64_t id) const noexcept;
  void make_ids_explicit();
  std::uint32_t new_row(ChangeBatch& change);
  void store_cells(const RowBatch& batch, const Targets& targets, Nulls nulls);
  [[nodiscard]] std::uint32_t last_in_order_before(std::uint32_t row) const noexcept;
  void insert_into_order(const ChangeBatch& change);
  void evict(ChangeBatch& change);
  void unwrite(ChangeBatch& change, const std::unordered_set<std::uint32_t>& gone);
  void retire(std::uint32_t row);
  void count_dropped(const RowBatch& batch);

  Schema schema_;
  TableOptions options_;
  std::optional<std::size_t> index_column_;
  std::vector<Column> columns_;
  std::vector<TextSweep> sweeps_;  // by column
  Bitmap live_;
  std::size_t live_count_ = 0;
  std::size_t row_numbers_ = 0;
  std::vector<std::uint32_t> free_;     // numbers that may be given out again
  std::vector<std::uint32_t> retired_;  // freed by the last write, still readable

  KeyIndex key_index_;          // of the index column, or of explicit row ids
  std::optional<Column> ids_;   // row ids, once they are not first_id_ + row number
  std::int64_t first_id_ = 0;   // id of row 0 while ids_ is absent
  std::int64_t next_id_ = 0;    // id of the next arrival
  std::int64_t oldest_id_ = 0;  // limited tables: no row has a lesser id

  Before before_;                       // derived tables only
  std::vector<std::uint64_t> origins_;  // of a derived table's rows

  bool ordered_by_row_number_ = true;
  mutable std::mutex natural_mutex_;
  mutable std::unique_ptr<OrderedRows> natural_;  // made when first asked for, then kept up to date
};

}  // namespace parallax

// Columns that a view computes besides the table's: expressions and windows.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/thread_pool.h"
#include "storage/table.h"

namespace parallax {

/// A column by row number that follows a table. Computed when first read, kept up to date from then on;
/// shared by all views that ask for the same. Threading: column() by readers of the table, apply() by the
/// writer alone.
class ComputedColumn {
 public:
  /// What the last write did to the column.
  struct Change {
    Column old_updated;                 ///< cell i: what ChangeBatch::updated[i] held before
    std::vector<std::uint32_t> others;  ///< live rows outside the batch whose value changed
    Column old_others;                  ///< what they held
  };

  ComputedColumn(std::shared_ptr<const Table> table, Column empty)
      : table_(std::move(table)),
        column_(std::move(empty)),
        storage_(column_.storage()),
        sweep_(table_->options().spare_text_bytes),
        change_(none()) {}
  virtual ~ComputedColumn() = default;
  ComputedColumn(const ComputedColumn&) = delete;
  ComputedColumn& operator=(const ComputedColumn&) = delete;

  [[nodiscard]] Storage storage() const noexcept { return storage_; }
  [[nodiscard]] const Column& column();

  /// Brings the column up to date with a write, if it was ever read. If that fails, the column forgets its
  /// cells, so that the next reader computes all of them, and the exception is passed on.
  void apply(const ChangeBatch& change);
  /// Of the last write. Empty if the column had not been read before it.
  [[nodiscard]] const Change& last_change() const noexcept { return change_; }
  [[nodiscard]] bool computed() const noexcept { return computed_.load(std::memory_order_acquire); }

 protected:
  [[nodiscard]] const Table& table() const noexcept { return *table_; }
  [[nodiscard]] const std::shared_ptr<const Table>& shared_table() const noexcept { return table_; }
  /// A column without rows; text columns may share or bring a dictionary.
  [[nodiscard]] virtual Column empty() const { return Column(storage_); }
  /// Computes every live row into `out`, which has table().row_numbers() cells.
  virtual void compute(Column& out) = 0;
  /// Computes again what the write changed. Rows outside `inserted` and `updated` that get another value are
  /// stored through set_other().
  virtual void recompute(const ChangeBatch& change, Column& out) = 0;
  /// Forgets everything but the configuration.
  virtual void reset() {}
  /// The dictionary that the texts belong to, if it is another column's, else null.
  [[nodiscard]] virtual std::shared_ptr<Dictionary> borrowed_texts() const { return nullptr; }

  /// Stores cell `from` of `values` in row `row`, which the batch does not name, and notes it if it differs.
  void set_other(std::uint32_t row, const Column& values, std::size_t from);

 private:
  [[nodiscard]] Change none() const { return {empty_like(), {}, empty_like()}; }
  [[nodiscard]] Column empty_like() const { return Column(column_.storage(), column_.dictionary()); }

  void forget();
  void renew_texts(const ChangeBatch& change);

  std::shared_ptr<const Table> table_;
  Column column_;
  Storage storage_;
  TextSweep sweep_;
  Change change_;
  std::atomic<bool> computed_{false};
  std::mutex mutex_;
};

}  // namespace parallax

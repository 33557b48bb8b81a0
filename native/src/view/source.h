// Where a view's columns come from: the table's, and what the view computes besides.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/table.h"
#include "view/computed_column.h"

namespace parallax {

/// Column positions 0 … schema().size()-1 as the view's plan uses them: the table's columns, then the
/// computed ones (expressions by alias, then windows by alias). Copies share everything. Threading as
/// Table's.
class ViewSource {
 public:
  struct Computed {
    std::string name;
    std::shared_ptr<ComputedColumn> column;
  };

  explicit ViewSource(std::shared_ptr<const Table> table) : ViewSource(std::move(table), {}, {}) {}
  /// `key` tells sources of one table apart: equal keys, equal computed columns.
  ViewSource(std::shared_ptr<const Table> table, std::vector<Computed> computed, std::string key);

  [[nodiscard]] const Table& table() const noexcept { return *table_; }
  [[nodiscard]] const Schema& schema() const noexcept { return shared_->schema; }
  [[nodiscard]] const Column& column(std::size_t i) const {
    const std::size_t stored = table_->schema().size();
    return i < stored ? table_->column(i) : shared_->computed[i - stored].column->column();
  }
  [[nodiscard]] const std::string& key() const noexcept { return shared_->key; }
  /// True if there are columns besides the table's.
  [[nodiscard]] bool computes() const noexcept { return !shared_->computed.empty(); }

  /// Works out change() for a write; ViewSet does it once a write, under the table's exclusive lock, after
  /// the computed columns were brought up to date.
  void translate(const ChangeBatch& batch) const;
  /// The write translated last, in this source's terms: with the old values of computed columns, and with the
  /// rows outside the batch whose computed values changed among `updated`. `batch` itself if nothing is
  /// computed.
  [[nodiscard]] const ChangeBatch& change(const ChangeBatch& batch) const noexcept {
    return shared_->computed.empty() ? batch : shared_->translated;
  }

 private:
  struct Shared {
    Schema schema;
    std::vector<Computed> computed;
    std::string key;
    ChangeBatch translated;
  };
  std::shared_ptr<const Table> table_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace parallax

// Where a view's columns come from: the table's, and what the view computes besides.
#pragma once

#include <memory>

#include "storage/table.h"

namespace parallax {

/// Column positions 0 … schema().size()-1 as the view's plan uses them. Threading as Table's.
class ViewSource {
 public:
  explicit ViewSource(std::shared_ptr<const Table> table) : table_(std::move(table)) {}

  [[nodiscard]] const Table& table() const noexcept { return *table_; }
  [[nodiscard]] const Schema& schema() const noexcept { return table_->schema(); }
  [[nodiscard]] const Column& column(std::size_t i) const noexcept { return table_->column(i); }

 private:
  std::shared_ptr<const Table> table_;
};

}  // namespace parallax

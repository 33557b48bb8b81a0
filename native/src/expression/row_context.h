// The rows an expression is computed over.
#pragma once

#include <cstddef>
#include <cstdint>

#include "expression/lanes.h"
#include "storage/table.h"

namespace parallax {

/// Lanes 0 … n-1 stand for rows first … first+n-1, or rows[0] … rows[n-1]. Without a table every cell is null
/// and limits are errors: the trial evaluation.
class RowContext {
 public:
  RowContext() = default;
  RowContext(const Table& table, std::uint32_t first) : table_(&table), first_(first) {}
  RowContext(const Table& table, const std::uint32_t* rows) : table_(&table), rows_(rows) {}

  [[nodiscard]] bool trial() const noexcept { return table_ == nullptr; }
  [[nodiscard]] const Table& table() const noexcept { return *table_; }
  [[nodiscard]] std::uint32_t row(std::size_t lane) const noexcept {
    return rows_ ? rows_[lane] : first_ + static_cast<std::uint32_t>(lane);
  }
  /// Fills lanes with the cells of table column `column`.
  void load(std::size_t column, Lanes& out, std::size_t count) const;
  /// The same for a column of the table's row numbers, or any column indexed by them.
  void load(const Column& column, Lanes& out, std::size_t count) const;

 private:
  const Table* table_ = nullptr;
  std::uint32_t first_ = 0;
  const std::uint32_t* rows_ = nullptr;
};

}  // namespace parallax

// The rows an expression is computed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "expression/lanes.h"
#include "storage/table.h"

namespace parallax {

/// Lanes 0 … n-1 stand for rows first … first+n-1, or rows[0] … rows[n-1], or for texts of a dictionary.
/// Without either every cell is null and limits are errors: the trial evaluation.
class RowContext {
 public:
  RowContext() = default;
  RowContext(const Table& table, std::uint32_t first) : table_(&table), first_(first) {}
  RowContext(const Table& table, const std::uint32_t* rows) : table_(&table), rows_(rows) {}

  /// texts[i] = code + 1, or 0 for null. Stands for any text column; there is no table.
  RowContext(const Dictionary& dictionary, const std::uint32_t* texts)
      : dictionary_(&dictionary), rows_(texts) {}

  [[nodiscard]] bool trial() const noexcept { return table_ == nullptr && dictionary_ == nullptr; }
  [[nodiscard]] const Table& table() const noexcept { return *table_; }
  [[nodiscard]] std::uint32_t row(std::size_t lane) const noexcept {
    return rows_ ? rows_[lane] : first_ + static_cast<std::uint32_t>(lane);
  }
  /// The cells of table column `column`; the lanes may borrow them.
  void load(std::size_t column, Lanes& out, std::size_t count) const;
  /// For each lane code + 1 of the text in table column `column`, 0 for null.
  void load_texts(std::size_t column, std::uint32_t* out, std::size_t count) const;

 private:
  void load(const Column& column, Lanes& out, std::size_t count) const;
  /// Where lane 0 stands if the lanes are one run of words in one segment of `column`.
  [[nodiscard]] std::optional<std::size_t> run_in_segment(const Column& column,
                                                          std::size_t count) const noexcept;

  const Table* table_ = nullptr;
  const Dictionary* dictionary_ = nullptr;
  std::uint32_t first_ = 0;
  const std::uint32_t* rows_ = nullptr;
};

}  // namespace parallax

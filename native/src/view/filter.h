// Which rows a view keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bitmap.h"
#include "base/thread_pool.h"
#include "view/config.h"
#include "view/source.h"

namespace parallax {

/// The filter terms of a view, operands coerced to their columns' types (spec section 6). Text terms are
/// evaluated once a dictionary entry. Threading: readers of the table; keeps caches, so one caller at a time.
class RowFilter {
 public:
  /// Throws Error for an unknown column or operator and for an operand that does not fit.
  RowFilter(const ViewSource& source, const std::vector<FilterTerm>& terms, FilterOp op);
  ~RowFilter();
  RowFilter(RowFilter&&) noexcept;
  RowFilter& operator=(RowFilter&&) noexcept;

  /// True if there are no terms.
  [[nodiscard]] bool keeps_all() const noexcept;
  /// The live rows that pass, by row number (size = Table::row_numbers()).
  [[nodiscard]] Bitmap select(ThreadPool& pool) const;
  /// True if this row, by its cells now, passes. Does not look whether the row is live.
  [[nodiscard]] bool passes(std::uint32_t row) const;

  struct Term;  ///< the kinds of term are filter.cpp's own

 private:
  const ViewSource* source_;
  std::vector<std::unique_ptr<Term>> terms_;
  FilterOp op_;
};

}  // namespace parallax

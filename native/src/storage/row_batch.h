// Rows on their way into a table: parsed and typed, not yet applied.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/bitmap.h"
#include "storage/column.h"

namespace parallax {

/// Columnar rows for one table. Each column has the storage of the table's column and, if text, a dictionary
/// of its own (merged into the table's when applied).
struct RowBatch {
  struct Entry {
    std::size_t column;  ///< position in the table's schema; no column twice
    Column values;       ///< `rows` cells
    /// Cells that the input named; absent = all. A cell that is not present leaves the table's cell alone
    /// (null in a new row).
    std::optional<Bitmap> present;
  };

  std::size_t rows = 0;
  std::vector<Entry> entries;  ///< columns that the input does not name are missing here
  /// Explicit row ids (`__INDEX__`, int64) of a table without index; a null id appends a row.
  std::optional<Column> ids;
};

}  // namespace parallax

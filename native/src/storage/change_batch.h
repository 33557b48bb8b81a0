// What one write did to a table; every view of the table reads the same batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "storage/column.h"

namespace parallax {

/// The net effect of one write. The three row lists are disjoint, hold row numbers in the order of first
/// mention, each once. While views read the batch the table holds the new state; the cells of removed rows
/// still stand in the table's columns (the rows are reused only by later writes). A row removed and written
/// again in one batch keeps no number: it is in `removed` under the old number and in `inserted` under a new
/// one.
struct ChangeBatch {
  struct Overwritten {
    std::size_t column;
    Column old;  ///< cell i is what updated[i] held before, in this column
  };

  std::vector<std::uint32_t> inserted;
  std::vector<std::uint32_t> updated;
  std::vector<std::uint32_t> removed;
  /// The columns that the write touched in `updated` rows; the others did not change.
  std::vector<Overwritten> overwritten;

  /// All rows that were there before are gone (clear, replace); `removed` is then empty though rows went,
  /// `updated` is empty, `inserted` lists what replace supplied.
  bool cleared = false;

  /// Keys for on_remove: of the index column, existing before and gone now, ascending, null first. Absent for
  /// tables without index and when no key went.
  std::optional<Column> removed_keys;

  /// False if the write had no rows at all: nobody is notified.
  bool notify = true;

  /// The old values of a touched column, or null if the write did not touch it.
  [[nodiscard]] const Column* old_values(std::size_t column) const noexcept {
    for (const auto& entry : overwritten) {
      if (entry.column == column) return &entry.old;
    }
    return nullptr;
  }
};

}  // namespace parallax

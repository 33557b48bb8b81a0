// Texts that no cell holds any more leave their dictionary.
#pragma once

#include <cstddef>

#include "base/bitmap.h"
#include "storage/column.h"

namespace parallax {

/// Watches a text column. Cells that lose their text are counted; once the texts that may have gone with them
/// are as many, or as large, as those that may have stayed, and looking is worth its time, the cells are
/// looked through. If half of the dictionary is unused indeed, the column gets a dictionary of the rest, in
/// which texts keep their codes; codes without text are given to new ones. Copies of the column keep the
/// dictionary they have.
class TextSweep {
 public:
  /// A dictionary of less than `spare` bytes is left alone; 0 = all unused texts go at once.
  explicit TextSweep(std::size_t spare) : spare_(spare) {}

  /// So many cells were overwritten or removed.
  void count(std::size_t cells) noexcept { dropped_ += cells; }
  /// Sweeps if it is time. Rows that are not in `rows` mean nothing any more: their cells become null, if
  /// they were looked at.
  void run(Column& column, const Bitmap& rows);
  /// True if run() would look through the cells.
  [[nodiscard]] bool due(const Column& column) const noexcept;

 private:
  std::size_t spare_;
  std::size_t dropped_ = 0;  // since the last look
  std::size_t left_ = 0;     // bytes of the dictionary after it
};

}  // namespace parallax

#include <algorithm>
#include <string>
#include <vector>

#include "emit/emit.h"
#include "emit/pieces.h"
#include "storage/cell_text.h"

namespace parallax {

std::string to_csv(const ViewSlice& slice, ThreadPool& pool) {
  std::string out;
  std::vector<CellText> cells;
  cells.reserve(slice.path.size() + slice.columns.size());
  const auto add = [&](std::string_view name, const Column& column) {
    if (!cells.empty()) out += ',';
    append_csv_text(out, name);
    cells.emplace_back(column, TextForm::csv, slice.rows);
  };
  for (std::size_t level = 0; slice.has_row_path && level < slice.path.size(); ++level) {
    add(slice.path_names[level] + " (Group by " + std::to_string(level + 1) + ")", slice.path[level]);
  }
  for (std::size_t i = 0; i < slice.columns.size(); ++i) add(slice.names[i], slice.columns[i]);
  if (cells.empty()) return out;
  out += '\n';

  const std::size_t rows_a_piece = std::max<std::size_t>(kPieceCells / cells.size(), 1);
  const std::size_t pieces = (slice.rows + rows_a_piece - 1) / rows_a_piece;
  append_pieces(out, pieces, slice.rows * cells.size(), pool, [&](std::string& text, std::size_t piece) {
    const std::size_t end = std::min(slice.rows, (piece + 1) * rows_a_piece);
    for (std::size_t row = piece * rows_a_piece; row < end; ++row) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) text += ',';
        cells[i].append(text, row);
      }
      text += '\n';
    }
  });
  return out;
}

}  // namespace parallax

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emit/emit.h"
#include "emit/pieces.h"
#include "storage/cell_text.h"

namespace parallax {
namespace {

/// The numbers cut to whole ones; none if they do not all fit.
std::optional<Column> whole_numbers(const Column& column) {
  Column out(Storage::int64);
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (!column.valid(row)) {
      out.append_null();
      continue;
    }
    const auto value = column.value<double>(row);
    if (!(std::fabs(value) < 9e18)) return std::nullopt;
    out.append<std::int64_t>(static_cast<std::int64_t>(value));
  }
  return out;
}

}  // namespace

TextBuffer to_csv(const ViewSlice& slice, ThreadPool& pool) {
  TextBuffer out(kHeadroom);
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
  // Clients know percentages of integers as whole numbers in CSV; JSON and Arrow have the fractions.
  std::vector<std::optional<Column>> whole(slice.columns.size());
  for (std::size_t i = 0; i < slice.columns.size(); ++i) {
    if (!slice.integer_percents.empty() && slice.integer_percents[i]) {
      whole[i] = whole_numbers(slice.columns[i]);
    }
    add(slice.names[i], whole[i] ? *whole[i] : slice.columns[i]);
  }
  if (cells.empty()) return out;
  out += '\n';

  const std::size_t rows_a_piece = std::max<std::size_t>(kPieceCells / cells.size(), 1);
  const std::size_t pieces = (slice.rows + rows_a_piece - 1) / rows_a_piece;
  append_pieces(out, pieces, slice.rows * cells.size(), pool, [&](TextBuffer& text, std::size_t piece) {
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

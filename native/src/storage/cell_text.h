// Cells of a column as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/text_buffer.h"
#include "storage/column.h"

namespace parallax {

enum class TextForm : std::uint8_t {
  json,            ///< dates and datetimes in milliseconds
  json_formatted,  ///< dates and datetimes as quoted text
  csv,
};

/// `text` in quotes, escaped for JSON.
void append_json_text(TextBuffer& out, std::string_view text);
/// `text` in quotes, inner quotes doubled.
void append_csv_text(TextBuffer& out, std::string_view text);

/// Writes cells of one column; null is `null` in JSON, nothing in CSV. The column must outlive it. Const
/// members may run on several threads at once.
class CellText {
 public:
  /// `cells`: about how many will be written. When that is at least the number of distinct texts, these are
  /// escaped here, once each.
  CellText(const Column& column, TextForm form, std::size_t cells);

  void append(TextBuffer& out, std::size_t row) const { append_run_(*this, out, row, row + 1); }
  /// Cells [begin, end), with commas between.
  void append_list(TextBuffer& out, std::size_t begin, std::size_t end) const;

 private:
  /// Cells of one segment, with commas between. One function for each form and type.
  using AppendRun = void (*)(const CellText& cells, TextBuffer& out, std::size_t begin, std::size_t end);

  template <class T, class Write>
  static void append_numbers(const CellText& cells, TextBuffer& out, std::size_t begin, std::size_t end);
  static void append_texts(const CellText& cells, TextBuffer& out, std::size_t begin, std::size_t end);
  static AppendRun run_of(Storage storage, TextForm form);
  void escape_dictionary();
  void append_text(TextBuffer& out, std::uint32_t code) const;

  const Column& column_;
  TextForm form_;
  AppendRun append_run_;
  TextBuffer escaped_;               // all texts of the dictionary, quoted, one after another
  std::vector<std::size_t> starts_;  // of each text in escaped_, and its end; empty = not escaped ahead
};

}  // namespace parallax

// Cells of a column as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/column.h"

namespace parallax {

enum class TextForm : std::uint8_t {
  json,            ///< dates and datetimes in milliseconds
  json_formatted,  ///< dates and datetimes as quoted text
  csv,
};

/// `text` in quotes, escaped for JSON.
void append_json_text(std::string& out, std::string_view text);
/// `text` in quotes, inner quotes doubled.
void append_csv_text(std::string& out, std::string_view text);

/// Writes cells of one column; null is `null` in JSON, nothing in CSV. The column must outlive it. Const
/// members may run on several threads at once.
class CellText {
 public:
  /// `cells`: about how many will be written. When that is at least the number of distinct texts, these are
  /// escaped here, once each.
  CellText(const Column& column, TextForm form, std::size_t cells);

  void append(std::string& out, std::size_t row) const { append_list(out, row, row + 1); }
  /// Cells [begin, end), with commas between.
  void append_list(std::string& out, std::size_t begin, std::size_t end) const;

 private:
  void escape_dictionary();
  [[nodiscard]] std::string_view escaped(std::uint32_t code) const noexcept {
    return std::string_view(escaped_).substr(starts_[code], starts_[code + 1] - starts_[code]);
  }
  template <class T>
  void append_value(std::string& out, T value) const;
  template <class T>
  void append_run(std::string& out, std::size_t segment, std::size_t begin, std::size_t end) const;

  const Column& column_;
  TextForm form_;
  std::string escaped_;              // all texts of the dictionary, quoted, one after another
  std::vector<std::size_t> starts_;  // of each text in escaped_, and its end; empty = not escaped ahead
};

}  // namespace parallax

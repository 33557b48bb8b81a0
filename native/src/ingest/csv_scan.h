// Cutting CSV text into fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_pool.h"

namespace parallax {

/// A field, by its place in the part that holds it.
struct CsvField {
  std::uint32_t offset;
  std::uint32_t size : 31;
  std::uint32_t escaped : 1;  ///< the bytes are the raw text, quotes included (see CsvText::text)
};

/// Rows that lie together in the text; fields row by row.
struct CsvPart {
  std::size_t begin = 0;  ///< in the text
  std::size_t rows = 0;
  std::vector<CsvField> fields;
};

/// Fields of one CSV text, which must outlive this. Immutable once scanned.
class CsvText {
 public:
  /// Scans the text. Throws Error for text without header, rows with too few or too many fields, and text
  /// that is not UTF-8. Large texts are scanned by the pool.
  CsvText(std::string_view text, ThreadPool& pool);

  /// Column names: those of the header, repeated ones with `*` appended until unique.
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  [[nodiscard]] const std::vector<CsvPart>& parts() const noexcept { return parts_; }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }

  /// The field's text; `scratch` holds it if it had to be decoded.
  [[nodiscard]] std::string_view text(const CsvPart& part, std::size_t row, std::size_t column,
                                      std::string& scratch) const {
    const CsvField field = part.fields[row * names_.size() + column];
    const std::string_view raw = text_.substr(part.begin + field.offset, field.size);
    return field.escaped ? decode(raw, scratch) : raw;
  }
  /// Line of a row, counted from 1, the header included.
  [[nodiscard]] std::size_t line(const CsvPart& part, std::size_t row) const;

 private:
  struct Scan;
  static std::string_view decode(std::string_view raw, std::string& scratch);
  [[nodiscard]] Scan scan(std::size_t begin, std::size_t until, std::size_t columns) const;
  [[nodiscard]] std::size_t read_header();
  [[nodiscard]] std::size_t line_at(std::size_t offset) const;
  [[noreturn]] void refuse(const Scan& scan) const;

  std::string_view text_;
  std::vector<std::string> names_;
  std::vector<CsvPart> parts_;
  std::size_t rows_ = 0;
};

}  // namespace parallax

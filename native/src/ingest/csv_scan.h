// Cutting CSV text into fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parallax {

/// A field, by its place in the part that holds it.
struct CsvField {
  std::uint32_t offset;
  std::uint32_t size : 31;
  std::uint32_t escaped : 1;  ///< the bytes are the raw text, quotes included (see CsvText::text)
};

/// Where rows are to be scanned: those that begin in [begin, until).
struct CsvRange {
  std::size_t begin, until;
};

/// Rows that lie together in the text; fields row by row.
struct CsvPart {
  enum class Fault : std::uint8_t { none, not_utf8, ragged, too_long };

  std::size_t begin = 0;  ///< in the text
  std::size_t end = 0;    ///< behind the last row, which may reach beyond the range
  std::size_t rows = 0;
  std::vector<CsvField> fields;
  Fault fault = Fault::none;   ///< what is wrong with …
  std::size_t last_begin = 0;  ///< … the last row, where it begins, …
  std::size_t last_fields = 0;
};

/// One CSV text with a header, which must outlive this. Immutable.
class CsvText {
 public:
  /// Reads the header; guesses where parts of about `part_bytes` may begin, the first one short. Throws Error
  /// for text without header.
  CsvText(std::string_view text, std::size_t part_bytes);

  /// Column names: those of the header, repeated ones with `*` appended until unique.
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  /// All rows. A range but the first begins behind a line feed, which may lie inside quotes: it is right if
  /// the part before ends there.
  [[nodiscard]] const std::vector<CsvRange>& ranges() const noexcept { return ranges_; }

  /// Scans rows up to the first that has too few or too many fields. Thread-safe.
  [[nodiscard]] CsvPart scan(CsvRange range) const;
  /// Throws Error if the part has a fault.
  void check(const CsvPart& part) const;

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
  static std::string_view decode(std::string_view raw, std::string& scratch);
  [[nodiscard]] CsvPart scan_rows(CsvRange range, std::size_t columns) const;
  void scan_quoted(CsvRange range, std::size_t columns, CsvPart& out) const;
  void scan_plain(CsvRange range, std::size_t columns, CsvPart& out) const;
  [[nodiscard]] std::size_t read_header();
  [[nodiscard]] std::size_t line_at(std::size_t offset) const;

  std::string_view text_;
  std::vector<std::string> names_;
  std::vector<CsvRange> ranges_;
};

}  // namespace parallax

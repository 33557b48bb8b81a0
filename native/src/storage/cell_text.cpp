#include "storage/cell_text.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "base/civil.h"
#include "base/number_text.h"

namespace parallax {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101u;
constexpr std::uint64_t kHighs = 0x8080808080808080u;

/// Non-zero if one of the eight bytes is zero.
constexpr std::uint64_t zero_byte(std::uint64_t word) noexcept { return (word - kOnes) & ~word & kHighs; }

constexpr bool needs_json_escape(unsigned char byte) noexcept {
  return byte < 0x20 || byte == '"' || byte == '\\';
}

/// Length of the longest prefix that JSON takes as it is, looking at eight bytes at a time.
std::size_t plain_json_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t control = (word - kOnes * 0x20) & ~word & kHighs;
    if ((control | zero_byte(word ^ kOnes * '"') | zero_byte(word ^ kOnes * '\\')) != 0) break;
  }
  while (at < text.size() && !needs_json_escape(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

void append_json_escape(TextBuffer& out, unsigned char byte) {
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      constexpr char kHex[] = "0123456789abcdef";
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
  }
}

void append_quoted(TextBuffer& out, std::string_view text, TextForm form) {
  form == TextForm::csv ? append_csv_text(out, text) : append_json_text(out, text);
}

/// Texts up to here are copied without looking at their length: one or two instructions.
constexpr std::size_t kShortText = 16;

constexpr std::string_view null_text(TextForm form) noexcept { return form == TextForm::csv ? "" : "null"; }

// --- writers: one value of one type in one form, in at most kLongestNumber bytes ---

struct Integer {
  template <class T>
  static char* write(char* to, T value) noexcept {
    if constexpr (std::is_unsigned_v<T>) {
      return write_unsigned(to, value);
    } else {
      return write_integer(to, value);
    }
  }
};

struct JsonFloat {
  static char* write(char* to, double value) noexcept { return write_json_double(to, value); }
};

struct CsvFloat {
  static char* write(char* to, double value) noexcept { return write_csv_double(to, value); }
  static char* write(char* to, float value) noexcept { return write_csv_float(to, value); }
};

struct Boolean {
  static char* write(char* to, std::uint8_t value) noexcept {
    std::memcpy(to, value != 0 ? "true" : "false", 5);
    return to + (value != 0 ? 4 : 5);
  }
};

struct DateMs {
  static char* write(char* to, std::int32_t days) noexcept { return write_integer(to, days * kMsPerDay); }
};

struct PlainTime {
  static char* write(char* to, std::int32_t days) noexcept { return write_date(to, days); }
  static char* write(char* to, std::int64_t ms) noexcept { return write_datetime(to, ms); }
};

struct QuotedTime {
  template <class T>
  static char* write(char* to, T value) noexcept {
    *to++ = '"';
    to = PlainTime::write(to, value);
    *to++ = '"';
    return to;
  }
};

}  // namespace

void append_json_text(TextBuffer& out, std::string_view text) {
  out += '"';
  for (;;) {
    const std::size_t plain = plain_json_prefix(text);
    out += text.substr(0, plain);
    if (plain == text.size()) break;
    append_json_escape(out, static_cast<unsigned char>(text[plain]));
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

void append_csv_text(TextBuffer& out, std::string_view text) {
  out += '"';
  for (;;) {
    const std::size_t quote = text.find('"');
    if (quote == std::string_view::npos) break;
    out += text.substr(0, quote + 1);
    out += '"';
    text.remove_prefix(quote + 1);
  }
  out += text;
  out += '"';
}

CellText::CellText(const Column& column, TextForm form, std::size_t cells)
    : column_(column), form_(form), append_run_(run_of(column.storage(), form)) {
  if (column.storage() == Storage::text && column.dictionary()->size() <= cells) escape_dictionary();
}

void CellText::escape_dictionary() {
  const Dictionary& dictionary = *column_.dictionary();
  const std::uint32_t size = dictionary.size();
  starts_.reserve(std::size_t{size} + 1);
  starts_.push_back(0);
  for (std::uint32_t code = 0; code < size; ++code) {
    append_quoted(escaped_, dictionary.text(code), form_);
    starts_.push_back(escaped_.size());
  }
  escaped_.append(kShortText, ' ');  // so that as much may be copied from any text's start
}

void CellText::append_text(TextBuffer& out, std::uint32_t code) const {
  if (starts_.empty()) {
    append_quoted(out, column_.dictionary()->text(code), form_);
  } else {
    const char* text = escaped_.data() + starts_[code];
    const std::size_t size = starts_[code + 1] - starts_[code];
    char* to = out.room(std::max(size, kShortText));
    std::memcpy(to, text, kShortText);
    if (size > kShortText) std::memcpy(to, text, size);
    out.end_at(to + size);
  }
}

CellText::AppendRun CellText::run_of(Storage storage, TextForm form) {
  const bool csv = form == TextForm::csv;
  switch (storage) {
    case Storage::text:
      return append_texts;
    case Storage::boolean:
      return append_numbers<std::uint8_t, Boolean>;
    case Storage::date:
      if (form == TextForm::json) return append_numbers<std::int32_t, DateMs>;
      return csv ? append_numbers<std::int32_t, PlainTime> : append_numbers<std::int32_t, QuotedTime>;
    case Storage::datetime:
      if (form == TextForm::json) return append_numbers<std::int64_t, Integer>;
      return csv ? append_numbers<std::int64_t, PlainTime> : append_numbers<std::int64_t, QuotedTime>;
    default:
      break;
  }
  return with_storage(storage, [&](auto type) -> AppendRun {
    using T = typename decltype(type)::type;
    if constexpr (std::is_floating_point_v<T>) {
      return csv ? append_numbers<T, CsvFloat> : append_numbers<T, JsonFloat>;
    } else {
      return append_numbers<T, Integer>;
    }
  });
}

template <class T, class Write>
void CellText::append_numbers(const CellText& cells, TextBuffer& out, std::size_t begin, std::size_t end) {
  constexpr std::size_t kAtATime = 64;  // cells that room is made for
  const std::size_t segment = begin / kMorselRows;
  const std::size_t first = segment * kMorselRows;
  const T* values = cells.column_.segment_values<T>(segment);
  const std::uint64_t* validity = cells.column_.segment_validity(segment);
  const std::string_view null = null_text(cells.form_);
  for (std::size_t at = begin - first; at < end - first;) {
    const std::size_t stop = std::min(at + kAtATime, end - first);
    char* to = out.room((stop - at) * (kLongestNumber + 1));
    for (; at < stop; ++at) {
      if (first + at != begin) *to++ = ',';
      if (test_bit(validity, at)) {
        to = Write::write(to, values[at]);
      } else {
        std::memcpy(to, null.data(), null.size());
        to += null.size();
      }
    }
    out.end_at(to);
  }
}

void CellText::append_texts(const CellText& cells, TextBuffer& out, std::size_t begin, std::size_t end) {
  const std::size_t segment = begin / kMorselRows;
  const std::size_t first = segment * kMorselRows;
  const auto* codes = cells.column_.segment_values<std::uint32_t>(segment);
  const std::uint64_t* validity = cells.column_.segment_validity(segment);
  for (std::size_t at = begin - first; at < end - first; ++at) {
    if (first + at != begin) out.push_back(',');
    if (test_bit(validity, at)) {
      cells.append_text(out, codes[at]);
    } else {
      out.append(null_text(cells.form_));
    }
  }
}

void CellText::append_list(TextBuffer& out, std::size_t begin, std::size_t end) const {
  for (std::size_t row = begin; row < end;) {
    const std::size_t stop = std::min(end, (row / kMorselRows + 1) * kMorselRows);
    if (row != begin) out.push_back(',');
    append_run_(*this, out, row, stop);
    row = stop;
  }
}

}  // namespace parallax

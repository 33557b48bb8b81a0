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

void append_json_escape(std::string& out, unsigned char byte) {
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

void append_text(std::string& out, std::string_view text, TextForm form) {
  form == TextForm::csv ? append_csv_text(out, text) : append_json_text(out, text);
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
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

void append_csv_text(std::string& out, std::string_view text) {
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

CellText::CellText(const Column& column, TextForm form, std::size_t cells) : column_(column), form_(form) {
  if (column.storage() == Storage::text && column.dictionary()->size() <= cells) escape_dictionary();
}

void CellText::escape_dictionary() {
  const Dictionary& dictionary = *column_.dictionary();
  const std::uint32_t size = dictionary.size();
  starts_.reserve(std::size_t{size} + 1);
  starts_.push_back(0);
  for (std::uint32_t code = 0; code < size; ++code) {
    append_text(escaped_, dictionary.text(code), form_);
    starts_.push_back(escaped_.size());
  }
}

template <class T>
void CellText::append_value(std::string& out, T value) const {
  const Storage storage = column_.storage();
  if constexpr (std::is_same_v<T, double>) {
    form_ == TextForm::csv ? append_csv_double(out, value) : append_json_double(out, value);
  } else if constexpr (std::is_same_v<T, float>) {
    form_ == TextForm::csv ? append_csv_float(out, value) : append_json_double(out, value);
  } else if (storage == Storage::text) {
    if constexpr (std::is_same_v<T, std::uint32_t>) {
      if (!starts_.empty()) {
        out += escaped(value);
      } else {
        append_text(out, column_.dictionary()->text(value), form_);
      }
    }
  } else if (storage == Storage::boolean) {
    out += value != 0 ? "true" : "false";
  } else if (storage == Storage::date || storage == Storage::datetime) {
    const bool is_date = storage == Storage::date;
    if (form_ == TextForm::json) {
      append_integer(
          out, is_date ? static_cast<std::int64_t>(value) * kMsPerDay : static_cast<std::int64_t>(value));
      return;
    }
    if (form_ == TextForm::json_formatted) out += '"';
    is_date ? append_date(out, static_cast<std::int32_t>(value))
            : append_datetime(out, static_cast<std::int64_t>(value));
    if (form_ == TextForm::json_formatted) out += '"';
  } else if constexpr (std::is_unsigned_v<T>) {
    append_unsigned(out, value);
  } else {
    append_integer(out, value);
  }
}

template <class T>
void CellText::append_run(std::string& out, std::size_t segment, std::size_t begin, std::size_t end) const {
  const T* values = column_.segment_values<T>(segment);
  const std::uint64_t* validity = column_.segment_validity(segment);
  const std::string_view null_text = form_ == TextForm::csv ? "" : "null";
  for (std::size_t i = begin; i < end; ++i) {
    if (i != begin) out += ',';
    if (test_bit(validity, i)) {
      append_value<T>(out, values[i]);
    } else {
      out += null_text;
    }
  }
}

void CellText::append_list(std::string& out, std::size_t begin, std::size_t end) const {
  with_storage(column_.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    for (std::size_t row = begin; row < end;) {
      const std::size_t first = row / kMorselRows * kMorselRows;
      const std::size_t stop = std::min(end, first + kMorselRows);
      if (row != begin) out += ',';
      append_run<T>(out, row / kMorselRows, row - first, stop - first);
      row = stop;
    }
  });
}

}  // namespace parallax

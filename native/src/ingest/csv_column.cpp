#include "ingest/csv_column.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/date_text.h"
#include "ingest/json_value.h"

namespace parallax {
namespace {

std::string_view without_blanks(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// `-17`, `007`, `0x1F`.
template <class T>
bool read_integer(std::string_view text, T& out) noexcept {
  text = without_blanks(text);
  const char* first = text.data();
  const char* const last = first + text.size();
  int base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    first += 2;
    base = 16;
    if (*first == '-') return false;
  }
  const auto result = std::from_chars(first, last, out, base);
  return result.ec == std::errc{} && result.ptr == last;
}

bool read_float(std::string_view text, double& out) noexcept {
  text = without_blanks(text);
  if (const auto number = parse_decimal(text)) {
    out = *number;
    return true;
  }
  if (text.empty() || text.size() > 9) return false;
  const bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  char lower[8] = {};
  if (text.size() != 3 && text.size() != 8) return false;
  std::transform(text.begin(), text.end(), lower, [](char c) { return static_cast<char>(c | 0x20); });
  const std::string_view word(lower, text.size());
  if (word != "inf" && word != "infinity") return false;
  out = negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  return true;
}

bool read_boolean(std::string_view text, std::uint8_t& out) noexcept {
  if (text == "1" || text == "true" || text == "True" || text == "TRUE") {
    out = 1;
  } else if (text == "0" || text == "false" || text == "False" || text == "FALSE") {
    out = 0;
  } else {
    return false;
  }
  return true;
}

bool read_datetime(std::string_view text, bool takes_ms, std::int64_t& out) noexcept {
  if (const auto time = parse_csv_time(text)) {
    out = *time;
    return true;
  }
  if (!takes_ms) return false;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

/// Calls f(read), where read(field, value) parses into the storage's type.
template <class F>
auto with_reader(CsvReading reading, F&& f) {
  switch (reading.storage) {
    case Storage::boolean:
      return f([](std::string_view field, std::uint8_t& out) { return read_boolean(field, out); });
    case Storage::float64:
      return f([](std::string_view field, double& out) { return read_float(field, out); });
    case Storage::float32:
      return f([](std::string_view field, float& out) {
        double wide = 0;
        if (!read_float(field, wide)) return false;
        out = static_cast<float>(wide);
        return std::isinf(wide) || std::fabs(wide) <= std::numeric_limits<float>::max();
      });
    case Storage::date:
      return f([](std::string_view field, std::int32_t& out) {
        const auto day = parse_iso_day(without_blanks(field));
        if (day) out = *day;
        return day.has_value();
      });
    case Storage::datetime: {
      const bool takes_ms = reading.form != CsvReading::Form::timestamp;
      return f(
          [=](std::string_view field, std::int64_t& out) { return read_datetime(field, takes_ms, out); });
    }
    default:
      break;
  }
  if (reading.form == CsvReading::Form::time_of_day) {
    return f([](std::string_view field, std::uint32_t& out) {
      const auto seconds = parse_time_of_day(without_blanks(field));
      if (seconds) out = static_cast<std::uint32_t>(*seconds);
      return seconds.has_value();
    });
  }
  switch (reading.storage) {
    case Storage::int8:
      return f([](std::string_view field, std::int8_t& out) { return read_integer(field, out); });
    case Storage::int16:
      return f([](std::string_view field, std::int16_t& out) { return read_integer(field, out); });
    case Storage::int32:
      return f([](std::string_view field, std::int32_t& out) { return read_integer(field, out); });
    case Storage::uint8:
      return f([](std::string_view field, std::uint8_t& out) { return read_integer(field, out); });
    case Storage::uint16:
      return f([](std::string_view field, std::uint16_t& out) { return read_integer(field, out); });
    case Storage::uint32:
      return f([](std::string_view field, std::uint32_t& out) { return read_integer(field, out); });
    case Storage::uint64:
      return f([](std::string_view field, std::uint64_t& out) { return read_integer(field, out); });
    default:
      return f([](std::string_view field, std::int64_t& out) { return read_integer(field, out); });
  }
}

/// The type that a reader fills in.
template <class Reader, class T>
T value_type_of(bool (Reader::*)(std::string_view, T&) const);
template <class Reader>
using ValueOf = decltype(value_type_of(&Reader::operator()));

}  // namespace

bool is_csv_null(std::string_view field) noexcept {
  if (field.empty()) return true;
  static constexpr std::string_view kSpellings[] = {
      "#N/A",    "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND",
      "1.#QNAN", "N/A",      "NA",  "NULL",    "NaN",      "n/a",  "nan",  "null"};
  return std::find(std::begin(kSpellings), std::end(kSpellings), field) != std::end(kSpellings);
}

bool fits_csv_reading(std::string_view field, CsvReading reading) {
  if (reading.storage == Storage::text || is_csv_null(field)) return true;
  return with_reader(reading, [&](auto read) {
    ValueOf<decltype(read)> value{};
    return read(field, value);
  });
}

Column read_csv_texts(const CsvText& text, const CsvPart& part, std::size_t column, TextInterner& interner) {
  Column out(Storage::text, interner.dictionary());
  std::string scratch;
  for (std::size_t row = 0; row < part.rows; ++row) {
    out.append<std::uint32_t>(interner.intern(text.text(part, row, column, scratch)));
  }
  return out;
}

std::optional<std::size_t> read_csv_fields(const CsvText& text, const CsvPart& part, std::size_t column,
                                           CsvReading reading, Column& out) {
  return with_reader(reading, [&](auto read) -> std::optional<std::size_t> {
    using T = ValueOf<decltype(read)>;
    std::string scratch;
    for (std::size_t row = 0; row < part.rows; ++row) {
      const std::string_view field = text.text(part, row, column, scratch);
      T value{};
      if (!field.empty() && read(field, value)) {
        out.append<T>(value);
      } else if (is_csv_null(field)) {
        out.append_null();
      } else {
        return row;
      }
    }
    return std::nullopt;
  });
}

}  // namespace parallax

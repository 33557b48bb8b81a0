#include "base/number_text.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/civil.h"

namespace parallax {
namespace {

constexpr std::size_t kBuffer = 64;

template <class T>
void append_decimal(std::string& out, T value) {
  char text[24];
  out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

/// Zero-padded on the left to `width` digits.
void append_padded(std::string& out, std::uint64_t value, int width) {
  char text[24];
  char* at = text + sizeof text;
  for (; width > 0 || value > 0; --width, value /= 10) *--at = static_cast<char>('0' + value % 10);
  out.append(at, text + sizeof text);
}

/// The shortest digits that read back as a positive finite value: 0.d1d2d3… * 10^point.
struct Digits {
  char text[32];
  int count;
  int point;
};

template <class T>
Digits shortest_digits(T value) {
  char text[kBuffer];
  const char* end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  const char* exponent =
      static_cast<const char*>(std::memchr(text, 'e', static_cast<std::size_t>(end - text)));
  Digits digits{};
  for (const char* at = text; at != exponent; ++at) {
    if (*at != '.') digits.text[digits.count++] = *at;
  }
  const char* number = exponent[1] == '+' ? exponent + 2 : exponent + 1;
  std::from_chars(number, end, digits.point);
  ++digits.point;
  return digits;
}

void append_fixed(std::string& out, const Digits& digits, bool with_point) {
  const std::string_view text(digits.text, static_cast<std::size_t>(digits.count));
  if (digits.point <= 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-digits.point), '0');
    out += text;
    return;
  }
  const auto whole = static_cast<std::size_t>(digits.point);
  if (whole >= text.size()) {
    out += text;
    out.append(whole - text.size(), '0');
    if (with_point) out += ".0";
    return;
  }
  out += text.substr(0, whole);
  out += '.';
  out += text.substr(whole);
}

void append_scientific(std::string& out, const Digits& digits, bool plus) {
  out += digits.text[0];
  if (digits.count > 1) {
    out += '.';
    out.append(digits.text + 1, static_cast<std::size_t>(digits.count) - 1);
  }
  out += 'e';
  const int exponent = digits.point - 1;
  if (plus && exponent > 0) out += '+';
  append_decimal(out, exponent);
}

/// Values with at most six decimals and 15 digits, as prices and quantities are: value = n / 10^6 exactly
/// after rounding means that the decimals of n are the shortest (two decimals of up to 15 digits never share
/// a double). False if the value is of another kind.
bool append_short_decimal(std::string& out, double value, bool with_point) {
  if (!(value < 1e9)) return false;
  const auto scaled = static_cast<std::int64_t>(value * 1e6 + 0.5);
  if (scaled == 0 || static_cast<double>(scaled) / 1e6 != value) return false;
  append_decimal(out, scaled / 1'000'000);
  std::int64_t fraction = scaled % 1'000'000;
  if (fraction == 0) {
    if (with_point) out += ".0";
    return true;
  }
  char text[7];
  for (int i = 6; i >= 1; --i, fraction /= 10) text[i] = static_cast<char>('0' + fraction % 10);
  text[0] = '.';
  std::size_t size = 7;
  while (text[size - 1] == '0') --size;
  out.append(text, size);
  return true;
}

void append_civil(std::string& out, std::int64_t days) {
  const CivilDate date = civil_from_days(days);
  if (date.year < 0) out += '-';
  append_padded(out, static_cast<std::uint64_t>(std::abs(static_cast<std::int64_t>(date.year))), 4);
  out += '-';
  append_padded(out, date.month, 2);
  out += '-';
  append_padded(out, date.day, 2);
}

template <class T>
void append_csv_number(std::string& out, T value) {
  if (std::isnan(value)) {
    out += "nan";
    return;
  }
  if (std::signbit(value)) out += '-';
  const T magnitude = std::fabs(value);
  if (std::isinf(magnitude)) {
    out += "inf";
  } else if (magnitude == 0) {
    out += '0';
  } else {
    if constexpr (sizeof(T) == sizeof(double)) {
      if (append_short_decimal(out, magnitude, false)) return;
    }
    const Digits digits = shortest_digits(magnitude);
    // 10^-6 <= x < 10^10, told by the digits so that both widths agree on the bounds.
    if (digits.point > -6 && digits.point <= 10) {
      append_fixed(out, digits, false);
    } else {
      append_scientific(out, digits, true);
    }
  }
}

}  // namespace

void append_integer(std::string& out, std::int64_t value) { append_decimal(out, value); }

void append_unsigned(std::string& out, std::uint64_t value) { append_decimal(out, value); }

void append_json_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  if (std::signbit(value)) out += '-';
  const double magnitude = std::fabs(value);
  if (magnitude == 0) {
    out += "0.0";
    return;
  }
  if (append_short_decimal(out, magnitude, true)) return;
  const Digits digits = shortest_digits(magnitude);
  if (digits.point > -6 && digits.point <= 21) {
    append_fixed(out, digits, true);
  } else {
    append_scientific(out, digits, false);
  }
}

void append_csv_double(std::string& out, double value) { append_csv_number(out, value); }

void append_csv_float(std::string& out, float value) { append_csv_number(out, value); }

void append_short_double(std::string& out, double value) {
  char text[kBuffer];
  out.append(text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6).ptr);
}

void append_date(std::string& out, std::int32_t days) { append_civil(out, days); }

void append_datetime(std::string& out, std::int64_t ms) {
  std::int64_t days = ms / kMsPerDay;
  std::int64_t rest = ms % kMsPerDay;
  if (rest < 0) {
    rest += kMsPerDay;
    --days;
  }
  append_civil(out, days);
  const auto time = static_cast<std::uint64_t>(rest);
  out += ' ';
  append_padded(out, time / 3'600'000, 2);
  out += ':';
  append_padded(out, time / 60'000 % 60, 2);
  out += ':';
  append_padded(out, time / 1000 % 60, 2);
  out += '.';
  append_padded(out, time % 1000, 3);
}

}  // namespace parallax

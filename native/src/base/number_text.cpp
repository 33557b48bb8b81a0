#include "base/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/civil.h"

namespace parallax {
namespace {

char* put(char* to, std::string_view text) noexcept {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

char* put_zeros(char* to, std::size_t count) noexcept {
  std::memset(to, '0', count);
  return to + count;
}

template <class T>
char* put_decimal(char* to, T value) noexcept {
  return std::to_chars(to, to + kLongestNumber, value).ptr;
}

/// "00", "01", … "99".
constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

/// Two digits of a number below 100.
char* put_pair(char* to, std::uint32_t value) noexcept {
  std::memcpy(to, kPairs.data() + std::size_t{2} * value, 2);
  return to + 2;
}

/// The shortest digits that read back as a positive finite value: 0.d1d2d3… * 10^point.
struct Digits {
  char text[32];
  int count;
  int point;
};

template <class T>
Digits shortest_digits(T value) noexcept {
  char text[kLongestNumber];
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

char* put_fixed(char* to, const Digits& digits, bool with_point) noexcept {
  const std::string_view text(digits.text, static_cast<std::size_t>(digits.count));
  if (digits.point <= 0) {
    to = put(to, "0.");
    to = put_zeros(to, static_cast<std::size_t>(-digits.point));
    return put(to, text);
  }
  const auto whole = static_cast<std::size_t>(digits.point);
  if (whole >= text.size()) {
    to = put_zeros(put(to, text), whole - text.size());
    return with_point ? put(to, ".0") : to;
  }
  to = put(to, text.substr(0, whole));
  *to++ = '.';
  return put(to, text.substr(whole));
}

char* put_scientific(char* to, const Digits& digits, bool plus) noexcept {
  *to++ = digits.text[0];
  if (digits.count > 1) {
    *to++ = '.';
    to = put(to, {digits.text + 1, static_cast<std::size_t>(digits.count) - 1});
  }
  *to++ = 'e';
  const int exponent = digits.point - 1;
  if (plus && exponent > 0) *to++ = '+';
  return put_decimal(to, exponent);
}

/// Values with at most six decimals and 15 digits, as prices and quantities are: value = n / 10^6 exactly
/// after rounding means that the decimals of n are the shortest (two decimals of up to 15 digits never share
/// a double). Null if the value is of another kind.
char* put_short_decimal(char* to, double value, bool with_point) noexcept {
  if (!(value < 1e9)) return nullptr;
  const auto scaled = static_cast<std::int64_t>(value * 1e6 + 0.5);
  if (scaled == 0 || static_cast<double>(scaled) / 1e6 != value) return nullptr;
  to = put_decimal(to, static_cast<std::uint32_t>(scaled / 1'000'000));
  const auto fraction = static_cast<std::uint32_t>(scaled % 1'000'000);
  if (fraction == 0) return with_point ? put(to, ".0") : to;
  *to++ = '.';
  to = put_pair(to, fraction / 10'000);
  if (fraction % 10'000 != 0) to = put_pair(put_pair(to, fraction / 100 % 100), fraction % 100);
  while (to[-1] == '0') --to;
  return to;
}

char* put_civil(char* to, std::int64_t days) noexcept {
  const CivilDate date = civil_from_days(days);
  if (date.year < 0) *to++ = '-';
  const auto year = static_cast<std::uint64_t>(std::abs(static_cast<std::int64_t>(date.year)));
  if (year < 10'000) {
    to = put_pair(put_pair(to, static_cast<std::uint32_t>(year / 100)),
                  static_cast<std::uint32_t>(year % 100));
  } else {
    to = put_decimal(to, year);
  }
  *to++ = '-';
  to = put_pair(to, static_cast<std::uint32_t>(date.month));
  *to++ = '-';
  return put_pair(to, static_cast<std::uint32_t>(date.day));
}

template <class T>
char* put_csv_number(char* to, T value) noexcept {
  if (std::isnan(value)) return put(to, "nan");
  if (std::signbit(value)) *to++ = '-';
  const T magnitude = std::fabs(value);
  if (std::isinf(magnitude)) return put(to, "inf");
  if (magnitude == 0) return put(to, "0");
  if constexpr (sizeof(T) == sizeof(double)) {
    if (char* end = put_short_decimal(to, magnitude, false)) return end;
  }
  const Digits digits = shortest_digits(magnitude);
  // 10^-6 <= x < 10^10, told by the digits so that both widths agree on the bounds.
  return digits.point > -6 && digits.point <= 10 ? put_fixed(to, digits, false)
                                                 : put_scientific(to, digits, true);
}

template <class T>
void append_written(std::string& out, char* (*write)(char*, T) noexcept, T value) {
  char text[kLongestNumber];
  out.append(text, write(text, value));
}

}  // namespace

char* write_integer(char* to, std::int64_t value) noexcept { return put_decimal(to, value); }

char* write_unsigned(char* to, std::uint64_t value) noexcept { return put_decimal(to, value); }

char* write_json_double(char* to, double value) noexcept {
  if (!std::isfinite(value)) return put(to, "null");
  if (std::signbit(value)) *to++ = '-';
  const double magnitude = std::fabs(value);
  if (magnitude == 0) return put(to, "0.0");
  if (char* end = put_short_decimal(to, magnitude, true)) return end;
  const Digits digits = shortest_digits(magnitude);
  return digits.point > -6 && digits.point <= 21 ? put_fixed(to, digits, true)
                                                 : put_scientific(to, digits, false);
}

char* write_csv_double(char* to, double value) noexcept { return put_csv_number(to, value); }

char* write_csv_float(char* to, float value) noexcept { return put_csv_number(to, value); }

char* write_short_double(char* to, double value) noexcept {
  if (std::isnan(value)) return put(to, "nan");  // of either sign
  return std::to_chars(to, to + kLongestNumber, value, std::chars_format::general, 6).ptr;
}

char* write_date(char* to, std::int32_t days) noexcept { return put_civil(to, days); }

char* write_datetime(char* to, std::int64_t ms) noexcept {
  std::int64_t days = ms / kMsPerDay;
  std::int64_t rest = ms % kMsPerDay;
  if (rest < 0) {
    rest += kMsPerDay;
    --days;
  }
  to = put_civil(to, days);
  const auto time = static_cast<std::uint32_t>(rest);
  *to++ = ' ';
  to = put_pair(to, time / 3'600'000);
  *to++ = ':';
  to = put_pair(to, time / 60'000 % 60);
  *to++ = ':';
  to = put_pair(to, time / 1000 % 60);
  *to++ = '.';
  *to++ = static_cast<char>('0' + time % 1000 / 100);
  return put_pair(to, time % 100);
}

void append_integer(std::string& out, std::int64_t value) { append_written(out, write_integer, value); }
void append_unsigned(std::string& out, std::uint64_t value) { append_written(out, write_unsigned, value); }
void append_json_double(std::string& out, double value) { append_written(out, write_json_double, value); }
void append_csv_double(std::string& out, double value) { append_written(out, write_csv_double, value); }
void append_csv_float(std::string& out, float value) { append_written(out, write_csv_float, value); }
void append_short_double(std::string& out, double value) { append_written(out, write_short_double, value); }
void append_date(std::string& out, std::int32_t days) { append_written(out, write_date, days); }
void append_datetime(std::string& out, std::int64_t ms) { append_written(out, write_datetime, ms); }

}  // namespace parallax

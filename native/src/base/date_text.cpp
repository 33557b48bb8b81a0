#include "base/date_text.h"

#include "base/civil.h"

namespace parallax {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

struct Cursor {
  const char* at;
  const char* end;

  [[nodiscard]] bool done() const noexcept { return at == end; }
  [[nodiscard]] char peek() const noexcept { return at == end ? '\0' : *at; }
  bool take(char c) noexcept {
    if (peek() != c) return false;
    ++at;
    return true;
  }
  /// Up to `most` digits; returns how many there were.
  int digits(int most, int& value) noexcept {
    int count = 0;
    value = 0;
    for (; count < most && at != end && is_digit(*at); ++at, ++count) value = value * 10 + (*at - '0');
    return count;
  }
};

enum class DayForm { ymd_dash, ymd_slash, ymd_blank, mdy_dash, mdy_slash, dmy_blank };

struct Parts {
  std::int64_t days = 0;
  DayForm form = DayForm::ymd_dash;
  bool padded = true;       // month, day and clock all have two digits, and one separator between them
  char separator = 0;       // between day and clock: 0 = no clock, ' ', 'T', 't', 'D', ','
  int clock_parts = 0;      // 1 = hour … 3 = seconds too
  int fraction = 0;         // digits after the point
  std::int64_t clock = 0;   // ms since midnight
  char zone = 0;            // 0, 'Z' or '+' for any offset
  std::int64_t offset = 0;  // ms to subtract

  [[nodiscard]] std::int64_t ms() const noexcept { return days * kMsPerDay + clock - offset; }
};

bool read_day(Cursor& in, Parts& out) noexcept {
  int first, second, third;
  const int first_digits = in.digits(4, first);
  const char separator = in.peek();
  if (separator != '-' && separator != '/' && separator != ' ') return false;
  ++in.at;
  const int second_digits = in.digits(2, second);
  if (second_digits == 0 || !in.take(separator)) return false;
  int year, month, day;
  if (first_digits == 4) {
    const int third_digits = in.digits(2, third);
    if (third_digits == 0) return false;
    year = first, month = second, day = third;
    out.padded = second_digits == 2 && third_digits == 2;
    out.form = separator == '-'   ? DayForm::ymd_dash
               : separator == '/' ? DayForm::ymd_slash
                                  : DayForm::ymd_blank;
  } else {
    if (first_digits == 0 || first_digits > 2 || in.digits(4, third) != 4) return false;
    const bool day_first = separator == ' ';
    year = third, month = day_first ? second : first, day = day_first ? first : second;
    out.padded = first_digits == 2 && second_digits == 2;
    out.form = separator == '-'   ? DayForm::mdy_dash
               : separator == '/' ? DayForm::mdy_slash
                                  : DayForm::dmy_blank;
  }
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const auto month_number = static_cast<unsigned>(month);
  if (static_cast<unsigned>(day) > days_in_month(year, month_number)) return false;
  out.days = days_from_civil(year, month_number, static_cast<unsigned>(day));
  return true;
}

bool read_fraction(Cursor& in, Parts& out) noexcept {
  int ms = 0;
  int count = 0;
  for (; count < 9 && is_digit(in.peek()); ++in.at, ++count) {
    if (count < 3) ms = ms * 10 + (*in.at - '0');
  }
  if (count == 0) return false;
  out.fraction = count;
  out.clock += count == 1 ? ms * 100 : count == 2 ? ms * 10 : ms;
  return true;
}

/// `H`, `H:M`, `H:M:S` or `H:M:S.fraction`.
bool read_clock(Cursor& in, Parts& out) noexcept {
  int hour, minute = 0, second = 0;
  int width = in.digits(2, hour);
  if (width == 0 || hour > 23) return false;
  out.padded = out.padded && width == 2;
  out.clock_parts = 1;
  if (in.take(':')) {
    width = in.digits(2, minute);
    if (width == 0 || minute > 59) return false;
    out.padded = out.padded && width == 2;
    out.clock_parts = 2;
    if (in.take(':')) {
      width = in.digits(2, second);
      if (width == 0 || second > 59) return false;
      out.padded = out.padded && width == 2;
      out.clock_parts = 3;
    }
  }
  out.clock = ((hour * 60 + minute) * 60 + second) * std::int64_t{1000};
  return out.clock_parts < 3 || !in.take('.') || read_fraction(in, out);
}

/// Nothing, `Z`, `±hh`, `±hhmm` or `±hh:mm`.
bool read_zone(Cursor& in, Parts& out) noexcept {
  if (in.take('Z')) {
    out.zone = 'Z';
    return true;
  }
  const bool east = in.peek() == '+';
  if (!east && in.peek() != '-') return true;
  ++in.at;
  int hours, minutes = 0;
  if (in.digits(2, hours) != 2 || hours > 23) return false;
  const bool colon = in.take(':');
  if ((colon || !in.done()) && (in.digits(2, minutes) != 2 || minutes > 59)) return false;
  out.zone = '+';
  out.offset = (hours * 60 + minutes) * std::int64_t{60'000} * (east ? 1 : -1);
  return true;
}

/// ` AM` or ` PM` after a twelve-hour clock.
bool read_half_day(Cursor& in, Parts& out) noexcept {
  const std::int64_t hour = out.clock / 3'600'000;
  if (out.clock_parts != 3 || hour < 1 || hour > 12 || !in.take(' ')) return false;
  const char half = static_cast<char>(in.peek() | 0x20);
  if (half != 'a' && half != 'p') return false;
  ++in.at;
  if ((in.peek() | 0x20) != 'm') return false;
  ++in.at;
  const std::int64_t new_hour = hour % 12 + (half == 'p' ? 12 : 0);
  out.clock += (new_hour - hour) * 3'600'000;
  return true;
}

bool read_parts(std::string_view text, Parts& out) noexcept {
  // Shorter than `1/1/2020` or longer than any form: most texts that are no dates end here.
  if (text.size() < 8 || text.size() > 40 || !is_digit(text[0])) return false;
  Cursor in{text.data(), text.data() + text.size()};
  if (!read_day(in, out)) return false;
  if (in.done()) return true;
  out.separator = *in.at++;
  switch (out.separator) {
    case ',':
      if (out.form != DayForm::mdy_slash || !in.take(' ') || !read_clock(in, out)) return false;
      return read_half_day(in, out) && in.done();
    case ' ':
      while (in.take(' ')) out.padded = false;
      [[fallthrough]];
    case 'T':
    case 't':
    case 'D':
      return read_clock(in, out) && read_zone(in, out) && in.done();
    default:
      return false;
  }
}

/// Days and days with a clock, lenient in digits, without offset.
bool is_plain(const Parts& p) noexcept {
  if (p.zone == '+') return false;
  switch (p.separator) {
    case 0:
      return p.form != DayForm::dmy_blank;
    case ' ':
      return p.form != DayForm::ymd_blank && p.form != DayForm::dmy_blank;
    case 'T':
    case 't':
      return (p.form == DayForm::ymd_dash || p.form == DayForm::ymd_slash) &&
             (p.zone == 0 || p.clock_parts == 3);
    default:
      return false;
  }
}

bool is_iso(const Parts& p) noexcept {
  return p.form == DayForm::ymd_dash && p.padded && (p.separator == 'T' || p.separator == ' ');
}

bool is_special(const Parts& p) noexcept {
  switch (p.separator) {
    case 0:
      return p.form == DayForm::dmy_blank;
    case ',':
      return true;
    case 'D':
      return p.form == DayForm::ymd_dash && p.padded && p.zone != '+' && p.fraction >= 3;
    default:
      return false;
  }
}

}  // namespace

std::optional<TimeText> parse_json_time(std::string_view text) noexcept {
  Parts parts;
  if (!read_parts(text, parts)) return std::nullopt;
  if (is_plain(parts)) return TimeText{parts.ms(), parts.clock == 0};
  if (is_iso(parts) || is_special(parts)) return TimeText{parts.ms(), false};
  return std::nullopt;
}

std::optional<std::int64_t> parse_csv_time(std::string_view text) noexcept {
  Parts parts;
  if (!read_parts(text, parts)) return std::nullopt;
  const bool bare_day =
      parts.separator == 0 && ((parts.form == DayForm::ymd_dash && parts.padded) ||
                               parts.form == DayForm::mdy_dash || parts.form == DayForm::mdy_slash);
  if (!bare_day && !is_iso(parts) && !is_special(parts)) return std::nullopt;
  return parts.ms();
}

std::optional<std::int32_t> parse_iso_day(std::string_view text) noexcept {
  Parts parts;
  if (text.size() != 10 || !read_parts(text, parts) || parts.form != DayForm::ymd_dash || !parts.padded) {
    return std::nullopt;
  }
  return static_cast<std::int32_t>(parts.days);
}

std::optional<std::int32_t> parse_time_of_day(std::string_view text) noexcept {
  if (text.size() != 5 && text.size() != 8) return std::nullopt;
  Parts parts;
  Cursor in{text.data(), text.data() + text.size()};
  if (!read_clock(in, parts) || !in.done() || !parts.padded || parts.clock_parts < 2) return std::nullopt;
  return static_cast<std::int32_t>(parts.clock / 1000);
}

}  // namespace parallax

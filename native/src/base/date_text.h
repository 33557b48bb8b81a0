// Dates and times from text.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace parallax {

/// An instant read from text. Naive texts are UTC; zoned ones are converted.
struct TimeText {
  std::int64_t ms;
  bool is_day;  ///< spelled as a day, or as a day at midnight in a format without zone: infers `date`
};

/// The formats JSON text may have: days (`2020-01-02`, `2020/1/2`, `2020 01 02`, `1-2-2020`, `1/2/2020`),
/// those with a time of day (after `T`, `t` or blanks; one-digit parts, a fraction and `Z` allowed), ISO 8601
/// with fraction and zone, `1/2/2020, 3:04:05 PM`, `31 12 2020` and `2020-01-02D03:04:05.678`. The whole text
/// must match, years have four digits, and the day must exist. Fractions of a second are cut to milliseconds.
std::optional<TimeText> parse_json_time(std::string_view text) noexcept;

/// The formats that make a CSV column `datetime`: ISO 8601 with two-digit parts, a bare `YYYY-MM-DD`, bare
/// `m-d-Y` and `m/d/Y`, and the last three forms of parse_json_time.
std::optional<std::int64_t> parse_csv_time(std::string_view text) noexcept;

/// `YYYY-MM-DD`, as days since 1970-01-01.
std::optional<std::int32_t> parse_iso_day(std::string_view text) noexcept;

/// `hh:mm` or `hh:mm:ss`, as seconds since midnight.
std::optional<std::int32_t> parse_time_of_day(std::string_view text) noexcept;

}  // namespace parallax

// Days and calendar dates (proleptic Gregorian), after Howard Hinnant's "chrono-compatible low-level date
// algorithms".
#pragma once

#include <cstdint>

namespace parallax {

inline constexpr std::int64_t kMsPerDay = 86'400'000;

struct CivilDate {
  int year;
  unsigned month;  ///< 1 … 12
  unsigned day;    ///< 1 … 31
};

/// Days since 1970-01-01.
constexpr std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) noexcept {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

/// Of days from 0000-03-01 on, for the next 10,000 years: without a branch and with 32-bit arithmetic. After
/// Neri and Schneider, "Euclidean affine functions and their application to calendar algorithms" (2022).
constexpr CivilDate civil_from_common_days(std::uint32_t days_since_0000_03_01) noexcept {
  const std::uint32_t n1 = 4 * days_since_0000_03_01 + 3;
  const std::uint32_t century = n1 / 146'097;
  const std::uint32_t n2 = n1 % 146'097 | 3;
  const std::uint64_t p2 = std::uint64_t{2'939'745} * n2;
  const auto year_of_century = static_cast<std::uint32_t>(p2 >> 32);
  const std::uint32_t day_of_year = static_cast<std::uint32_t>(p2) / 2'939'745 / 4;
  const std::uint32_t n3 = 2141 * day_of_year + 197'913;
  const std::uint32_t month = n3 >> 16;
  const bool next_year = day_of_year >= 306;
  return {static_cast<int>(100 * century + year_of_century + next_year), next_year ? month - 12 : month,
          (n3 & 0xffff) / 2141 + 1};
}

constexpr CivilDate civil_from_days(std::int64_t days) noexcept {
  days += 719'468;
  constexpr std::int64_t kCommon = 3'652'425;  // until the year 10000
  if (days >= 0 && days < kCommon) return civil_from_common_days(static_cast<std::uint32_t>(days));
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<int>(static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2)), month,
          day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

/// The day an instant falls on, rounding towards -infinity.
constexpr std::int64_t day_of_ms(std::int64_t ms) noexcept {
  return ms / kMsPerDay - (ms % kMsPerDay < 0);
}

constexpr bool is_leap_year(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr unsigned days_in_month(std::int64_t year, unsigned month) noexcept {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : kDays[month - 1];
}

}  // namespace parallax

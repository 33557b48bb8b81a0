// Functions of dates and times (spec sections "Dates" and "bucket").
#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "base/civil.h"
#include "expression/kernels.h"

namespace parallax {
namespace {

constexpr std::string_view kDays[] = {"1 Sunday",   "2 Monday", "3 Tuesday", "4 Wednesday",
                                      "5 Thursday", "6 Friday", "7 Saturday"};
constexpr std::string_view kMonths[] = {"01 January",   "02 February", "03 March",    "04 April",
                                        "05 May",       "06 June",     "07 July",     "08 August",
                                        "09 September", "10 October",  "11 November", "12 December"};

template <class T>
std::int64_t day_of(T value) noexcept {
  if constexpr (std::is_same_v<T, std::int32_t>)
    return value;
  else
    return day_of_ms(value);
}

std::int64_t floor_to(std::int64_t value, std::int64_t step) noexcept {
  std::int64_t rest = value % step;
  if (rest < 0) rest += step;
  // Wraps, defined, for the first times that 64 bits can tell.
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(rest));
}

template <class T>
double hour_of(T value) noexcept {
  if constexpr (std::is_same_v<T, std::int32_t>)
    return 0;
  else
    return static_cast<double>((value - day_of_ms(value) * kMsPerDay) / 3'600'000);
}

template <class T>
std::string_view weekday_of(T value) noexcept {
  return kDays[((day_of(value) + 4) % 7 + 7) % 7];  // 1970-01-01 was a Thursday
}

template <class T>
std::string_view month_of(T value) noexcept {
  return kMonths[civil_from_days(day_of(value)).month - 1];
}

bool is_time(const CallSite& site, std::size_t i) noexcept {
  return site.is(i, Storage::date) || site.is(i, Storage::datetime);
}

/// A function of one date or datetime.
template <class Result, auto OfDate, auto OfTime>
Bound of_time(const CallSite& site, Storage result) {
  site.need_count(1, 1);
  if (site[0].null_literal) return {result, map_one<std::int64_t, Result, OfTime>, {Storage::datetime}};
  if (!is_time(site, 0)) site.fail_type(0, "a date or datetime");
  const bool date = site[0].storage == Storage::date;
  return {result,
          date ? map_one<std::int32_t, Result, OfDate> : map_one<std::int64_t, Result, OfTime>,
          {site[0].storage}};
}

Bound hour_of_day(const CallSite& site) {
  return of_time<double, hour_of<std::int32_t>, hour_of<std::int64_t>>(site, Storage::float64);
}

Bound day_of_week(const CallSite& site) {
  return of_time<std::string_view, weekday_of<std::int32_t>, weekday_of<std::int64_t>>(site, Storage::text);
}

Bound month_of_year(const CallSite& site) {
  return of_time<std::string_view, month_of<std::int32_t>, month_of<std::int64_t>>(site, Storage::text);
}

bool make_date(double year, double month, double day, std::int32_t& out) noexcept {
  year = std::trunc(year);
  month = std::trunc(month);
  day = std::trunc(day);
  if (!(year >= 0 && year <= 999'999 && month >= 1 && month <= 12 && day >= 1)) return false;
  if (day > days_in_month(static_cast<std::int64_t>(year), static_cast<unsigned>(month))) return false;
  out = static_cast<std::int32_t>(days_from_civil(static_cast<std::int64_t>(year),
                                                  static_cast<unsigned>(month), static_cast<unsigned>(day)));
  return true;
}

Bound date(const CallSite& site) {
  site.need_count(3, 3);
  for (std::size_t i = 0; i < 3; ++i) site.need_number(i);
  const Kernel kernel = [](const KernelCall& call) {
    const double* year = call.args[0]->data<double>();
    const double* month = call.args[1]->data<double>();
    const double* day = call.args[2]->data<double>();
    auto* out = call.out.data<std::int32_t>();
    all_valid(call);
    for (std::size_t i = 0; i < call.count; ++i) {
      if (call.out.valid(i)) call.out.set_valid(i, make_date(year[i], month[i], day[i], out[i]));
    }
  };
  return {Storage::date, kernel, Passed(3, Storage::float64)};
}

bool to_datetime(double ms, std::int64_t& out) noexcept {
  if (!(std::fabs(ms) < 0x1p63)) return false;
  out = static_cast<std::int64_t>(ms);
  return true;
}

Bound datetime(const CallSite& site) {
  site.need_count(1, 1);
  if (!site[0].null_literal && is_integer(site[0].storage) && site[0].storage != Storage::uint64) {
    return {Storage::datetime,
            map_one<std::int64_t, std::int64_t, [](std::int64_t x) { return x; }>,
            {Storage::int64}};
  }
  if (!site[0].null_literal) site.need_number(0);
  return {Storage::datetime, try_one<double, std::int64_t, to_datetime>, {Storage::float64}};
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Bound now(const CallSite& site) {
  site.need_count(0, 0);
  const Kernel kernel = [](const KernelCall& call) {
    const std::int64_t time = now_ms();
    std::fill_n(call.out.data<std::int64_t>(), call.count, time);
    call.out.fill_validity(true);
  };
  return {Storage::datetime, kernel, {}, nullptr, true};
}

Bound today(const CallSite& site) {
  site.need_count(0, 0);
  const Kernel kernel = [](const KernelCall& call) {
    const auto day = static_cast<std::int32_t>(day_of_ms(now_ms()));
    std::fill_n(call.out.data<std::int32_t>(), call.count, day);
    call.out.fill_validity(true);
  };
  return {Storage::date, kernel, {}, nullptr, true};
}

// --- bucket ---

struct Unit {
  char letter;
  std::int64_t multiple;
};

bool one_of(std::int64_t value, std::initializer_list<std::int64_t> allowed) {
  return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

Unit parse_unit(const CallSite& site) {
  const std::string_view text = site.need_literal(1);
  Unit unit{text.empty() ? '\0' : text.back(), 1};
  const std::string_view digits = text.substr(0, text.empty() ? 0 : text.size() - 1);
  if (!digits.empty()) unit.multiple = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9' || unit.multiple > 100'000)
      site.fail("cannot use the unit '" + std::string(text) + "'");
    unit.multiple = unit.multiple * 10 + (c - '0');
  }
  bool good = false;
  switch (unit.letter) {
    case 's':
    case 'm':
      good = one_of(unit.multiple, {1, 5, 10, 15, 20, 30});
      break;
    case 'h':
      good = one_of(unit.multiple, {1, 2, 3, 4, 6, 12});
      break;
    case 'D':
    case 'W':
      good = unit.multiple == 1;
      break;
    case 'M':
      good = one_of(unit.multiple, {1, 2, 3, 4, 6});
      break;
    case 'Y':
      good = unit.multiple >= 1;
      break;
    default:
      break;
  }
  if (!good) {
    site.fail("cannot use the unit '" + std::string(text) +
              "'; it takes s, m (1 5 10 15 20 30), h (1 2 3 4 6 12), D, W, M (1 2 3 4 6) or Y");
  }
  return unit;
}

/// First day of the bucket of whole days.
std::int32_t bucket_day(std::int64_t day, const Unit& unit) noexcept {
  if (unit.letter == 'W') return static_cast<std::int32_t>(floor_to(day + 3, 7) - 3);  // Mondays
  const CivilDate civil = civil_from_days(day);
  std::int64_t first = day;
  if (unit.letter == 'M') {
    const auto size = static_cast<unsigned>(unit.multiple);
    first = days_from_civil(civil.year, (civil.month - 1) / size * size + 1, 1);
  } else if (unit.letter == 'Y') {
    first = days_from_civil(floor_to(civil.year, unit.multiple), 1, 1);
  }
  return static_cast<std::int32_t>(first);
}

template <class T>
void bucket_days(const KernelCall& call) {
  const auto& unit = *static_cast<const Unit*>(call.data);
  const T* x = call.args[0]->data<T>();
  auto* out = call.out.data<std::int32_t>();
  for (std::size_t i = 0; i < call.count; ++i) out[i] = bucket_day(day_of(x[i]), unit);
  call.out.validity = call.args[0]->validity;
}

/// Multiples of a step that the compiler knows: no division by a variable in the loop.
template <std::int64_t Step>
void bucket_times(const KernelCall& call) {
  const auto* x = call.args[0]->data<std::int64_t>();
  auto* out = call.out.data<std::int64_t>();
  for (std::size_t i = 0; i < call.count; ++i) out[i] = floor_to(x[i], Step);
  call.out.validity = call.args[0]->validity;
}

template <std::int64_t Unit, std::int64_t... Multiples>
Kernel times_kernel(std::int64_t multiple) {
  Kernel kernel = nullptr;
  ((kernel = multiple == Multiples ? bucket_times<Unit * Multiples> : kernel), ...);
  return kernel;
}

Kernel times_kernel(const Unit& unit) {
  if (unit.letter == 's') return times_kernel<1'000, 1, 5, 10, 15, 20, 30>(unit.multiple);
  if (unit.letter == 'm') return times_kernel<60'000, 1, 5, 10, 15, 20, 30>(unit.multiple);
  return times_kernel<3'600'000, 1, 2, 3, 4, 6, 12>(unit.multiple);
}

Bound bucket(const CallSite& site) {
  site.need_count(2, 2);
  if (site.number(0)) {
    site.need_number(1);
    return {Storage::float64,
            map_two<double, double, [](double x, double step) { return std::floor(x / step) * step; }>,
            {Storage::float64, Storage::float64}};
  }
  if (!is_time(site, 0)) site.fail_type(0, "a number, date or datetime");
  auto unit = std::make_shared<const Unit>(parse_unit(site));
  const bool of_day = std::string_view("smh").find(unit->letter) == std::string_view::npos;
  Passed arguments{site[0].storage, std::nullopt};
  if (site[0].storage == Storage::datetime) {
    return {of_day ? Storage::date : Storage::datetime,
            of_day ? bucket_days<std::int64_t> : times_kernel(*unit), std::move(arguments), std::move(unit)};
  }
  return {Storage::date,
          of_day ? bucket_days<std::int32_t>
                 : map_one<std::int32_t, std::int32_t, [](std::int32_t x) { return x; }>,
          std::move(arguments), std::move(unit)};
}

const std::map<std::string_view, Binder> kFunctions{
    {"hour_of_day", hour_of_day},
    {"day_of_week", day_of_week},
    {"month_of_year", month_of_year},
    {"date", date},
    {"datetime", datetime},
    {"now", now},
    {"today", today},
    {"bucket", bucket},
};

}  // namespace

Binder find_date_function(std::string_view name) noexcept {
  const auto it = kFunctions.find(name);
  return it == kFunctions.end() ? nullptr : it->second;
}

}  // namespace parallax

// Functions of numbers (spec sections "One number" and "Several numbers").
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <random>

#include "expression/kernels.h"

namespace parallax {
namespace {

/// One number in, float out.
template <auto F>
Bound one(const CallSite& site) {
  site.need_count(1, 1);
  site.need_number_or_null(0);
  return {Storage::float64, map_one<double, double, F>, {Storage::float64}};
}

template <auto F>
Bound two(const CallSite& site) {
  site.need_count(2, 2);
  site.need_number_or_null(0);
  site.need_number_or_null(1);
  return {Storage::float64, try_two<double, double, F>, {Storage::float64, Storage::float64}};
}

template <auto F>
Bound ratio(const CallSite& site) {
  site.need_count(2, 2);
  site.need_number_or_null(0);
  site.need_number_or_null(1);
  return {Storage::float64, quotient<F>, {Storage::float64, Storage::float64}};
}

Passed all_floats(const CallSite& site, std::size_t least) {
  site.need_count(least, 100'000);
  for (std::size_t i = 0; i < site.size(); ++i) site.need_number_or_null(i);
  return Passed(site.size(), Storage::float64);
}

template <auto F>
Bound fold(const CallSite& site) {
  return {Storage::float64, fold_numbers<F>, all_floats(site, 1)};
}

template <auto F>
Bound extreme(const CallSite& site) {
  for (std::size_t i = 0; i < site.size(); ++i) site.need_number(i);
  return fold<F>(site);
}

Bound average(const CallSite& site) {
  return {Storage::float64,
          [](const KernelCall& call) {
            fold_numbers<[](double a, double b) { return a + b; }>(call);
            double* out = call.out.data<double>();
            for (std::size_t i = 0; i < call.count; ++i) out[i] /= static_cast<double>(call.args.size());
          },
          all_floats(site, 1)};
}

Bound sign(const CallSite& site) {
  site.need_count(1, 1);
  site.need_number_or_null(0);
  return {
      Storage::int32,
      map_one<double, std::int32_t, [](double x) { return static_cast<std::int32_t>((x > 0) - (x < 0)); }>,
      {Storage::float64}};
}

bool truncate(double x, std::int64_t& out) {
  if (std::isnan(x) || x >= 0x1p63 || x < -0x1p63) return false;
  out = static_cast<std::int64_t>(x);
  return true;
}

Bound trunc(const CallSite& site) {
  site.need_count(1, 1);
  site.need_number_or_null(0);
  return {Storage::int64, try_one<double, std::int64_t, truncate>, {Storage::float64}};
}

/// out = F(lo, x, hi) over three floats.
template <class Result, auto F>
void map_three(const KernelCall& call) {
  const double* a = call.args[0]->data<double>();
  const double* b = call.args[1]->data<double>();
  const double* c = call.args[2]->data<double>();
  Result* out = call.out.data<Result>();
  for (std::size_t i = 0; i < call.count; ++i) out[i] = F(a[i], b[i], c[i]);
  all_valid(call);
}

template <auto F>
Bound three(const CallSite& site) {
  auto floats = all_floats(site, 3);
  site.need_count(3, 3);
  return {Storage::float64, map_three<double, F>, std::move(floats)};
}

template <class T>
void in_range(const KernelCall& call) {
  const T* low = call.args[0]->data<T>();
  const T* x = call.args[1]->data<T>();
  const T* high = call.args[2]->data<T>();
  auto* out = call.out.data<std::uint8_t>();
  for (std::size_t i = 0; i < call.count; ++i) out[i] = low[i] <= x[i] && x[i] <= high[i];
  all_valid(call);
}

Bound inrange(const CallSite& site) {
  site.need_count(3, 3);
  std::optional<Storage> common;
  for (std::size_t i = 0; i < 3; ++i) {
    if (site[i].null_literal) continue;
    const Storage storage = site.number(i) ? Storage::float64 : site[i].storage;
    if (common && *common != storage) site.fail("takes three numbers or three values of one type");
    common = storage;
  }
  const Storage storage = common.value_or(Storage::float64);
  const Kernel kernel =
      with_lane_type(storage, [](auto type) -> Kernel { return in_range<typename decltype(type)::type>; });
  return {Storage::boolean, kernel, Passed(3, storage)};
}

bool root(double x, double n, double& out) {
  if (n < 0 || (x < 0 && std::fmod(std::trunc(n), 2) == 0)) return false;
  out = std::pow(x, 1 / n);
  return true;
}

bool log_to_base(double x, double base, double& out) {
  if (base < 0) return false;
  out = std::log(x) / std::log(base);
  return true;
}

double remainder(double x, double y) { return std::fmod(x, y); }

double percent(double x, double y) { return x / y * 100; }

void random_numbers(const KernelCall& call) {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  double* out = call.out.data<double>();
  // 53 random bits: every double k * 2^-53 below 1.
  for (std::size_t i = 0; i < call.count; ++i) out[i] = static_cast<double>(generator() >> 11) * 0x1p-53;
  call.out.fill_validity(true);
}

Bound random(const CallSite& site) {
  site.need_count(0, 0);
  return {Storage::float64, random_numbers, {}, nullptr, true};
}

double clamp(double low, double x, double high) {
  if (x < low) return low;
  return x > high ? high : x;
}

double iclamp(double low, double x, double high) {
  if (x <= low || x >= high) return x;
  return 2 * x <= low + high ? low : high;
}

/// (e^x - e^-x) / 2 from t = e^|x| - 1, which loses nothing near 0 and rounds as clients know it.
double sinus_hyperbolicus(double x) {
  const double t = std::expm1(std::fabs(x));
  if (!std::isfinite(t)) return std::sinh(x);  // sinh itself may still be finite
  return std::copysign((t + t / (t + 1)) / 2, x);
}

constexpr double kDegree = std::numbers::pi / 180;

const std::map<std::string_view, Binder> kFunctions{
    {"abs", one<[](double x) { return std::fabs(x); }>},
    {"ceil", one<[](double x) { return std::ceil(x); }>},
    {"floor", one<[](double x) { return std::floor(x); }>},
    {"round", one<[](double x) { return std::round(x); }>},
    {"frac", one<[](double x) { return std::isinf(x) ? 0 : x - std::trunc(x); }>},
    {"exp", one<[](double x) { return std::exp(x); }>},
    {"expm1", one<[](double x) { return std::expm1(x); }>},
    {"log", one<[](double x) { return std::log(x); }>},
    {"log10", one<[](double x) { return std::log10(x); }>},
    {"log2", one<[](double x) { return std::log2(x); }>},
    {"log1p", one<[](double x) { return std::log1p(x); }>},
    {"sqrt", one<[](double x) { return std::sqrt(x); }>},
    {"sin", one<[](double x) { return std::sin(x); }>},
    {"cos", one<[](double x) { return std::cos(x); }>},
    {"tan", one<[](double x) { return std::tan(x); }>},
    {"cot", one<[](double x) { return 1 / std::tan(x); }>},
    {"asin", one<[](double x) { return std::asin(x); }>},
    {"acos", one<[](double x) { return std::acos(x); }>},
    {"atan", one<[](double x) { return std::atan(x); }>},
    {"sinh", one<sinus_hyperbolicus>},
    {"cosh", one<[](double x) { return std::cosh(x); }>},
    {"tanh", one<[](double x) { return std::tanh(x); }>},
    {"asinh", one<[](double x) { return std::asinh(x); }>},
    {"acosh", one<[](double x) { return std::acosh(x); }>},
    {"atanh", one<[](double x) { return std::atanh(x); }>},
    {"sinc", one<[](double x) { return x == 0 ? 1 : std::sin(x) / x; }>},
    {"erf", one<[](double x) { return std::erf(x); }>},
    {"erfc", one<[](double x) { return std::erfc(x); }>},
    {"deg2rad", one<[](double x) { return x * kDegree; }>},
    {"rad2deg", one<[](double x) { return x / kDegree; }>},
    {"deg2grad", one<[](double x) { return x * 10 / 9; }>},
    {"grad2deg", one<[](double x) { return x * 9 / 10; }>},
    {"sgn", sign},
    {"trunc", trunc},
    {"pow", two<[](double x, double y, double& out) { return out = std::pow(x, y), true; }>},
    {"mod", ratio<remainder>},
    {"logn", two<log_to_base>},
    {"root", two<root>},
    {"percent_of", ratio<percent>},
    {"min", extreme<[](double a, double b) { return std::isnan(a) || b >= a ? a : b; }>},
    {"max", extreme<[](double a, double b) { return std::isnan(a) || b <= a ? a : b; }>},
    {"sum", fold<[](double a, double b) { return a + b; }>},
    {"mul", fold<[](double a, double b) { return a * b; }>},
    {"avg", average},
    {"clamp", three<clamp>},
    {"iclamp", three<iclamp>},
    {"inrange", inrange},
    {"random", random},
};

}  // namespace

Binder find_number_function(std::string_view name) noexcept {
  const auto it = kFunctions.find(name);
  return it == kFunctions.end() ? nullptr : it->second;
}

}  // namespace parallax

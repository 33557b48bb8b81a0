// Conversions between types (spec section "Conversions").
#include <fast_float/fast_float.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <utility>

#include "base/number_text.h"
#include "expression/kernels.h"

namespace parallax {
namespace {

using Text = std::string_view;

/// A decimal number with blanks around; anything else is no number, nor is what a double cannot hold.
bool parse_number(Text text, double& out) noexcept {
  const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  if (text.find_first_not_of("0123456789.eE+-") != Text::npos) return false;
  const auto result = fast_float::from_chars(text.data(), text.data() + text.size(), out);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return false;
  const bool too_small =
      out == 0 && text.substr(0, text.find_first_of("eE")).find_first_of("123456789") != Text::npos;
  return std::isfinite(out) && !too_small;
}

bool narrow(double x, std::int32_t& out) noexcept {
  if (!(x >= -0x1p31 && x <= 0x1p31 - 1)) return false;
  out = static_cast<std::int32_t>(x);
  return true;
}

template <class T>
bool to_integer(T x, std::int32_t& out) noexcept {
  if constexpr (std::is_same_v<T, Text>) {
    double number = 0;
    return parse_number(x, number) && narrow(number, out);
  } else if constexpr (std::is_floating_point_v<T>) {
    return narrow(x, out);
  } else {
    if (!std::in_range<std::int32_t>(x)) return false;
    out = static_cast<std::int32_t>(x);
    return true;
  }
}

template <class T>
bool to_float(T x, double& out) noexcept {
  if constexpr (std::is_same_v<T, Text>) {
    return parse_number(x, out);
  } else {
    out = static_cast<double>(x);
    return !std::isnan(out);
  }
}

/// Applies Convert<T> to the argument as it is stored.
template <class Result, template <class> class Convert>
Kernel converting(Storage from) {
  return with_lane_type(from, [](auto type) -> Kernel {
    using T = typename decltype(type)::type;
    return try_one<T, Result, Convert<T>::call>;
  });
}

template <class T>
struct ToInteger {
  static bool call(T x, std::int32_t& out) { return to_integer<T>(x, out); }
};
template <class T>
struct ToFloat {
  static bool call(T x, double& out) { return to_float<T>(x, out); }
};

Storage given(const CallSite& site, Storage if_null) {
  site.need_count(1, 1);
  return site[0].null_literal ? if_null : site[0].storage;
}

Bound integer(const CallSite& site) {
  const Storage from = given(site, Storage::int32);
  return {Storage::int32, converting<std::int32_t, ToInteger>(from), {from}, nullptr, false, 16};
}

Bound floating(const CallSite& site) {
  const Storage from = given(site, Storage::float64);
  return {Storage::float64, converting<double, ToFloat>(from), {from}, nullptr, false, 16};
}

void append_text(std::string& out, Storage storage, const Lanes& lanes, std::size_t i) {
  switch (storage) {
    case Storage::boolean:
      out += lanes.data<std::uint8_t>()[i] != 0 ? "true" : "false";
      return;
    case Storage::date:
      return append_date(out, lanes.data<std::int32_t>()[i]);
    case Storage::datetime:
      return append_datetime(out, lanes.data<std::int64_t>()[i]);
    default:
      break;
  }
  with_storage(storage, [&](auto type) {
    using T = typename decltype(type)::type;
    const T x = lanes.data<T>()[i];
    if constexpr (std::is_floating_point_v<T>) {
      char text[32];
      if (std::isnan(x))
        out += "nan";
      else
        out.append(text,
                   static_cast<std::size_t>(std::snprintf(text, sizeof text, "%g", static_cast<double>(x))));
    } else if constexpr (std::is_signed_v<T>) {
      append_integer(out, x);
    } else {
      append_unsigned(out, x);
    }
  });
}

void to_text(const KernelCall& call) {
  Text* out = call.out.data<Text>();
  call.out.validity = call.args[0]->validity;
  std::string text;
  for (std::size_t i = 0; i < call.count; ++i) {
    text.clear();
    if (call.out.valid(i)) append_text(text, call.args[0]->storage(), *call.args[0], i);
    out[i] = call.arena.store(text);
  }
}

void copy_text(const KernelCall& call) {
  std::memcpy(call.out.data<Text>(), call.args[0]->data<Text>(), call.count * sizeof(Text));
  call.out.validity = call.args[0]->validity;
}

Bound string(const CallSite& site) {
  const Storage from = given(site, Storage::text);
  return {Storage::text, from == Storage::text ? copy_text : to_text, {from}};
}

void no_value(const KernelCall& call) {
  std::memset(call.out.data<std::uint8_t>(), 0, call.count);
  call.out.fill_validity(false);
}

Bound boolean(const CallSite& site) {
  site.need_count(1, 1);
  if (site[0].null_literal) return {Storage::boolean, no_value, {std::nullopt}};
  return {Storage::boolean, truth_kernel(site[0].storage), {site[0].storage}};
}

const std::map<std::string_view, Binder> kFunctions{
    {"integer", integer}, {"float", floating}, {"string", string}, {"boolean", boolean}};

}  // namespace

Binder find_conversion(std::string_view name) noexcept {
  const auto it = kFunctions.find(name);
  return it == kFunctions.end() ? nullptr : it->second;
}

}  // namespace parallax

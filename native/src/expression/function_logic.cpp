// Operators, conditions and null functions (spec sections "Types" and "Null functions").
#include <cmath>
#include <map>

#include "expression/kernels.h"

namespace parallax {
namespace {

// --- truth ---

template <class T>
void truth(const KernelCall& call) {
  const Lanes& x = *call.args[0];
  auto* out = call.out.data<std::uint8_t>();
  if constexpr (std::is_arithmetic_v<T>) {
    const T* values = x.data<T>();
    for (std::size_t i = 0; i < call.count; ++i) out[i] = values[i] != T{};
  } else {
    std::memset(out, 1, call.count);
  }
  for_nulls(x.validity.data(), call.count, [&](std::size_t i) { out[i] = 0; });
  call.out.fill_validity(true);
}

/// Present is true: text, dates and datetimes.
struct Presence {};

// --- comparison ---

template <class T, Operator Op>
bool compare(const T& x, const T& y) noexcept {
  if constexpr (Op == Operator::equal)
    return x == y;
  else if constexpr (Op == Operator::not_equal)
    return x != y;
  else if constexpr (Op == Operator::less)
    return x < y;
  else if constexpr (Op == Operator::less_equal)
    return x <= y;
  else if constexpr (Op == Operator::greater)
    return x > y;
  else
    return x >= y;
}

/// Never null: two nulls are equal, a null beside a value is neither equal, less nor greater.
template <class T, Operator Op>
void comparison(const KernelCall& call) {
  const Lanes& a = *call.args[0];
  const Lanes& b = *call.args[1];
  const T* x = a.data<T>();
  const T* y = b.data<T>();
  auto* out = call.out.data<std::uint8_t>();
  constexpr bool kBothNull =
      Op == Operator::equal || Op == Operator::less_equal || Op == Operator::greater_equal;
  for (std::size_t i = 0; i < call.count; ++i) out[i] = compare<T, Op>(x[i], y[i]);
  all_valid(call);
  for_nulls(call.out.validity.data(), call.count, [&](std::size_t i) {
    out[i] = a.valid(i) == b.valid(i) ? kBothNull : Op == Operator::not_equal;
  });
  call.out.fill_validity(true);
}

template <Operator Op>
Kernel comparison_of(Storage storage) {
  return with_lane_type(storage,
                        [](auto type) -> Kernel { return comparison<typename decltype(type)::type, Op>; });
}

Kernel comparison_kernel(Operator op, Storage storage) {
  switch (op) {
    case Operator::equal:
      return comparison_of<Operator::equal>(storage);
    case Operator::not_equal:
      return comparison_of<Operator::not_equal>(storage);
    case Operator::less:
      return comparison_of<Operator::less>(storage);
    case Operator::less_equal:
      return comparison_of<Operator::less_equal>(storage);
    case Operator::greater:
      return comparison_of<Operator::greater>(storage);
    default:
      return comparison_of<Operator::greater_equal>(storage);
  }
}

Bound bind_comparison(Operator op, const CallSite& site) {
  Storage common = Storage::float64;
  if (site[0].null_literal || site[1].null_literal) {
    common =
        site[0].null_literal ? (site[1].null_literal ? Storage::float64 : site[1].storage) : site[0].storage;
  } else if (site.number(0) && site.number(1)) {
    common = Storage::float64;
  } else if (site[0].storage == site[1].storage) {
    common = site[0].storage;
  } else {
    site.fail("cannot compare " + std::string(type_name(column_type(site[0].storage))) + " and " +
              std::string(type_name(column_type(site[1].storage))));
  }
  return {Storage::boolean, comparison_kernel(op, common), {common, common}};
}

// --- arithmetic ---

Kernel arithmetic_kernel(Operator op) {
  switch (op) {
    case Operator::add:
      return map_two<double, double, [](double x, double y) { return x + y; }>;
    case Operator::subtract:
      return map_two<double, double, [](double x, double y) { return x - y; }>;
    case Operator::multiply:
      return map_two<double, double, [](double x, double y) { return x * y; }>;
    case Operator::divide:
      return quotient<[](double x, double y) { return x / y; }>;
    default:
      return quotient<[](double x, double y) { return std::fmod(x, y); }>;
  }
}

void need_numbers(const CallSite& site) {
  for (std::size_t i = 0; i < site.size(); ++i) site.need_number_or_null(i);
}

// --- logic; arguments are truths, never null ---

template <auto F>
void logic(const KernelCall& call) {
  const auto* x = call.args[0]->data<std::uint8_t>();
  const auto* y = call.args[1]->data<std::uint8_t>();
  auto* out = call.out.data<std::uint8_t>();
  for (std::size_t i = 0; i < call.count; ++i) out[i] = F(x[i] != 0, y[i] != 0);
  call.out.fill_validity(true);
}

Kernel logic_kernel(Operator op) {
  switch (op) {
    case Operator::logical_and:
      return logic<[](bool x, bool y) { return x && y; }>;
    case Operator::logical_nand:
      return logic<[](bool x, bool y) { return !(x && y); }>;
    case Operator::logical_or:
      return logic<[](bool x, bool y) { return x || y; }>;
    case Operator::logical_nor:
      return logic<[](bool x, bool y) { return !(x || y); }>;
    case Operator::logical_xor:
      return logic<[](bool x, bool y) { return x != y; }>;
    default:
      return logic<[](bool x, bool y) { return x == y; }>;
  }
}

// --- functions ---

template <bool Null>
void test_null(const KernelCall& call) {
  auto* out = call.out.data<std::uint8_t>();
  std::memset(out, Null ? 0 : 1, call.count);
  for_nulls(call.args[0]->validity.data(), call.count, [&](std::size_t i) { out[i] = Null; });
  call.out.fill_validity(true);
}

template <bool Null>
Bound null_test(const CallSite& site) {
  site.need_count(1, 1);
  return {Storage::boolean, test_null<Null>, {site[0].null_literal ? Storage::float64 : site[0].storage}};
}

template <class T>
void first_valid(const KernelCall& call) {
  T* out = call.out.data<T>();
  std::copy_n(call.args[0]->data<T>(), call.count, out);
  call.out.validity = call.args[0]->validity;
  for (const Lanes* arg : call.args.subspan(1)) {
    const T* x = arg->data<T>();
    for_nulls(call.out.validity.data(), call.count, [&](std::size_t i) { out[i] = x[i]; });
    for (std::size_t w = 0; w < bitmap_words(call.count); ++w) call.out.validity[w] |= arg->validity[w];
  }
}

Bound coalesce(const CallSite& site) {
  site.need_count(1, 100'000);
  bool numbers = true;
  for (std::size_t i = 0; i < site.size(); ++i) {
    if (site[i].null_literal) site.fail_type(i, "a value");
    numbers = numbers && site.number(i);
  }
  const Storage common = numbers ? Storage::float64 : site[0].storage;
  for (std::size_t i = 0; i < site.size() && !numbers; ++i) {
    if (site[i].storage != common) site.fail("takes numbers, or values of one type");
  }
  const Kernel kernel =
      with_lane_type(common, [](auto type) -> Kernel { return first_valid<typename decltype(type)::type>; });
  return {common, kernel, Passed(site.size(), common)};
}

template <Operator Op>
Bound comparison_function(const CallSite& site) {
  site.need_count(2, 2);
  return bind_comparison(Op, site);
}

/// mand, mor: null booleans count as false.
template <bool And>
void all_or_any(const KernelCall& call) {
  auto* out = call.out.data<std::uint8_t>();
  for (std::size_t i = 0; i < call.count; ++i) {
    bool value = And;
    for (const Lanes* arg : call.args) {
      const bool x = arg->valid(i) && arg->data<std::uint8_t>()[i] != 0;
      value = And ? value && x : value || x;
    }
    out[i] = value;
  }
  call.out.fill_validity(true);
}

template <bool And>
Bound many(const CallSite& site) {
  site.need_count(1, 100'000);
  for (std::size_t i = 0; i < site.size(); ++i) {
    if (!site.is(i, Storage::boolean)) site.fail_type(i, "a boolean");
  }
  return {Storage::boolean, all_or_any<And>, Passed(site.size(), Storage::boolean)};
}

const std::map<std::string_view, Binder> kFunctions{
    {"is_null", null_test<true>},
    {"is_not_null", null_test<false>},
    {"coalesce", coalesce},
    {"equal", comparison_function<Operator::equal>},
    {"not_equal", comparison_function<Operator::not_equal>},
    {"mand", many<true>},
    {"mor", many<false>},
};

template <class From, class To>
constexpr auto kCast = [](From x) { return static_cast<To>(x); };

}  // namespace

Kernel truth_kernel(Storage storage) {
  if (storage == Storage::text || storage == Storage::date || storage == Storage::datetime)
    return truth<Presence>;
  return with_storage(storage, [](auto type) -> Kernel { return truth<typename decltype(type)::type>; });
}

Kernel widen_kernel(Storage from, Storage to) {
  if (from == to) return nullptr;
  return with_storage(from, [&](auto source) -> Kernel {
    using From = typename decltype(source)::type;
    return with_storage(to, [](auto target) -> Kernel {
      using To = typename decltype(target)::type;
      return map_one<From, To, kCast<From, To>>;
    });
  });
}

Bound bind_operator(Operator op, const CallSite& site) {
  if (op >= Operator::logical_and) return {Storage::boolean, logic_kernel(op), Passed(2, Storage::boolean)};
  if (op >= Operator::equal) return bind_comparison(op, site);
  need_numbers(site);
  return {Storage::float64, arithmetic_kernel(op), Passed(2, Storage::float64)};
}

Bound bind_power(const CallSite& site) {
  need_numbers(site);
  return {Storage::float64, map_two<double, double, [](double x, double y) { return std::pow(x, y); }>,
          Passed(2, Storage::float64)};
}

Bound bind_sign(NodeKind sign, const CallSite& site) {
  if (site[0].null_literal)
    return {Storage::float64, map_one<double, double, [](double x) { return x; }>, {Storage::float64}};
  site.need_number(0);
  Storage storage = site[0].storage;
  // The negative of an unsigned number needs the next wider signed type.
  if (sign == NodeKind::negate && is_unsigned_integer(storage)) {
    storage = storage == Storage::uint8    ? Storage::int16
              : storage == Storage::uint16 ? Storage::int32
                                           : Storage::int64;
  }
  const Kernel kernel = with_storage(storage, [&](auto type) -> Kernel {
    using T = typename decltype(type)::type;
    if (sign == NodeKind::plus) return map_one<T, T, [](T x) { return x; }>;
    return map_one<T, T, [](T x) {
      if constexpr (std::is_floating_point_v<T>)
        return -x;
      else
        return static_cast<T>(0 - static_cast<std::make_unsigned_t<T>>(x));
    }>;
  });
  return {storage, kernel, {storage}};
}

Binder find_logic_function(std::string_view name) noexcept {
  const auto it = kFunctions.find(name);
  return it == kFunctions.end() ? nullptr : it->second;
}

}  // namespace parallax

#include "view/aggregate_kind.h"

namespace parallax {
namespace {

struct Name {
  std::string_view name;
  AggregateKind kind;
};

/// The canonical names, in the order of AggregateKind.
constexpr std::string_view kCanonical[] = {
    "sum",
    "sum not null",
    "sum abs",
    "abs sum",
    "mul",
    "gmv",
    "pct sum parent",
    "pct sum grand total",
    "mean",
    "weighted mean",
    "variance",
    "stddev",
    "min",
    "max",
    "min by",
    "max by",
    "high",
    "low",
    "high minus low",
    "median",
    "q1",
    "q3",
    "first",
    "last by index",
    "last",
    "last minus first",
    "count",
    "distinct count",
    "unique",
    "distinct leaf",
    "dominant",
    "any",
    "or",
    "and",
    "join",
};
static_assert(std::size(kCanonical) == static_cast<std::size_t>(AggregateKind::join) + 1);

constexpr Name kAliases[] = {
    {"avg", AggregateKind::mean},
    {"distinct", AggregateKind::distinct_count},
    {"distinctcount", AggregateKind::distinct_count},
    {"distinct_count", AggregateKind::distinct_count},
    {"first by index", AggregateKind::first},
    {"last_value", AggregateKind::last},
    {"high_water_mark", AggregateKind::high},
    {"low_water_mark", AggregateKind::low},
    {"pct sum total", AggregateKind::pct_sum_total},
    {"pct_sum_total", AggregateKind::pct_sum_total},
    {"pct_sum_grand_total", AggregateKind::pct_sum_total},
    {"pct_sum_parent", AggregateKind::pct_sum_parent},
    {"var", AggregateKind::variance},
    {"standard deviation", AggregateKind::stddev},
    {"sum_not_null", AggregateKind::sum_not_null},
    {"sum_abs", AggregateKind::sum_abs},
    {"abs_sum", AggregateKind::abs_sum},
    {"weighted_mean", AggregateKind::weighted_mean},
    {"distinct_leaf", AggregateKind::distinct_leaf},
    {"min_by", AggregateKind::min_by},
    {"max_by", AggregateKind::max_by},
};

constexpr std::string_view kUnimplemented[] = {"identity", "mean by count", "div", "add", "py_agg"};

std::optional<Storage> sum_result(Storage storage) noexcept {
  if (is_signed_integer(storage)) return Storage::int64;
  if (is_unsigned_integer(storage)) return Storage::uint64;
  if (is_float(storage)) return Storage::float64;
  return std::nullopt;
}

std::optional<Storage> only_if(bool fits, Storage result) noexcept {
  return fits ? std::optional(result) : std::nullopt;
}

}  // namespace

std::optional<AggregateKind> find_aggregate(std::string_view name) noexcept {
  for (std::size_t i = 0; i < std::size(kCanonical); ++i) {
    if (kCanonical[i] == name) return static_cast<AggregateKind>(i);
  }
  for (const auto& alias : kAliases) {
    if (alias.name == name) return alias.kind;
  }
  return std::nullopt;
}

bool is_unimplemented_aggregate(std::string_view name) noexcept {
  for (const auto known : kUnimplemented) {
    if (known == name) return true;
  }
  return false;
}

std::string_view canonical_name(AggregateKind kind) noexcept {
  return kCanonical[static_cast<std::size_t>(kind)];
}

unsigned aggregate_arguments(AggregateKind kind) noexcept {
  return kind == AggregateKind::weighted_mean || kind == AggregateKind::min_by ||
                 kind == AggregateKind::max_by
             ? 1
             : 0;
}

std::optional<Storage> aggregate_result(AggregateKind kind, Storage storage) noexcept {
  switch (kind) {
    case AggregateKind::sum:
    case AggregateKind::sum_not_null:
    case AggregateKind::sum_abs:
    case AggregateKind::abs_sum:
    case AggregateKind::mul:
    case AggregateKind::gmv:
      return sum_result(storage);
    case AggregateKind::pct_sum_parent:
    case AggregateKind::pct_sum_total:
    case AggregateKind::mean:
    case AggregateKind::weighted_mean:
    case AggregateKind::variance:
    case AggregateKind::stddev:
      return only_if(is_number(storage), Storage::float64);
    case AggregateKind::high:
    case AggregateKind::low:
      return only_if(is_number(storage) || storage == Storage::date || storage == Storage::datetime, storage);
    case AggregateKind::high_minus_low:
    case AggregateKind::last_minus_first:
      return only_if(is_number(storage), storage);
    case AggregateKind::count:
      return Storage::int64;
    case AggregateKind::distinct_count:
      return Storage::uint32;
    case AggregateKind::logical_or:
    case AggregateKind::logical_and:
      return only_if(storage == Storage::boolean, Storage::boolean);
    case AggregateKind::join:
      return Storage::text;
    default:
      return storage;
  }
}

AggregateKind default_aggregate(ColumnType type) noexcept {
  return type == ColumnType::integer || type == ColumnType::floating ? AggregateKind::sum
                                                                     : AggregateKind::count;
}

}  // namespace parallax

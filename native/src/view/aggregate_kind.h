// Names, aliases and result types of the aggregates.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "storage/types.h"

namespace parallax {

enum class AggregateKind : std::uint8_t {
  sum,
  sum_not_null,
  sum_abs,
  abs_sum,
  mul,
  gmv,
  pct_sum_parent,
  pct_sum_total,
  mean,
  weighted_mean,
  variance,
  stddev,
  min,
  max,
  min_by,
  max_by,
  high,
  low,
  high_minus_low,
  median,
  q1,
  q3,
  first,
  last_by_index,
  last,
  last_minus_first,
  count,
  distinct_count,
  unique,
  distinct_leaf,
  dominant,
  any,
  logical_or,
  logical_and,
  join,
};

/// The kind that a name or alias stands for; none for an unknown name. (Known but unimplemented names are
/// told apart by is_unimplemented_aggregate.)
std::optional<AggregateKind> find_aggregate(std::string_view name) noexcept;
bool is_unimplemented_aggregate(std::string_view name) noexcept;

/// The name get_config gives back, accepted as input too.
std::string_view canonical_name(AggregateKind kind) noexcept;

/// Number of further columns the aggregate takes: 1 for weighted mean, min by, max by, else 0.
unsigned aggregate_arguments(AggregateKind kind) noexcept;

/// Storage of the result over a column of `storage`; none if the aggregate does not fit the type.
std::optional<Storage> aggregate_result(AggregateKind kind, Storage storage) noexcept;

/// sum for numbers, else count.
AggregateKind default_aggregate(ColumnType type) noexcept;

}  // namespace parallax

// Makes the states of all aggregates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "view/aggregate_state.h"

namespace parallax {

/// A computation over one column (and for some a second), with the accessors of CellState it offers.
enum class StateKind : std::uint8_t {
  valid_count,     ///< integer: cells that are not null
  not_true_count,  ///< integer: cells that are null or false
  sum,             ///< number; integer for integer columns. Floats: reads NaN as NaN
  sum_not_nan,     ///< number of a float column
  absolute_sum,    ///< as sum, of |v|
  variance,        ///< value: a double; none of fewer than 2 values
  weighted,        ///< value: a double, sum(v * w) / sum(w)
  minimum,         ///< value, as all below
  maximum,
  low_mark,
  high_mark,
  unique,
  first,
  last,      ///< of the highest key
  last_met,  ///< of the row that GroupTree::row_before puts last
  any,       ///< in that order too, as dominant
  least_by,
  greatest_by,
  product,
  median,
  lower_quartile,
  upper_quartile,
  distinct_count,  ///< integer
  dominant,
  join,  ///< text
};

/// `argument` is the second column of weighted, least_by and greatest_by.
std::unique_ptr<CellState> make_state(StateKind kind, std::size_t column, std::size_t argument,
                                      const CellContext& context);

// The families make_state() chooses from.
std::unique_ptr<CellState> make_sum_state(StateKind kind, std::size_t column, std::size_t argument,
                                          const CellContext& context);
std::unique_ptr<CellState> make_extreme_state(StateKind kind, std::size_t column, const CellContext& context);
std::unique_ptr<CellState> make_pick_state(StateKind kind, std::size_t column, std::size_t argument,
                                           const CellContext& context);
std::unique_ptr<CellState> make_gathered_state(StateKind kind, std::size_t column,
                                               const CellContext& context);
/// gmv: `sums` is the sum state of the same column.
std::unique_ptr<CellState> make_gmv_state(std::size_t column, CellState& sums, const CellContext& context);

}  // namespace parallax

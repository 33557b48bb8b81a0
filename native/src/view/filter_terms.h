// Filter operators and operands as clients write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "storage/schema.h"
#include "view/config.h"

namespace parallax {

enum class FilterOperator : std::uint8_t {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  not_in,
  is_null,
  is_not_null,
  begins_with,
  ends_with,
  contains,
  not_begins_with,
  not_ends_with,
  not_contains,
  matches,
  not_matches,
};

/// Any accepted spelling; none for an unknown operator.
std::optional<FilterOperator> find_filter_operator(std::string_view name) noexcept;

/// Operators on text alone: begins_with … not_matches.
inline bool is_text_operator(FilterOperator op) noexcept { return op >= FilterOperator::begins_with; }

/// Checks a term against the columns and completes it as get_config shows it: canonical operator spelling,
/// number and boolean operands as such, a date operand as `YYYY-MM-DD`, a datetime operand as ms, a missing
/// operand as null, a list on an operator of one operand cut to its first entry. Throws Error for an unknown
/// column or operator and for an operand that does not fit the column. Idempotent.
FilterTerm complete_filter_term(const Schema& schema, FilterTerm term);

/// The value of a number, of a boolean (1 or 0) or of decimal text; none for anything else. A long double
/// holds every 64-bit integer, so that comparisons with wide integers are right.
std::optional<long double> number_operand(const Scalar& scalar) noexcept;

/// Days (date) or ms (datetime) of text or a number of ms; none if it is no such time.
std::optional<std::int64_t> time_operand(ColumnType type, const Scalar& scalar) noexcept;

/// 0 or 1 of an operand of a boolean column; none if it is neither.
std::optional<bool> boolean_operand(const Scalar& scalar) noexcept;

}  // namespace parallax

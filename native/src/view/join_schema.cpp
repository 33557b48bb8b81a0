#include "view/join_schema.h"

#include <algorithm>

#include "parallax/error.h"

namespace parallax {
namespace {

std::size_t find_key(const Schema& schema, const std::string& name, const char* side) {
  const auto found = schema.find(name);
  if (!found) throw Error("Column \"" + name + "\" not found in " + side + " table");
  return *found;
}

/// The least storage that holds all values of both, which are of one type.
Storage common_storage(Storage a, Storage b, const std::string& name) {
  if (a == b) return a;
  if (is_float(a)) return Storage::float64;
  if (is_unsigned_integer(a) == is_unsigned_integer(b)) return std::max(a, b);
  const Storage with_sign = is_signed_integer(a) ? a : b;
  switch (is_signed_integer(a) ? b : a) {
    case Storage::uint8:
      return std::max(with_sign, Storage::int16);
    case Storage::uint16:
      return std::max(with_sign, Storage::int32);
    case Storage::uint32:
      return Storage::int64;
    default:
      throw Error("Join column type mismatch: \"" + name +
                  "\" holds unsigned 64-bit integers in one table and signed ones in the other, and an outer "
                  "join needs one column for both");
  }
}

}  // namespace

JoinSchema::JoinSchema(const Schema& left, const Schema& right, const JoinConfig& config)
    : left_columns_(left.size()), outer_(config.type == JoinType::outer) {
  const std::string& right_on = config.right_on.empty() ? config.on : config.right_on;
  keys = {find_key(left, config.on, "left"), find_key(right, right_on, "right")};
  const Storage left_key = left[keys[0]].storage;
  const Storage right_key = right[keys[1]].storage;
  if (column_type(left_key) != column_type(right_key)) {
    throw Error("Join column type mismatch: \"" + config.on + "\" is " +
                std::string(type_name(column_type(left_key))) + " in the left table, \"" + right_on +
                "\" is " + std::string(type_name(column_type(right_key))) + " in the right one");
  }
  for (std::size_t column = 0; column < left.size(); ++column) {
    Field field = left[column];
    if (column == keys[0] && outer_) field.storage = common_storage(left_key, right_key, config.on);
    schema.add(std::move(field));
    origins.push_back({0, column});
  }
  for (std::size_t column = 0; column < right.size(); ++column) {
    if (column == keys[1]) continue;
    if (left.find(right[column].name)) {
      throw Error("Column \"" + right[column].name + "\" exists in both tables");
    }
    schema.add(right[column]);
    origins.push_back({1, column});
  }
}

std::optional<std::size_t> JoinSchema::result_column(Origin origin) const {
  if (origin.side == 0) return origin.column;
  if (origin.column == keys[1]) return outer_ ? std::optional(keys[0]) : std::nullopt;
  return left_columns_ + origin.column - (origin.column > keys[1] ? 1 : 0);
}

}  // namespace parallax

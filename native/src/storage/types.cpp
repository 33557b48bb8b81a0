#include "storage/types.h"

namespace parallax {

ColumnType column_type(Storage storage) noexcept {
  switch (storage) {
    case Storage::float32:
    case Storage::float64:
      return ColumnType::floating;
    case Storage::boolean:
      return ColumnType::boolean;
    case Storage::date:
      return ColumnType::date;
    case Storage::datetime:
      return ColumnType::datetime;
    case Storage::text:
      return ColumnType::string;
    default:
      return ColumnType::integer;
  }
}

Storage default_storage(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::string:
      return Storage::text;
    case ColumnType::date:
      return Storage::date;
    case ColumnType::datetime:
      return Storage::datetime;
    case ColumnType::integer:
      return Storage::int32;
    case ColumnType::floating:
      return Storage::float64;
    case ColumnType::boolean:
      break;
  }
  return Storage::boolean;
}

std::string_view type_name(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::string:
      return "string";
    case ColumnType::date:
      return "date";
    case ColumnType::datetime:
      return "datetime";
    case ColumnType::integer:
      return "integer";
    case ColumnType::floating:
      return "float";
    case ColumnType::boolean:
      break;
  }
  return "boolean";
}

}  // namespace parallax

// Column types as clients see them and how their values are stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace parallax {

/// The six types of the protocol, under its numbers.
enum class ColumnType : std::uint8_t {
  string = 0,
  date = 1,
  datetime = 2,
  integer = 3,
  floating = 4,
  boolean = 5
};

/// How a cell is stored. Each type has one physical C++ type (see with_storage).
enum class Storage : std::uint8_t {
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  boolean,   ///< std::uint8_t, 0 or 1
  date,      ///< std::int32_t, days since 1970-01-01
  datetime,  ///< std::int64_t, milliseconds since 1970-01-01T00:00:00Z
  text,      ///< std::uint32_t, code in the column's dictionary
};

/// Calls f(std::type_identity<T>{}) with the physical type of `storage`.
template <class F>
decltype(auto) with_storage(Storage storage, F&& f) {
  switch (storage) {
    case Storage::int8:
      return f(std::type_identity<std::int8_t>{});
    case Storage::int16:
      return f(std::type_identity<std::int16_t>{});
    case Storage::int32:
      return f(std::type_identity<std::int32_t>{});
    case Storage::int64:
      return f(std::type_identity<std::int64_t>{});
    case Storage::uint8:
      return f(std::type_identity<std::uint8_t>{});
    case Storage::uint16:
      return f(std::type_identity<std::uint16_t>{});
    case Storage::uint32:
      return f(std::type_identity<std::uint32_t>{});
    case Storage::uint64:
      return f(std::type_identity<std::uint64_t>{});
    case Storage::float32:
      return f(std::type_identity<float>{});
    case Storage::float64:
      return f(std::type_identity<double>{});
    case Storage::boolean:
      return f(std::type_identity<std::uint8_t>{});
    case Storage::date:
      return f(std::type_identity<std::int32_t>{});
    case Storage::datetime:
      return f(std::type_identity<std::int64_t>{});
    case Storage::text:
      break;
  }
  return f(std::type_identity<std::uint32_t>{});
}

/// Bytes a cell takes.
inline std::size_t storage_width(Storage storage) {
  return with_storage(storage, [](auto type) { return sizeof(typename decltype(type)::type); });
}

ColumnType column_type(Storage storage) noexcept;

/// The storage of a column that is declared by type alone: 32-bit integers, 64-bit floats.
Storage default_storage(ColumnType type) noexcept;

/// `string`, `date`, `datetime`, `integer`, `float`, `boolean`.
std::string_view type_name(ColumnType type) noexcept;

inline bool is_signed_integer(Storage s) noexcept { return s <= Storage::int64; }
inline bool is_unsigned_integer(Storage s) noexcept { return s >= Storage::uint8 && s <= Storage::uint64; }
inline bool is_integer(Storage s) noexcept { return s <= Storage::uint64; }
inline bool is_float(Storage s) noexcept { return s == Storage::float32 || s == Storage::float64; }
inline bool is_number(Storage s) noexcept { return is_integer(s) || is_float(s); }

}  // namespace parallax

// Slices for the emit tests.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "view/slice.h"

namespace parallax::testing {

template <class T>
Column column_of(Storage storage, std::initializer_list<std::optional<T>> cells) {
  Column column(storage);
  for (const auto& cell : cells) cell ? column.append<T>(*cell) : column.append_null();
  return column;
}

inline Column texts(std::initializer_list<std::optional<const char*>> cells) {
  Column column(Storage::text);
  for (const auto& cell : cells) cell ? column.append_text(*cell) : column.append_null();
  return column;
}

inline Column ints(std::initializer_list<std::optional<std::int32_t>> cells) {
  return column_of<std::int32_t>(Storage::int32, cells);
}

inline Column floats(std::initializer_list<std::optional<double>> cells) {
  return column_of<double>(Storage::float64, cells);
}

inline void add(ViewSlice& slice, std::string name, Column column) {
  slice.rows = column.size();
  slice.names.push_back(std::move(name));
  slice.columns.push_back(std::move(column));
}

/// A flat slice of three rows with one column a type.
inline ViewSlice every_type() {
  ViewSlice slice;
  add(slice, "i", ints({1, {}, -2}));
  add(slice, "f", floats({1.0, 1e21, {}}));
  add(slice, "s", texts({"p", "q\"q", "r,\n\\t"}));
  add(slice, "b", column_of<std::uint8_t>(Storage::boolean, {1, 0, {}}));
  add(slice, "d", column_of<std::int32_t>(Storage::date, {{}, -1, 19727}));
  add(slice, "t", column_of<std::int64_t>(Storage::datetime, {{}, -1, 1704416523004}));
  return slice;
}

/// Two levels, four rows: total, "a", "a" / 7, null.
inline ViewSlice grouped() {
  ViewSlice slice;
  slice.has_row_path = true;
  slice.path_names = {"g", "h"};
  slice.path.push_back(texts({{}, "a", "a", {}}));
  slice.path.push_back(ints({{}, {}, 7, {}}));
  slice.depth = {0, 1, 2, 1};
  add(slice, "n", ints({6, 5, 4, 1}));
  return slice;
}

}  // namespace parallax::testing

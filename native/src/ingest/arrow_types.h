// Arrow's types as far as tables can hold them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/types.h"

namespace parallax::arrow {
struct FieldInfo;
enum class MetadataVersion : std::int16_t;
}  // namespace parallax::arrow

namespace parallax {

enum class ArrowKind : std::uint8_t {
  null,
  boolean,
  integer,
  floating,
  decimal,
  date32,
  date64,
  time,
  timestamp,
  text,        ///< utf8 or binary, 32-bit offsets
  large_text,  ///< the same with 64-bit offsets
  text_view,   ///< utf8 or binary as views
  structure,
  list,
  large_list,
  other,  ///< cannot be read, only skipped
};

/// One field of a schema, or the values that a list holds.
struct ArrowField {
  std::string name;
  std::string type_name;  ///< for messages, as Arrow's libraries spell it
  ArrowKind kind = ArrowKind::other;
  int width = 0;                    ///< bytes a value takes: integer, floating, decimal, time
  bool is_signed = true;            ///< integer
  int scale = 0;                    ///< decimal
  std::int64_t units_a_second = 1;  ///< timestamp: 1, 10^3, 10^6 or 10^9
  std::vector<ArrowField> children;

  /// Dictionary-encoded: cells are indices into the dictionary of this id; what stands above describes its
  /// values.
  std::optional<std::int64_t> dictionary;
  int index_width = 4;
  bool index_signed = true;

  /// Layout in a message: buffers of the array itself, without children. Views add as many as the message
  /// says.
  int buffers = 0;
  bool has_variadic_buffers = false;

  /// Set by the reader's user: false = neither decoded nor looked at.
  bool used = true;
};

/// Reads a verified schema field. Throws Error if it contradicts itself or its name is no UTF-8.
ArrowField read_arrow_field(const arrow::FieldInfo& info, arrow::MetadataVersion version);

inline bool is_list(const ArrowField& field) noexcept {
  return !field.dictionary && (field.kind == ArrowKind::list || field.kind == ArrowKind::large_list);
}
inline bool is_struct(const ArrowField& field) noexcept {
  return !field.dictionary && field.kind == ArrowKind::structure;
}
inline bool is_text(const ArrowField& field) noexcept {
  return field.kind == ArrowKind::text || field.kind == ArrowKind::large_text ||
         field.kind == ArrowKind::text_view;
}

/// What a table made from the field stores; nothing if the type cannot be a column (structs and lists
/// neither).
std::optional<Storage> natural_storage(const ArrowField& field);

/// True if the field's values may be written to a column of that storage.
bool fits_storage(const ArrowField& field, Storage storage);

}  // namespace parallax

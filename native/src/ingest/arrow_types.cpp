#include "ingest/arrow_types.h"

#include <arrow_ipc_generated.h>
#include <simdjson.h>

#include "parallax/error.h"

namespace parallax {
namespace {

/// Buffers of fixed-width cells: validity and values.
constexpr int kFixedBuffers = 2;

template <class Type>
const Type& type_of(const arrow::FieldInfo& info) {
  const auto* type = static_cast<const Type*>(info.type());
  if (type == nullptr) throw Error("Arrow: a field has no type");
  return *type;
}

void set(ArrowField& field, ArrowKind kind, int width, std::string name) {
  field.kind = kind;
  field.width = width;
  field.type_name = std::move(name);
  field.buffers = kFixedBuffers;
}

void set_other(ArrowField& field, std::string name, int buffers) {
  field.kind = ArrowKind::other;
  field.type_name = std::move(name);
  field.buffers = buffers;
}

void set_text(ArrowField& field, ArrowKind kind, std::string name) {
  field.kind = kind;
  field.type_name = std::move(name);
  field.buffers = kind == ArrowKind::text_view ? 2 : 3;
  field.has_variadic_buffers = kind == ArrowKind::text_view;
}

int checked_width(const char* type, int bits, int least, int most) {
  if (bits < least || bits > most || (bits & (bits - 1)) != 0) {
    throw Error(std::string("Arrow: ") + type + " of " + std::to_string(bits) + " bits is not a type");
  }
  return bits / 8;
}

void set_integer(ArrowField& field, const arrow::IntType& type) {
  field.is_signed = type.is_signed();
  set(field, ArrowKind::integer, checked_width("an integer", type.bit_width(), 8, 64),
      (type.is_signed() ? "int" : "uint") + std::to_string(type.bit_width()));
}

void set_floating(ArrowField& field, const arrow::FloatType& type) {
  switch (type.precision()) {
    case arrow::Precision::half:
      return set(field, ArrowKind::floating, 2, "halffloat");
    case arrow::Precision::single:
      return set(field, ArrowKind::floating, 4, "float");
    case arrow::Precision::double_:
      return set(field, ArrowKind::floating, 8, "double");
  }
  throw Error("Arrow: unknown floating-point precision");
}

void set_timestamp(ArrowField& field, arrow::TimeUnit unit) {
  set(field, ArrowKind::timestamp, 8, "timestamp");
  switch (unit) {
    case arrow::TimeUnit::second:
      field.units_a_second = 1;
      return;
    case arrow::TimeUnit::millisecond:
      field.units_a_second = 1000;
      return;
    case arrow::TimeUnit::microsecond:
      field.units_a_second = 1'000'000;
      return;
    case arrow::TimeUnit::nanosecond:
      field.units_a_second = 1'000'000'000;
      return;
  }
  throw Error("Arrow: unknown time unit");
}

void set_list(ArrowField& field, ArrowKind kind, const char* name) {
  if (field.children.size() != 1) throw Error("Arrow: a list field must have one child");
  field.kind = kind;
  field.type_name = std::string(name) + "<" + field.children[0].type_name + ">";
  field.buffers = 2;
}

/// Types that tables cannot hold still have a layout, so that they can be skipped.
void set_unreadable(ArrowField& field, const arrow::FieldInfo& info, arrow::MetadataVersion version) {
  switch (info.type_type()) {
    case arrow::FieldType::IntervalType:
      return set_other(field, "interval", kFixedBuffers);
    case arrow::FieldType::DurationType:
      return set_other(field, "duration", kFixedBuffers);
    case arrow::FieldType::FixedSizeBinaryType:
      return set_other(field, "fixed_size_binary", kFixedBuffers);
    case arrow::FieldType::MapType:
      return set_other(field, "map", 2);
    case arrow::FieldType::FixedSizeListType:
      return set_other(field, "fixed_size_list", 1);
    case arrow::FieldType::ListViewType:
    case arrow::FieldType::LargeListViewType:
      return set_other(field, "list_view", 3);
    case arrow::FieldType::RunEndEncodedType:
      return set_other(field, "run_end_encoded", 0);
    case arrow::FieldType::UnionType: {
      const bool dense = type_of<arrow::UnionType>(info).mode() == arrow::UnionMode::dense;
      // Before version 5 unions had a validity bitmap.
      return set_other(field, "union", (dense ? 2 : 1) + (version < arrow::MetadataVersion::V5 ? 1 : 0));
    }
    default:
      throw Error("Arrow: the field \"" + field.name + "\" has a type that is not known");
  }
}

void set_type(ArrowField& field, const arrow::FieldInfo& info, arrow::MetadataVersion version) {
  switch (info.type_type()) {
    case arrow::FieldType::NullType:
      set(field, ArrowKind::null, 0, "null");
      field.buffers = 0;
      return;
    case arrow::FieldType::IntType:
      return set_integer(field, type_of<arrow::IntType>(info));
    case arrow::FieldType::FloatType:
      return set_floating(field, type_of<arrow::FloatType>(info));
    case arrow::FieldType::BoolType:
      return set(field, ArrowKind::boolean, 0, "bool");
    case arrow::FieldType::DecimalType: {
      const auto& type = type_of<arrow::DecimalType>(info);
      field.scale = type.scale();
      return set(field, ArrowKind::decimal, checked_width("a decimal", type.bit_width(), 32, 256),
                 "decimal" + std::to_string(type.bit_width()));
    }
    case arrow::FieldType::DateType:
      return type_of<arrow::DateType>(info).unit() == arrow::DateUnit::day
                 ? set(field, ArrowKind::date32, 4, "date32")
                 : set(field, ArrowKind::date64, 8, "date64");
    case arrow::FieldType::TimeType: {
      const int bits = type_of<arrow::TimeType>(info).bit_width();
      return set(field, ArrowKind::time, checked_width("a time", bits, 32, 64),
                 "time" + std::to_string(bits));
    }
    case arrow::FieldType::TimestampType:
      return set_timestamp(field, type_of<arrow::TimestampType>(info).unit());
    case arrow::FieldType::Utf8Type:
      return set_text(field, ArrowKind::text, "utf8");
    case arrow::FieldType::BinaryType:
      return set_text(field, ArrowKind::text, "binary");
    case arrow::FieldType::LargeUtf8Type:
      return set_text(field, ArrowKind::large_text, "large_utf8");
    case arrow::FieldType::LargeBinaryType:
      return set_text(field, ArrowKind::large_text, "large_binary");
    case arrow::FieldType::Utf8ViewType:
      return set_text(field, ArrowKind::text_view, "utf8_view");
    case arrow::FieldType::BinaryViewType:
      return set_text(field, ArrowKind::text_view, "binary_view");
    case arrow::FieldType::StructType:
      set_other(field, "struct", 1);
      field.kind = ArrowKind::structure;
      return;
    case arrow::FieldType::ListType:
      return set_list(field, ArrowKind::list, "list");
    case arrow::FieldType::LargeListType:
      return set_list(field, ArrowKind::large_list, "large_list");
    default:
      return set_unreadable(field, info, version);
  }
}

Storage integer_storage(int width, bool is_signed) {
  switch (width) {
    case 1:
      return is_signed ? Storage::int8 : Storage::uint8;
    case 2:
      return is_signed ? Storage::int16 : Storage::uint16;
    case 4:
      return is_signed ? Storage::int32 : Storage::uint32;
    default:
      return is_signed ? Storage::int64 : Storage::uint64;
  }
}

}  // namespace

ArrowField read_arrow_field(const arrow::FieldInfo& info, arrow::MetadataVersion version) {
  ArrowField field;
  if (info.name() != nullptr) field.name = info.name()->str();
  if (!simdjson::validate_utf8(field.name.data(), field.name.size())) {
    throw Error("Arrow: a field name is not valid UTF-8");
  }
  if (info.children() != nullptr) {
    for (const auto* child : *info.children()) field.children.push_back(read_arrow_field(*child, version));
  }
  set_type(field, info, version);
  if (const auto* encoding = info.dictionary()) {
    field.dictionary = encoding->id();
    field.type_name = "dictionary<" + field.type_name + ">";
    if (const auto* index = encoding->index_type()) {
      field.index_width = checked_width("a dictionary index", index->bit_width(), 8, 64);
      field.index_signed = index->is_signed();
    }
  }
  return field;
}

std::optional<Storage> natural_storage(const ArrowField& field) {
  if (field.dictionary && !is_text(field)) return std::nullopt;
  switch (field.kind) {
    case ArrowKind::null:
    case ArrowKind::text:
    case ArrowKind::large_text:
    case ArrowKind::text_view:
      return Storage::text;
    case ArrowKind::boolean:
      return Storage::boolean;
    case ArrowKind::integer:
      return integer_storage(field.width, field.is_signed);
    case ArrowKind::floating:
      return field.width == 8 ? Storage::float64 : Storage::float32;
    case ArrowKind::decimal:
      return Storage::float64;
    case ArrowKind::date32:
    case ArrowKind::date64:
      return Storage::date;
    case ArrowKind::time:
      return field.width == 4 ? Storage::uint32 : Storage::int64;
    case ArrowKind::timestamp:
      return Storage::datetime;
    default:
      return std::nullopt;
  }
}

bool fits_storage(const ArrowField& field, Storage storage) {
  if (field.dictionary) return is_text(field) && storage == Storage::text;
  switch (field.kind) {
    case ArrowKind::null:
      return true;
    case ArrowKind::text:
    case ArrowKind::large_text:
    case ArrowKind::text_view:
      return storage == Storage::text;
    case ArrowKind::boolean:
      return storage == Storage::boolean;
    case ArrowKind::integer:
    case ArrowKind::floating:
    case ArrowKind::decimal:
      return is_integer(storage) || is_float(storage);
    case ArrowKind::time:
      return is_integer(storage);
    case ArrowKind::date32:
    case ArrowKind::date64:
      return storage == Storage::date;
    case ArrowKind::timestamp:
      return storage == Storage::datetime;
    default:
      return false;
  }
}

}  // namespace parallax

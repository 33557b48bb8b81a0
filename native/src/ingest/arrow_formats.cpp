// The types of the C Data Interface, which are spelled as format strings.
#include <simdjson.h>

#include <charconv>
#include <string>
#include <string_view>

#include "ingest/arrow_memory.h"
#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::int64_t kMostChildren = std::int64_t{1} << 24;

struct Format {
  std::string_view text;  ///< all of it, or up to the parameters
  ArrowKind kind;
  int width;
  const char* type_name;
  bool is_signed = true;
  std::int64_t units_a_second = 1;
};

constexpr Format kWhole[] = {
    {"n", ArrowKind::null, 0, "null"},
    {"b", ArrowKind::boolean, 0, "bool"},
    {"c", ArrowKind::integer, 1, "int8"},
    {"C", ArrowKind::integer, 1, "uint8", false},
    {"s", ArrowKind::integer, 2, "int16"},
    {"S", ArrowKind::integer, 2, "uint16", false},
    {"i", ArrowKind::integer, 4, "int32"},
    {"I", ArrowKind::integer, 4, "uint32", false},
    {"l", ArrowKind::integer, 8, "int64"},
    {"L", ArrowKind::integer, 8, "uint64", false},
    {"e", ArrowKind::floating, 2, "halffloat"},
    {"f", ArrowKind::floating, 4, "float"},
    {"g", ArrowKind::floating, 8, "double"},
    {"z", ArrowKind::text, 0, "binary"},
    {"Z", ArrowKind::large_text, 0, "large_binary"},
    {"vz", ArrowKind::text_view, 0, "binary_view"},
    {"u", ArrowKind::text, 0, "utf8"},
    {"U", ArrowKind::large_text, 0, "large_utf8"},
    {"vu", ArrowKind::text_view, 0, "utf8_view"},
    {"tdD", ArrowKind::date32, 4, "date32"},
    {"tdm", ArrowKind::date64, 8, "date64"},
    {"tts", ArrowKind::time, 4, "time32"},
    {"ttm", ArrowKind::time, 4, "time32"},
    {"ttu", ArrowKind::time, 8, "time64"},
    {"ttn", ArrowKind::time, 8, "time64"},
    {"+s", ArrowKind::structure, 0, "struct"},
    {"+l", ArrowKind::list, 0, "list"},
    {"+L", ArrowKind::large_list, 0, "large_list"},
    {"+m", ArrowKind::other, 0, "map"},
    {"+r", ArrowKind::other, 0, "run_end_encoded"},
    {"+vl", ArrowKind::other, 0, "list_view"},
    {"+vL", ArrowKind::other, 0, "list_view"},
};

constexpr Format kBeginnings[] = {
    {"tss:", ArrowKind::timestamp, 8, "timestamp", true, 1},
    {"tsm:", ArrowKind::timestamp, 8, "timestamp", true, 1000},
    {"tsu:", ArrowKind::timestamp, 8, "timestamp", true, 1'000'000},
    {"tsn:", ArrowKind::timestamp, 8, "timestamp", true, 1'000'000'000},
    {"d:", ArrowKind::decimal, 16, "decimal"},
    {"w:", ArrowKind::other, 0, "fixed_size_binary"},
    {"tD", ArrowKind::other, 0, "duration"},
    {"ti", ArrowKind::other, 0, "interval"},
    {"+w:", ArrowKind::other, 0, "fixed_size_list"},
    {"+u", ArrowKind::other, 0, "union"},
};

const Format* find_format(std::string_view text) {
  for (const auto& format : kWhole) {
    if (text == format.text) return &format;
  }
  for (const auto& format : kBeginnings) {
    if (text.starts_with(format.text)) return &format;
  }
  return nullptr;
}

/// `precision,scale` or `precision,scale,bits`.
void read_decimal(ArrowField& field, std::string_view parameters) {
  int numbers[] = {0, 0, 128};
  const char* at = parameters.data();
  const char* const end = at + parameters.size();
  int count = 0;
  for (bool more = true; more && count < 3; ++count) {
    const auto result = std::from_chars(at, end, numbers[count]);
    if (result.ec != std::errc{}) break;
    at = result.ptr;
    more = at != end && *at == ',';
    if (more) ++at;
  }
  const int bits = numbers[2];
  if (count < 2 || at != end || (bits != 32 && bits != 64 && bits != 128 && bits != 256)) {
    throw Error("Arrow: field \"" + field.name + "\": \"d:" + std::string(parameters) +
                "\" is no decimal type");
  }
  field.scale = numbers[1];
  field.width = bits / 8;
  field.type_name += std::to_string(bits);
}

int own_buffers(ArrowKind kind) {
  switch (kind) {
    case ArrowKind::null:
    case ArrowKind::other:
      return 0;
    case ArrowKind::structure:
      return 1;
    case ArrowKind::text:
    case ArrowKind::large_text:
      return 3;
    default:
      return 2;
  }
}

void read_children(ArrowField& field, const ArrowCSchema& schema, std::int64_t& dictionaries) {
  const bool parent = is_struct(field) || is_list(field);
  if (!parent) return;  // none, or of a type that is only skipped
  const bool is_possible =
      is_list(field) ? schema.n_children == 1 : schema.n_children >= 0 && schema.n_children <= kMostChildren;
  if (!is_possible || (schema.n_children > 0 && schema.children == nullptr)) {
    throw Error("Arrow: field \"" + field.name + "\" of type " + field.type_name + " cannot have " +
                std::to_string(schema.n_children) + " children");
  }
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    if (schema.children[i] == nullptr || schema.children[i]->release == nullptr) {
      throw Error("Arrow: a child of field \"" + field.name + "\" was released before");
    }
    field.children.push_back(read_arrow_field(*schema.children[i], dictionaries));
  }
  if (is_list(field)) field.type_name += "<" + field.children[0].type_name + ">";
}

/// Turns the type of indices into that of what they stand for.
void read_dictionary(ArrowField& field, const ArrowCSchema& schema, std::int64_t& dictionaries) {
  if (field.kind != ArrowKind::integer) {
    throw Error("Arrow: the dictionary indices of field \"" + field.name + "\" are of type " +
                field.type_name + ", should be integers");
  }
  const std::int64_t id = dictionaries++;
  ArrowField values = read_arrow_field(*schema.dictionary, dictionaries);
  if (values.dictionary) throw Error("Arrow: a dictionary of dictionaries is not supported");
  values.name = std::move(field.name);
  values.type_name = "dictionary<" + values.type_name + ">";
  values.dictionary = id;
  values.index_width = field.width;
  values.index_signed = field.is_signed;
  field = std::move(values);
}

}  // namespace

ArrowField read_arrow_field(const ArrowCSchema& schema, std::int64_t& dictionaries) {
  ArrowField field;
  if (schema.name != nullptr) field.name = schema.name;
  if (!simdjson::validate_utf8(field.name.data(), field.name.size())) {
    throw Error("Arrow: a field name is not valid UTF-8");
  }
  const std::string_view text = schema.format != nullptr ? schema.format : "";
  const Format* format = find_format(text);
  if (format == nullptr) {
    throw Error("Arrow: the field \"" + field.name + "\" has a type that is not known: \"" +
                std::string(text) + "\"");
  }
  field.kind = format->kind;
  field.width = format->width;
  field.type_name = format->type_name;
  field.is_signed = format->is_signed;
  field.units_a_second = format->units_a_second;
  field.buffers = own_buffers(format->kind);
  field.has_variadic_buffers = format->kind == ArrowKind::text_view;
  if (format->kind == ArrowKind::decimal) read_decimal(field, text.substr(format->text.size()));
  read_children(field, schema, dictionaries);
  if (schema.dictionary != nullptr) read_dictionary(field, schema, dictionaries);
  return field;
}

}  // namespace parallax

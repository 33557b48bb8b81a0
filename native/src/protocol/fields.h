// Single protobuf fields, with the checks that protozero leaves to its caller.
#pragma once

#include <cstdint>
#include <map>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "parallax/error.h"

namespace parallax::wire {

/// tag_and_type() of a field; a field of another wire type counts as unknown.
constexpr std::uint32_t varint_field(protozero::pbf_tag_type number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::varint);
}
constexpr std::uint32_t bytes_field(protozero::pbf_tag_type number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited);
}
constexpr std::uint32_t double_field(protozero::pbf_tag_type number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed64);
}

/// A string field in place. Throws Error if it is not UTF-8.
std::string_view text_view(protozero::pbf_reader& message);
inline std::string text(protozero::pbf_reader& message) { return std::string(text_view(message)); }

/// An enum with values 0 … `last`. Throws Error("Invalid <what> <number>") for others.
template <class Enum>
Enum known_enum(protozero::pbf_reader& message, Enum last, std::string_view what) {
  const std::int32_t value = message.get_enum();
  if (value < 0 || value > static_cast<std::int32_t>(last)) {
    throw Error("Invalid " + std::string(what) + " " + std::to_string(value) + ", known are 0 to " +
                std::to_string(static_cast<std::int32_t>(last)));
  }
  return static_cast<Enum>(value);
}

/// Skips all fields, so that damaged ones are found.
inline void skip_fields(protozero::pbf_reader message) {
  while (message.next()) message.skip();
}

/// A map entry {1: key, 2: value}; `read_value(field)` reads the value, missing parts have their default.
template <class Value, class F>
void read_entry(protozero::pbf_reader entry, std::map<std::string, Value>& into, std::uint32_t value_field,
                F&& read_value) {
  std::string key;
  Value value{};
  while (entry.next()) {
    if (entry.tag_and_type() == bytes_field(1)) {
      key = text(entry);
    } else if (entry.tag_and_type() == value_field) {
      value = read_value(entry);
    } else {
      entry.skip();
    }
  }
  into.insert_or_assign(std::move(key), std::move(value));
}

/// Writes a nested message, also an empty one (which a nested pbf_writer would leave out).
template <class F>
void write_message(protozero::pbf_writer& out, protozero::pbf_tag_type number, F&& fill) {
  std::string body;
  protozero::pbf_writer message{body};
  fill(message);
  out.add_message(number, body);
}

}  // namespace parallax::wire

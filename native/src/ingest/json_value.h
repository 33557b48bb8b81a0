// A JSON scalar on its way into a column, and numbers in text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parallax {

/// One JSON value that is neither array nor object. Texts belong to the parser or the record tree.
struct JsonScalar {
  enum class Kind : std::uint8_t {
    null,
    boolean,
    integer,   ///< integer literal within int64
    big,       ///< integer literal beyond int64: `number` is the nearest double, `text` the literal
    fraction,  ///< literal with point or exponent
    text
  };

  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;
  std::string_view text;

  static JsonScalar of_text(std::string_view text) {
    JsonScalar scalar;
    scalar.kind = Kind::text;
    scalar.text = text;
    return scalar;
  }
};

/// The value as an error message shows it, cut to a readable length.
std::string describe(const JsonScalar& value);

/// Text that is a number as a whole; leading white space and a sign are allowed.
struct NumberText {
  bool is_integer;  ///< a decimal integer within int64
  std::int64_t integer;
  double number;  ///< set in both cases
};
std::optional<NumberText> parse_number_text(std::string_view text) noexcept;

/// `true` or `false` in any letter case.
std::optional<bool> parse_boolean_text(std::string_view text) noexcept;

/// The value's digits, shortest that read back the same, whole numbers without a point.
void append_number_text(std::string& out, double value);

/// A decimal literal (`-7.5e3`, `.5`, `5.`; optional sign) that fills the whole of `text`.
std::optional<double> parse_decimal(std::string_view text) noexcept;

}  // namespace parallax

#include "ingest/json_value.h"

#include <charconv>

#include "base/number_text.h"
#include "fast_float/fast_float.h"

namespace parallax {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool equals_ignoring_case(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

}  // namespace

std::string describe(const JsonScalar& value) {
  constexpr std::size_t kMostShown = 60;
  switch (value.kind) {
    case JsonScalar::Kind::null:
      return "null";
    case JsonScalar::Kind::boolean:
      return value.boolean ? "true" : "false";
    case JsonScalar::Kind::integer:
      return std::to_string(value.integer);
    case JsonScalar::Kind::big:
      return std::string(value.text.substr(0, kMostShown));
    case JsonScalar::Kind::fraction: {
      std::string text;
      append_json_double(text, value.number);
      return text;
    }
    case JsonScalar::Kind::text:
      break;
  }
  std::size_t shown = value.text.size();
  if (shown > kMostShown) {
    shown = kMostShown;
    while (shown > 0 && (static_cast<unsigned char>(value.text[shown]) & 0xC0) == 0x80) --shown;
  }
  return "the text \"" + std::string(value.text.substr(0, shown)) +
         (shown < value.text.size() ? "…\"" : "\"");
}

std::optional<double> parse_decimal(std::string_view text) noexcept {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at != end && *at == '+') {
    ++at;
  } else if (at != end && *at == '-') {
    ++at;
  }
  // What follows the sign must be a digit or a point: keeps out `inf` and `nan`, which fast_float takes.
  if (at == end || !(is_digit(*at) || (*at == '.' && at + 1 != end && is_digit(at[1])))) return std::nullopt;
  double value = 0;
  const auto result = fast_float::from_chars(at, end, value);
  if (result.ec == std::errc::invalid_argument || result.ptr != end) return std::nullopt;
  return text.front() == '-' ? -value : value;
}

std::optional<NumberText> parse_number_text(std::string_view text) noexcept {
  std::size_t blanks = 0;
  while (blanks < text.size() && (text[blanks] == ' ' || (text[blanks] >= '\t' && text[blanks] <= '\r'))) {
    ++blanks;
  }
  text.remove_prefix(blanks);
  if (text.empty()) return std::nullopt;
  const char* first = text.data();
  const char* const end = first + text.size();
  if (*first == '+' && first + 1 != end && is_digit(first[1])) ++first;
  NumberText result{true, 0, 0};
  const auto parsed = std::from_chars(first, end, result.integer);
  if (parsed.ec == std::errc{} && parsed.ptr == end) {
    result.number = static_cast<double>(result.integer);
    return result;
  }
  const auto number = parse_decimal(text);
  if (!number) return std::nullopt;
  return NumberText{false, 0, *number};
}

std::optional<bool> parse_boolean_text(std::string_view text) noexcept {
  if (equals_ignoring_case(text, "true")) return true;
  if (equals_ignoring_case(text, "false")) return false;
  return std::nullopt;
}

void append_number_text(std::string& out, double value) {
  append_json_double(out, value);
  if (out.ends_with(".0")) out.resize(out.size() - 2);
}

}  // namespace parallax

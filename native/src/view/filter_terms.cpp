#include "view/filter_terms.h"

#include <charconv>
#include <cmath>
#include <string>

#include "base/civil.h"
#include "base/date_text.h"
#include "base/number_text.h"
#include "parallax/error.h"

namespace parallax {
namespace {

struct Name {
  std::string_view name;
  FilterOperator op;
};

/// The canonical spellings, in the order of FilterOperator.
constexpr std::string_view kCanonical[] = {
    "==",           "!=",           "<",           "<=",          ">",        ">=",       "in",
    "not in",       "is null",      "is not null", "startswith",  "endswith", "contains", "not startswith",
    "not endswith", "not contains", "matches",     "not matches",
};
static_assert(std::size(kCanonical) == static_cast<std::size_t>(FilterOperator::not_matches) + 1);

constexpr Name kAliases[] = {
    {"begins with", FilterOperator::begins_with},
    {"ends with", FilterOperator::ends_with},
    {"not begins with", FilterOperator::not_begins_with},
    {"not ends with", FilterOperator::not_ends_with},
};

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

template <class T>
std::optional<T> parse_whole(std::string_view text) noexcept {
  T value{};
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<long double> parse_number(std::string_view text) noexcept {
  text = trimmed(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  if (const auto value = parse_whole<std::int64_t>(text)) return static_cast<long double>(*value);
  if (const auto value = parse_whole<std::uint64_t>(text)) return static_cast<long double>(*value);
  if (const auto value = parse_whole<double>(text)) return static_cast<long double>(*value);
  return std::nullopt;
}

std::string shown(const Scalar& operand) {
  if (const auto* text = std::get_if<std::string>(&operand)) return '"' + *text + '"';
  if (const auto* flag = std::get_if<bool>(&operand)) return *flag ? "true" : "false";
  std::string out;
  if (const auto* number = std::get_if<double>(&operand)) append_json_double(out, *number);
  return out;
}

[[noreturn]] void refuse(std::string_view cause, const Field& field, const Scalar& operand,
                         std::string_view wanted) {
  throw Error(std::string(cause) + ": filter operand " + shown(operand) + " of column '" + field.name +
              "' is not " + std::string(wanted));
}

Scalar complete_time(const Field& field, Scalar operand) {
  const ColumnType type = column_type(field.storage);
  const auto time = time_operand(type, operand);
  if (!time) refuse("Invalid date format", field, operand, "a date or a time");
  if (type == ColumnType::datetime) return static_cast<double>(*time);
  std::string text;
  append_date(text, static_cast<std::int32_t>(*time));
  return text;
}

/// Text as the number it means, unless a double cannot hold that.
Scalar complete_number(const Field& field, Scalar operand, std::string_view cause) {
  const auto number = number_operand(operand);
  if (!number) refuse(cause, field, operand, "a number");
  const auto rounded = static_cast<double>(*number);
  return static_cast<long double>(rounded) == *number ? Scalar(rounded) : operand;
}

/// An operand that is neither null nor ignored.
Scalar complete_operand(const Field& field, Scalar operand) {
  const bool flag = std::holds_alternative<bool>(operand);
  switch (column_type(field.storage)) {
    case ColumnType::boolean: {
      const auto value = boolean_operand(operand);
      if (!value) refuse("Invalid boolean", field, operand, "true or false");
      return *value;
    }
    case ColumnType::integer:
      return flag ? operand : complete_number(field, std::move(operand), "stoi: no conversion");
    case ColumnType::floating:
      return flag ? operand : complete_number(field, std::move(operand), "stod: no conversion");
    case ColumnType::string:
      if (std::holds_alternative<double>(operand)) {
        refuse("Unsupported double type: 19", field, operand, "a text");
      }
      return operand;
    default:
      return flag ? operand : complete_time(field, std::move(operand));
  }
}

}  // namespace

std::optional<FilterOperator> find_filter_operator(std::string_view name) noexcept {
  for (std::size_t i = 0; i < std::size(kCanonical); ++i) {
    if (kCanonical[i] == name) return static_cast<FilterOperator>(i);
  }
  for (const auto& alias : kAliases) {
    if (alias.name == name) return alias.op;
  }
  return std::nullopt;
}

std::optional<long double> number_operand(const Scalar& scalar) noexcept {
  if (const auto* number = std::get_if<double>(&scalar)) return *number;
  if (const auto* flag = std::get_if<bool>(&scalar)) return *flag ? 1 : 0;
  if (const auto* text = std::get_if<std::string>(&scalar)) return parse_number(*text);
  return std::nullopt;
}

std::optional<std::int64_t> time_operand(ColumnType type, const Scalar& scalar) noexcept {
  std::int64_t ms;
  if (const auto* number = std::get_if<double>(&scalar)) {
    // Years far outside of what dates can show are no times.
    if (!(std::abs(*number) < 9e15)) return std::nullopt;
    ms = static_cast<std::int64_t>(std::floor(*number));
  } else if (const auto* text = std::get_if<std::string>(&scalar)) {
    const auto time = parse_json_time(*text);
    if (!time) return std::nullopt;
    ms = time->ms;
  } else {
    return std::nullopt;
  }
  return type == ColumnType::date ? day_of_ms(ms) : ms;
}

std::optional<bool> boolean_operand(const Scalar& scalar) noexcept {
  if (const auto* flag = std::get_if<bool>(&scalar)) return *flag;
  if (const auto* number = std::get_if<double>(&scalar); number && (*number == 0 || *number == 1)) {
    return *number == 1;
  }
  if (const auto* text = std::get_if<std::string>(&scalar)) {
    if (*text == "true") return true;
    if (*text == "false") return false;
  }
  return std::nullopt;
}

FilterTerm complete_filter_term(const Schema& schema, FilterTerm term) {
  const auto column = schema.find(term.column);
  if (!column) {
    const bool bare = term.operands.empty() || std::holds_alternative<std::monostate>(term.operands.front());
    throw Error(bare ? "Invalid column '" + term.column + "' found in View filters."
                     : "Could not get dtype for column `" + term.column +
                           "` as it does not exist in the schema.");
  }
  const auto op = find_filter_operator(term.op);
  if (!op) {
    if (term.op == "and" || term.op == "or") throw Error("Invalid filter op");
    throw Error("Unknown filter operator string: `" + term.op + "`");
  }
  term.op = kCanonical[static_cast<std::size_t>(*op)];
  const bool list = *op == FilterOperator::in || *op == FilterOperator::not_in;
  if (!list) term.operands.resize(1);
  const Field& field = schema[*column];
  // Part of a date may be searched for, though never found.
  const bool ignored = *op == FilterOperator::is_null || *op == FilterOperator::is_not_null ||
                       (is_text_operator(*op) && field.storage != Storage::text && !is_number(field.storage));
  if (ignored) return term;
  for (auto& operand : term.operands) {
    if (!std::holds_alternative<std::monostate>(operand))
      operand = complete_operand(field, std::move(operand));
  }
  return term;
}

}  // namespace parallax

#include "ingest/json_scan.h"

#include <fast_float/fast_float.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace parallax {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr std::uint64_t repeated(unsigned char byte) noexcept { return 0x0101010101010101u * byte; }

/// Bit 7 of each byte of `word` that is `byte`; above the first match there may be false ones.
constexpr std::uint64_t matches(std::uint64_t word, unsigned char byte) noexcept {
  const std::uint64_t rest = word ^ repeated(byte);
  return (rest - repeated(1)) & ~rest & repeated(0x80);
}

/// True for what ends a run of plain text: a quote, a backslash, a control character.
constexpr bool is_special(char c) noexcept {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

/// The first special character of a text, or `end`.
const char* find_special(const char* at, const char* end) noexcept {
  for (; end - at >= 8; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    const std::uint64_t control = (word - repeated(0x20)) & ~word & repeated(0x80);
    const std::uint64_t found = matches(word, '"') | matches(word, '\\') | control;
    if (found != 0) return at + std::countr_zero(found) / 8;
  }
  while (at != end && !is_special(*at)) ++at;
  return at;
}

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::uint64_t kMostExact = std::uint64_t{1} << 53;  // up to here doubles hold every integer

void append_utf8(std::string& out, unsigned code) {
  const auto add = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0 | code >> 6);
    add(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    add(0xe0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3f));
    add(0x80 | (code & 0x3f));
  } else {
    add(0xf0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3f));
    add(0x80 | (code >> 6 & 0x3f));
    add(0x80 | (code & 0x3f));
  }
}

}  // namespace

bool JsonScan::scalar(JsonScalar& out) {
  skip_blanks();
  if (at_ == end_) return false;
  switch (*at_) {
    case '"':
      out.kind = JsonScalar::Kind::text;
      return text(out.text);
    case 't':
    case 'f':
      out.kind = JsonScalar::Kind::boolean;
      out.boolean = *at_ == 't';
      return word(out.boolean ? "true" : "false");
    case 'n':
      out.kind = JsonScalar::Kind::null;
      return word("null");
    default:
      return number(out);
  }
}

bool JsonScan::word(std::string_view word) noexcept {
  if (static_cast<std::size_t>(end_ - at_) < word.size()) return false;
  if (std::memcmp(at_, word.data(), word.size()) != 0) return false;
  at_ += word.size();
  return true;
}

bool JsonScan::number(JsonScalar& out) noexcept {
  const char* const start = at_;
  const bool negative = *at_ == '-';
  if (negative) ++at_;
  const char* const digits = at_;
  std::uint64_t value = 0;
  while (at_ != end_ && is_digit(*at_)) value = value * 10 + static_cast<unsigned>(*at_++ - '0');
  const auto count = at_ - digits;
  if (count == 0 || (*digits == '0' && count > 1)) return false;
  if (at_ != end_ && (*at_ == '.' || *at_ == 'e' || *at_ == 'E')) {
    at_ = digits;
    return fraction(start, out);
  }
  if (count > 18) return big_integer(start, out);
  out.kind = JsonScalar::Kind::integer;
  out.integer = negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
  return true;
}

/// Reads a number with a point or an exponent; `at_` is on its first digit.
bool JsonScan::fraction(const char* start, JsonScalar& out) noexcept {
  out.kind = JsonScalar::Kind::fraction;
  const char* const digits = at_;
  std::uint64_t value = 0;
  while (at_ != end_ && is_digit(*at_)) value = value * 10 + static_cast<unsigned>(*at_++ - '0');
  std::ptrdiff_t places = 0;
  if (at_ != end_ && *at_ == '.') {
    const char* const point = at_++;
    while (at_ != end_ && is_digit(*at_)) value = value * 10 + static_cast<unsigned>(*at_++ - '0');
    places = at_ - point - 1;
    if (places == 0) return false;
  }
  const bool has_exponent = at_ != end_ && (*at_ == 'e' || *at_ == 'E');
  if (!has_exponent && at_ - digits <= 19 && value <= kMostExact) {
    // Both are exact, so that their quotient is rounded once, as the number itself would be.
    out.number = static_cast<double>(value) / kPowersOfTen[places];
    if (*start == '-') out.number = -out.number;
    return true;
  }
  if (has_exponent) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (at_ == end_ || !is_digit(*at_)) return false;
    while (at_ != end_ && is_digit(*at_)) ++at_;
  }
  const auto parsed = fast_float::from_chars(start, at_, out.number);
  return parsed.ec == std::errc{} && parsed.ptr == at_ && std::isfinite(out.number);
}

/// An integer of more than 18 digits, which lie before `at_`.
bool JsonScan::big_integer(const char* start, JsonScalar& out) noexcept {
  if (std::from_chars(start, at_, out.integer).ec == std::errc{}) {
    out.kind = JsonScalar::Kind::integer;
    return true;
  }
  out.kind = JsonScalar::Kind::big;
  out.text = {start, static_cast<std::size_t>(at_ - start)};
  const auto parsed = fast_float::from_chars(start, at_, out.number);
  return parsed.ec == std::errc{} && std::isfinite(out.number);
}

bool JsonScan::text(std::string_view& out) {
  const char* const start = ++at_;
  at_ = find_special(at_, end_);
  if (at_ == end_) return false;
  if (*at_ == '\\') return text_with_escapes(start, out);
  if (*at_ != '"') return false;
  out = {start, static_cast<std::size_t>(at_ - start)};
  ++at_;
  return true;
}

bool JsonScan::text_with_escapes(const char* start, std::string_view& out) {
  decoded_.assign(start, at_);
  while (at_ != end_ && *at_ == '\\') {
    if (!escape()) return false;
    const char* const plain = at_;
    at_ = find_special(at_, end_);
    decoded_.append(plain, at_);
  }
  if (at_ == end_ || *at_ != '"') return false;
  ++at_;
  out = decoded_;
  return true;
}

/// Decodes one escape, which `at_` is on.
bool JsonScan::escape() {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (end_ - at_ < 2) return false;
  const char letter = at_[1];
  at_ += 2;
  if (const std::size_t at = kLetters.find(letter); at != std::string_view::npos) {
    decoded_ += kMeanings[at];
    return true;
  }
  unsigned code = 0;
  if (letter != 'u' || !hex_escape(code)) return false;
  if (code >= 0xd800 && code < 0xe000) {
    unsigned low = 0;
    if (code >= 0xdc00 || end_ - at_ < 2 || at_[0] != '\\' || at_[1] != 'u') return false;
    at_ += 2;
    if (!hex_escape(low) || low < 0xdc00 || low >= 0xe000) return false;
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  append_utf8(decoded_, code);
  return true;
}

bool JsonScan::hex_escape(unsigned& unit) noexcept {
  if (end_ - at_ < 4) return false;
  const auto parsed = std::from_chars(at_, at_ + 4, unit, 16);
  at_ += 4;
  return parsed.ec == std::errc{} && parsed.ptr == at_;
}

}  // namespace parallax

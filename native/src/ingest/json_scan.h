// Scanning plain JSON without a parser: scalars, and the marks between them.
#pragma once

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "ingest/json_value.h"

namespace parallax {

/// Walks along JSON text that is expected to be flat. It is strict: whatever it accepts is JSON (if the text
/// is UTF-8), but it need not accept all JSON. Whoever meets a `false` reads the text with the parser, which
/// knows the rest and what is wrong. Not thread-safe.
class JsonScan {
 public:
  explicit JsonScan(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  [[nodiscard]] bool at_end() const noexcept { return at_ == end_; }
  [[nodiscard]] const char* at() const noexcept { return at_; }
  void move_to(const char* place) noexcept { at_ = place; }
  void skip_blanks() noexcept {
    while (at_ != end_ && is_blank(*at_)) ++at_;
  }
  /// Passes `mark` and blanks before it; false if something else comes.
  bool pass(char mark) noexcept {
    skip_blanks();
    if (at_ == end_ || *at_ != mark) return false;
    ++at_;
    return true;
  }
  /// Passes a text that is spelled just so, between quotes; false if something else comes.
  bool pass_text(std::string_view text) noexcept {
    const std::size_t size = text.size();
    if (static_cast<std::size_t>(end_ - at_) < size + 2 || at_[0] != '"' || at_[size + 1] != '"')
      return false;
    if (std::memcmp(at_ + 1, text.data(), size) != 0) return false;
    at_ += size + 2;
    return true;
  }
  /// Reads a scalar, blanks before it included. A text lives until the next call, or as long as the input.
  bool scalar(JsonScalar& out);

  static bool is_blank(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

 private:
  bool word(std::string_view word) noexcept;
  bool number(JsonScalar& out) noexcept;
  bool fraction(const char* start, JsonScalar& out) noexcept;
  bool big_integer(const char* start, JsonScalar& out) noexcept;
  bool text(std::string_view& out);
  bool text_with_escapes(const char* start, std::string_view& out);
  bool escape();
  bool hex_escape(unsigned& unit) noexcept;

  const char* at_;
  const char* end_;
  std::string decoded_;
};

}  // namespace parallax

// What is wrong with an expression, and where.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace parallax {

/// A place in an expression's text, counted from 0 in characters (Unicode code points).
struct TextPosition {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// Position of the byte `offset` of `source` (its end if past it).
TextPosition position_at(std::string_view source, std::size_t offset) noexcept;

/// Thrown by lexer, parser and type checker. The place is a byte offset until it is reported.
class ExpressionError : public std::runtime_error {
 public:
  ExpressionError(const std::string& message, std::size_t offset)
      : std::runtime_error(message), offset_(offset) {}
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }

 private:
  std::size_t offset_;
};

}  // namespace parallax

// The lexer of the expression language (spec section "Lexical structure").
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace parallax {

enum class TokenKind {
  number,
  text,
  column,
  name,
  plus,
  minus,
  times,
  divide,
  modulo,
  power,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  assign,
  add_assign,
  subtract_assign,
  multiply_assign,
  divide_assign,
  modulo_assign,
  swap,
  left_round,
  right_round,
  left_square,
  right_square,
  left_curly,
  right_curly,
  comma,
  semicolon,
  colon,
  question,
  tilde,
  end,
};

struct Token {
  TokenKind kind;
  std::size_t at;      ///< byte offset of its first character
  std::size_t length;  ///< bytes in the source
  std::string text;    ///< name in lower case; text or column name without quotes and escapes
  double number = 0;
};

/// Cuts the whole source into tokens; the last one is `end`. Throws ExpressionError.
std::vector<Token> tokenize(std::string_view source);

}  // namespace parallax

#include "expression/token.h"

#include <fast_float/fast_float.h>

#include <array>
#include <cmath>
#include <utility>

#include "expression/error.h"

namespace parallax {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

int hex_digit(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Characters that are a token by themselves, whatever follows.
constexpr std::array<std::pair<char, TokenKind>, 11> kSingles{{
    {'^', TokenKind::power},
    {'(', TokenKind::left_round},
    {')', TokenKind::right_round},
    {'[', TokenKind::left_square},
    {']', TokenKind::right_square},
    {'{', TokenKind::left_curly},
    {'}', TokenKind::right_curly},
    {',', TokenKind::comma},
    {';', TokenKind::semicolon},
    {'?', TokenKind::question},
    {'~', TokenKind::tilde},
}};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> run() {
    for (skip(at_); at_ < source_.size(); skip(at_)) next();
    tokens_.push_back({TokenKind::end, source_.size(), 0, {}});
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  /// Moves `at` over blanks and comments.
  void skip(std::size_t& at) const {
    while (at < source_.size()) {
      const char c = source_[at];
      if (is_blank(c)) {
        ++at;
      } else if (c == '#' || source_.substr(at, 2) == "//") {
        at = std::min(source_.find('\n', at), source_.size());
      } else if (source_.substr(at, 2) == "/*") {
        const std::size_t close = source_.find("*/", at + 2);
        if (close == std::string_view::npos) throw ExpressionError("Unclosed comment: expected '*/'", at);
        at = close + 2;
      } else {
        return;
      }
    }
  }

  void next() {
    const char c = peek();
    if (c == '"')
      column();
    else if (c == '\'')
      text();
    else if (is_digit(c) || (c == '.' && is_digit(peek(1))))
      number();
    else if (is_letter(c))
      name();
    else
      punctuation();
  }

  void push(TokenKind kind, std::size_t start, std::string text = {}) {
    tokens_.push_back({kind, start, at_ - start, std::move(text)});
  }

  void column() {
    const std::size_t start = at_++;
    std::string name;
    for (;;) {
      if (at_ >= source_.size() || peek() == '\n') {
        throw ExpressionError("Unterminated column reference: expected '\"'", start);
      }
      if (peek() == '"') break;
      if (peek() == '\\' && (peek(1) == '"' || peek(1) == '\\')) ++at_;
      name += source_[at_++];
    }
    ++at_;
    if (name.empty())
      throw ExpressionError("Empty column reference: a column name goes between the quotes", start);
    push(TokenKind::column, start, std::move(name));
  }

  void text() {
    const std::size_t start = at_++;
    std::string value;
    while (peek() != '\'') {
      if (at_ >= source_.size()) {
        throw ExpressionError("Invalid string token: the closing ' is missing", start);
      }
      if (peek() == '\\')
        escape(value);
      else
        value += source_[at_++];
    }
    ++at_;
    push(TokenKind::text, start, std::move(value));
  }

  void escape(std::string& value) {
    const std::size_t start = at_++;
    const char c = peek();
    ++at_;
    if (c == 'n')
      value += '\n';
    else if (c == 'r')
      value += '\r';
    else if (c == 't')
      value += '\t';
    else if (c == '0' && peek() == 'x') {
      const int high = hex_digit(peek(1));
      const int low = hex_digit(peek(2));
      if (high < 0 || low < 0) {
        throw ExpressionError("Invalid escape in a string: \\0x takes two hexadecimal digits", start);
      }
      value += static_cast<char>(high * 16 + low);
      at_ += 3;
    } else if (at_ <= source_.size()) {
      value += c;
    }
  }

  void number() {
    const std::size_t start = at_;
    bool point = false;
    while (is_digit(peek()) || peek() == '.') {
      if (peek() == '.' && std::exchange(point, true)) fail_number(start);
      ++at_;
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!is_digit(peek())) fail_number(start);
      while (is_digit(peek())) ++at_;
    }
    if (is_letter(peek()) || peek() == '_' || peek() == '.') fail_number(start);
    double value = 0;
    const char* first = source_.data() + start;
    const auto result = fast_float::from_chars(first, source_.data() + at_, value);
    const std::string_view mantissa =
        source_.substr(start, source_.substr(start, at_ - start).find_first_of("eE"));
    const bool underflow =
        value == 0 && mantissa.substr(0, at_ - start).find_first_of("123456789") != mantissa.npos;
    if (result.ec != std::errc{} || !std::isfinite(value) || underflow) fail_number(start);
    push(TokenKind::number, start);
    tokens_.back().number = value;
  }

  [[noreturn]] void fail_number(std::size_t start) const {
    std::size_t end = start;
    while (end < source_.size() && (is_digit(source_[end]) || is_letter(source_[end]) || source_[end] == '.'))
      ++end;
    throw ExpressionError("Invalid numeric token: " + std::string(source_.substr(start, end - start)), start);
  }

  void name() {
    const std::size_t start = at_;
    std::string name;
    while (is_letter(peek()) || is_digit(peek()) || peek() == '_' ||
           (peek() == '.' && (is_letter(peek(1)) || is_digit(peek(1)) || peek(1) == '_'))) {
      const char c = source_[at_++];
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    push(TokenKind::name, start, std::move(name));
  }

  /// True, and moved past it, if `expected` comes next; blanks between are allowed.
  bool follows(char expected) {
    std::size_t after = at_;
    skip(after);
    if (after >= source_.size() || source_[after] != expected) return false;
    at_ = after + 1;
    return true;
  }

  void punctuation() {
    const std::size_t start = at_;
    const char c = source_[at_++];
    switch (c) {
      case ':':
        return push(follows('=') ? TokenKind::assign : TokenKind::colon, start);
      case '+':
        return push(follows('=') ? TokenKind::add_assign : TokenKind::plus, start);
      case '-':
        return push(follows('=') ? TokenKind::subtract_assign : TokenKind::minus, start);
      case '*':
        return push(follows('=') ? TokenKind::multiply_assign : TokenKind::times, start);
      case '/':
        return push(follows('=') ? TokenKind::divide_assign : TokenKind::divide, start);
      case '%':
        return push(follows('=') ? TokenKind::modulo_assign : TokenKind::modulo, start);
      case '=':
        (void)follows('=');
        return push(TokenKind::equal, start);
      case '>':
        return push(follows('=') ? TokenKind::greater_equal : TokenKind::greater, start);
      case '<':
        if (follows('=')) return push(follows('>') ? TokenKind::swap : TokenKind::less_equal, start);
        return push(follows('>') ? TokenKind::not_equal : TokenKind::less, start);
      case '!':
        if (follows('=')) return push(TokenKind::not_equal, start);
        break;
      default:
        for (const auto& [sign, kind] : kSingles) {
          if (sign == c) return push(kind, start);
        }
    }
    throw ExpressionError("General token error: " + std::string(source_.substr(start, character_length(c))),
                          start);
  }

  static std::size_t character_length(char first) noexcept {
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

TextPosition position_at(std::string_view source, std::size_t offset) noexcept {
  TextPosition position;
  for (std::size_t i = 0; i < offset && i < source.size(); ++i) {
    if (source[i] == '\n') {
      ++position.line;
      position.column = 0;
    } else if ((static_cast<unsigned char>(source[i]) & 0xc0) != 0x80) {
      ++position.column;
    }
  }
  return position;
}

std::vector<Token> tokenize(std::string_view source) { return Lexer(source).run(); }

}  // namespace parallax

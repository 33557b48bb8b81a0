// Recursive descent over the token list, one function a grammar rule.
#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "expression/ast.h"
#include "expression/error.h"

namespace parallax {
namespace {

using Kind = TokenKind;

/// Names that are neither variables nor columns nor functions called in the ordinary way.
const std::set<std::string, std::less<>> kReserved{
    "and",   "or",       "not",    "nand", "nor",    "xor",  "xnor",    "in",    "like", "ilike",  "true",
    "false", "null",     "if",     "else", "switch", "case", "default", "while", "for",  "repeat", "until",
    "break", "continue", "return", "var",  "const",  "swap", "assert",  "shl",   "shr"};

struct Level {
  std::vector<std::pair<Kind, Operator>> signs;
  std::vector<std::pair<std::string_view, Operator>> words;
};

/// Binary operators from the loosest level to the tightest; all left associative.
const std::array<Level, 5> kLevels{{
    {{},
     {{"or", Operator::logical_or},
      {"nor", Operator::logical_nor},
      {"xor", Operator::logical_xor},
      {"xnor", Operator::logical_xnor}}},
    {{}, {{"and", Operator::logical_and}, {"nand", Operator::logical_nand}}},
    {{{Kind::equal, Operator::equal},
      {Kind::not_equal, Operator::not_equal},
      {Kind::less, Operator::less},
      {Kind::less_equal, Operator::less_equal},
      {Kind::greater, Operator::greater},
      {Kind::greater_equal, Operator::greater_equal}},
     {}},
    {{{Kind::plus, Operator::add}, {Kind::minus, Operator::subtract}}, {}},
    {{{Kind::times, Operator::multiply}, {Kind::divide, Operator::divide}, {Kind::modulo, Operator::modulo}},
     {}},
}};

std::optional<Operator> assignment_of(Kind kind) noexcept {
  switch (kind) {
    case Kind::assign:
      return Operator::none;
    case Kind::add_assign:
      return Operator::add;
    case Kind::subtract_assign:
      return Operator::subtract;
    case Kind::multiply_assign:
      return Operator::multiply;
    case Kind::divide_assign:
      return Operator::divide;
    case Kind::modulo_assign:
      return Operator::modulo;
    default:
      return std::nullopt;
  }
}

class Parser {
 public:
  explicit Parser(std::string_view source) : source_(source), tokens_(tokenize(source)) {}

  NodePtr run() {
    if (peek().kind == Kind::end) throw ExpressionError("Empty expression!", 0);
    check_brackets();
    NodePtr block = statements(Kind::end);
    if (peek().kind != Kind::end) fail_operator();
    return block;
  }

 private:
  // --- tokens ---
  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const noexcept {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  const Token& take() noexcept { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  [[nodiscard]] bool is_name(std::string_view name, std::size_t ahead = 0) const noexcept {
    return peek(ahead).kind == Kind::name && peek(ahead).text == name;
  }
  bool accept(Kind kind) noexcept {
    if (peek().kind != kind) return false;
    take();
    return true;
  }
  bool accept_name(std::string_view name) noexcept {
    if (!is_name(name)) return false;
    take();
    return true;
  }
  void expect(Kind kind, std::string_view sign, std::string_view where) {
    if (accept(kind)) return;
    throw ExpressionError(
        "Expected '" + std::string(sign) + "' " + std::string(where) + ", instead got: " + shown(peek()),
        peek().at);
  }
  [[nodiscard]] std::string shown(const Token& token) const {
    if (token.kind == Kind::end) return "the end of the expression";
    return "'" + std::string(source_.substr(token.at, token.length)) + "'";
  }
  [[noreturn]] void fail_operator() const {
    const Token& token = peek();
    if (token.kind == Kind::name && kReserved.contains(token.text)) {
      throw ExpressionError("Invalid use of reserved symbol " + shown(token), token.at);
    }
    throw ExpressionError("Invalid token sequence: an operator or ';' is missing before " + shown(token),
                          token.at);
  }
  [[noreturn]] void fail_operand() const {
    const Token& token = peek();
    if (token.kind == Kind::end) {
      throw ExpressionError("Premature end of expression: a value is missing", token.at);
    }
    if (token.kind == Kind::name) {
      throw ExpressionError("Invalid use of reserved symbol " + shown(token), token.at);
    }
    throw ExpressionError("A value is expected, instead got: " + shown(token), token.at);
  }

  static NodePtr make(NodeKind kind, std::size_t at) { return std::make_unique<Node>(kind, at); }
  template <class... Children>
  static NodePtr make(NodeKind kind, std::size_t at, Children... children) {
    NodePtr node = make(kind, at);
    (node->children.push_back(std::move(children)), ...);
    return node;
  }

  /// Counts nesting for as long as it lives.
  class Nested {
   public:
    explicit Nested(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kMostNesting) {
        throw ExpressionError("The expression nests deeper than " + std::to_string(kMostNesting) + " levels",
                              parser_.peek().at);
      }
    }
    ~Nested() { --parser_.depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    Parser& parser_;
  };

  void check_brackets() const {
    std::vector<const Token*> open;
    for (const Token& token : tokens_) {
      switch (token.kind) {
        case Kind::left_round:
        case Kind::left_square:
        case Kind::left_curly:
          open.push_back(&token);
          break;
        case Kind::right_round:
        case Kind::right_square:
        case Kind::right_curly: {
          const Kind opener = token.kind == Kind::right_round    ? Kind::left_round
                              : token.kind == Kind::right_square ? Kind::left_square
                                                                 : Kind::left_curly;
          if (open.empty() || open.back()->kind != opener) {
            throw ExpressionError("Mismatched brackets: " + shown(token), token.at);
          }
          open.pop_back();
          break;
        }
        default:
          break;
      }
    }
    if (!open.empty())
      throw ExpressionError("Mismatched brackets: " + shown(*open.back()) + " is not closed",
                            open.back()->at);
  }

  // --- statements ---
  /// statement { ";" statement } [ ";" ] up to `close`, which is not taken.
  NodePtr statements(Kind close) {
    NodePtr block = make(NodeKind::block, peek().at);
    do {
      if (!block->children.empty() && peek().kind == close) break;
      block->children.push_back(statement());
    } while (accept(Kind::semicolon));
    return block;
  }

  NodePtr braced(std::string_view where) {
    expect(Kind::left_curly, "{", where);
    NodePtr block = statements(Kind::right_curly);
    expect(Kind::right_curly, "}", where);
    return block;
  }

  NodePtr statement() {
    if (is_name("var")) return definition(false);
    if (is_name("const")) {
      take();
      if (!is_name("var"))
        throw ExpressionError("Expected 'var' after 'const', instead got: " + shown(peek()), peek().at);
      return definition(true);
    }
    return value();
  }

  NodePtr definition(bool constant) {
    take();
    const Token name = take();
    if (name.kind != Kind::name)
      throw ExpressionError("Expected a variable's name after 'var', instead got: " + shown(name), name.at);
    if (kReserved.contains(name.text)) {
      throw ExpressionError("Illegal redefinition of reserved keyword: '" + name.text + "'", name.at);
    }
    if (accept(Kind::left_square)) return vector_definition(name);
    NodePtr node = make(constant ? NodeKind::declare_const : NodeKind::declare, name.at);
    node->text = name.text;
    if (accept(Kind::assign)) {
      node->children.push_back(value());
    } else if (constant) {
      throw ExpressionError("Expected ':=' after const variable '" + name.text + "'", peek().at);
    } else if (accept(Kind::left_curly)) {
      expect(Kind::right_curly, "}", "after variable '" + name.text + "'");
    } else if (peek().kind != Kind::semicolon && peek().kind != Kind::end &&
               peek().kind != Kind::right_curly && peek().kind != Kind::comma) {
      throw ExpressionError(
          "Expected ';' after variable '" + name.text + "' definition, instead got: " + shown(peek()),
          peek().at);
    }
    return node;
  }

  NodePtr vector_definition(const Token& name) {
    NodePtr node = make(NodeKind::declare_vector, name.at);
    node->text = name.text;
    const Token size = take();
    if (size.kind != Kind::number) {
      throw ExpressionError("Invalid vector size: expected a whole number, got: " + shown(size), size.at);
    }
    node->number = size.number;
    expect(Kind::right_square, "]", "after the size of vector '" + name.text + "'");
    if (!accept(Kind::assign)) return node;
    if (accept(Kind::left_curly)) {
      node->fill = VectorFill::list;
      while (!accept(Kind::right_curly)) {
        if (!node->children.empty()) expect(Kind::comma, ",", "between the elements of a vector");
        node->children.push_back(value());
      }
    } else if (accept(Kind::left_square)) {
      node->fill = VectorFill::value;
      node->children.push_back(value());
      if (accept(Kind::colon)) {
        node->fill = VectorFill::step;
        node->children.push_back(value());
      }
      expect(Kind::right_square, "]", "after the initial value of a vector");
    } else {
      node->fill = VectorFill::copy;
      node->children.push_back(value());
    }
    return node;
  }

  // --- values ---
  /// A value or an assignment, which is a value too.
  NodePtr value() {
    const Nested nested(*this);
    const std::size_t start = peek().at;
    NodePtr left = ternary();
    const auto op = assignment_of(peek().kind);
    if (op) {
      const std::size_t at = take().at;
      check_target(*left, at);
      NodePtr node = make(NodeKind::assign, start, std::move(left), value());
      node->op = *op;
      return node;
    }
    if (peek().kind == Kind::swap) {
      const std::size_t at = take().at;
      check_target(*left, at);
      NodePtr right = ternary();
      check_target(*right, at);
      return make(NodeKind::exchange, start, std::move(left), std::move(right));
    }
    return left;
  }

  static void check_target(const Node& target, std::size_t at) {
    if (target.kind == NodeKind::variable || target.kind == NodeKind::element ||
        target.kind == NodeKind::column)
      return;
    throw ExpressionError("Cannot assign value to const variable: the left side is not a variable", at);
  }

  NodePtr ternary() {
    NodePtr condition = binary(0);
    if (peek().kind != Kind::question) return condition;
    const Nested nested(*this);
    const std::size_t at = take().at;
    NodePtr yes = ternary();
    expect(Kind::colon, ":", "between ternary if-statement consequent and alternative");
    NodePtr no = ternary();
    return make(NodeKind::condition, at, std::move(condition), std::move(yes), std::move(no));
  }

  [[nodiscard]] std::optional<Operator> operator_of(const Level& level) const {
    const Token& token = peek();
    for (const auto& [kind, op] : level.signs) {
      if (token.kind == kind) return op;
    }
    if (token.kind == Kind::name) {
      for (const auto& [word, op] : level.words) {
        if (token.text == word) return op;
      }
    }
    return std::nullopt;
  }

  NodePtr binary(std::size_t level) {
    if (level == kLevels.size()) return unary();
    NodePtr first = binary(level + 1);
    if (!operator_of(kLevels[level])) return first;
    NodePtr chain = make(NodeKind::chain, peek().at, std::move(first));
    while (const auto op = operator_of(kLevels[level])) {
      chain->ops.push_back(*op);
      chain->op_offsets.push_back(take().at);
      chain->children.push_back(binary(level + 1));
    }
    return chain;
  }

  NodePtr unary() {
    if (peek().kind != Kind::minus && peek().kind != Kind::plus) return power();
    const Nested nested(*this);
    const Token sign = take();
    return make(sign.kind == Kind::minus ? NodeKind::negate : NodeKind::plus, sign.at, unary());
  }

  NodePtr power() {
    NodePtr base = postfix(primary());
    if (peek().kind != Kind::power) return base;
    const Nested nested(*this);
    const std::size_t at = take().at;
    return make(NodeKind::power, at, std::move(base), unary());
  }

  /// value "[" index "]" | value "[" "]"
  NodePtr postfix(NodePtr node) {
    while (peek().kind == Kind::left_square && (node->kind == NodeKind::variable || grouped_)) {
      const std::size_t at = take().at;
      if (accept(Kind::right_square)) {
        node = make(NodeKind::vector_size, at, std::move(node));
      } else {
        NodePtr index = value();
        expect(Kind::right_square, "]", "after the index of a vector");
        node = make(NodeKind::element, at, std::move(node), std::move(index));
      }
      grouped_ = false;
    }
    return node;
  }

  NodePtr primary() {
    grouped_ = false;
    const Token& token = peek();
    switch (token.kind) {
      case Kind::number:
        return literal(NodeKind::number);
      case Kind::text:
        return literal(NodeKind::text);
      case Kind::column:
        return literal(NodeKind::column);
      case Kind::name:
        return named();
      case Kind::left_round:
        return group(Kind::right_round, ")");
      case Kind::left_curly:
        return group(Kind::right_curly, "}");
      case Kind::left_square:
        if (peek(1).kind == Kind::times && peek(2).kind == Kind::right_square) return switch_all();
        return group(Kind::right_square, "]");
      case Kind::tilde:
        return sequence();
      default:
        fail_operand();
    }
  }

  NodePtr literal(NodeKind kind) {
    const Token& token = take();
    NodePtr node = make(kind, token.at);
    node->number = token.number;
    node->text = token.text;
    return node;
  }

  NodePtr group(Kind close, std::string_view sign) {
    take();
    NodePtr node = value();
    expect(close, sign, "after the value in brackets");
    grouped_ = true;
    return node;
  }

  /// "~" "{" statements "}" | "~" "(" value { "," value } ")"
  NodePtr sequence() {
    const std::size_t at = take().at;
    if (peek().kind == Kind::left_curly) return braced("after '~'");
    expect(Kind::left_round, "(", "after '~'");
    NodePtr block = make(NodeKind::block, at);
    do block->children.push_back(statement());
    while (accept(Kind::comma));
    expect(Kind::right_round, ")", "after '~('");
    return block;
  }

  NodePtr named() {
    const Token name = peek();
    if (name.text == "if") return condition();
    if (name.text == "switch") return switch_first();
    if (name.text == "while") return while_loop();
    if (name.text == "for") return for_loop();
    if (name.text == "break") return break_loop();
    if (name.text == "continue") {
      if (loops_ == 0) {
        throw ExpressionError("Invalid use of 'continue', allowed only in the scope of a loop", name.at);
      }
      take();
      return make(NodeKind::continue_loop, name.at);
    }
    if (name.text == "true" || name.text == "false" || name.text == "null") {
      take();
      NodePtr node = make(name.text == "null" ? NodeKind::null_value : NodeKind::boolean, name.at);
      node->number = name.text == "true";
      return node;
    }
    if (name.text == "swap") return swap_call();
    if (name.text == "not" && peek(1).kind != Kind::left_round) {
      throw ExpressionError(
          "Expected a '(' at start of function call to 'not', instead got: " + shown(peek(1)), peek(1).at);
    }
    if (name.text != "not" && kReserved.contains(name.text)) fail_operand();
    take();
    if (peek().kind == Kind::left_round) return call(name);
    NodePtr node = make(NodeKind::variable, name.at);
    node->text = name.text;
    return node;
  }

  NodePtr call(const Token& name) {
    take();
    NodePtr node = make(NodeKind::call, name.at);
    node->text = name.text;
    if (accept(Kind::right_round)) return node;
    do node->children.push_back(value());
    while (accept(Kind::comma));
    expect(Kind::right_round, ")", "after the arguments of '" + name.text + "'");
    grouped_ = false;
    return node;
  }

  NodePtr swap_call() {
    const std::size_t at = take().at;
    expect(Kind::left_round, "(", "after 'swap'");
    NodePtr left = ternary();
    check_target(*left, at);
    expect(Kind::comma, ",", "between the variables of 'swap'");
    NodePtr right = ternary();
    check_target(*right, at);
    expect(Kind::right_round, ")", "after the variables of 'swap'");
    return make(NodeKind::exchange, at, std::move(left), std::move(right));
  }

  // --- control flow ---
  NodePtr condition() {
    const std::size_t at = take().at;
    expect(Kind::left_round, "(", "after 'if'");
    NodePtr node = make(NodeKind::condition, at, value());
    if (accept(Kind::comma)) {
      node->children.push_back(value());
      expect(Kind::comma, ",", "between the values of 'if'");
      node->children.push_back(value());
      expect(Kind::right_round, ")", "after the values of 'if'");
      grouped_ = false;
      return node;
    }
    expect(Kind::right_round, ")", "after the condition of 'if'");
    node->children.push_back(body());
    if (peek().kind == Kind::semicolon && is_name("else", 1)) {
      take();
    } else if (is_name("else") && node->children[1]->kind != NodeKind::block) {
      throw ExpressionError("Expected ';' between the value and 'else'", peek().at);
    }
    if (accept_name("else")) node->children.push_back(is_name("if") ? otherwise() : body());
    return node;
  }

  /// One more condition in a chain of them.
  NodePtr otherwise() {
    const Nested nested(*this);
    return condition();
  }

  NodePtr body() { return peek().kind == Kind::left_curly ? braced("around the statements") : value(); }

  NodePtr switch_first() {
    NodePtr node = make(NodeKind::switch_first, take().at);
    expect(Kind::left_curly, "{", "after 'switch'");
    while (accept_name("case")) switch_arm(*node);
    if (!accept_name("default")) {
      throw ExpressionError("Expected 'default' in the switch statement, instead got: " + shown(peek()),
                            peek().at);
    }
    expect(Kind::colon, ":", "after 'default'");
    node->children.push_back(body());
    expect(Kind::semicolon, ";", "at end of default for switch statement");
    expect(Kind::right_curly, "}", "at end of the switch statement");
    return node;
  }

  NodePtr switch_all() {
    NodePtr node = make(NodeKind::switch_all, take().at);
    take();
    take();
    expect(Kind::left_curly, "{", "after '[*]'");
    while (accept_name("case")) switch_arm(*node);
    expect(Kind::right_curly, "}", "at end of the '[*]' statement");
    if (node->children.empty()) throw ExpressionError("Expected a 'case' in the '[*]' statement", node->at);
    return node;
  }

  void switch_arm(Node& node) {
    node.children.push_back(value());
    expect(Kind::colon, ":", "after the condition of a case");
    node.children.push_back(body());
    expect(Kind::semicolon, ";", "at end of case for switch statement");
  }

  NodePtr while_loop() {
    const std::size_t at = take().at;
    expect(Kind::left_round, "(", "after 'while'");
    NodePtr test = value();
    expect(Kind::right_round, ")", "after the condition of 'while'");
    return make(NodeKind::while_loop, at, std::move(test),
                loop_body("for call to multi-sequence section of while-loop"));
  }

  NodePtr for_loop() {
    const std::size_t at = take().at;
    expect(Kind::left_round, "(", "after 'for'");
    NodePtr start = statement();
    expect(Kind::semicolon, ";", "after the start of 'for'");
    NodePtr test = value();
    expect(Kind::semicolon, ";", "after the condition of 'for'");
    NodePtr step = value();
    expect(Kind::right_round, ")", "after the step of 'for'");
    return make(NodeKind::for_loop, at, std::move(start), std::move(test), std::move(step),
                loop_body("for call to multi-sequence section of for-loop"));
  }

  NodePtr loop_body(std::string_view where) {
    ++loops_;
    NodePtr block = braced(where);
    --loops_;
    return block;
  }

  NodePtr break_loop() {
    const Token token = take();
    if (loops_ == 0)
      throw ExpressionError("Invalid use of 'break', allowed only in the scope of a loop", token.at);
    NodePtr node = make(NodeKind::break_loop, token.at);
    if (accept(Kind::left_square)) {
      node->children.push_back(value());
      expect(Kind::right_square, "]", "after the value of 'break'");
    }
    return node;
  }

  std::string_view source_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int loops_ = 0;
  bool grouped_ = false;  // the value just parsed stood in brackets, so that an index may follow
};

}  // namespace

NodePtr parse_expression(std::string_view source) { return Parser(source).run(); }

}  // namespace parallax

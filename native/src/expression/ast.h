// The syntax tree of an expression.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "expression/token.h"

namespace parallax {

enum class NodeKind {
  number,   ///< number
  text,     ///< text
  boolean,  ///< number 0 or 1
  null_value,
  column,       ///< text = column name
  variable,     ///< text = name
  element,      ///< children: vector, index
  vector_size,  ///< children: vector
  negate,
  plus,          ///< children: operand
  chain,         ///< operators of one level, left to right: children[0] ops[0] children[1] ops[1] …
  power,         ///< children: base, exponent
  call,          ///< text = function in lower case; children: arguments
  condition,     ///< children: condition, then[, else]
  switch_first,  ///< children: condition, arm, …, default
  switch_all,    ///< children: condition, arm, …
  while_loop,    ///< children: condition, body
  for_loop,      ///< children: start, condition, step, body
  break_loop,    ///< children: [value]
  continue_loop,
  block,           ///< children: statements; a scope of its own
  declare,         ///< text = name; children: [value]
  declare_const,   ///< text = name; children: literal
  declare_vector,  ///< text = name; number = size; fill tells what the children are
  assign,          ///< op; children: target, value
  exchange,        ///< children: target, target
};

enum class Operator {
  none,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_nand,
  logical_or,
  logical_nor,
  logical_xor,
  logical_xnor,
};

enum class VectorFill {
  zeros,
  list,   ///< children: first elements
  value,  ///< children: the value of all
  step,   ///< children: start, step
  copy,   ///< children: a vector
};

struct Node;
using NodePtr = std::unique_ptr<Node>;

struct Node {
  Node(NodeKind node_kind, std::size_t offset) : kind(node_kind), at(offset) {}

  NodeKind kind;
  std::size_t
      at;  ///< byte offset in the source: of the first token, of a chain or assignment its first operator
  double number = 0;
  std::string text;
  VectorFill fill = VectorFill::zeros;
  Operator op = Operator::none;  ///< of a compound assignment
  std::vector<NodePtr> children;
  std::vector<Operator> ops;            ///< of a chain
  std::vector<std::size_t> op_offsets;  ///< of a chain
};

/// Parses a whole expression (spec section "Grammar"); the result is a block. Levels nest at most
/// kMostNesting deep, so that recursion over the tree is safe on small stacks. Throws ExpressionError.
NodePtr parse_expression(std::string_view source);

inline constexpr int kMostNesting = 250;

}  // namespace parallax

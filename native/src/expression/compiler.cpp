#include "expression/compiler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "expression/row_context.h"

namespace parallax {
namespace {

std::string_view sign_of(Operator op) noexcept {
  switch (op) {
    case Operator::add:
      return "+";
    case Operator::subtract:
      return "-";
    case Operator::multiply:
      return "*";
    case Operator::divide:
      return "/";
    case Operator::modulo:
      return "%";
    case Operator::equal:
      return "==";
    case Operator::not_equal:
      return "!=";
    case Operator::less:
      return "<";
    case Operator::less_equal:
      return "<=";
    case Operator::greater:
      return ">";
    case Operator::greater_equal:
      return ">=";
    case Operator::logical_and:
      return "and";
    case Operator::logical_nand:
      return "nand";
    case Operator::logical_or:
      return "or";
    case Operator::logical_nor:
      return "nor";
    case Operator::logical_xor:
      return "xor";
    default:
      return "xnor";
  }
}

[[noreturn]] void fail_type(const std::string& problem, std::size_t at) {
  throw ExpressionError("Type Error - " + problem, at);
}

/// Operations of one program: some hundred bytes each, and a vector of cells in each evaluator.
constexpr std::size_t kMostOperations = 200'000;

/// Operations inside each other, as in a chain; what runs them recurses.
constexpr std::uint32_t kMostDepth = 3000;

/// What an operation takes in bytes.
constexpr std::size_t kMemoryOfOperation = 512;

}  // namespace

void Compiler::run(const Node& root) {
  check_names(root);
  std::set<std::string> assigned_columns;
  program_.row_by_row = needs_rows(root, false, assigned_columns);
  scopes_.emplace_back();
  for (const std::string& name : assigned_columns) {
    // Quotes keep column names apart from variables.
    scopes_.back().emplace('"' + name, new_variable('"' + name, column(name, 0)));
  }
  Value value;
  try {
    value = block(root);
  } catch (const RowLimit& limit) {
    throw ExpressionError(limit.what(), place_);
  }
  if (value.null_literal) fail_type("inputs do not resolve to a valid expression: the result has no type", 0);
  if (value.vector) fail_type("the result is a vector; take one element or reduce it, as in sum(v)", 0);
  if (!prologue_.empty()) {
    prologue_.push_back(value.op);
    const Storage storage = value.op->storage;
    value.op = make(OpKind::block, storage, std::move(prologue_));
  }
  program_.root = value.op;
  arrange(program_);
}

/// Bounds the memory that a program takes.
void Compiler::grow(std::size_t operations) {
  size_ += operations;
  if (size_ <= kMostOperations) return;
  throw ExpressionError("The expression is too large: it takes more than " + std::to_string(kMostOperations) +
                            " operations; use fewer operators, shorter texts or smaller vectors",
                        place_);
}

OpPtr Compiler::make(OpKind kind, Storage storage, std::vector<OpPtr> args) {
  grow(1);
  auto op = std::make_shared<Op>();
  op->kind = kind;
  op->storage = storage;
  for (const OpPtr& arg : args) op->depth = std::max(op->depth, arg->depth + 1);
  op->args = std::move(args);
  if (op->depth > kMostDepth) {
    throw ExpressionError("The expression has more than " + std::to_string(kMostDepth) +
                              " operations inside each other; shorten its chain of operators",
                          place_);
  }
  return op;
}

Compiler::Value Compiler::constant(Cell cell) {
  OpPtr op = make(OpKind::constant, cell.storage, {});
  op->cell = std::move(cell);
  return {op, false, {}, false, {}};
}

/// Computes a kernel of constants now.
void Compiler::fold(OpPtr& op) {
  if (op->kind != OpKind::kernel || op->is_volatile || op->args.empty()) return;
  for (const OpPtr& arg : op->args) {
    if (arg->kind != OpKind::constant) return;
  }
  std::vector<Lanes> lanes;
  std::vector<const Lanes*> args;
  lanes.reserve(op->args.size());
  for (const OpPtr& arg : op->args) {
    lanes.emplace_back(arg->storage, 1);
    arg->cell.load(lanes.back(), 0);
    args.push_back(&lanes.back());
  }
  Lanes out(op->storage, 1);
  TextArena arena;
  steps_.spend(1 + text_steps(args, op->text_cost));
  op->kernel({args, out, 1, arena, op->data.get(), RowContext(), steps_});
  Cell cell;
  cell.save(out, 0);
  grow(cell.text.size() / kMemoryOfOperation);
  auto folded = std::make_shared<Op>();
  folded->storage = op->storage;
  folded->cell = std::move(cell);
  op = std::move(folded);
}

Argument Compiler::argument(const Value& value, const Node* node) {
  return {value.op ? value.op->storage : Storage::float64, value.null_literal, node};
}

const Compiler::Value& Compiler::scalar(const Value& value, std::size_t at) const {
  if (value.vector) fail_type("vector '" + value.name + "' stands where a single value is needed", at);
  return value;
}

/// The value in another storage: numbers widen, a null literal becomes a null of it.
OpPtr Compiler::brought_to(const Value& value, Storage storage) {
  if (value.null_literal) {
    // A null that comes from a statement must still run it.
    if (value.op && value.op->kind != OpKind::constant) {
      return make(OpKind::block, storage, {value.op, constant(Cell::null(storage)).op});
    }
    return constant(Cell::null(storage)).op;
  }
  if (value.op->storage == storage) return value.op;
  OpPtr op = make(OpKind::kernel, storage, {value.op});
  op->kernel = widen_kernel(value.op->storage, storage);
  fold(op);
  return op;
}

Compiler::Value Compiler::apply(const Bound& bound, const std::vector<Value>& args) {
  std::vector<OpPtr> passed;
  std::vector<OpPtr> literals;
  for (std::size_t i = 0; i < bound.arguments.size(); ++i) {
    if (bound.arguments[i]) {
      passed.push_back(brought_to(args[i], *bound.arguments[i]));
    } else {
      literals.push_back(args[i].op);
    }
  }
  OpPtr op = make(OpKind::kernel, bound.result, std::move(passed));
  const auto is_text = [](const OpPtr& arg) { return arg->storage == Storage::text; };
  if (bound.result == Storage::text || std::any_of(op->args.begin(), op->args.end(), is_text))
    op->text_cost = bound.text_cost;
  grow(bound.memory / kMemoryOfOperation);
  op->literals = std::move(literals);
  op->kernel = bound.kernel;
  op->data = bound.data;
  op->is_volatile = bound.is_volatile;
  fold(op);
  return {op, false, {}, false, {}};
}

Compiler::Value Compiler::truth(const Value& value, std::size_t at) {
  scalar(value, at);
  if (value.null_literal) {
    return {brought_to(value, Storage::boolean)->kind == OpKind::constant
                ? constant(Cell::of<std::uint8_t>(Storage::boolean, 0)).op
                : make(OpKind::block, Storage::boolean,
                       {value.op, constant(Cell::of<std::uint8_t>(Storage::boolean, 0)).op}),
            false,
            {},
            false,
            {}};
  }
  return apply({Storage::boolean, truth_kernel(value.op->storage), {value.op->storage}}, {value});
}

/// The value once an effect, if there is one, is done.
Compiler::Value Compiler::after(const OpPtr& effect, Value value) {
  if (!effect) return value;
  const Storage storage = value.op->storage;
  value.op = make(OpKind::block, storage, {effect, value.op});
  return value;
}

Compiler::Value Compiler::compile(const Node& node) {
  place_ = node.at;
  switch (node.kind) {
    case NodeKind::number:
      return constant(Cell::of<double>(Storage::float64, node.number));
    case NodeKind::text:
      return constant(Cell::of_text(node.text));
    case NodeKind::boolean:
      return constant(Cell::of<std::uint8_t>(Storage::boolean, node.number != 0));
    case NodeKind::null_value: {
      Value value = constant(Cell::null(Storage::float64));
      value.null_literal = true;
      return value;
    }
    case NodeKind::column:
      if (const Variable* variable = find('"' + node.text)) return read(*variable);
      return column(node.text, node.at);
    case NodeKind::variable:
      return named(node);
    case NodeKind::element:
      return element(node);
    case NodeKind::vector_size: {
      const Value vector = compile(*node.children[0]);
      if (!vector.vector) fail_type("'[]' asks for the size of a vector", node.at);
      return constant(Cell::of<double>(Storage::float64, static_cast<double>(vector.elements.size())));
    }
    case NodeKind::negate:
    case NodeKind::plus: {
      const Value operand = scalar(compile(*node.children[0]), node.at);
      const Argument args[] = {argument(operand, node.children[0].get())};
      return apply(bind_sign(node.kind, {node.kind == NodeKind::negate ? "-" : "+", node.at, args}),
                   {operand});
    }
    case NodeKind::chain:
      return chain(node);
    case NodeKind::power:
      return binary(Operator::none, "^", node.at, compile(*node.children[0]), compile(*node.children[1]));
    case NodeKind::call:
      return call(node);
    case NodeKind::condition:
      return condition(node);
    case NodeKind::switch_first:
      return switch_first(node);
    case NodeKind::switch_all:
      return switch_all(node);
    case NodeKind::while_loop:
    case NodeKind::for_loop:
      return loop(node);
    case NodeKind::break_loop:
      return break_loop(node);
    case NodeKind::continue_loop: {
      Value value{make(OpKind::continue_loop, Storage::float64, {}), true, {}, false, {}};
      return value;
    }
    case NodeKind::block:
      return block(node);
    case NodeKind::declare:
    case NodeKind::declare_const:
      return declare(node);
    case NodeKind::declare_vector:
      return declare_vector(node);
    case NodeKind::assign:
      return assign(node);
    case NodeKind::exchange:
      return exchange(node);
  }
  fail_type("inputs do not resolve to a valid expression", node.at);
}

Compiler::Value Compiler::chain(const Node& node) {
  Value left = compile(*node.children[0]);
  for (std::size_t i = 0; i < node.ops.size(); ++i) {
    const std::size_t at = node.op_offsets[i];
    Value right = compile(*node.children[i + 1]);
    if (node.ops[i] >= Operator::logical_and) {
      left = truth(left, at);
      right = truth(right, at);
    }
    left = binary(node.ops[i], sign_of(node.ops[i]), at, left, right);
  }
  return left;
}

/// f(left element, right element) for each element; a single value meets every element.
template <class F>
Compiler::Value Compiler::each_element(const Value& left, const Value& right, std::size_t at, F&& f) {
  if (left.vector && right.vector && left.elements.size() != right.elements.size()) {
    fail_type("vectors of " + std::to_string(left.elements.size()) + " and " +
                  std::to_string(right.elements.size()) + " elements do not go together",
              at);
  }
  Value out;
  out.vector = true;
  std::vector<OpPtr> effects;
  for (const Value* side : {&left, &right}) {
    if (side->vector && side->op) effects.push_back(side->op);
  }
  if (!effects.empty()) out.op = make(OpKind::block, effects.back()->storage, effects);
  const std::size_t size = left.vector ? left.elements.size() : right.elements.size();
  for (std::size_t i = 0; i < size; ++i) {
    out.elements.push_back(
        f(left.vector ? left.elements[i] : left, right.vector ? right.elements[i] : right));
  }
  return out;
}

Compiler::Value Compiler::binary(Operator op, std::string_view sign, std::size_t at, const Value& left,
                                 const Value& right) {
  if (left.vector || right.vector) {
    return each_element(left, right, at,
                        [&](const Value& l, const Value& r) { return binary(op, sign, at, l, r); });
  }
  const Argument args[] = {argument(left, nullptr), argument(right, nullptr)};
  const CallSite site(sign, at, args);
  return apply(op == Operator::none ? bind_power(site) : bind_operator(op, site), {left, right});
}

Compiler::Value Compiler::named(const Node& node) {
  if (const Variable* variable = find(node.text)) return read(*variable);
  if (node.text == "pi") return constant(Cell::of<double>(Storage::float64, std::numbers::pi));
  if (node.text == "epsilon") return constant(Cell::of<double>(Storage::float64, 1e-10));
  if (node.text == "inf") return constant(Cell::of<double>(Storage::float64, INFINITY));
  // A function without its brackets, such as now.
  if (node.text == "index") return apply(bind_index(model_), {});
  return function(node, node.text, {});
}

Compiler::Value Compiler::column(const std::string& name, std::size_t at) {
  const auto position = model_.schema.find(name);
  if (!position) throw ExpressionError("Value Error - Input column \"" + name + "\" does not exist.", at);
  OpPtr op = make(OpKind::column, model_.schema[*position].storage, {});
  op->slot = *position;
  return {op, false, {}, false, {}};
}

Compiler::Value Compiler::call(const Node& node) {
  if (auto value = row_function(node)) return *value;
  std::vector<Value> args;
  args.reserve(node.children.size());
  for (const NodePtr& child : node.children) args.push_back(compile(*child));
  if (node.text == "not") {
    if (args.size() != 1) fail_type("'not' takes one value", node.at);
    const Value off = constant(Cell::of<std::uint8_t>(Storage::boolean, 0));
    return binary(Operator::logical_nor, "not", node.at, truth(args[0], node.at), off);
  }
  if (auto value = vector_function(node, args)) return *value;
  return function(node, node.text, args);
}

Compiler::Value Compiler::function(const Node& node, const std::string& name,
                                   const std::vector<Value>& args) {
  const Binder binder = find_function(name);
  if (!binder) throw ExpressionError("Undefined symbol: '" + name + "'", node.at);
  std::vector<Argument> arguments;
  for (std::size_t i = 0; i < args.size(); ++i) {
    arguments.push_back(
        argument(scalar(args[i], node.at), i < node.children.size() ? node.children[i].get() : nullptr));
  }
  return apply(binder(CallSite(name, node.at, arguments)), args);
}

/// index(), col('name'), vlookup('name', key).
std::optional<Compiler::Value> Compiler::row_function(const Node& node) {
  if (node.text == "index") {
    if (!node.children.empty()) fail_type("'index' takes no value", node.at);
    return apply(bind_index(model_), {});
  }
  const bool lookup = node.text == "vlookup";
  if (node.text != "col" && !lookup) return std::nullopt;
  if (node.children.size() != (lookup ? 2u : 1u) || node.children[0]->kind != NodeKind::text) {
    fail_type("'" + node.text + "' takes a column's name as a string literal" + (lookup ? " and a key" : ""),
              node.at);
  }
  if (!lookup) return column(node.children[0]->text, node.at);
  const auto position = model_.schema.find(node.children[0]->text);
  if (!position) {
    throw ExpressionError("Value Error - Input column \"" + node.children[0]->text + "\" does not exist.",
                          node.at);
  }
  const Value key = scalar(compile(*node.children[1]), node.at);
  const Argument args[] = {Argument{Storage::text, false, node.children[0].get()},
                           argument(key, node.children[1].get())};
  return apply(bind_lookup(model_, *position, CallSite("vlookup", node.at, args)), {key, key});
}

/// Functions that take whole vectors.
std::optional<Compiler::Value> Compiler::vector_function(const Node& node, const std::vector<Value>& args) {
  static const std::set<std::string, std::less<>> kReductions{"sum", "avg", "mul", "min", "max"};
  if (args.size() == 1 && args[0].vector && kReductions.contains(node.text)) {
    return after(args[0].op, function(node, node.text, args[0].elements));
  }
  if (node.text == "indexof") return index_of(node, args);
  const bool three = node.text == "dot_product3" || node.text == "norm3" || node.text == "cross_product3" ||
                     node.text == "diff3";
  if (!three) return std::nullopt;
  const std::size_t wanted = node.text == "norm3" ? 1 : node.text == "dot_product3" ? 2 : 3;
  if (args.size() != wanted)
    fail_type("'" + node.text + "' takes " + std::to_string(wanted) + " vectors", node.at);
  for (const Value& arg : args) {
    if (!arg.vector || arg.elements.size() < 3)
      fail_type("'" + node.text + "' takes vectors of 3 elements or more", node.at);
  }
  const auto op = [&](Operator what, const Value& l, const Value& r) {
    return binary(what, sign_of(what), node.at, l, r);
  };
  const auto dot = [&](const Value& a, const Value& b) {
    Value sum = op(Operator::multiply, a.elements[0], b.elements[0]);
    for (std::size_t i = 1; i < 3; ++i) {
      sum = op(Operator::add, sum, op(Operator::multiply, a.elements[i], b.elements[i]));
    }
    return sum;
  };
  if (wanted == 2) return dot(args[0], args[1]);
  if (wanted == 1) return function(node, "sqrt", {dot(args[0], args[0])});
  std::vector<Value> results;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t j = (i + 1) % 3;
    const std::size_t k = (i + 2) % 3;
    const auto& a = args[0].elements;
    const auto& b = args[1].elements;
    results.push_back(node.text == "diff3" ? op(Operator::subtract, a[i], b[i])
                                           : op(Operator::subtract, op(Operator::multiply, a[j], b[k]),
                                                op(Operator::multiply, a[k], b[j])));
  }
  Variable& target = find_target(*node.children[2]);
  std::vector<OpPtr> steps;
  // All results are computed before any is stored: `out` may be one of the inputs.
  std::vector<Value> kept;
  for (const Value& result : results) {
    Variable temporary = new_variable("", result);
    steps.push_back(store(temporary, "", result, node.at).op);
    kept.push_back(read(temporary));
  }
  for (std::size_t i = 0; i < 3; ++i) {
    Variable part;
    part.value = target.value.elements[i];
    part.slot = target.slot + i;
    part.depth = target.depth;
    steps.push_back(store(part, node.text, kept[i], node.at).op);
    target.value.elements[i] = part.value;
  }
  steps.push_back(constant(Cell::of<std::uint8_t>(Storage::boolean, 1)).op);
  return Value{make(OpKind::block, Storage::boolean, std::move(steps)), false, {}, false, {}};
}

/// indexof(text, 'pattern', vector): whether the pattern's first group is found; its ends go to the vector.
Compiler::Value Compiler::index_of(const Node& node, const std::vector<Value>& args) {
  if (args.size() != 3 || !args[2].vector || args[2].elements.size() < 2) {
    fail_type("'indexof' takes a string, a pattern and a vector of 2 elements or more", node.at);
  }
  const std::vector<Value> searched{args[0], args[1]};
  const Value text = scalar(args[0], node.at);
  Variable& target = find_target(*node.children[2]);
  std::vector<OpPtr> steps;
  Value found;
  for (std::size_t i = 0; i < 2; ++i) {
    const Value end = function(node, i == 0 ? "indexof first" : "indexof last", searched);
    found =
        apply({Storage::boolean,
               find_function("is_not_null")(CallSite("indexof", node.at, std::array{argument(end, nullptr)}))
                   .kernel,
               {Storage::float64}},
              {end});
    Variable part;
    part.value = target.value.elements[i];
    part.slot = target.slot + i;
    part.depth = target.depth;
    steps.push_back(
        store(part, node.text, choose(found.op, end, target.value.elements[i], node.at), node.at).op);
    target.value.elements[i] = read(part);
  }
  // Null for a null text, else whether it was found.
  const Value known = apply({Storage::boolean, truth_kernel(Storage::text), {Storage::text}}, {text});
  Value none = constant(Cell::null(Storage::float64));
  none.null_literal = true;
  steps.push_back(choose(known.op, found, none, node.at).op);
  return {make(OpKind::block, Storage::boolean, std::move(steps)), false, {}, false, {}};
}

/// One of two values by a boolean that is never null.
Compiler::Value Compiler::choose(OpPtr test, const Value& yes, const Value& no, std::size_t at) {
  scalar(yes, at);
  scalar(no, at);
  Storage storage = Storage::float64;
  const bool none = yes.null_literal && no.null_literal;
  if (yes.null_literal) {
    storage = no.op->storage;
  } else if (no.null_literal || yes.op->storage == no.op->storage) {
    storage = yes.op->storage;
  } else if (!is_number(yes.op->storage) || !is_number(no.op->storage)) {
    fail_type("inputs do not resolve to a valid expression: one branch is " +
                  std::string(type_name(column_type(yes.op->storage))) + ", the other " +
                  std::string(type_name(column_type(no.op->storage))),
              at);
  }
  OpPtr op =
      make(OpKind::condition, storage, {std::move(test), brought_to(yes, storage), brought_to(no, storage)});
  const bool incomplete = yes.incomplete || no.incomplete;
  return {op, none || incomplete, {}, false, {}, incomplete};
}

Compiler::Value Compiler::condition(const Node& node) {
  const Value test = truth(compile(*node.children[0]), node.at);
  const Value yes = branch(*node.children[1]);
  Value no;
  if (node.children.size() > 2) {
    no = branch(*node.children[2]);
  } else {
    no = constant(Cell::null(Storage::float64));
    no.null_literal = no.incomplete = true;
  }
  return choose(test.op, yes, no, node.at);
}

}  // namespace parallax

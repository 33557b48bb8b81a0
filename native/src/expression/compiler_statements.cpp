// Variables, vectors and control flow.
#include <algorithm>
#include <cmath>

#include "base/number_text.h"
#include "expression/compiler.h"

namespace parallax {
namespace {

/// Elements of one vector, and of all vectors of an expression together.
constexpr std::size_t kMostElements = 10'000;

/// Names that a variable may not take besides the parser's keywords and the functions.
const std::set<std::string, std::less<>> kTaken{
    "pi",           "epsilon", "inf",     "true",    "false",  "today",
    "now",          "mod",     "mand",    "mor",     "equal",  "not_equal",
    "index",        "col",     "vlookup", "indexof", "diff3",  "cross_product3",
    "dot_product3", "norm3",   "atan2",   "hypot",   "roundn", "ncdf",
    "sec",          "csc"};

[[noreturn]] void fail_type(const std::string& problem, std::size_t at) {
  throw ExpressionError("Type Error - " + problem, at);
}

bool contains_break(const Node& node) {
  if (node.kind == NodeKind::break_loop) return true;
  return std::any_of(node.children.begin(), node.children.end(), [](const NodePtr& child) {
    const bool inner_loop = child->kind == NodeKind::while_loop || child->kind == NodeKind::for_loop;
    return !inner_loop && contains_break(*child);
  });
}

}  // namespace

/// True if the program cannot be a pure function of columns: loops, vectors, or assignments that may not
/// happen.
bool Compiler::needs_rows(const Node& node, bool conditional, std::set<std::string>& assigned_columns) {
  bool rows = false;
  switch (node.kind) {
    case NodeKind::while_loop:
    case NodeKind::for_loop:
    case NodeKind::declare_vector:
      rows = true;
      break;
    case NodeKind::assign:
    case NodeKind::exchange:
      rows = conditional;
      for (std::size_t i = 0; i < (node.kind == NodeKind::assign ? 1u : 2u); ++i) {
        if (node.children[i]->kind == NodeKind::column) {
          assigned_columns.insert(node.children[i]->text);
          rows = true;
        }
      }
      break;
    default:
      break;
  }
  const bool branches = node.kind == NodeKind::condition || node.kind == NodeKind::switch_first ||
                        node.kind == NodeKind::switch_all;
  for (const NodePtr& child : node.children) {
    if (needs_rows(*child, conditional || branches, assigned_columns)) rows = true;
  }
  return rows;
}

// --- scopes ---

Compiler::Variable* Compiler::find(const std::string& name) {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    const auto it = scope->find(name);
    if (it != scope->end()) return &it->second;
  }
  return nullptr;
}

Compiler::Variable& Compiler::find_target(const Node& target) {
  Variable* variable = find(target.kind == NodeKind::column ? '"' + target.text : target.text);
  if (variable == nullptr) throw ExpressionError("Undefined symbol: '" + target.text + "'", target.at);
  if (variable->constant) {
    throw ExpressionError("Cannot assign value to const variable '" + target.text + "'", target.at);
  }
  return *variable;
}

Compiler::Scope::iterator Compiler::declare_name(const std::string& name, std::size_t at) {
  if (kTaken.contains(name) || find_function(name) != nullptr) {
    throw ExpressionError("Illegal redefinition of reserved keyword: '" + name + "'", at);
  }
  if (find(name) != nullptr)
    throw ExpressionError("Illegal redefinition of local variable: '" + name + "'", at);
  return scopes_.back().emplace(name, Variable{}).first;
}

/// A slot of its own for a value; columns that are assigned to are loaded before the first statement.
Compiler::Variable Compiler::new_variable(const std::string& name, const Value& value) {
  Variable variable;
  variable.value = value;
  variable.depth = depth_;
  variable.slot = program_.variables++;
  if (!name.empty()) {
    OpPtr set = make(OpKind::set_variable, value.op->storage, {value.op});
    set->slot = variable.slot;
    prologue_.push_back(std::move(set));
  }
  return variable;
}

Compiler::Value Compiler::read(const Variable& variable) {
  steps_.spend(static_cast<std::int64_t>(variable.value.elements.size()));  // they are copied
  if (variable.value.vector || !program_.row_by_row) return variable.value;
  OpPtr op = make(OpKind::get_variable, variable.value.op->storage, {});
  op->slot = variable.slot;
  return {op, variable.value.null_literal, {}, false, {}};
}

/// Stores a value; returns it. In straight-line code the variable takes the value's type, in a branch or loop
/// the value must fit the variable's.
Compiler::Value Compiler::store(Variable& variable, const std::string& name, const Value& value,
                                std::size_t at) {
  scalar(value, at);
  if (!program_.row_by_row) {
    variable.value = value;
    return value;
  }
  Value fitted = value;
  const bool straight = depth_ <= variable.depth;
  if (!straight && !value.null_literal && !variable.value.null_literal &&
      value.op->storage != variable.value.op->storage) {
    const Storage storage = variable.value.op->storage;
    if (storage != Storage::float64 || !is_number(value.op->storage)) {
      fail_type("variable '" + name + "' is " + std::string(type_name(column_type(storage))) +
                    " and would become " + std::string(type_name(column_type(value.op->storage))) +
                    " in some rows only",
                at);
    }
    fitted.op = brought_to(value, storage);
  }
  if (value.null_literal) {
    fitted.op = brought_to(value, straight ? Storage::float64 : variable.value.op->storage);
    fitted.null_literal = straight || variable.value.null_literal;
  }
  // A variable that was null so far takes its first type, also from within a branch.
  if (straight || variable.value.null_literal) variable.value = fitted;
  OpPtr op = make(OpKind::set_variable, fitted.op->storage, {fitted.op});
  op->slot = variable.slot;
  return {op, fitted.null_literal, {}, false, {}};
}

// --- statements ---

Compiler::Value Compiler::block(const Node& node) {
  scopes_.emplace_back();
  std::vector<OpPtr> steps;
  Value last;
  for (const NodePtr& child : node.children) {
    last = compile(*child);
    if (last.op) steps.push_back(last.op);
  }
  scopes_.pop_back();
  if (!program_.row_by_row || steps.size() < (last.op ? 2u : 1u)) return last;
  const Storage storage = steps.back()->storage;
  last.op = make(OpKind::block, storage, std::move(steps));
  return last;
}

Compiler::Value Compiler::branch(const Node& node) {
  ++depth_;
  Value value = single(compile(node));
  --depth_;
  return value;
}

/// What a branch or a loop's body gives: a vector is no value there, but what computes it is done.
Compiler::Value Compiler::single(const Value& value) {
  if (!value.vector) return value;
  Value none = constant(Cell::null(Storage::float64));
  none.null_literal = true;
  if (value.op) none.op = make(OpKind::block, Storage::float64, {value.op, none.op});
  return none;
}

Compiler::Value Compiler::declare(const Node& node) {
  Value value =
      node.children.empty() ? constant(Cell::of<double>(Storage::float64, 0)) : compile(*node.children[0]);
  if (node.kind == NodeKind::declare_const && (!value.op || value.op->kind != OpKind::constant)) {
    throw ExpressionError("const variable '" + node.text + "' takes a literal", node.at);
  }
  if (value.vector) {
    // A vector's copy under a new name: its elements become variables.
    const auto it = declare_name(node.text, node.at);
    it->second.slot = program_.variables;
    it->second.depth = depth_;
    it->second.value.vector = true;
    it->second.value.name = node.text;
    program_.variables += value.elements.size();
    it->second.value.elements = value.elements;
    return assign_to(node, value, node.at);
  }
  const auto it = declare_name(node.text, node.at);
  it->second.depth = depth_;
  it->second.value = value;
  if (program_.row_by_row) it->second.slot = program_.variables++;
  Value stored = store(it->second, node.text, value, node.at);
  it->second.constant = node.kind == NodeKind::declare_const;
  return stored;
}

Compiler::Value Compiler::declare_vector(const Node& node) {
  const double size = node.number;
  if (!(size >= 1) || size != std::floor(size) || size > static_cast<double>(kMostElements) ||
      program_.variables + static_cast<std::size_t>(size) > 4 * kMostElements) {
    throw ExpressionError("Invalid vector size. Must be an integer in the range [1," +
                              std::to_string(kMostElements) +
                              "], and the vectors of an expression together four times that",
                          node.at);
  }
  const auto count = static_cast<std::size_t>(size);
  std::vector<Value> given;
  Value copied;
  for (const NodePtr& child : node.children) given.push_back(compile(*child));
  if (node.fill == VectorFill::list && given.size() > count) {
    throw ExpressionError("Vector '" + node.text + "' of size " + std::to_string(count) + " has " +
                              std::to_string(given.size()) + " initial values",
                          node.at);
  }
  const auto it = declare_name(node.text, node.at);
  Variable& vector = it->second;
  vector.depth = depth_;
  vector.slot = program_.variables;
  vector.value.vector = true;
  vector.value.name = node.text;
  program_.variables += count;
  const Value zero = constant(Cell::of<double>(Storage::float64, 0));
  vector.value.elements.assign(count, zero);
  OpPtr make_zeros = make(OpKind::make_vector, Storage::float64, {});
  make_zeros->slot = vector.slot;
  make_zeros->size = count;
  std::vector<OpPtr> steps;
  if (node.fill == VectorFill::copy && given[0].vector && given[0].op) steps.push_back(given[0].op);
  steps.push_back(std::move(make_zeros));
  const auto put = [&](std::size_t i, const Value& value) {
    Variable part;
    part.value = vector.value.elements[i];
    part.slot = vector.slot + i;
    part.depth = depth_;
    steps.push_back(store(part, node.text, value, node.at).op);
    vector.value.elements[i] = part.value;
  };
  Value next = given.empty() ? zero : given[0];
  for (std::size_t i = 0; i < count && !given.empty(); ++i) {
    switch (node.fill) {
      case VectorFill::list:
        if (i < given.size()) put(i, given[i]);
        break;
      case VectorFill::copy:
        if (!given[0].vector) fail_type("vector '" + node.text + "' is set to what is no vector", node.at);
        if (i < given[0].elements.size()) put(i, given[0].elements[i]);
        break;
      default:
        put(i, next);
        if (node.fill == VectorFill::step) next = binary(Operator::add, "+", node.at, next, given[1]);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    Variable part;
    part.value = vector.value.elements[i];
    part.slot = vector.slot + i;
    vector.value.elements[i] = read(part);
  }
  Value value = vector.value;
  value.op = make(OpKind::block, Storage::float64, std::move(steps));
  return value;
}

Compiler::Value Compiler::assign(const Node& node) {
  const Node& target = *node.children[0];
  constexpr std::string_view kSigns[] = {"", "+", "-", "*", "/", "%"};
  const std::string_view sign = kSigns[static_cast<std::size_t>(node.op)];
  const bool computed_index =
      target.kind == NodeKind::element && target.children[1]->kind != NodeKind::number;
  if (node.op != Operator::none && computed_index) return update_element(node, sign);
  Value value = compile(*node.children[1]);
  if (node.op != Operator::none) value = binary(node.op, sign, node.at, compile(target), value);
  return assign_to(target, value, node.at);
}

Compiler::Value Compiler::assign_to(const Node& target, const Value& value, std::size_t at) {
  if (target.kind == NodeKind::element) return assign_element(target, value);
  Variable& variable = find_target(target);
  if (!variable.value.vector) return store(variable, target.text, value, at);
  // Whole vectors: element by element; a single value fills them. All are computed before any is stored.
  const std::size_t count = variable.value.elements.size();
  if (value.vector && value.elements.size() != count) {
    fail_type("vectors of " + std::to_string(count) + " and " + std::to_string(value.elements.size()) +
                  " elements do not go together",
              at);
  }
  std::vector<OpPtr> steps;
  if (value.vector && value.op) steps.push_back(value.op);
  std::vector<Value> kept;
  for (std::size_t i = 0; i < count; ++i) {
    const Value& element = value.vector ? value.elements[i] : value;
    Variable temporary = new_variable("", element);
    steps.push_back(store(temporary, target.text, element, at).op);
    kept.push_back(read(temporary));
  }
  for (std::size_t i = 0; i < count; ++i) {
    Variable part;
    part.value = variable.value.elements[i];
    part.slot = variable.slot + i;
    part.depth = variable.depth;
    steps.push_back(store(part, target.text, kept[i], at).op);
    variable.value.elements[i] = read(part);
  }
  Value result = variable.value;
  result.op = make(OpKind::block, Storage::float64, std::move(steps));
  return result;
}

// --- vectors ---

/// The index if it is a literal; refuses one out of range.
std::optional<std::size_t> Compiler::literal_index(const Node& node, const Value& vector, std::size_t at) {
  if (node.kind != NodeKind::number) return std::nullopt;
  if (node.number < static_cast<double>(vector.elements.size())) return static_cast<std::size_t>(node.number);
  std::string index;
  append_csv_double(index, node.number);
  throw ExpressionError("Index of " + index + " out of range for vector '" + vector.name + "' of size " +
                            std::to_string(vector.elements.size()),
                        at);
}

/// The one storage of all elements, which an index that is not known beforehand needs.
Storage Compiler::common_storage(const Value& vector, std::size_t at) {
  steps_.spend(static_cast<std::int64_t>(vector.elements.size() / 8));
  const Storage storage = vector.elements[0].op->storage;
  for (const Value& element : vector.elements) {
    if (element.op->storage != storage) {
      fail_type(
          "vector '" + vector.name + "' holds several types; an element of it is read by a literal index",
          at);
    }
  }
  return storage;
}

/// An index that is not known beforehand.
Compiler::Value Compiler::index_value(const Node& node, std::size_t at) {
  const Value index = scalar(compile(node), at);
  if (index.null_literal || !is_number(index.op->storage)) fail_type("the index of a vector is a number", at);
  return index;
}

/// Reads or writes the element of `size` slots that the first argument names.
OpPtr Compiler::element_op(OpKind kind, Storage storage, std::size_t slot, std::size_t size,
                           std::vector<OpPtr> args) {
  OpPtr op = make(kind, storage, std::move(args));
  op->slot = slot;
  op->size = size;
  return op;
}

Compiler::Value Compiler::element(const Node& node) {
  // A variable's elements are many: they are not copied.
  const Node& indexed = *node.children[0];
  const Variable* variable = indexed.kind == NodeKind::variable ? find(indexed.text) : nullptr;
  const Value computed = variable == nullptr ? compile(indexed) : Value{};
  const Value& vector = variable == nullptr ? computed : variable->value;
  if (!vector.vector) fail_type("an index follows what is no vector", node.at);
  if (const auto index = literal_index(*node.children[1], vector, node.children[1]->at))
    return after(computed.op, vector.elements[*index]);
  const Value at = index_value(*node.children[1], node.at);
  const Storage storage = common_storage(vector, node.at);
  const std::size_t size = vector.elements.size();
  const std::size_t slot = variable != nullptr ? variable->slot : program_.variables;
  Value value;
  value.op = element_op(OpKind::get_element, storage, slot, size, {brought_to(at, Storage::float64)});
  if (variable != nullptr) return value;
  // A computed vector goes into slots first.
  program_.variables += size;
  std::vector<OpPtr> steps;
  if (computed.op) steps.push_back(computed.op);
  for (std::size_t i = 0; i < size; ++i) {
    steps.push_back(make(OpKind::set_variable, storage, {vector.elements[i].op}));
    steps.back()->slot = slot + i;
  }
  return after(make(OpKind::block, storage, std::move(steps)), value);
}

/// A value as an element of a vector whose elements are of one storage.
OpPtr Compiler::as_element(const Variable& vector, const Value& value, Storage storage, std::size_t at) {
  scalar(value, at);
  if (!value.null_literal && value.op->storage != storage &&
      (storage != Storage::float64 || !is_number(value.op->storage))) {
    fail_type("vector '" + vector.value.name + "' holds " + std::string(type_name(column_type(storage))), at);
  }
  return brought_to(value, storage);
}

Compiler::Variable& Compiler::find_vector(const Node& element) {
  if (element.children[0]->kind != NodeKind::variable)
    fail_type("only an element of a variable can be assigned", element.at);
  Variable& vector = find_target(*element.children[0]);
  if (!vector.value.vector) fail_type("'" + element.children[0]->text + "' is no vector", element.at);
  return vector;
}

Compiler::Value Compiler::assign_element(const Node& target, const Value& value) {
  Variable& vector = find_vector(target);
  if (const auto index = literal_index(*target.children[1], vector.value, target.children[1]->at)) {
    Variable part;
    part.value = vector.value.elements[*index];
    part.slot = vector.slot + *index;
    part.depth = vector.depth;
    Value stored = store(part, vector.value.name, value, target.at);
    vector.value.elements[*index] = read(part);
    return stored;
  }
  const Value index = index_value(*target.children[1], target.at);
  const Storage storage = common_storage(vector.value, target.at);
  OpPtr fitted = as_element(vector, value, storage, target.at);
  OpPtr set = element_op(OpKind::set_element, storage, vector.slot, vector.value.elements.size(),
                         {brought_to(index, Storage::float64), std::move(fitted)});
  return {set, false, {}, false, {}};
}

/// v[index] += value and the like: the index is computed once.
Compiler::Value Compiler::update_element(const Node& node, std::string_view sign) {
  const Node& target = *node.children[0];
  Variable& vector = find_vector(target);
  const Value index = index_value(*target.children[1], target.at);
  Variable kept = new_variable("", index);
  std::vector<OpPtr> steps{store(kept, "", index, target.at).op};
  const OpPtr at = brought_to(read(kept), Storage::float64);
  const std::size_t size = vector.value.elements.size();
  const Storage storage = common_storage(vector.value, target.at);
  const Value old{element_op(OpKind::get_element, storage, vector.slot, size, {at}), false, {}, false, {}};
  const Value value = binary(node.op, sign, node.at, old, compile(*node.children[1]));
  OpPtr fitted = as_element(vector, value, storage, target.at);
  steps.push_back(element_op(OpKind::set_element, storage, vector.slot, size, {at, std::move(fitted)}));
  return {make(OpKind::block, storage, std::move(steps)), false, {}, false, {}};
}

Compiler::Value Compiler::exchange(const Node& node) {
  const Value left = compile(*node.children[0]);
  const Value right = compile(*node.children[1]);
  if (!program_.row_by_row) {
    find_target(*node.children[0]).value = right;
    find_target(*node.children[1]).value = left;
    return left;
  }
  scalar(left, node.at);
  scalar(right, node.at);
  Variable kept = new_variable("", left);
  const Value keep = store(kept, "", left, node.at);
  const Value first = assign_to(*node.children[0], right, node.at);
  const Value second = assign_to(*node.children[1], read(kept), node.at);
  const Value result = compile(*node.children[1]);
  OpPtr op = make(OpKind::block, result.op->storage, {keep.op, first.op, second.op, result.op});
  return {std::move(op), result.null_literal, {}, false, {}};
}

// --- control flow ---

Compiler::Value Compiler::loop(const Node& node) {
  const bool counted = node.kind == NodeKind::for_loop;
  scopes_.emplace_back();
  std::vector<OpPtr> steps;
  if (counted) steps.push_back(compile(*node.children[0]).op);
  const std::size_t first = counted ? 1 : 0;
  ++depth_;
  const Node& body_node = *node.children.back();
  const Value test = truth(compile(*node.children[first]), node.at);
  if (test.op->kind == OpKind::constant && test.op->cell.bits[0] != std::byte{0} &&
      !contains_break(body_node)) {
    throw ExpressionError(std::string("Infinite loop condition without 'break' not allowed in ") +
                              (counted ? "for-loops" : "while-loops"),
                          node.at);
  }
  breaks_.emplace_back();
  Value body = single(compile(body_node));
  std::vector<OpPtr> args{test.op, body.op};
  if (counted) args.push_back(compile(*node.children[2]).op);
  --depth_;
  scopes_.pop_back();
  Storage storage = body.op->storage;
  if (body.null_literal && breaks_.back()) {  // only `break` gives the loop a value
    storage = *breaks_.back();
    body.null_literal = false;
  }
  breaks_.pop_back();
  OpPtr op = make(OpKind::loop, storage, std::move(args));
  op->place = node.at;
  if (steps.empty()) return {op, body.null_literal, {}, false, {}};
  steps.push_back(op);
  return {make(OpKind::block, storage, std::move(steps)), body.null_literal, {}, false, {}};
}

Compiler::Value Compiler::break_loop(const Node& node) {
  std::vector<OpPtr> args;
  Storage storage = Storage::float64;
  if (!node.children.empty()) {
    const Value value = scalar(compile(*node.children[0]), node.at);
    args.push_back(brought_to(value, value.null_literal ? storage : value.op->storage));
    storage = args[0]->storage;
    breaks_.back() = storage;
  }
  const bool none = args.empty();
  return {make(OpKind::break_loop, storage, std::move(args)), none, {}, false, {}};
}

Compiler::Value Compiler::switch_first(const Node& node) {
  std::vector<Value> tests;
  std::vector<Value> arms;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    tests.push_back(truth(compile(*node.children[i]), node.at));
    arms.push_back(branch(*node.children[i + 1]));
  }
  Value value = branch(*node.children.back());
  for (std::size_t i = tests.size(); i-- > 0;) value = choose(tests[i].op, arms[i], value, node.at);
  return value;
}

Compiler::Value Compiler::switch_all(const Node& node) {
  Value value = constant(Cell::of<double>(Storage::float64, 0));
  if (!program_.row_by_row) {
    for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
      const Value test = truth(compile(*node.children[i]), node.at);
      const Value arm = branch(*node.children[i + 1]);
      // The 0 of no case at all takes the type of the arms.
      if (i == 0 && !arm.null_literal && arm.op && !is_number(arm.op->storage)) {
        value = constant(Cell::null(arm.op->storage));
      }
      value = choose(test.op, arm, value, node.at);
    }
    return value;
  }
  Variable result = new_variable("", value);
  std::vector<OpPtr> steps{store(result, "", value, node.at).op};
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const Value test = truth(compile(*node.children[i]), node.at);
    ++depth_;
    const Value arm = single(compile(*node.children[i + 1]));
    const Value stored = store(result, "", arm, node.at);
    --depth_;
    steps.push_back(choose(test.op, stored, read(result), node.at).op);
  }
  const Value last = read(result);
  steps.push_back(last.op);
  return {make(OpKind::block, last.op->storage, std::move(steps)), last.null_literal, {}, false, {}};
}

}  // namespace parallax

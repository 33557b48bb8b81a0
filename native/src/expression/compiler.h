// Type checker and translator from the syntax tree to operations.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "expression/ast.h"
#include "expression/function.h"
#include "expression/program.h"

namespace parallax {

/// Translates one expression. Without loops, vectors and conditional assignments a variable is just a name
/// for an operation, so the program stays a pure function of columns and runs column at a time; with them
/// variables are slots and rows run one by one.
class Compiler {
 public:
  Compiler(const RowModel& model, Program& program)
      : model_(model), program_(program), steps_(program.limits, program.limits.row) {}

  /// Fills the program.
  void run(const Node& root);

 private:
  /// What the checker knows of a value.
  struct Value {
    OpPtr op;                     ///< of a vector: what must run before its elements are read, or null
    bool null_literal = false;    ///< `null`, or incomplete
    std::vector<Value> elements;  ///< of a vector
    bool vector = false;
    std::string name;         ///< of a vector variable, for messages
    bool incomplete = false;  ///< an `if` without `else`: no value in some rows
  };
  struct Variable {
    Value value;           ///< pure programs: the operation it names; vectors: their elements' variables
    std::size_t slot = 0;  ///< row programs
    int depth = 0;         ///< branches and loops around the declaration
    bool constant = false;
  };
  using Scope = std::map<std::string, Variable>;

  // compiler.cpp: values
  Value compile(const Node& node);
  Value chain(const Node& node);
  Value call(const Node& node);
  Value named(const Node& node);
  Value column(const std::string& name, std::size_t at);
  Value condition(const Node& node);
  Value function(const Node& node, const std::string& name, const std::vector<Value>& args);
  std::optional<Value> row_function(const Node& node);
  std::optional<Value> vector_function(const Node& node, const std::vector<Value>& args);
  Value index_of(const Node& node, const std::vector<Value>& args);
  Value binary(Operator op, std::string_view sign, std::size_t at, const Value& left, const Value& right);
  template <class F>
  Value each_element(const Value& left, const Value& right, std::size_t at, F&& f);
  Value apply(const Bound& bound, const std::vector<Value>& args);
  OpPtr brought_to(const Value& value, Storage storage);
  Value truth(const Value& value, std::size_t at);
  Value after(const OpPtr& effect, Value value);
  Value choose(OpPtr test, const Value& yes, const Value& no, std::size_t at);
  OpPtr make(OpKind kind, Storage storage, std::vector<OpPtr> args);
  Value constant(Cell cell);
  void fold(OpPtr& op);
  void grow(std::size_t operations);
  static Argument argument(const Value& value, const Node* node);
  const Value& scalar(const Value& value, std::size_t at) const;

  // compiler_statements.cpp: variables and control flow
  static bool needs_rows(const Node& node, bool conditional, std::set<std::string>& assigned_columns);
  Value block(const Node& node);
  Value declare(const Node& node);
  Value declare_vector(const Node& node);
  Value assign(const Node& node);
  Value assign_to(const Node& target, const Value& value, std::size_t at);
  Value assign_element(const Node& target, const Value& value);
  Value update_element(const Node& node, std::string_view sign);
  Value index_value(const Node& node, std::size_t at);
  OpPtr element_op(OpKind kind, Storage storage, std::size_t slot, std::size_t size, std::vector<OpPtr> args);
  OpPtr as_element(const Variable& vector, const Value& value, Storage storage, std::size_t at);
  Variable& find_vector(const Node& element);
  Value store(Variable& variable, const std::string& name, const Value& value, std::size_t at);
  Value exchange(const Node& node);
  Value element(const Node& node);
  Value read(const Variable& variable);
  Value loop(const Node& node);
  Value break_loop(const Node& node);
  Value switch_first(const Node& node);
  Value switch_all(const Node& node);
  Value branch(const Node& node);
  Value single(const Value& value);
  Variable* find(const std::string& name);
  Variable& find_target(const Node& target);
  Variable new_variable(const std::string& name, const Value& value);
  Scope::iterator declare_name(const std::string& name, std::size_t at);
  std::optional<std::size_t> literal_index(const Node& node, const Value& vector, std::size_t at);
  Storage common_storage(const Value& vector, std::size_t at);

  const RowModel& model_;
  Program& program_;
  std::vector<Scope> scopes_;
  std::vector<OpPtr> prologue_;                 ///< columns that are assigned to, loaded as variables
  std::vector<std::optional<Storage>> breaks_;  ///< per open loop: the type of its break's value
  int depth_ = 0;                               ///< branches and loops around the current statement
  std::size_t place_ = 0;                       ///< in the source, of what is being translated
  std::size_t size_ = 0;                        ///< operations made so far
  StepCounter steps_;                           ///< what constants and vectors cost to translate
};

/// Throws ExpressionError at the first name that is no variable in its scope, constant or function.
void check_names(const Node& root);

/// Fills the rest of a program from its root: shares equal operations, lists them in order, finds the parts
/// that depend on one text column alone.
void arrange(Program& program);

/// Functions of the row itself, bound against the table rather than the library.
Bound bind_index(const RowModel& model);
Bound bind_lookup(const RowModel& model, std::size_t column, const CallSite& site);

}  // namespace parallax

// From a tree of operations to the lists that the evaluator runs.
#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "expression/compiler.h"

namespace parallax {
namespace {

/// Visits the operations that `root` needs, arguments first; without recursion, as chains are long. enter(op)
/// tells whether to go on to an operation that a result needs, leave(op) comes after its arguments.
template <class Enter, class Leave>
void walk(const OpPtr& root, Enter&& enter, Leave&& leave) {
  struct Place {
    OpPtr op;
    std::size_t next = 0;
  };
  if (!enter(root)) return;
  std::vector<Place> path{{root}};
  while (!path.empty()) {
    Place& here = path.back();
    if (here.next == here.op->args.size()) {
      leave(here.op);
      path.pop_back();
      continue;
    }
    const OpPtr arg = here.op->args[here.next++];
    if (enter(arg)) path.push_back({arg});
  }
}

/// Finds operations that compute the same and lets one do it for all. The key of an operation names its
/// arguments by their first equal.
class Sharing {
 public:
  OpPtr share(const OpPtr& root) {
    walk(
        root, [&](const OpPtr& op) { return !shared_.contains(op.get()); },
        [&](const OpPtr& op) {
          for (OpPtr& arg : op->args) arg = shared_.at(arg.get());
          const OpPtr& first = op->is_volatile ? op : by_key_.emplace(key_of(*op), op).first->second;
          shared_.emplace(op.get(), first);
          kept_.push_back(op);
        });
    return shared_.at(root.get());
  }

 private:
  static void add(std::string& key, const void* bytes, std::size_t size) {
    key.append(static_cast<const char*>(bytes), size);
  }
  static void add_cell(std::string& key, const Cell& cell) {
    key += static_cast<char>(cell.storage);
    key += static_cast<char>(cell.valid);
    add(key, cell.bits.data(), cell.bits.size());
    key += std::to_string(cell.text.size()) + ':' + cell.text;
  }
  static std::string key_of(const Op& op) {
    std::string key{static_cast<char>(op.kind), static_cast<char>(op.storage)};
    add(key, &op.slot, sizeof op.slot);
    add(key, &op.kernel, sizeof op.kernel);
    add_cell(key, op.cell);
    for (const OpPtr& literal : op.literals) add_cell(key, literal->cell);
    for (const OpPtr& arg : op.args) {
      const Op* pointer = arg.get();
      add(key, &pointer, sizeof pointer);
    }
    return key;
  }

  std::unordered_map<const Op*, OpPtr> shared_;
  std::map<std::string, OpPtr> by_key_;
  std::vector<OpPtr> kept_;  // so that no address comes twice
};

/// Lists the operations, arguments first.
void list(Program& program) {
  std::unordered_set<const Op*> seen;
  walk(
      program.root, [&](const OpPtr& op) { return seen.insert(op.get()).second; },
      [&](const OpPtr& op) {
        op->lanes = static_cast<std::uint32_t>(program.ops.size());
        program.ops.push_back(op);
        program.is_volatile = program.is_volatile || op->is_volatile;
        if (op->kind == OpKind::column) program.columns.push_back(op->slot);
      });
}

/// What an operation depends on.
struct Needs {
  bool constants_only = false;
  std::optional<std::size_t> text;  ///< this text column and constants, nothing else
};

Needs needs_of(const Op& op, const std::vector<Needs>& known) {
  if (op.kind == OpKind::constant) return {true, std::nullopt};
  if (op.kind == OpKind::column) {
    return {false, op.storage == Storage::text ? std::optional(op.slot) : std::nullopt};
  }
  if (op.is_volatile || op.args.empty()) return {};  // without arguments: of the row itself
  Needs needs{true, std::nullopt};
  for (const OpPtr& arg : op.args) {
    const Needs& of_arg = known[arg->lanes];
    if (of_arg.constants_only) continue;
    if (!of_arg.text || (needs.text && *needs.text != *of_arg.text)) return {};
    needs = of_arg;
  }
  return needs;
}

/// Walks from the result to the columns and stops at the largest parts that depend on one text.
class Splitting {
 public:
  explicit Splitting(Program& program) : program_(program), part_(program.ops.size()) {
    needs_.reserve(program.ops.size());
    for (const OpPtr& op : program.ops) needs_.push_back(needs_of(*op, needs_));
  }

  void run() {
    std::vector<bool> wanted(program_.ops.size());
    const auto enter = [&](const OpPtr& op) {
      if (wanted[op->lanes]) return false;
      wanted[op->lanes] = true;
      const bool computes = op->kind == OpKind::kernel || op->kind == OpKind::condition;
      if (!computes || !needs_[op->lanes].text) return true;
      part_[op->lanes] = program_.parts.size();
      program_.parts.push_back(part_of(op, *needs_[op->lanes].text));
      return false;
    };
    walk(program_.root, enter, [](const OpPtr&) {});
    for (const OpPtr& op : program_.ops) {
      if (wanted[op->lanes]) program_.steps.push_back({op, part_[op->lanes]});
    }
  }

 private:
  static TextPart part_of(const OpPtr& root, std::size_t column) {
    TextPart part;
    part.column = column;
    std::unordered_set<const Op*> seen;
    walk(
        root, [&](const OpPtr& op) { return seen.insert(op.get()).second; },
        [&](const OpPtr& op) { part.ops.push_back(op); });
    // In the program's order, as evaluators expect.
    std::sort(part.ops.begin(), part.ops.end(),
              [](const OpPtr& a, const OpPtr& b) { return a->lanes < b->lanes; });
    return part;
  }

  Program& program_;
  std::vector<Needs> needs_;                      // by Op::lanes
  std::vector<std::optional<std::size_t>> part_;  // likewise
};

}  // namespace

void arrange(Program& program) {
  if (!program.row_by_row) program.root = Sharing().share(program.root);
  list(program);
  std::sort(program.columns.begin(), program.columns.end());
  program.columns.erase(std::unique(program.columns.begin(), program.columns.end()), program.columns.end());
  if (!program.row_by_row) Splitting(program).run();
}

}  // namespace parallax

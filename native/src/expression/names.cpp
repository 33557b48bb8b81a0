// Names that stand for nothing are found before types are looked at.
#include <algorithm>
#include <set>
#include <vector>

#include "expression/compiler.h"

namespace parallax {
namespace {

/// Functions that the compiler translates itself.
const std::set<std::string, std::less<>> kCompiled{
    "not", "index", "col", "vlookup", "indexof", "diff3", "cross_product3", "dot_product3", "norm3"};

class Names {
 public:
  void visit(const Node& node) {
    switch (node.kind) {
      case NodeKind::block:
      case NodeKind::while_loop:
      case NodeKind::for_loop:
        scopes_.emplace_back();
        visit_children(node);
        scopes_.pop_back();
        return;
      case NodeKind::declare:
      case NodeKind::declare_const:
      case NodeKind::declare_vector:
        visit_children(node);
        scopes_.back().insert(node.text);
        return;
      case NodeKind::variable:
        if (!is_variable(node.text) && !is_constant(node.text)) need_function(node);
        return;
      case NodeKind::call:
        need_function(node);
        return visit_children(node);
      default:
        return visit_children(node);
    }
  }

 private:
  void visit_children(const Node& node) {
    for (const NodePtr& child : node.children) visit(*child);
  }
  [[nodiscard]] bool is_variable(const std::string& name) const {
    return std::any_of(scopes_.begin(), scopes_.end(),
                       [&](const auto& scope) { return scope.contains(name); });
  }
  static bool is_constant(const std::string& name) {
    return name == "pi" || name == "epsilon" || name == "inf";
  }
  static void need_function(const Node& node) {
    if (find_function(node.text) != nullptr || kCompiled.contains(node.text)) return;
    throw ExpressionError("Undefined symbol: '" + node.text + "'", node.at);
  }

  std::vector<std::set<std::string>> scopes_;
};

}  // namespace

void check_names(const Node& root) { Names().visit(root); }

}  // namespace parallax

#include "view/tree_expansion.h"

#include <algorithm>
#include <limits>

namespace parallax {

TreeExpansion::TreeExpansion(GroupedCore& core, const ViewConfig& config)
    : core_(core),
      rollup_(config.group_rollup),
      open_levels_(config.group_by_depth.value_or(std::numeric_limits<std::uint32_t>::max())) {}

bool TreeExpansion::open(std::uint32_t node) const noexcept {
  const GroupTree& tree = core_.rows();
  if (!explicit_) return tree.depth(node) < open_levels_;
  return node < open_births_.size() && open_births_[node] == tree.birth(node);
}

// --- what is visible ---

const std::vector<std::uint32_t>& TreeExpansion::visible() {
  core_.compute();
  if (visible_version_ == core_.order_version()) return visible_;
  visible_.clear();
  switch (rollup_) {
    case GroupRollup::rollup:
      list_tree();
      break;
    case GroupRollup::flat:
      list_leaves();
      break;
    case GroupRollup::total:
      visible_.push_back(0);
      break;
  }
  visible_version_ = core_.order_version();
  return visible_;
}

void TreeExpansion::list_tree() {
  std::vector<std::uint32_t> todo{0};
  while (!todo.empty()) {
    const std::uint32_t node = todo.back();
    todo.pop_back();
    visible_.push_back(node);
    if (core_.rows().is_leaf(node) || !open(node)) continue;
    const auto& children = core_.children(node);
    todo.insert(todo.end(), children.rbegin(), children.rend());
  }
}

void TreeExpansion::list_leaves() {
  std::vector<std::uint32_t> todo{0};
  while (!todo.empty()) {
    const std::uint32_t node = todo.back();
    todo.pop_back();
    if (core_.rows().is_leaf(node)) {
      visible_.push_back(node);
      continue;
    }
    const auto& children = core_.children(node);
    todo.insert(todo.end(), children.rbegin(), children.rend());
  }
}

// --- opening and closing ---

void TreeExpansion::make_explicit() {
  if (explicit_) return;
  const GroupTree& tree = core_.rows();
  open_births_.assign(tree.size(), 0);
  for (std::uint32_t node = 0; node < tree.size(); ++node) {
    if (tree.alive(node) && tree.depth(node) < open_levels_) open_births_[node] = tree.birth(node);
  }
  explicit_ = true;
}

std::uint32_t TreeExpansion::expand(std::uint32_t row) {
  const std::size_t before = visible().size();
  if (rollup_ != GroupRollup::rollup) return 0;
  make_explicit();
  if (row >= before) return 0;
  const std::uint32_t node = visible_[row];
  const GroupTree& tree = core_.rows();
  if (tree.is_leaf(node) || open(node)) return 0;
  if (open_births_.size() <= node) open_births_.resize(tree.size(), 0);
  open_births_[node] = tree.birth(node);
  visible_version_ = 0;
  return static_cast<std::uint32_t>(visible().size() - before);
}

std::uint32_t TreeExpansion::collapse(std::uint32_t row) {
  const std::size_t before = visible().size();
  if (rollup_ != GroupRollup::rollup) return 0;
  make_explicit();
  if (row >= before) return 0;
  const GroupTree& tree = core_.rows();
  const std::uint32_t depth = tree.depth(visible_[row]);
  if (tree.is_leaf(visible_[row]) || !open(visible_[row])) return 0;
  // Whatever is open below is visible.
  std::size_t end = row + 1;
  while (end < before && tree.depth(visible_[end]) > depth) ++end;
  for (std::size_t i = row; i < end; ++i) {
    if (visible_[i] < open_births_.size()) open_births_[visible_[i]] = 0;
  }
  visible_.erase(visible_.begin() + static_cast<std::ptrdiff_t>(row) + 1,
                 visible_.begin() + static_cast<std::ptrdiff_t>(end));
  return static_cast<std::uint32_t>(before - visible_.size());
}

void TreeExpansion::set_depth(std::uint32_t depth) {
  if (rollup_ != GroupRollup::rollup || depth > core_.rows().levels()) return;
  open_levels_ = depth + 1;
  explicit_ = false;
  open_births_.clear();
  visible_version_ = 0;
}

}  // namespace parallax

#include "view/group_tree.h"

#include <algorithm>
#include <atomic>

#include "parallax/error.h"

namespace parallax {
namespace {

/// Largest array that numbers groups without hashing: a few bytes a row, never less than this.
constexpr std::size_t kSmallProduct = std::size_t{1} << 16;

}  // namespace

GroupTree::GroupTree(const ViewSource& source, const std::vector<std::size_t>& columns)
    : source_(source), columns_(columns) {
  reset();
}

void GroupTree::reset() {
  coders_.clear();
  for (const std::size_t column : columns_) coders_.emplace_back(source_, column);
  nodes_.assign(1, Node{});
  depths_.assign(1, 0);
  births_.assign(1, 1);
  free_.clear();
  maybe_empty_.clear();
  children_.clear();
  children_.resize(columns_.size());
  indexed_ = false;
}

std::uint32_t GroupTree::add(std::uint32_t parent, std::uint32_t code) {
  std::uint32_t node;
  if (free_.empty()) {
    if (nodes_.size() >= kNoGroup) {
      throw Error(ErrorKind::resource_limit, "Too many groups: a view can hold 4294967294 of them");
    }
    node = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
    depths_.push_back(0);
    births_.push_back(0);
  } else {
    node = free_.back();
    free_.pop_back();
  }
  Node& above = nodes_[parent];
  nodes_[node] = Node{parent, code, 0, kNoGroup, above.first, kNoGroup};
  if (above.first != kNoGroup) nodes_[above.first].previous = node;
  above.first = node;
  depths_[node] = static_cast<std::uint8_t>(depths_[parent] + 1);
  births_[node] = next_birth_++;
  return node;
}

void GroupTree::release(std::uint32_t node) {
  const Node& gone = nodes_[node];
  if (gone.previous != kNoGroup) {
    nodes_[gone.previous].next = gone.next;
  } else {
    nodes_[gone.parent].first = gone.next;
  }
  if (gone.next != kNoGroup) nodes_[gone.next].previous = gone.previous;
  children_[depths_[node] - 1].erase(key(gone.parent, gone.code));
  births_[node] = 0;
  free_.push_back(node);
}

// --- changes ---

void GroupTree::index_nodes() {
  if (indexed_) return;
  for (std::uint32_t node = 1; node < nodes_.size(); ++node) {
    children_[depths_[node] - 1].put(key(nodes_[node].parent, nodes_[node].code), node);
  }
  indexed_ = true;
}

std::uint32_t GroupTree::locate(std::uint32_t row) {
  index_nodes();
  std::uint32_t node = 0;
  for (std::size_t level = 0; level < levels(); ++level) {
    const std::uint32_t code = coders_[level].encode(row);
    std::uint32_t child = children_[level].find(key(node, code));
    if (child == KeyIndex::kNone) {
      child = add(node, code);
      children_[level].put(key(node, code), child);
      maybe_empty_.push_back(child);
    }
    node = child;
  }
  return node;
}

void GroupTree::move(std::uint32_t row, std::uint32_t leaf) {
  index_nodes();
  if (row >= leaf_of_row_.size()) leaf_of_row_.resize(row + 1, kNoGroup);
  const std::uint32_t before = leaf_of_row_[row];
  if (before == leaf) return;
  for (std::uint32_t node = leaf; node != kNoGroup; node = nodes_[node].parent) ++nodes_[node].rows;
  for (std::uint32_t node = before; node != kNoGroup; node = nodes_[node].parent) {
    if (--nodes_[node].rows == 0) maybe_empty_.push_back(node);
  }
  leaf_of_row_[row] = leaf;
}

// --- building ---

void GroupTree::build(const Bitmap& kept, ThreadPool& pool) {
  reset();
  leaf_of_row_.assign(kept.size(), kNoGroup);
  pool.for_morsels(kept.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) {
      if (kept.test(r)) leaf_of_row_[r] = 0;
    }
  });
  for (std::size_t level = 0; level < levels(); ++level) build_level(level, pool);
  count_rows();
}

/// Takes every row from its node of this level to the child that its value says.
void GroupTree::build_level(std::size_t level, ThreadPool& pool) {
  std::vector<std::uint32_t> codes(leaf_of_row_.size());
  coders_[level].encode_all(leaf_of_row_, codes, pool);
  std::uint32_t first_parent = 0;
  while (depths_[first_parent] != level) {
    if (++first_parent == nodes_.size()) return;  // no rows
  }
  const std::size_t parents = nodes_.size() - first_parent;
  const std::size_t values = coders_[level].codes();
  if (parents * values <= std::max(kSmallProduct, 2 * leaf_of_row_.size())) {
    number_densely(codes, first_parent, parents, values, pool);
  } else {
    number_by_hash(level, codes);
  }
}

void GroupTree::number_densely(const std::vector<std::uint32_t>& codes, std::uint32_t first_parent,
                               std::size_t parents, std::size_t values, ThreadPool& pool) {
  std::vector<std::uint32_t> node_of(parents * values, 0);
  const auto place = [&](std::size_t r) { return (leaf_of_row_[r] - first_parent) * values + codes[r]; };
  pool.for_morsels(codes.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) {
      if (leaf_of_row_[r] == kNoGroup) continue;
      // Several threads may mark one group; looking first keeps its cache line shared.
      const std::atomic_ref<std::uint32_t> mark(node_of[place(r)]);
      if (mark.load(std::memory_order_relaxed) == 0) mark.store(1, std::memory_order_relaxed);
    }
  });
  for (std::size_t i = 0; i < node_of.size(); ++i) {
    if (node_of[i] == 0) continue;
    node_of[i] =
        add(first_parent + static_cast<std::uint32_t>(i / values), static_cast<std::uint32_t>(i % values));
  }
  pool.for_morsels(codes.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) {
      if (leaf_of_row_[r] != kNoGroup) leaf_of_row_[r] = node_of[place(r)];
    }
  });
}

void GroupTree::number_by_hash(std::size_t level, const std::vector<std::uint32_t>& codes) {
  KeyIndex index;
  for (std::size_t r = 0; r < codes.size(); ++r) {
    if (leaf_of_row_[r] == kNoGroup) continue;
    const std::uint64_t group = key(leaf_of_row_[r], codes[r]);
    std::uint32_t node = index.find(group);
    if (node == KeyIndex::kNone) {
      node = add(leaf_of_row_[r], codes[r]);
      index.put(group, node);
    }
    leaf_of_row_[r] = node;
  }
  children_[level] = std::move(index);
}

void GroupTree::count_rows() {
  for (const std::uint32_t leaf : leaf_of_row_) {
    if (leaf != kNoGroup) ++nodes_[leaf].rows;
  }
  for (auto node = static_cast<std::uint32_t>(nodes_.size()); node-- > 1;) {
    nodes_[nodes_[node].parent].rows += nodes_[node].rows;
  }
}

bool GroupTree::row_before(std::uint32_t a, std::uint32_t b) const noexcept {
  std::uint32_t x = leaf(a);
  std::uint32_t y = leaf(b);
  if (x == y || x == kNoGroup || y == kNoGroup) return source_.table().natural_less(a, b);
  while (nodes_[x].parent != nodes_[y].parent) {
    x = nodes_[x].parent;
    y = nodes_[y].parent;
  }
  return compare(x, y) < 0;
}

}  // namespace parallax

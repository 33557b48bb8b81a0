#include "view/group_tree.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "parallax/error.h"

namespace parallax {
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
  leaf_of_row_ = Array<std::uint32_t>::zeros(kept.size());  // all in the root
  pool.for_morsels(bitmap_words(kept.size()), [&](std::size_t begin, std::size_t end) {
    for (std::size_t w = begin; w < end; ++w) {
      const std::size_t left = kept.size() - w * 64;
      std::uint64_t dropped = ~kept.words()[w];
      if (left < 64) dropped &= (std::uint64_t{1} << left) - 1;
      for (; dropped != 0; dropped &= dropped - 1) {
        leaf_of_row_[w * 64 + static_cast<std::size_t>(std::countr_zero(dropped))] = kNoGroup;
      }
    }
  });
  nodes_[0].rows = static_cast<std::uint32_t>(kept.count());
  if (nodes_[0].rows == 0) return;
  for (ValueCoder& coder : coders_) coder.learn(kept, pool);
  std::uint32_t first_parent = 0;  // nodes of one level have successive numbers
  for (std::size_t level = 0; level < levels();) {
    const auto next = static_cast<std::uint32_t>(nodes_.size());
    const std::size_t end = levels_to_number(level, nodes_.size() - first_parent);
    if (end > level) {
      first_parent = number_by_place(level, end, first_parent, pool);
    } else {
      number_by_hash(level);
      first_parent = next;
    }
    level = std::max(end, level + 1);
  }
}

/// One past the last level that can be numbered together with `level` by place; `level` itself if it cannot.
std::size_t GroupTree::levels_to_number(std::size_t level, std::size_t parents) const noexcept {
  const std::size_t most = most_places(leaf_of_row_.size());
  std::size_t places = parents;
  while (level < levels() && places * coders_[level].codes() <= most) places *= coders_[level++].codes();
  return level;
}

/// Takes every row from its node to the descendant of depth `end` that its values say. The place of a
/// descendant counts through the parents and, for each, through the combinations of codes. Returns the first
/// node of the last level.
std::uint32_t GroupTree::number_by_place(std::size_t level, std::size_t end, std::uint32_t first_parent,
                                         ThreadPool& pool) {
  std::size_t places = nodes_.size() - first_parent;
  for (std::size_t l = level; l < end; ++l) places *= coders_[l].codes();
  const auto find_places = [&](std::size_t first, std::size_t count, std::uint32_t* counts) {
    std::array<std::uint32_t, kPlaceBlock> codes;
    std::array<std::uint32_t, kPlaceBlock> found;
    std::uint32_t* leaf = leaf_of_row_.data() + first;
    for (std::size_t i = 0; i < count; ++i) found[i] = leaf[i] - first_parent;
    for (std::size_t l = level; l < end; ++l) {
      const auto values = static_cast<std::uint32_t>(coders_[l].codes());
      coders_[l].encode_run(first, count, codes.data());
      for (std::size_t i = 0; i < count; ++i) found[i] = found[i] * values + codes[i];
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (leaf[i] == kNoGroup) continue;
      leaf[i] = found[i];
      ++counts[found[i]];
    }
  };
  PlaceCounts counts = count_places(leaf_of_row_.size(), places, pool, find_places);
  std::vector<std::uint32_t> nodes;  // by place, of the level above the one being made
  for (auto node = first_parent; node < nodes_.size(); ++node) nodes.push_back(node);
  for (; level < end; ++level) {
    first_parent = static_cast<std::uint32_t>(nodes_.size());
    nodes = add_level(nodes, coders_[level].codes(), counts);
  }
  replace_places({leaf_of_row_.data(), leaf_of_row_.size()}, nodes, pool);
  return first_parent;
}

/// Adds the children, of codes below `values`, of the given nodes (kNoGroup = none); all descendants are
/// counted by place. Returns the children by place.
std::vector<std::uint32_t> GroupTree::add_level(const std::vector<std::uint32_t>& parents, std::size_t values,
                                                const PlaceCounts& counts) {
  std::vector<std::uint32_t> children(parents.size() * values, kNoGroup);
  const std::size_t below = counts.size() / children.size();  // places of one child
  for (std::size_t place = 0; place < children.size(); ++place) {
    const auto first = counts.begin() + static_cast<std::ptrdiff_t>(place * below);
    const auto rows = std::accumulate(first, first + static_cast<std::ptrdiff_t>(below), std::uint32_t{0});
    if (rows == 0) continue;
    children[place] = add(parents[place / values], static_cast<std::uint32_t>(place % values));
    nodes_[children[place]].rows = rows;
  }
  return children;
}

void GroupTree::number_by_hash(std::size_t level) {
  KeyIndex index;
  std::array<std::uint32_t, kPlaceBlock> codes;
  for (std::size_t first = 0; first < leaf_of_row_.size(); first += kPlaceBlock) {
    const std::size_t count = std::min(kPlaceBlock, leaf_of_row_.size() - first);
    coders_[level].encode_run(first, count, codes.data());
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t& leaf = leaf_of_row_[first + i];
      if (leaf == kNoGroup) continue;
      const std::uint64_t group = key(leaf, codes[i]);
      std::uint32_t node = index.find(group);
      if (node == KeyIndex::kNone) {
        node = add(leaf, codes[i]);
        index.put(group, node);
      }
      leaf = node;
      ++nodes_[node].rows;
    }
  }
  children_[level] = std::move(index);
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

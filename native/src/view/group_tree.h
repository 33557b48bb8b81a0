// Groups within groups, and which one each row belongs to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "base/array.h"
#include "base/bitmap.h"
#include "base/thread_pool.h"
#include "storage/key_index.h"
#include "view/group_coder.h"
#include "view/place_counts.h"
#include "view/source.h"

namespace parallax {

/// The tree of the values of some columns: node 0 is the root (all rows), nodes of depth levels() are leaves.
/// Used for rows and for split columns alike. Node numbers are reused after sweep(); births are not.
/// Siblings have no order here (see GroupOrder). Threading: one caller at a time.
class GroupTree {
 public:
  GroupTree(const ViewSource& source, const std::vector<std::size_t>& columns);

  /// Starts anew with the given rows. `kept` is indexed by row number.
  void build(const Bitmap& kept, ThreadPool& pool);

  [[nodiscard]] std::size_t levels() const noexcept { return coders_.size(); }
  [[nodiscard]] const ValueCoder& coder(std::size_t level) const noexcept { return coders_[level]; }

  // --- rows ---
  /// Leaf of a row, kNoGroup if the row is not in the tree.
  [[nodiscard]] std::uint32_t leaf(std::uint32_t row) const noexcept {
    return row < leaf_of_row_.size() ? leaf_of_row_[row] : kNoGroup;
  }
  [[nodiscard]] std::span<const std::uint32_t> leaves_of_rows() const noexcept {
    return {leaf_of_row_.data(), leaf_of_row_.size()};
  }
  /// The leaf that a row's cells lead to now; makes what is missing, without rows. Does not move the row.
  std::uint32_t locate(std::uint32_t row);
  /// Puts the row into a leaf, or out of the tree (kNoGroup), and counts. What lost its last row stays until
  /// sweep().
  void move(std::uint32_t row, std::uint32_t leaf);
  /// Frees the nodes that have no rows (never the root), calling gone(node, parent) for each before.
  template <class F>
  void sweep(F&& gone) {
    for (std::size_t i = 0; i < maybe_empty_.size(); ++i) {
      const std::uint32_t node = maybe_empty_[i];
      if (node == 0 || !alive(node) || nodes_[node].rows != 0) continue;
      gone(node, nodes_[node].parent);
      release(node);
    }
    maybe_empty_.clear();
  }

  // --- nodes ---
  /// One past the largest node number in use or free.
  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
  [[nodiscard]] bool alive(std::uint32_t node) const noexcept { return births_[node] != 0; }
  [[nodiscard]] std::uint32_t parent(std::uint32_t node) const noexcept { return nodes_[node].parent; }
  [[nodiscard]] std::uint32_t depth(std::uint32_t node) const noexcept { return depths_[node]; }
  [[nodiscard]] bool is_leaf(std::uint32_t node) const noexcept { return depths_[node] == levels(); }
  /// The value of the node's own level, as code of coder(depth - 1).
  [[nodiscard]] std::uint32_t code(std::uint32_t node) const noexcept { return nodes_[node].code; }
  [[nodiscard]] std::uint32_t rows(std::uint32_t node) const noexcept { return nodes_[node].rows; }
  [[nodiscard]] std::uint32_t first_child(std::uint32_t node) const noexcept { return nodes_[node].first; }
  [[nodiscard]] std::uint32_t next_sibling(std::uint32_t node) const noexcept { return nodes_[node].next; }
  [[nodiscard]] std::uint32_t ancestor(std::uint32_t node, std::uint32_t depth) const noexcept {
    while (depths_[node] > depth) node = nodes_[node].parent;
    return node;
  }
  /// Tells a node from earlier ones of the same number: 0 for a free number, 1 for the root, else ascending.
  [[nodiscard]] std::uint32_t birth(std::uint32_t node) const noexcept { return births_[node]; }
  /// Births from here on are later than all so far.
  [[nodiscard]] std::uint32_t next_birth() const noexcept { return next_birth_; }
  /// Order of two siblings by value.
  [[nodiscard]] int compare(std::uint32_t a, std::uint32_t b) const noexcept {
    return coders_[depths_[a] - 1].compare(nodes_[a].code, nodes_[b].code);
  }
  /// Order of two rows of the tree as a reader of all leaves meets them: leaf by leaf in order of values, by
  /// key within a leaf.
  [[nodiscard]] bool row_before(std::uint32_t a, std::uint32_t b) const noexcept;

 private:
  struct Node {
    std::uint32_t parent = kNoGroup;
    std::uint32_t code = 0;
    std::uint32_t rows = 0;
    std::uint32_t first = kNoGroup;  // child
    std::uint32_t next = kNoGroup;   // sibling
    std::uint32_t previous = kNoGroup;
  };
  static std::uint64_t key(std::uint32_t parent, std::uint32_t code) noexcept {
    return std::uint64_t{parent} << 32 | code;
  }
  void reset();
  std::uint32_t add(std::uint32_t parent, std::uint32_t code);
  void release(std::uint32_t node);
  [[nodiscard]] std::size_t levels_to_number(std::size_t level, std::size_t parents) const noexcept;
  std::uint32_t number_by_place(std::size_t level, std::size_t end, std::uint32_t first_parent,
                                ThreadPool& pool);
  std::vector<std::uint32_t> add_level(const std::vector<std::uint32_t>& parents, std::size_t values,
                                       const PlaceCounts& counts);
  void number_by_hash(std::size_t level);
  void index_nodes();

  const ViewSource& source_;
  std::vector<std::size_t> columns_;
  std::deque<ValueCoder> coders_;
  std::vector<Node> nodes_;
  std::vector<std::uint8_t> depths_;
  std::vector<std::uint32_t> births_;
  std::uint32_t next_birth_ = 2;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> maybe_empty_;
  Array<std::uint32_t> leaf_of_row_;
  std::vector<KeyIndex> children_;  // by level: (parent, code) -> node; made by the first change
  bool indexed_ = false;
};

}  // namespace parallax

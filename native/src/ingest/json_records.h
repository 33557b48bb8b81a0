// Records (objects) of JSON into rows of a JsonTable: flattening of objects, expansion of lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/ingest.h"
#include "ingest/json_reader.h"
#include "ingest/json_table.h"

namespace parallax {

/// How a record becomes rows.
struct RecordRules {
  ListFlatten list_flatten = ListFlatten::zip;
  /// Name of the column whose values are row keys: an expansion must not repeat it.
  std::optional<std::string> key;
};

/// Writes records without lists straight into the table. Not thread-safe.
class RecordWriter {
 public:
  RecordWriter(const JsonBuffer& buffer, JsonTable& table, const RecordRules& rules)
      : buffer_(buffer), table_(table), rules_(rules) {}

  /// Writes one record as row `row`. False: it holds a list that has to be expanded, and the row is half
  /// written, so that the table is of no more use.
  [[nodiscard]] bool write(simdjson::ondemand::object record, std::size_t row);
  /// Writes one cell of a column, likewise.
  [[nodiscard]] bool write(simdjson::ondemand::value cell, PathNode& node, std::size_t row, int depth);

 private:
  [[nodiscard]] bool write_object(simdjson::ondemand::object object, PathNode& node, std::size_t row,
                                  int depth);

  const JsonBuffer& buffer_;
  JsonTable& table_;
  const RecordRules& rules_;
  JsonScalar scalar_;
  std::string scratch_;
};

/// Values of a record kept in memory, for records with lists. Not thread-safe.
class RecordTree {
 public:
  struct Node {
    enum class Shape : std::uint8_t { scalar, list, object };
    Shape shape = Shape::scalar;
    PathNode* path = nullptr;
    JsonScalar scalar;
    std::uint32_t first = kNone;  // child
    std::uint32_t next = kNone;   // sibling
    std::uint32_t count = 0;      // children
  };
  static constexpr std::uint32_t kNone = 0xffffffff;

  RecordTree(const JsonBuffer& buffer, JsonTable& table) : buffer_(buffer), table_(table) {}
  void clear() noexcept { nodes_.clear(); }
  std::uint32_t add(simdjson::ondemand::value value, PathNode& path, int depth);
  std::uint32_t add_object(simdjson::ondemand::object object, PathNode& path, int depth);
  [[nodiscard]] const Node& operator[](std::uint32_t node) const noexcept { return nodes_[node]; }
  /// Makes columns for all values at and below a node, in the order of the text.
  void declare_columns(std::uint32_t node) const;
  /// True of a list that holds nothing but empty lists.
  [[nodiscard]] bool is_empty_list(std::uint32_t node) const;

 private:
  std::uint32_t make(Node::Shape shape, PathNode& path);
  void link(std::uint32_t parent, std::uint32_t& last, std::uint32_t child) noexcept;

  const JsonBuffer& buffer_;
  JsonTable& table_;
  std::vector<Node> nodes_;
  std::uint64_t objects_ = 0;
};

/// Writes records of a tree as one or more rows. Not thread-safe.
class RecordExpander {
 public:
  RecordExpander(const RecordTree& tree, JsonTable& table, const RecordRules& rules)
      : tree_(tree), table_(table), rules_(rules) {}

  /// Writes the record made of these members from row `row` on; returns the row after its last one.
  std::size_t write(const std::vector<std::uint32_t>& members, std::size_t row);
  /// … of an object node.
  std::size_t write(std::uint32_t object, std::size_t row);

 private:
  struct Cell {
    PathNode* path;
    std::uint32_t node;  // kNone: an empty list
  };
  using Cells = std::vector<Cell>;

  void flatten(std::uint32_t node, Cells& out) const;
  void expand(const Cells& cells);
  void zip(const Cells& cells, const std::vector<std::size_t>& lists);
  void combine(const Cells& cells, const std::vector<std::size_t>& lists);
  void check_key(const Cells& cells, const std::vector<std::size_t>& lists, std::size_t rows) const;
  [[nodiscard]] std::vector<std::uint32_t> elements(const Cell& list) const;

  const RecordTree& tree_;
  JsonTable& table_;
  const RecordRules& rules_;
  std::size_t row_ = 0;
  std::size_t first_row_ = 0;
};

}  // namespace parallax

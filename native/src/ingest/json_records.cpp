#include "ingest/json_records.h"

#include <algorithm>

#include "parallax/error.h"

namespace parallax {
namespace {

using simdjson::ondemand::json_type;

/// Rows one record may become; a few short lists under `cartesian` would otherwise exhaust the memory.
constexpr std::size_t kMostRowsOfRecord = std::size_t{1} << 24;

/// The list at `path` supplies the column `key`.
bool supplies(std::string_view path, std::string_view key) noexcept {
  return key == path || (key.size() > path.size() && key.starts_with(path) && key[path.size()] == '.');
}

}  // namespace

// --- RecordWriter ---

bool RecordWriter::write(simdjson::ondemand::object record, std::size_t row) {
  return write_object(record, table_.root(), row, 1);
}

bool RecordWriter::write_object(simdjson::ondemand::object object, PathNode& node, std::size_t row,
                                int depth) {
  check_json_depth(depth + 1);
  node.next_child = 0;
  for (auto result : object) {
    simdjson::ondemand::field field = std::move(result).take_value();
    PathNode& child = buffer_.child(table_, node, field);
    if (!write(field.value(), child, row, depth + 1)) return false;
  }
  return true;
}

bool RecordWriter::write(simdjson::ondemand::value cell, PathNode& node, std::size_t row, int depth) {
  switch (cell.type().value()) {
    case json_type::object:
      table_.note_object(node);
      if (!node.relevant) break;
      return write_object(cell.get_object(), node, row, depth);
    case json_type::array:
      if (!node.relevant) break;
      if (rules_.list_flatten != ListFlatten::stringify) return false;
      scratch_.clear();
      buffer_.append_json(scratch_, cell, depth);
      table_.put(node, row, JsonScalar::of_text(scratch_));
      return true;
    default:
      buffer_.read_scalar(cell, scalar_);
      table_.put(node, row, scalar_);
      return true;
  }
  buffer_.skip(cell, depth);
  return true;
}

// --- RecordTree ---

std::uint32_t RecordTree::make(Node::Shape shape, PathNode& path) {
  if (nodes_.size() >= kNone) throw Error(ErrorKind::resource_limit, "A JSON document has too many values");
  Node node;
  node.shape = shape;
  node.path = &path;
  nodes_.push_back(node);
  return static_cast<std::uint32_t>(nodes_.size() - 1);
}

void RecordTree::link(std::uint32_t parent, std::uint32_t& last, std::uint32_t child) noexcept {
  (last == kNone ? nodes_[parent].first : nodes_[last].next) = child;
  ++nodes_[parent].count;
  last = child;
}

std::uint32_t RecordTree::add(simdjson::ondemand::value value, PathNode& path, int depth) {
  switch (value.type().value()) {
    case json_type::object:
      return add_object(value.get_object(), path, depth);
    case json_type::array: {
      check_json_depth(depth + 1);
      const std::uint32_t list = make(Node::Shape::list, path);
      std::uint32_t last = kNone;
      for (auto element : value.get_array()) link(list, last, add(element.value(), path, depth + 1));
      return list;
    }
    default: {
      const std::uint32_t scalar = make(Node::Shape::scalar, path);
      buffer_.read_scalar(value, nodes_[scalar].scalar);
      return scalar;
    }
  }
}

std::uint32_t RecordTree::add_object(simdjson::ondemand::object value, PathNode& path, int depth) {
  check_json_depth(depth + 1);
  const std::uint32_t object = make(Node::Shape::object, path);
  const std::uint64_t instance = ++objects_;
  std::uint32_t last = kNone;
  path.next_child = 0;
  for (auto result : value) {
    simdjson::ondemand::field field = std::move(result).take_value();
    PathNode& child = buffer_.child(table_, path, field);
    if (!child.relevant) {
      buffer_.skip(field.value(), depth + 1);
      continue;
    }
    const std::uint32_t member = add(field.value(), child, depth + 1);
    if (child.stamp == instance) {
      // A repeated key: the last value counts, in the first one's place.
      Node& earlier = nodes_[child.member];
      const std::uint32_t next = earlier.next;
      earlier = nodes_[member];
      earlier.next = next;
      continue;
    }
    child.stamp = instance;
    child.member = member;
    link(object, last, member);
  }
  return object;
}

bool RecordTree::is_empty_list(std::uint32_t at) const {
  const Node& node = nodes_[at];
  if (node.shape != Node::Shape::list) return false;
  for (std::uint32_t child = node.first; child != kNone; child = nodes_[child].next) {
    if (!is_empty_list(child)) return false;
  }
  return true;
}

void RecordTree::declare_columns(std::uint32_t at) const {
  const Node& node = nodes_[at];
  if (node.shape == Node::Shape::scalar) {
    if (node.scalar.kind != JsonScalar::Kind::null) table_.declare(*node.path);
    return;
  }
  if (node.shape == Node::Shape::object) table_.note_object(*node.path);
  for (std::uint32_t child = node.first; child != kNone; child = nodes_[child].next) declare_columns(child);
}

// --- RecordExpander ---

std::size_t RecordExpander::write(std::uint32_t object, std::size_t row) {
  Cells cells;
  for (std::uint32_t member = tree_[object].first; member != RecordTree::kNone; member = tree_[member].next) {
    flatten(member, cells);
  }
  row_ = first_row_ = row;
  expand(cells);
  return row_;
}

std::size_t RecordExpander::write(const std::vector<std::uint32_t>& members, std::size_t row) {
  Cells cells;
  for (const std::uint32_t member : members) flatten(member, cells);
  row_ = first_row_ = row;
  expand(cells);
  return row_;
}

void RecordExpander::flatten(std::uint32_t at, Cells& out) const {
  const RecordTree::Node& node = tree_[at];
  if (node.shape != RecordTree::Node::Shape::object) {
    out.push_back({node.path, at});
    return;
  }
  table_.note_object(*node.path);
  for (std::uint32_t member = node.first; member != RecordTree::kNone; member = tree_[member].next) {
    flatten(member, out);
  }
}

void RecordExpander::expand(const Cells& cells) {
  std::vector<std::size_t> lists;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].node != RecordTree::kNone && tree_[cells[i].node].shape == RecordTree::Node::Shape::list) {
      lists.push_back(i);
    }
  }
  if (lists.empty()) {
    if (row_ - first_row_ >= kMostRowsOfRecord) {
      throw Error(ErrorKind::resource_limit, "The lists of one record expand to more than " +
                                                 std::to_string(kMostRowsOfRecord) + " rows");
    }
    table_.check_rows(row_ + 1);
    for (const Cell& cell : cells) {
      if (cell.node == RecordTree::kNone) {
        table_.put_empty_list(*cell.path, row_);
      } else {
        table_.put(*cell.path, row_, tree_[cell.node].scalar);
      }
    }
    ++row_;
  } else if (rules_.list_flatten == ListFlatten::cartesian) {
    combine(cells, lists);
  } else {
    zip(cells, lists);
  }
}

std::vector<std::uint32_t> RecordExpander::elements(const Cell& list) const {
  std::vector<std::uint32_t> out;
  out.reserve(tree_[list.node].count);
  for (std::uint32_t at = tree_[list.node].first; at != RecordTree::kNone; at = tree_[at].next)
    out.push_back(at);
  return out;
}

void RecordExpander::check_key(const Cells& cells, const std::vector<std::size_t>& lists,
                               std::size_t rows) const {
  if (rows < 2) return;
  std::optional<std::string_view> key;
  if (rules_.key) key = *rules_.key;
  for (const Cell& cell : cells) {
    if (cell.path->is_row_id) key = cell.path->path;
  }
  if (!key) return;
  const bool one_list = lists.size() == 1 || rules_.list_flatten == ListFlatten::zip;
  for (const std::size_t list : lists) {
    const Cell& cell = cells[list];
    if (one_list && supplies(cell.path->path, *key) && tree_[cell.node].count == rows) return;
  }
  throw RecordError(row_, "expanding the record's lists would repeat the key column \"" + std::string(*key) +
                              "\"; draw the key from the expanded list, or use list_flatten \"stringify\"");
}

void RecordExpander::zip(const Cells& cells, const std::vector<std::size_t>& lists) {
  std::size_t longest = lists[0];
  for (const std::size_t list : lists) {
    if (tree_[cells[list].node].count > tree_[cells[longest].node].count) longest = list;
  }
  const std::size_t count = tree_[cells[longest].node].count;
  const std::size_t rows = std::max<std::size_t>(count, 1);
  std::vector<std::vector<std::uint32_t>> columns;
  for (const std::size_t list : lists) {
    columns.push_back(elements(cells[list]));
    const std::size_t length = columns.back().size();
    if (length > 1 && length != rows) {
      throw RecordError(row_, "the lists \"" + cells[list].path->path + "\" (" + std::to_string(length) +
                                  ") and \"" + cells[longest].path->path + "\" (" + std::to_string(count) +
                                  ") differ in length and cannot be zipped; use list_flatten \"cartesian\"");
    }
  }
  check_key(cells, lists, rows);
  Cells next;
  for (std::size_t row = 0; row < rows; ++row) {
    next.clear();
    std::size_t list = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (list == lists.size() || lists[list] != i) {
        next.push_back(cells[i]);
        continue;
      }
      const auto& column = columns[list++];
      if (column.empty()) {
        next.push_back({cells[i].path, RecordTree::kNone});
      } else {
        flatten(column.size() == 1 ? column[0] : column[row], next);
      }
    }
    expand(next);
  }
}

void RecordExpander::combine(const Cells& cells, const std::vector<std::size_t>& lists) {
  std::vector<std::vector<std::uint32_t>> columns;
  std::size_t rows = 1;
  for (const std::size_t list : lists) {
    columns.push_back(elements(cells[list]));
    rows *= std::max<std::size_t>(columns.back().size(), 1);
    if (rows > kMostRowsOfRecord) {
      throw Error(ErrorKind::resource_limit, "The lists of one record combine to more than " +
                                                 std::to_string(kMostRowsOfRecord) + " rows");
    }
  }
  check_key(cells, lists, rows);
  std::vector<std::size_t> at(lists.size(), 0);
  Cells next;
  for (std::size_t row = 0; row < rows; ++row) {
    next.clear();
    std::size_t list = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (list == lists.size() || lists[list] != i) {
        next.push_back(cells[i]);
        continue;
      }
      const auto& column = columns[list];
      if (column.empty()) {
        next.push_back({cells[i].path, RecordTree::kNone});
      } else {
        flatten(column[at[list]], next);
      }
      ++list;
    }
    expand(next);
    for (std::size_t i = lists.size(); i-- > 0;) {  // the last list varies fastest
      if (++at[i] < columns[i].size()) break;
      at[i] = 0;
    }
  }
}

}  // namespace parallax

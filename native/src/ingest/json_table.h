// Columns being read from JSON, found by the path of keys that leads to them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ingest/ingest.h"
#include "ingest/json_column.h"

namespace parallax {

/// Most rows a table or an input may have.
inline constexpr std::size_t kMostRows = 0xfffffffe;

/// The name that stands for a row's key: in Arrow, CSV and updates, not where JSON makes a table.
inline constexpr std::string_view kRowIdName = "__INDEX__";

/// A fault in the data, in a record counted from 0 within what one JsonTable reads.
class RecordError : public std::runtime_error {
 public:
  RecordError(std::size_t record, const std::string& fault) : std::runtime_error(fault), record_(record) {}
  [[nodiscard]] std::size_t record() const noexcept { return record_; }

 private:
  std::size_t record_;
};

/// Hashes std::string and std::string_view alike.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

/// A path of object keys; the root has an empty one. Owned by its JsonTable.
struct PathNode {
  static constexpr std::uint32_t kNone = 0xffffffff;

  std::string key;               ///< the last key
  std::string path;              ///< the keys with dots between: a column's name
  std::uint32_t position = 0;    ///< among the parent's children
  std::uint32_t column = kNone;  ///< in the table's columns, or none (yet, or never in an update)
  bool plain_key = true;         ///< equal to its JSON spelling, so that it can be compared undecoded
  bool relevant = true;          ///< false: nothing here or below is wanted
  bool is_row_id = false;
  bool null_seen = false;    ///< null while it had no column
  bool object_seen = false;  ///< a null here is a null object
  std::vector<PathNode*> children;
  std::uint32_t next_child = 0;  ///< the child expected next: records repeat their keys in order
  std::unordered_map<std::string_view, PathNode*> by_key;  ///< once there are many children
  // For readers: RecordTree marks the object instance that last held the key and its node there, the reader
  // of columns that the column was met and how many cells it had.
  std::uint64_t stamp = 0;
  std::uint32_t member = 0;
};

/// What a JsonTable starts from: an update's target, or what earlier parts of a new table's data have shown.
struct JsonPlan {
  struct KnownColumn {
    std::string name;
    std::optional<Storage> storage;  ///< none: no value yet
    std::size_t target;              ///< update: position in the schema
  };
  std::vector<KnownColumn> columns;
  bool inferring = true;
  bool row_ids = false;                   ///< update: `__INDEX__` at the top level gives row ids …
  std::optional<std::size_t> row_id_key;  ///< … or values of this column
  std::size_t most_cells = 0;             ///< what columns times rows may come to (see cell_allowance)
  std::set<std::string> pending;          ///< paths that were null in every record so far
  bool head = false;                      ///< all records so far belong to the head (see JsonTable)
};

/// Cells that input of this many bytes may make. A few kilobytes of records that each have keys of their own,
/// or of lists beside many columns, would otherwise fill the memory with nulls.
constexpr std::size_t cell_allowance(std::size_t bytes) noexcept {
  return (std::size_t{1} << 24) + 64 * bytes;
}

/// Reads records into columns. Values of one record are put under its row number; columns that a record does
/// not name are padded when they are next written to. While inferring, columns appear with their first value
/// that is not null. A key that is null in the *head* of the data - the records up to the one where each key
/// met so far has had a value, in NDJSON the first record - becomes a text column even if it never has a
/// value. Not thread-safe; paths and columns stay where they are while the table lives.
class JsonTable {
 public:
  explicit JsonTable(const JsonPlan& plan);
  JsonTable(const JsonTable&) = delete;
  JsonTable& operator=(const JsonTable&) = delete;

  [[nodiscard]] PathNode& root() noexcept { return *root_; }
  /// The child of that key, made when new.
  PathNode& child(PathNode& parent, std::string_view key);
  /// The child after the one asked for last, or null.
  [[nodiscard]] static PathNode* expected_child(const PathNode& parent) noexcept {
    return parent.next_child < parent.children.size() ? parent.children[parent.next_child] : nullptr;
  }

  /// Writes a cell. Throws RecordError if the value does not fit, or another path to the same column was
  /// written in this row.
  void put(PathNode& node, std::size_t row, const JsonScalar& value);
  /// Writes null, which alone does not make a column.
  void put_empty_list(PathNode& node, std::size_t row) {
    if (node.column != PathNode::kNone || !start_.inferring) put(node, row, JsonScalar{});
  }
  /// Throws Error if `rows` rows are more than a table may have, or than its columns allow.
  void check_rows(std::size_t rows) const {
    if (rows > kMostRows || rows * named_slots_ > start_.most_cells) refuse_rows(rows);
  }
  /// An object stands at `node`: a null there earlier was a null object.
  void note_object(PathNode& node) noexcept;
  /// Call after each record of rows or NDJSON; `ends_head` forces the end of the head.
  void end_record(bool ends_head);
  /// Drops the cells at and below `node` (a repeated column).
  void restart(PathNode& node);
  /// Makes a column, still without type, at `node`.
  void declare(PathNode& node);
  /// The column at `node`, for its whole content to be put there; null if nothing of the node is stored.
  [[nodiscard]] JsonColumn* column_to_fill(PathNode& node);
  /// Makes a text column at `node` unless something was written at or below it.
  void ensure_column(PathNode& node);
  /// Pads all columns to `rows`.
  void finish(std::size_t rows);

  /// True if types, columns or the head differ from the plan.
  [[nodiscard]] bool changed() const;
  /// The plan for data that follows this table's.
  [[nodiscard]] JsonPlan plan() const;
  /// Appends the rows of a table that was read by plan(); both are finished.
  void append(JsonTable& next, ThreadPool& pool);

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  /// A new table's columns. Null keys of an unfinished head come last, by name.
  ParsedTable take_table();
  /// An update's columns, those that the input named.
  RowBatch take_batch();

 private:
  struct Slot {
    std::string name;
    std::size_t target;  // update: position in the schema
    JsonColumn cells;
    const PathNode* writer = nullptr;  // path that wrote last
    bool named = false;                // the input named it
  };

  PathNode& add_node(PathNode* parent, std::string_view key);
  void resolve(PathNode& node, bool top_level);
  bool make_column(PathNode& node, const JsonScalar& value);
  void put_null_object(PathNode& node, std::size_t row);
  std::uint32_t add_slot(const std::string& name, JsonColumn cells, std::size_t target);
  void settle_pending();
  void name(Slot& slot) noexcept;
  [[noreturn]] void refuse_rows(std::size_t rows) const;
  [[nodiscard]] bool is_row_id(std::size_t slot) const noexcept { return slot == row_id_slot_; }
  std::optional<Column> take_row_ids();

  JsonPlan start_;
  bool head_;
  std::size_t rows_ = 0;
  std::size_t path_bytes_ = 0;
  std::size_t named_slots_ = 0;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> by_name_;
  std::vector<std::string_view> sorted_names_;  // update: to tell which paths lead to a column
  std::uint32_t row_id_slot_ = PathNode::kNone;
  std::vector<std::unique_ptr<PathNode>> nodes_;
  PathNode* root_;
  std::set<std::string> pending_;  // null keys of the head
};

}  // namespace parallax

// Text and Arrow into typed row batches. Nothing here touches a table.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/file_bytes.h"
#include "base/thread_pool.h"
#include "parallax/payload.h"
#include "storage/row_batch.h"
#include "storage/schema.h"

namespace parallax {

enum class InputFormat : std::uint8_t { csv, arrow, json_rows, json_columns, ndjson };

enum class ListFlatten : std::uint8_t { zip = 0, cartesian = 1, stringify = 2 };

/// What is read: UTF-8 text, Arrow IPC bytes (stream or file), or Arrow arrays in memory. Refers to them;
/// they need not outlive the call that takes it.
class Input {
 public:
  template <std::convertible_to<std::string_view> Text>
  Input(const Text& text) : bytes_(text) {}  // NOLINT: text is an input
  /// A file, parts of which are released as soon as they are read.
  explicit Input(const FileBytes& file) : bytes_(file.bytes()), file_(&file) {}
  explicit Input(const ArrowPayload& arrow) : arrow_(&arrow) {}

  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
  /// Null if the bytes are somebody else's.
  [[nodiscard]] const FileBytes* file() const noexcept { return file_; }
  /// Null unless it is of InputFormat::arrow and has no bytes.
  [[nodiscard]] const ArrowPayload* arrow() const noexcept { return arrow_; }

 private:
  std::string_view bytes_;
  const FileBytes* file_ = nullptr;
  const ArrowPayload* arrow_ = nullptr;
};

/// A new table's schema and rows; batch.entries has every column of the schema, in order, all cells present.
struct ParsedTable {
  Schema schema;
  RowBatch batch;
};

/// What an update is read against.
struct UpdateTarget {
  const Schema& schema;
  std::optional<std::size_t> index_column;
  ListFlatten list_flatten = ListFlatten::zip;
};

/// Reads data that makes a table: infers columns and types. `index` (a column name, or none) is needed only
/// to refuse list expansions that repeat it. A column `__INDEX__` of Arrow and CSV gives row ids
/// (RowBatch::ids), or nothing if there is an index; in JSON it is a column like others. Throws Error
/// (bad_input) naming row or line, column and fault.
ParsedTable parse_table(InputFormat format, const Input& input, std::optional<std::string_view> index,
                        ListFlatten list_flatten, ThreadPool& pool);

/// Reads an update or replacement: matches columns by name, coerces to the table's types or throws Error;
/// unknown columns are ignored, nothing is partly read. Handles `__INDEX__` (RowBatch::ids, or the index
/// column).
RowBatch parse_update(InputFormat format, const Input& input, const UpdateTarget& target, ThreadPool& pool);

/// Reads the keys of a remove: a JSON array of keys (json_rows) or Arrow with the index column.
/// Result: a column of the index's storage. Throws Error.
Column parse_keys(InputFormat format, const Input& input, const Field& index, ThreadPool& pool);

}  // namespace parallax

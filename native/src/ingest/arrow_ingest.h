// Arrow IPC (stream or file) into row batches; see parse_table, parse_update and parse_keys for the contract.
#pragma once

#include <optional>

#include "base/thread_pool.h"
#include "ingest/ingest.h"

namespace parallax {

/// Structs become `parent.child` columns, lists rows; a field `__INDEX__` becomes RowBatch::ids unless there
/// is an index.
ParsedTable parse_arrow_table(const Input& input, std::optional<std::string_view> index,
                              ListFlatten list_flatten, ThreadPool& pool);

/// Fields that the table lacks are not even unpacked.
RowBatch parse_arrow_update(const Input& input, const UpdateTarget& target, ThreadPool& pool);

/// Takes the column named as the index, or the only column.
Column parse_arrow_keys(const Input& input, const Field& index, ThreadPool& pool);

}  // namespace parallax

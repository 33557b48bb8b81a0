// Reading whole JSON documents into a JsonTable.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/thread_pool.h"
#include "ingest/json_records.h"
#include "ingest/json_table.h"

namespace parallax {

/// Text that a task reads; longer inputs are cut up.
inline constexpr std::size_t kJsonPartBytes = std::size_t{1} << 20;

/// Says that `text` is broken JSON, how, and where (`at` = offset in `text`, or npos).
std::string json_fault(std::string_view fault, std::string_view text, std::size_t at);

/// Reads an array of objects, or objects one after another. Large inputs are cut into parts for the pool.
/// Throws Error naming the record (counted from 1).
std::unique_ptr<JsonTable> load_json_rows(std::string_view text, const JsonPlan& plan,
                                          const RecordRules& rules, ThreadPool& pool,
                                          std::size_t part_bytes = kJsonPartBytes);
std::unique_ptr<JsonTable> load_ndjson(std::string_view text, const JsonPlan& plan, const RecordRules& rules,
                                       ThreadPool& pool, std::size_t part_bytes = kJsonPartBytes);

/// Reads an object of arrays. Throws Error naming column and row.
std::unique_ptr<JsonTable> load_json_columns(std::string_view text, const JsonPlan& plan,
                                             const RecordRules& rules, ThreadPool& pool,
                                             std::size_t part_bytes = kJsonPartBytes);

}  // namespace parallax

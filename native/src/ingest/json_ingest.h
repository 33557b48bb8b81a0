// JSON in its three shapes: rows, columns and newline-delimited records.
#pragma once

#include <optional>
#include <string_view>

#include "ingest/ingest.h"
#include "ingest/json_load.h"

namespace parallax {

/// As parse_table, parse_update and parse_keys (see ingest.h), for the JSON formats. The outcome does not
/// depend on `part_bytes`.
ParsedTable parse_json_table(InputFormat format, std::string_view input,
                             std::optional<std::string_view> index, ListFlatten list_flatten,
                             ThreadPool& pool, std::size_t part_bytes = kJsonPartBytes);
RowBatch parse_json_update(InputFormat format, std::string_view input, const UpdateTarget& target,
                           ThreadPool& pool, std::size_t part_bytes = kJsonPartBytes);
Column parse_json_keys(std::string_view input, const Field& index);

}  // namespace parallax

// JSON in its three shapes: rows, columns and newline-delimited records.
#pragma once

#include <optional>
#include <string_view>

#include "ingest/ingest.h"

namespace parallax {

/// As parse_table, parse_update and parse_keys (see ingest.h), for the JSON formats.
ParsedTable parse_json_table(InputFormat format, std::string_view input,
                             std::optional<std::string_view> index, ListFlatten list_flatten,
                             ThreadPool& pool);
RowBatch parse_json_update(InputFormat format, std::string_view input, const UpdateTarget& target,
                           ThreadPool& pool);
Column parse_json_keys(std::string_view input, const Field& index);

}  // namespace parallax

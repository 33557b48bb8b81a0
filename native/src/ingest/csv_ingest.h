// CSV text into tables and updates.
#pragma once

#include <optional>
#include <string_view>

#include "ingest/ingest.h"

namespace parallax {

/// As parse_table and parse_update (see ingest.h), for CSV.
ParsedTable parse_csv_table(std::string_view input, std::optional<std::string_view> index, ThreadPool& pool);
RowBatch parse_csv_update(std::string_view input, const UpdateTarget& target, ThreadPool& pool);

}  // namespace parallax

// CSV text into tables and updates.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "ingest/ingest.h"

namespace parallax {

/// Text that a task reads; longer inputs are cut up.
inline constexpr std::size_t kCsvPartBytes = std::size_t{1} << 20;

/// As parse_table and parse_update (see ingest.h), for CSV. The outcome does not depend on `part_bytes`.
ParsedTable parse_csv_table(std::string_view input, std::optional<std::string_view> index, ThreadPool& pool,
                            std::size_t part_bytes = kCsvPartBytes);
RowBatch parse_csv_update(std::string_view input, const UpdateTarget& target, ThreadPool& pool,
                          std::size_t part_bytes = kCsvPartBytes);

}  // namespace parallax

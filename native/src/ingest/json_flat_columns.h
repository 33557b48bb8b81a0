// Columns of scalars, read without a parser and by many threads.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/thread_pool.h"
#include "ingest/json_table.h"

namespace parallax {

/// Reads {"column": [scalar, …], …} into `table`, which must be fresh. Arrays longer than `part_bytes` are
/// cut up for the pool. False: the text is not that plain, or broken, or a value does not fit; the table is
/// then of no more use and the text has to be read by the parser, which handles all of that.
[[nodiscard]] bool read_flat_columns(std::string_view text, JsonTable& table, ThreadPool& pool,
                                     std::size_t part_bytes);

}  // namespace parallax

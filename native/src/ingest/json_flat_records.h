// Records of scalars, read without a parser.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "ingest/json_table.h"

namespace parallax {

/// Reads objects of scalars into `table`, which must be fresh: one after another if `lines`, else with commas
/// between. Returns their number. Nothing: a record is not that plain, or broken, or a value does not fit;
/// the table is then of no more use and the text has to be read by the parser, which handles all of that.
/// Throws Error if there are too many rows.
[[nodiscard]] std::optional<std::size_t> read_flat_records(std::string_view text, JsonTable& table,
                                                           bool lines);

}  // namespace parallax

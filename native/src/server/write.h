// Changes of a table, parsed and checked, on their way into it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "storage/row_batch.h"
#include "storage/schema.h"

namespace parallax {

struct Write {
  enum class Kind : std::uint8_t { update, replace, remove };
  Kind kind = Kind::update;
  std::uint32_t port = 0;
  RowBatch rows;               ///< of update and replace
  std::optional<Column> keys;  ///< of remove
};

/// Runs of updates on one port become one write each; the order stays. Same effect, fewer notifications.
std::vector<Write> conflate(std::vector<Write> writes, const Schema& schema);

}  // namespace parallax

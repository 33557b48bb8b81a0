// What a join is asked for, and the columns that come of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/schema.h"

namespace parallax {

enum class JoinType : std::uint8_t { inner = 0, left = 1, outer = 2 };

struct JoinConfig {
  std::string on;        ///< key column of the left table
  std::string right_on;  ///< of the right table; empty = `on`
  JoinType type = JoinType::inner;
};

/// The result's columns: all of the left table, then those of the right without its key. The key is stored so
/// that it holds what an outer join takes from either side.
struct JoinSchema {
  struct Origin {
    std::size_t side;  ///< 0 = left, 1 = right
    std::size_t column;
  };

  /// Throws Error if a key is missing, the keys' types differ or another name is in both tables.
  JoinSchema(const Schema& left, const Schema& right, const JoinConfig& config);

  std::array<std::size_t, 2> keys{};  ///< key column of each side
  Schema schema;
  std::vector<Origin> origins;  ///< of each result column; the key's is the left one

  /// Where the column of a side shows. The right key shows in the key column of outer joins only.
  [[nodiscard]] std::optional<std::size_t> result_column(Origin origin) const;

 private:
  std::size_t left_columns_;
  bool outer_;
};

}  // namespace parallax

// How many rows fall on each of some places.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.h"

namespace parallax {

inline constexpr std::uint32_t kNoGroup = 0xffffffff;

/// Combinations of values have places in an array, where that is small enough, rather than in a hash table.
/// Rows by place:
using PlaceCounts = std::vector<std::uint32_t>;

/// Most places for so many rows: some bytes a row, never less than a small array.
[[nodiscard]] inline std::size_t most_places(std::size_t rows) noexcept {
  return std::clamp(2 * rows, std::size_t{1} << 16, std::size_t{1} << 31);
}

/// Rows handled at a time, so that what is known of them stays in the nearest cache. A divisor of
/// kMorselRows.
inline constexpr std::size_t kPlaceBlock = 2048;

/// Calls block(first, count, counts) for blocks of rows of one segment each, which adds every row's place to
/// the counts. Gives the counts of all. Blocks run side by side, with counts of their own.
template <class Block>
PlaceCounts count_places(std::size_t rows, std::size_t places, ThreadPool& pool, Block&& block) {
  const std::size_t blocks = (rows + kPlaceBlock - 1) / kPlaceBlock;
  // Counts that are larger than what is counted are not worth a second copy.
  const std::size_t affordable =
      std::max<std::size_t>(2 * most_places(rows) / std::max<std::size_t>(places, 1), 1);
  const std::size_t tasks =
      std::max<std::size_t>(std::min({std::size_t{pool.width()}, affordable, rows / kMorselRows}), 1);
  std::vector<PlaceCounts> counts(tasks);
  pool.parallel_for(tasks, [&](std::size_t t) {
    counts[t].assign(places, 0);
    for (std::size_t b = blocks * t / tasks; b < blocks * (t + 1) / tasks; ++b) {
      const std::size_t first = b * kPlaceBlock;
      block(first, std::min(kPlaceBlock, rows - first), counts[t].data());
    }
  });
  PlaceCounts& all = counts.front();
  for (std::size_t t = 1; t < tasks; ++t) {
    for (std::size_t place = 0; place < places; ++place) all[place] += counts[t][place];
  }
  return std::move(all);
}

/// Replaces the place of each row by what became of it; kNoGroup stays.
inline void replace_places(std::span<std::uint32_t> rows, const std::vector<std::uint32_t>& became,
                           ThreadPool& pool) {
  pool.for_morsels(rows.size(), [&](std::size_t begin, std::size_t end) {
    for (std::size_t r = begin; r < end; ++r) {
      if (rows[r] != kNoGroup) rows[r] = became[rows[r]];
    }
  });
}

}  // namespace parallax

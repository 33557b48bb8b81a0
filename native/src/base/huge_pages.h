// Fewer page faults for large blocks.
#pragma once

#include <cstddef>

namespace parallax {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

/// Asks the system to put huge pages under a block that is about to be written for the first time; a large
/// block is then there several times sooner. Does nothing for small blocks, or where the system has none.
void prefer_huge_pages(void* block, std::size_t bytes) noexcept;

}  // namespace parallax

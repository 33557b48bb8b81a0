#include "base/huge_pages.h"

#include <sys/mman.h>

#include <cstdint>

namespace parallax {

void prefer_huge_pages(void* block, std::size_t bytes) noexcept {
  constexpr std::size_t kPage = 4096;
  if (bytes < kHugePage) return;
  const auto begin = (reinterpret_cast<std::uintptr_t>(block) + kPage - 1) / kPage * kPage;
  const auto end = (reinterpret_cast<std::uintptr_t>(block) + bytes) / kPage * kPage;
  // A refusal changes nothing but the speed.
  (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace parallax

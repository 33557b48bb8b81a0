#include "expression/lanes.h"

#include <algorithm>

#include "expression/steps.h"

namespace parallax {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::size_t kMostText = std::size_t{256} << 20;

}  // namespace

char* TextArena::allocate(std::size_t bytes) {
  if (bytes > left_) {
    if (bytes > kMostTextBytes) throw RowLimit("An expression makes a text of more than 16 MiB; shorten it");
    const std::size_t chunk = std::max(bytes, kChunk);
    if (total_ + chunk > kMostText) {
      throw RowLimit(
          "An expression makes more than 256 MiB of text at once; make its texts shorter or fewer");
    }
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(chunk));
    at_ = chunks_.back().get();
    left_ = chunk;
    total_ += chunk;
  }
  char* out = at_;
  at_ += bytes;
  left_ -= bytes;
  return out;
}

void TextArena::reset() noexcept {
  if (chunks_.empty()) return;
  // Keep one chunk of the usual size for the next batch.
  if (total_ > kChunk) {
    chunks_.clear();
    left_ = total_ = 0;
    at_ = nullptr;
    return;
  }
  at_ = chunks_.front().get();
  left_ = kChunk;
}

}  // namespace parallax

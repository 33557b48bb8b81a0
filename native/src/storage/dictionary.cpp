#include "storage/dictionary.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::size_t kArenaFirst = 256;
constexpr std::size_t kArenaMost = std::size_t{1} << 20;

std::uint32_t hash_text(std::string_view text) noexcept {
  return static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()));
}

std::size_t chunk_size(unsigned chunk, unsigned first_bits) noexcept {
  return std::size_t{1} << (chunk == 0 ? first_bits : first_bits + chunk - 1);
}

}  // namespace

Dictionary::Dictionary() = default;

Dictionary::~Dictionary() {
  for (auto& chunk : chunks_) delete[] chunk.load(std::memory_order_relaxed);
}

unsigned Dictionary::chunk_of(std::uint32_t code) noexcept {
  return static_cast<unsigned>(std::bit_width(code >> kFirstBits));
}

const Dictionary::Entry& Dictionary::entry_at(std::uint32_t code) const noexcept {
  const unsigned chunk = chunk_of(code);
  const std::uint32_t first = chunk == 0 ? 0 : std::uint32_t{1} << (kFirstBits + chunk - 1);
  return chunks_[chunk].load(std::memory_order_acquire)[code - first];
}

const char* Dictionary::store(std::string_view text) {
  if (text.size() > arena_left_) {
    const std::size_t bytes = std::max(text.size(), std::clamp(arena_bytes_, kArenaFirst, kArenaMost));
    arena_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
    arena_at_ = arena_.back().get();
    arena_left_ = bytes;
    arena_bytes_ += bytes;
  }
  if (text.empty()) return "";
  std::memcpy(arena_at_, text.data(), text.size());
  const char* stored = arena_at_;
  arena_at_ += text.size();
  arena_left_ -= text.size();
  return stored;
}

std::uint32_t Dictionary::intern(std::string_view text) {
  const std::uint32_t count = size_.load(std::memory_order_relaxed);
  if ((std::size_t{count} + 1) * 4 > slots_.size() * 3) rehash(std::max<std::size_t>(16, slots_.size() * 2));
  const std::uint32_t hash = hash_text(text);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const Entry& entry = entry_at(slots_[slot] - 1);
    if (entry.hash == hash && std::string_view(entry.text, entry.length) == text) return slots_[slot] - 1;
  }
  if (count >= 0xfffffffeu || text.size() > 0xffffffffu) {
    throw Error(ErrorKind::resource_limit,
                "A string column holds at most 4,294,967,294 distinct texts of 4 GiB each");
  }
  const unsigned chunk = chunk_of(count);
  if (chunks_[chunk].load(std::memory_order_relaxed) == nullptr) {
    chunks_[chunk].store(new Entry[chunk_size(chunk, kFirstBits)], std::memory_order_release);
  }
  const_cast<Entry&>(entry_at(count)) = {store(text), static_cast<std::uint32_t>(text.size()), hash};
  slots_[slot] = count + 1;
  size_.store(count + 1, std::memory_order_release);
  return count;
}

std::optional<std::uint32_t> Dictionary::find(std::string_view text) const noexcept {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t hash = hash_text(text);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const Entry& entry = entry_at(slots_[slot] - 1);
    if (entry.hash == hash && std::string_view(entry.text, entry.length) == text) return slots_[slot] - 1;
  }
  return std::nullopt;
}

void Dictionary::rehash(std::size_t slots) {
  std::vector<std::uint32_t> next(slots, 0);
  const std::size_t mask = slots - 1;
  const std::uint32_t count = size_.load(std::memory_order_relaxed);
  for (std::uint32_t code = 0; code < count; ++code) {
    std::size_t slot = entry_at(code).hash & mask;
    while (next[slot] != 0) slot = (slot + 1) & mask;
    next[slot] = code + 1;
  }
  slots_ = std::move(next);
}

std::size_t Dictionary::memory() const noexcept {
  std::size_t bytes = slots_.capacity() * sizeof(std::uint32_t) + arena_bytes_;
  for (unsigned chunk = 0; chunk < chunks_.size(); ++chunk) {
    if (chunks_[chunk].load(std::memory_order_relaxed))
      bytes += chunk_size(chunk, kFirstBits) * sizeof(Entry);
  }
  return bytes;
}

std::shared_ptr<const std::vector<std::uint32_t>> Dictionary::ranks() const {
  const std::lock_guard lock(ranks_mutex_);
  const std::uint32_t count = size();
  const std::size_t known = ranks_ ? ranks_->size() : 0;
  if (ranks_ && known == count) return ranks_;
  const auto less = [&](std::uint32_t a, std::uint32_t b) { return text(a) < text(b); };
  // The known codes are in order already: sort the new ones and merge.
  std::vector<std::uint32_t> order(count);
  for (std::uint32_t code = 0; code < known; ++code) order[(*ranks_)[code]] = code;
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(known);
  std::iota(middle, order.end(), static_cast<std::uint32_t>(known));
  std::sort(middle, order.end(), less);
  std::inplace_merge(order.begin(), middle, order.end(), less);
  auto ranks = std::make_shared<std::vector<std::uint32_t>>(count);
  for (std::uint32_t at = 0; at < count; ++at) (*ranks)[order[at]] = at;
  ranks_ = std::move(ranks);
  return ranks_;
}

}  // namespace parallax

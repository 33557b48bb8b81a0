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
constexpr std::size_t kFirstSlots = 16;
constexpr std::size_t kPage = 4096;

std::uint32_t hash_text(std::string_view text) noexcept {
  return static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()));
}

std::uint64_t next_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

}  // namespace

Dictionary::Dictionary(std::shared_ptr<PageFile> pages)
    : id_(next_id()), pin_(std::make_shared<char>()), pages_(std::move(pages)), slots_(pages_) {}

std::size_t Dictionary::chunk_size(unsigned chunk) noexcept {
  return std::size_t{1} << (chunk == 0 ? kFirstBits : kFirstBits + chunk - 1);
}

/// The next arena's, for a text or several.
std::size_t Dictionary::arena_size(std::size_t bytes) const noexcept {
  return std::max(bytes, std::clamp(arena_bytes_, kArenaFirst, kArenaMost));
}

const char* Dictionary::store(std::string_view text) {
  text_bytes_ += text.size();
  if (text.size() > arena_left_) {
    const std::size_t bytes = arena_size(text.size());
    buffers_.emplace_back(bytes, pages_);
    arena_at_ = reinterpret_cast<char*>(buffers_.back().data());
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

/// The first code that keep() left without text, else one past the last.
std::uint32_t Dictionary::next_code() noexcept {
  const std::size_t codes = kept_.size();
  if (kept_count_ + filled_.size() == codes) return size_.load(std::memory_order_relaxed);
  std::size_t code = filled_.empty() ? 0 : filled_.back() + std::size_t{1};
  while (kept_.test(code)) ++code;
  return static_cast<std::uint32_t>(code);
}

void Dictionary::make_chunk(unsigned chunk) {
  if (chunks_[chunk].load(std::memory_order_relaxed) != nullptr) return;
  buffers_.emplace_back(chunk_size(chunk) * sizeof(Entry), pages_);
  chunks_[chunk].store(reinterpret_cast<Entry*>(buffers_.back().data()), std::memory_order_release);
}

/// Stores a text and its code; the slot is the caller's.
void Dictionary::put(std::uint32_t code, std::string_view text, std::uint32_t hash) {
  make_chunk(chunk_of(code));
  const_cast<Entry&>(entry_at(code)) = {store(text), static_cast<std::uint32_t>(text.size()), hash};
  ++count_;
}

std::uint32_t Dictionary::intern(std::string_view text) {
  if ((std::size_t{count_} + 1) * 4 > slots_.size() * 3) rehash(std::max(kFirstSlots, slots_.size() * 2));
  const std::uint32_t hash = hash_text(text);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const Entry& entry = entry_at(slots_[slot] - 1);
    if (entry.hash == hash && std::string_view(entry.text, entry.length) == text) return slots_[slot] - 1;
  }
  const std::uint32_t code = next_code();
  if (code >= 0xfffffffeu || text.size() > 0xffffffffu) {
    throw Error(ErrorKind::resource_limit,
                "A string column holds at most 4,294,967,294 distinct texts of 4 GiB each");
  }
  if (code < kept_.size()) filled_.push_back(code);
  put(code, text, hash);
  slots_[slot] = code + 1;
  if (code == size_.load(std::memory_order_relaxed)) size_.store(code + 1, std::memory_order_release);
  return code;
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
  Array<std::uint32_t> next(pages_);
  next.resize(slots);
  const std::size_t mask = slots - 1;
  for_each_since(0, [&](std::uint32_t code) {
    std::size_t slot = entry_at(code).hash & mask;
    while (next[slot] != 0) slot = (slot + 1) & mask;
    next[slot] = code + 1;
  });
  slots_ = std::move(next);
}

std::shared_ptr<Dictionary> Dictionary::copy(const std::shared_ptr<PageFile>& pages) const {
  Bitmap used(size());
  for_each_since(0, [&](std::uint32_t code) { used.set(code); });
  return copy(std::move(used), pages);
}

std::shared_ptr<Dictionary> Dictionary::copy(Bitmap used, const std::shared_ptr<PageFile>& pages) const {
  auto out = std::make_shared<Dictionary>(pages);
  // All chunks are there, so that a code that somebody still remembers reads as a blank.
  if (size() > 0) {
    for (unsigned chunk = 0; chunk <= chunk_of(size() - 1); ++chunk) out->make_chunk(chunk);
  }
  used.for_each([&](std::size_t at) {
    const auto code = static_cast<std::uint32_t>(at);
    out->put(code, text(code), entry_at(code).hash);
  });
  out->size_.store(size(), std::memory_order_release);
  if (out->count_ < size()) {
    out->kept_ = std::move(used);
    out->kept_count_ = out->count_;
  }
  out->rehash(std::max(kFirstSlots, std::bit_ceil(std::size_t{out->count_} * 4 / 3 + 1)));
  return out;
}

std::size_t Dictionary::memory() const noexcept {
  std::size_t entries = 0;
  for (unsigned chunk = 0; chunk < chunks_.size(); ++chunk) {
    if (chunks_[chunk].load(std::memory_order_relaxed)) entries += chunk_size(chunk) * sizeof(Entry);
  }
  // Pages of a chunk without any text were never touched.
  if (kept_.size()) entries = std::min(entries, std::size_t{count_} * kPage);
  return entries + slots_.memory() + arena_bytes_ + kept_.size() / 8 +
         filled_.capacity() * sizeof(std::uint32_t);
}

std::size_t Dictionary::pages_to_add(std::size_t texts, std::size_t bytes) const noexcept {
  if (!pages_ || texts == 0) return 0;
  std::size_t need = 0;
  if (bytes > arena_left_) need += pages_->block_size(arena_size(bytes)) + bytes;
  const std::size_t codes = size() + texts;
  for (unsigned chunk = chunk_of(size()); chunk <= chunk_of(static_cast<std::uint32_t>(codes)); ++chunk) {
    if (!chunks_[chunk].load(std::memory_order_relaxed)) {
      need += pages_->block_size(chunk_size(chunk) * sizeof(Entry));
    }
  }
  const std::size_t slots = std::bit_ceil((count_ + texts) * 4 / 3 + 1);
  if (slots > slots_.size()) need += pages_->block_size(slots * sizeof(std::uint32_t));
  return need;
}

std::shared_ptr<const std::vector<std::uint32_t>> Dictionary::ranks() const {
  const std::lock_guard lock(ranks_mutex_);
  if (ranks_ && ranked_ == count_) return ranks_;
  const auto less = [&](std::uint32_t a, std::uint32_t b) { return text(a) < text(b); };
  std::vector<std::uint32_t> fresh;
  for_each_since(ranked_, [&](std::uint32_t code) { fresh.push_back(code); });
  std::sort(fresh.begin(), fresh.end(), less);
  // The known texts are in order already: merge. Codes without text had the last ranks.
  std::vector<std::uint32_t> order(ranked_);
  for (std::uint32_t code = 0; ranks_ && code < ranks_->size(); ++code) {
    if ((*ranks_)[code] < ranked_) order[(*ranks_)[code]] = code;
  }
  std::vector<std::uint32_t> merged(order.size() + fresh.size());
  std::merge(order.begin(), order.end(), fresh.begin(), fresh.end(), merged.begin(), less);
  constexpr std::uint32_t kNone = 0xffffffff;
  auto ranks = std::make_shared<std::vector<std::uint32_t>>(size(), kNone);
  std::uint32_t at = 0;
  for (const std::uint32_t code : merged) (*ranks)[code] = at++;
  for (std::uint32_t& rank : *ranks) {
    if (rank == kNone) rank = at++;
  }
  ranks_ = std::move(ranks);
  ranked_ = count_;
  return ranks_;
}

}  // namespace parallax

// The distinct texts of one string column.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "base/array.h"
#include "base/bitmap.h"
#include "base/buffer.h"

namespace parallax {

/// Text -> code 0, 1, 2, … in order of first interning. Codes and texts never change or move while the
/// dictionary lives. A dictionary that keep() made has no text for some codes; new texts get those first.
/// intern() and find() need the caller's lock (one writer, or readers only); text() and size() may be called
/// beside a writer for any code the caller has seen.
class Dictionary {
 public:
  /// With `pages`, large parts lie in that file.
  explicit Dictionary(std::shared_ptr<PageFile> pages = nullptr);
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  /// Code of `text`, which is copied when new. Throws Error (resource_limit) past 2^32-2 texts.
  std::uint32_t intern(std::string_view text);
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const noexcept;
  [[nodiscard]] std::string_view text(std::uint32_t code) const noexcept {
    const Entry& entry = entry_at(code);
    return {entry.text, entry.length};
  }
  /// One past the largest code.
  [[nodiscard]] std::uint32_t size() const noexcept { return size_.load(std::memory_order_acquire); }
  /// Number of texts; size(), but for codes without text.
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  /// Bytes held.
  [[nodiscard]] std::size_t memory() const noexcept;
  /// Bytes of the texts, those of equal texts once.
  [[nodiscard]] std::size_t text_bytes() const noexcept { return text_bytes_; }
  /// Bytes of the page file (see PageFile::require) that so many new texts may take; 0 without a page file.
  [[nodiscard]] std::size_t pages_to_add(std::size_t texts, std::size_t bytes) const noexcept;

  /// No two dictionaries of a process have the same one: what is remembered about codes belongs to an id.
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  /// While the result is held by somebody, who remembers codes of texts that may be nowhere else, all texts
  /// stay.
  [[nodiscard]] std::shared_ptr<const void> pin() const noexcept { return pin_; }
  [[nodiscard]] bool pinned() const noexcept { return pin_.use_count() > 1; }
  /// Calls f(code) for each text added since count() was `known`, in no order; for all if that is 0.
  template <class F>
  void for_each_since(std::uint32_t known, F&& f) const {
    if (known < kept_count_) kept_.for_each([&](std::size_t code) { f(static_cast<std::uint32_t>(code)); });
    const std::uint32_t filled = kept_count_ + static_cast<std::uint32_t>(filled_.size());
    for (std::uint32_t n = std::max(known, kept_count_); n < filled; ++n) f(filled_[n - kept_count_]);
    const auto tail = static_cast<std::uint32_t>(kept_.size());
    for (std::uint32_t n = std::max(known, filled); n < count_; ++n) f(tail + (n - filled));
  }

  /// A dictionary of the texts whose codes are in `used`, which has size() bits; they keep their codes.
  [[nodiscard]] std::shared_ptr<Dictionary> keep(Bitmap used) const { return copy(std::move(used), pages_); }
  /// A dictionary of the same texts and codes in another place.
  [[nodiscard]] std::shared_ptr<Dictionary> copy(const std::shared_ptr<PageFile>& pages) const;

  /// Position of each code in the order of UTF-8 bytes, for codes 0 … size()-1 at the time of the call; codes
  /// without text are anywhere. Kept until the dictionary grows. Needs the caller's shared lock.
  [[nodiscard]] std::shared_ptr<const std::vector<std::uint32_t>> ranks() const;

 private:
  struct Entry {
    const char* text;
    std::uint32_t length;
    std::uint32_t hash;
  };
  // Entries live in chunks of 64, 64, 128, 256, … so that they never move.
  static constexpr unsigned kFirstBits = 6;
  [[nodiscard]] static unsigned chunk_of(std::uint32_t code) noexcept {
    return static_cast<unsigned>(std::bit_width(code >> kFirstBits));
  }
  [[nodiscard]] static std::size_t chunk_size(unsigned chunk) noexcept;
  [[nodiscard]] const Entry& entry_at(std::uint32_t code) const noexcept {
    const unsigned chunk = chunk_of(code);
    const std::uint32_t first = chunk == 0 ? 0 : std::uint32_t{1} << (kFirstBits + chunk - 1);
    return chunks_[chunk].load(std::memory_order_acquire)[code - first];
  }
  [[nodiscard]] std::shared_ptr<Dictionary> copy(Bitmap used, const std::shared_ptr<PageFile>& pages) const;
  [[nodiscard]] std::uint32_t next_code() noexcept;
  void make_chunk(unsigned chunk);
  void put(std::uint32_t code, std::string_view text, std::uint32_t hash);
  [[nodiscard]] std::size_t arena_size(std::size_t bytes) const noexcept;
  const char* store(std::string_view text);
  void rehash(std::size_t slots);

  const std::uint64_t id_;
  const std::shared_ptr<const void> pin_;
  std::shared_ptr<PageFile> pages_;
  std::vector<Buffer> buffers_;  // of entries and texts
  std::array<std::atomic<Entry*>, 33 - kFirstBits> chunks_{};
  std::atomic<std::uint32_t> size_{0};
  std::uint32_t count_ = 0;
  Array<std::uint32_t> slots_;  // code + 1, 0 = empty; power of two
  char* arena_at_ = nullptr;
  std::size_t arena_left_ = 0;
  std::size_t arena_bytes_ = 0;
  std::size_t text_bytes_ = 0;

  // Of a dictionary that keep() made:
  Bitmap kept_;  // codes that had a text from the start
  std::uint32_t kept_count_ = 0;
  std::vector<std::uint32_t> filled_;  // codes given out again since, ascending

  mutable std::mutex ranks_mutex_;
  mutable std::shared_ptr<const std::vector<std::uint32_t>> ranks_;
  mutable std::uint32_t ranked_ = 0;  // count() when ranks_ was made
};

}  // namespace parallax

// The distinct texts of one string column.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace parallax {

/// Text -> code 0, 1, 2, … in order of first interning. Codes and texts never change or move while the
/// dictionary lives. intern() and find() need the caller's lock (one writer, or readers only); text() and
/// size() may be called beside a writer for any code the caller has seen.
class Dictionary {
 public:
  Dictionary();
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;
  ~Dictionary();

  /// Code of `text`, which is copied when new. Throws Error (resource_limit) past 2^32-2 texts.
  std::uint32_t intern(std::string_view text);
  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const noexcept;
  [[nodiscard]] std::string_view text(std::uint32_t code) const noexcept {
    const Entry& entry = entry_at(code);
    return {entry.text, entry.length};
  }
  [[nodiscard]] std::uint32_t size() const noexcept { return size_.load(std::memory_order_acquire); }
  /// Bytes held.
  [[nodiscard]] std::size_t memory() const noexcept;

  /// Position of each code in the order of UTF-8 bytes, for codes 0 … size()-1 at the time of the call.
  /// Kept until the dictionary grows. Needs the caller's shared lock.
  [[nodiscard]] std::shared_ptr<const std::vector<std::uint32_t>> ranks() const;

 private:
  struct Entry {
    const char* text;
    std::uint32_t length;
    std::uint32_t hash;
  };
  // Entries live in chunks of 64, 64, 128, 256, … so that they never move.
  static constexpr unsigned kFirstBits = 6;
  [[nodiscard]] static unsigned chunk_of(std::uint32_t code) noexcept;
  [[nodiscard]] const Entry& entry_at(std::uint32_t code) const noexcept;
  const char* store(std::string_view text);
  void rehash(std::size_t slots);

  std::array<std::atomic<Entry*>, 33 - kFirstBits> chunks_{};
  std::atomic<std::uint32_t> size_{0};
  std::vector<std::uint32_t> slots_;  // code + 1, 0 = empty; power of two
  std::vector<std::unique_ptr<char[]>> arena_;
  std::size_t arena_left_ = 0;
  char* arena_at_ = nullptr;
  std::size_t arena_bytes_ = 0;

  mutable std::mutex ranks_mutex_;
  mutable std::shared_ptr<const std::vector<std::uint32_t>> ranks_;
};

}  // namespace parallax

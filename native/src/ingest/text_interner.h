// Interning of texts that repeat, as loading meets them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/column.h"

namespace parallax {

/// A dictionary behind a small cache of short texts. Not thread-safe.
class TextInterner {
 public:
  explicit TextInterner(std::shared_ptr<Dictionary> dictionary = std::make_shared<Dictionary>())
      : dictionary_(std::move(dictionary)), cache_(kEntries) {}
  [[nodiscard]] const std::shared_ptr<Dictionary>& dictionary() const noexcept { return dictionary_; }

  std::uint32_t intern(std::string_view text) {
    if (text.size() > kLongest || text.empty()) return dictionary_->intern(text);
    const Key key = key_of(text);
    const std::uint64_t mixed = (key.first ^ key.last * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
    Entry& entry = cache_[mixed >> (64 - kBits)];
    if (entry.size != text.size() || entry.key.first != key.first || entry.key.last != key.last) {
      entry = {key, static_cast<std::uint32_t>(text.size()), dictionary_->intern(text)};
    }
    return entry.code;
  }

 private:
  static constexpr unsigned kBits = 11;
  static constexpr std::size_t kEntries = std::size_t{1} << kBits;
  static constexpr std::size_t kLongest = 16;

  /// The first and the last eight bytes, which overlap in most; with the size they are the text.
  struct Key {
    std::uint64_t first, last;
  };
  struct Entry {
    Key key{};
    std::uint32_t size = 0;  // 0 = free
    std::uint32_t code = 0;
  };

  template <class T>
  static T load(const char* at) noexcept {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  static Key key_of(std::string_view text) noexcept {
    const char* const end = text.data() + text.size();
    if (text.size() >= 8) return {load<std::uint64_t>(text.data()), load<std::uint64_t>(end - 8)};
    if (text.size() >= 4) return {load<std::uint32_t>(text.data()), load<std::uint32_t>(end - 4)};
    const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(text[i])}; };
    return {byte(0), byte(text.size() / 2) << 8 | byte(text.size() - 1)};
  }

  std::shared_ptr<Dictionary> dictionary_;
  std::vector<Entry> cache_;
};

/// One column of the cells of `pieces`, one at least and all of one storage. Texts of a dictionary that
/// pieces share are looked up once.
Column join_pieces(std::vector<Column> pieces);

}  // namespace parallax

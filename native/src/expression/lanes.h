// Vectors of cells that expressions are computed on: some hundred rows at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bitmap.h"
#include "storage/types.h"

namespace parallax {

/// Rows computed at a time: small enough that a program's vectors stay in the first cache levels.
inline constexpr std::size_t kLanes = 1024;

/// The physical type of a lane: as stored in a column, but text is a std::string_view.
template <class F>
decltype(auto) with_lane_type(Storage storage, F&& f) {
  if (storage == Storage::text) return f(std::type_identity<std::string_view>{});
  return with_storage(storage, std::forward<F>(f));
}

/// Up to kLanes nullable cells of one storage. The value of a null lane is unspecified but initialised.
class Lanes {
 public:
  /// Room for `capacity` lanes, at most kLanes.
  explicit Lanes(Storage storage, std::size_t capacity = kLanes)
      : storage_(storage),
        own_(std::make_unique<std::byte[]>(
            capacity * (storage == Storage::text ? sizeof(std::string_view) : storage_width(storage)))),
        data_(own_.get()) {}

  [[nodiscard]] Storage storage() const noexcept { return storage_; }
  /// Uses someone else's cells, such as a column's, instead of its own until told otherwise.
  void borrow(std::byte* cells) noexcept { data_ = cells; }
  void use_own() noexcept { data_ = own_.get(); }
  template <class T>
  [[nodiscard]] T* data() noexcept {
    return reinterpret_cast<T*>(data_);
  }
  template <class T>
  [[nodiscard]] const T* data() const noexcept {
    return reinterpret_cast<const T*>(data_);
  }
  [[nodiscard]] bool valid(std::size_t lane) const noexcept { return test_bit(validity.data(), lane); }
  void set_valid(std::size_t lane, bool on) noexcept { assign_bit(validity.data(), lane, on); }
  void fill_validity(bool on) noexcept { validity.fill(on ? ~std::uint64_t{0} : 0); }
  /// True if none of the first `count` lanes is null.
  [[nodiscard]] bool no_nulls(std::size_t count) const noexcept {
    for (std::size_t w = 0; w < bitmap_words(count); ++w) {
      if ((~validity[w] & lanes_of_word(w, count)) != 0) return false;
    }
    return true;
  }
  /// The bits of word `w` that stand for the first `count` lanes.
  static std::uint64_t lanes_of_word(std::size_t w, std::size_t count) noexcept {
    return count - w * 64 >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (count & 63)) - 1;
  }

  std::array<std::uint64_t, kLanes / 64> validity{};

 private:
  Storage storage_;
  std::unique_ptr<std::byte[]> own_;
  std::byte* data_;
};

/// The longest text that a function makes.
inline constexpr std::size_t kMostTextBytes = std::size_t{16} << 20;

/// Text made while computing; alive until reset().
class TextArena {
 public:
  /// Throws RowLimit for a text longer than kMostTextBytes and when all since reset() is too much.
  char* allocate(std::size_t bytes);
  std::string_view store(std::string_view text) {
    char* to = allocate(text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }
  void reset() noexcept;

 private:
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t left_ = 0;
  std::size_t total_ = 0;
  char* at_ = nullptr;
};

}  // namespace parallax

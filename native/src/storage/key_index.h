// Key -> row number.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>

#include "base/array.h"
#include "storage/column.h"

namespace parallax {

/// Maps the keys of one column to rows. Keys are 64-bit images of cells (see image()); keys that lie close
/// together, as counters and dictionary codes do, index an array, others an open-addressing table. The null
/// key has a place of its own. Not thread-safe for writes.
class KeyIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  /// With `pages`, a large index lies in that file.
  explicit KeyIndex(const std::shared_ptr<PageFile>& pages = nullptr)
      : dense_(pages), keys_(pages), rows_(pages) {}

  /// The key image of a cell's value: equal values have equal images. -0.0 is 0.0, every NaN is the same key.
  template <class T>
  [[nodiscard]] static std::uint64_t image(T value) noexcept {
    if constexpr (std::is_floating_point_v<T>) {
      const double wide = value;
      if (std::isnan(wide)) return std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN());
      return std::bit_cast<std::uint64_t>(wide == 0 ? 0.0 : wide);
    } else {
      return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
    }
  }
  /// Of a valid cell.
  [[nodiscard]] static std::uint64_t image(const Column& column, std::size_t row) noexcept;

  /// Row of the key, or kNone.
  [[nodiscard]] std::uint32_t find(std::uint64_t key) const noexcept;
  /// Adds or replaces.
  void put(std::uint64_t key, std::uint32_t row);
  void erase(std::uint64_t key) noexcept;
  [[nodiscard]] std::uint32_t null_row() const noexcept { return null_row_; }
  void put_null(std::uint32_t row) noexcept { null_row_ = row; }
  void clear() noexcept;
  /// Bytes of the page file (see PageFile::require) that so many new keys may take; 0 without a page file.
  [[nodiscard]] std::size_t pages_to_add(std::size_t keys) const noexcept;
  [[nodiscard]] std::size_t memory() const noexcept;

 private:
  [[nodiscard]] bool dense_covers(std::uint64_t key) const noexcept { return key - base_ < dense_.size(); }
  bool widen_dense(std::uint64_t key);
  void make_sparse();
  void rehash(std::size_t slots);
  [[nodiscard]] std::size_t slot_of(std::uint64_t key) const noexcept;

  bool sparse_ = false;
  std::uint64_t base_ = 0;      // key of dense_[0]
  Array<std::uint32_t> dense_;  // row or kNone
  Array<std::uint64_t> keys_;   // sparse: keys …
  Array<std::uint32_t> rows_;   // … and rows, kNone = empty slot
  std::size_t count_ = 0;
  std::uint32_t null_row_ = kNone;
};

}  // namespace parallax

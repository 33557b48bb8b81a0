// Key -> row number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

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

  /// The key image of a valid cell: equal cells have equal images. -0.0 is 0.0, every NaN is the same key.
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

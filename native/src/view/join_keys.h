// Numbers for the keys of a join.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "storage/column.h"
#include "storage/key_index.h"

namespace parallax {

/// Gives the keys of both sides numbers: equal values have equal numbers, whatever their stored width.
/// Integers, floats, texts, … are not mixed in one object. Not thread-safe.
class JoinKeys {
 public:
  JoinKeys() { clear(); }

  /// The number of a valid cell's value; a new one if the value has none.
  [[nodiscard]] std::uint32_t number(const Column& column, std::size_t row);
  /// Forgets a number; it may be given to another value.
  void release(std::uint32_t number);
  /// Forgets everything.
  void clear();

 private:
  struct Key {
    std::uint64_t image;
    bool large;
  };
  void sweep();
  [[nodiscard]] std::uint64_t text_image(const Column& column, std::size_t row);
  [[nodiscard]] KeyIndex& index(bool large) noexcept { return large ? large_ : small_; }

  KeyIndex small_;
  KeyIndex large_;  // unsigned integers past 2^63 - 1, whose images are those of negative ones
  std::vector<Key> keys_;
  std::vector<std::uint32_t> free_;
  std::shared_ptr<Dictionary> texts_;
  std::size_t released_ = 0;                                   // texts, since the last sweep
  std::map<std::uint64_t, std::vector<std::uint32_t>> codes_;  // by a side's dictionary: its code -> ours
};

}  // namespace parallax

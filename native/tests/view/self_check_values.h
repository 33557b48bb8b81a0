// Random schemas, cells and rows for the self-check.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "self_check_script.h"

namespace parallax::testing {

/// splitmix64: the same numbers with every library.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t count) noexcept { return next() % count; }
  bool chance(unsigned percent) noexcept { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& choices) noexcept {
    return choices[below(choices.size())];
  }

 private:
  std::uint64_t state_;
};

/// Makes columns and cells of one table. Few distinct values each, so that groups meet; among them the odd
/// ones of the type.
class ValueMaker {
 public:
  /// `prefix` starts every column's name; column 0 is `prefix`k, the key.
  ValueMaker(Dice& dice, const std::string& prefix);

  [[nodiscard]] const Schema& schema() const noexcept { return schema_; }
  /// A cell of the column; may be null.
  Value cell(std::size_t column);
  /// A value of the key column out of `keys_` many; seldom null.
  Value key();
  ScriptRows rows(std::size_t count);
  /// Not all columns, not all cells.
  ScriptRows partial_rows(std::size_t count);

 private:
  Value value(Storage storage);
  Value number(Storage storage);
  Value text();

  Dice& dice_;
  Schema schema_;
  std::size_t keys_;
  bool nulls_;    ///< whether there are nulls at all
  bool odd_;      ///< NaN, infinities, extremes
  bool growing_;  ///< texts never seen before keep coming
  std::size_t grown_ = 0;
};

}  // namespace parallax::testing

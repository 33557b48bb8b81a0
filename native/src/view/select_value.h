// The value at one position of a sorted list, without sorting.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "view/row_image.h"

namespace parallax {

/// What stands at a position of the sorted values, and before it.
template <class T>
struct Selected {
  T at;
  T below;  ///< the value one position earlier; `at` itself at position 0
};

namespace detail {

template <class T>
Selected<T> select_few(std::vector<T>& values, std::size_t position) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(position);
  std::nth_element(values.begin(), at, values.end());
  return {*at, position == 0 ? *at : *std::max_element(values.begin(), at)};
}

}  // namespace detail

/// Of values none of which is NaN; position < values.size(). Reorders the values.
///
/// Large lists are narrowed down first: a histogram of the leading bits in which the values differ tells
/// which few of them are near the position.
template <class T>
Selected<T> select_value(std::vector<T>& values, std::size_t position) {
  constexpr std::size_t kMany = 4096;
  constexpr int kBinBits = 11;
  if (values.size() < kMany) return detail::select_few(values, position);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const std::uint64_t first = image_of(*least, false);
  const int shift = std::max(0, static_cast<int>(std::bit_width(image_of(*most, false) - first)) - kBinBits);
  const auto bin_of = [&](T value) {
    return static_cast<std::size_t>((image_of(value, false) - first) >> shift);
  };
  std::array<std::size_t, std::size_t{1} << kBinBits> counts{};
  for (const T value : values) ++counts[bin_of(value)];
  std::size_t bin = 0;
  std::size_t before = 0;
  while (before + counts[bin] <= position) before += counts[bin++];
  std::vector<T> near;
  near.reserve(counts[bin]);
  T below = *least;  // the greatest of the bins before
  for (const T value : values) {
    const std::size_t own = bin_of(value);
    if (own == bin) near.push_back(value);
    if (own < bin && below < value) below = value;
  }
  Selected<T> found = detail::select_few(near, position - before);
  if (position == before && before > 0) found.below = below;
  return found;
}

}  // namespace parallax

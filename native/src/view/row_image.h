// Integers that sort as cells do.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

namespace parallax {

inline constexpr std::uint64_t kNanImage = 0;
inline constexpr std::uint64_t kNullImage = 1;
inline constexpr std::uint64_t kFirstImage = 2;  ///< of values, where that leaves room

/// Of a value that is no NaN: order-preserving, at least kFirstImage for floats.
template <class T>
std::uint64_t image_of(T value, bool absolute) noexcept {
  if constexpr (std::is_floating_point_v<T>) {
    const double wide = (absolute ? std::fabs(static_cast<double>(value)) : static_cast<double>(value)) + 0.0;
    const auto bits = std::bit_cast<std::uint64_t>(wide);  // + 0.0 made -0.0 positive
    return bits >> 63 ? ~bits : bits | std::uint64_t{1} << 63;
  } else if constexpr (std::is_signed_v<T>) {
    const auto bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
    if (absolute) return value < 0 ? 0 - bits : bits;
    return bits ^ std::uint64_t{1} << 63;
  } else {
    return value;
  }
}

template <class T>
bool is_nan(T value) noexcept {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(value);
  return false;
}

}  // namespace parallax

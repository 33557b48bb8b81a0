#include "view/exact_sum.h"

#include <cmath>

namespace parallax {
namespace {

__extension__ typedef unsigned __int128 Uint128;

constexpr int kLimbBits = 32;
constexpr int kLeastExponent = -1074;
constexpr std::int64_t kLimbMask = 0xffffffff;
/// So many additions cannot overflow a limb.
constexpr std::uint32_t kMostPending = 1u << 29;

}  // namespace

void ExactSum::carry(Limbs& limbs) noexcept {
  std::int64_t carried = 0;
  for (std::size_t i = 0; i + 1 < limbs.size(); ++i) {
    const std::int64_t limb = limbs[i] + carried;
    limbs[i] = limb & kLimbMask;
    carried = limb >> kLimbBits;
  }
  limbs.back() += carried;
}

void ExactSum::accumulate(Limbs& limbs, double value) noexcept {
  int exponent;
  const double fraction = std::frexp(std::fabs(value), &exponent);
  auto digits = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
  int position = exponent - 53 - kLeastExponent;
  if (position < 0) {  // a subnormal: the bits below the least are 0
    digits >>= -position;
    position = 0;
  }
  const Uint128 shifted = static_cast<Uint128>(digits) << (position % kLimbBits);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto part = static_cast<std::int64_t>(static_cast<std::uint32_t>(shifted >> (kLimbBits * i)));
    limbs[static_cast<std::size_t>(position / kLimbBits) + i] += value < 0 ? -part : part;
  }
}

void ExactSum::add(double value) noexcept {
  if (std::isfinite(value)) {
    add_finite(value);
  } else {
    others_.add(value);
  }
}

void ExactSum::subtract(double value) noexcept {
  if (std::isfinite(value)) {
    add_finite(-value);
  } else {
    others_.subtract(value);
  }
}

void ExactSum::add_finite(double value) noexcept {
  accumulate(limbs_, value);
  if (++pending_ < kMostPending) return;
  carry(limbs_);
  pending_ = 0;
}

void ExactSum::add_product(double a, double b) noexcept {
  const double product = a * b;
  add(product);
  if (std::isfinite(product)) add_finite(std::fma(a, b, -product));
}

void ExactSum::subtract_product(double a, double b) noexcept {
  const double product = a * b;
  subtract(product);
  if (std::isfinite(product)) add_finite(-std::fma(a, b, -product));
}

double ExactSum::nearest(Limbs limbs) noexcept {
  carry(limbs);
  const bool negative = limbs.back() < 0;
  if (negative) {
    for (auto& limb : limbs) limb = -limb;
    carry(limbs);
  }
  std::size_t top = limbs.size();
  while (top > 0 && limbs[top - 1] == 0) --top;
  if (top == 0) return 0;
  // At least 65 bits in three limbs, and whether there is anything below them, say how to round.
  Uint128 digits = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    digits = digits << kLimbBits | static_cast<std::uint64_t>(i < top ? limbs[top - 1 - i] : 0);
  }
  for (std::size_t i = 3; i < top; ++i) {
    if (limbs[top - 1 - i] != 0) digits |= 1;
  }
  const int exponent = kLimbBits * (static_cast<int>(top) - 3) + kLeastExponent;
  const double value = std::ldexp(static_cast<double>(digits), exponent);
  return negative ? -value : value;
}

FloatSum ExactSum::rounded() const noexcept {
  const double high = nearest(limbs_);
  double low = 0;
  double lost = 0;
  if (std::isfinite(high)) {
    Limbs rest = limbs_;
    accumulate(rest, -high);
    low = nearest(rest);
    accumulate(rest, -low);
    // Where larger values go, what is left out here may be most of what stays.
    lost = 2 * std::fabs(nearest(rest));
  }
  return others_.with_finite_part(high, low, lost);
}

}  // namespace parallax

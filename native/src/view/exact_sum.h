// Sums of doubles without any rounding.
#pragma once

#include <array>
#include <cstdint>

#include "view/float_sum.h"

namespace parallax {

/// A fixed-point number that holds any sum of doubles, whatever their order. Slow and large: for the rare
/// sums of which FloatSum has lost what matters.
class ExactSum {
 public:
  void add(double value) noexcept;
  /// Takes a value back.
  void subtract(double value) noexcept;
  /// a * b as FloatSum::add_product has it.
  void add_product(double a, double b) noexcept;
  void subtract_product(double a, double b) noexcept;
  /// To twice a double's precision, value() rounded once; FloatSum::lost() tells what that leaves out.
  [[nodiscard]] FloatSum rounded() const noexcept;

 private:
  // Of 32 bits each, the lowest worth 2^-1074; room for 2^64 of the greatest doubles.
  using Limbs = std::array<std::int64_t, 69>;

  static void carry(Limbs& limbs) noexcept;
  /// The double next to a number.
  static double nearest(Limbs limbs) noexcept;
  static void accumulate(Limbs& limbs, double value) noexcept;
  void add_finite(double value) noexcept;

  Limbs limbs_{};
  std::uint32_t pending_ = 0;  // additions since the last carry
  FloatSum others_;            // NaN and infinities
};

}  // namespace parallax

// Variances from sums that can be taken back.
#pragma once

#include <cstdint>

#include "view/exact_sum.h"
#include "view/float_sum.h"

namespace parallax {

/// Count, sum and sum of squares of some values. Sum is FloatSum or, to lose nothing, ExactSum.
template <class Sum>
struct Moments {
  Sum sum;
  Sum squares;
  std::int64_t count = 0;

  void add(double value) noexcept {
    ++count;
    sum.add(value);
    squares.add_product(value, value);
  }
  void subtract(double value) noexcept {
    --count;
    sum.subtract(value);
    squares.subtract_product(value, value);
  }
};

/// What `exact` holds, to twice a double's precision.
Moments<FloatSum> rounded(const Moments<ExactSum>& exact) noexcept;

/// The population variance; of at least 2 values. NaN if one of them is not finite.
double variance_of(const Moments<FloatSum>& moments) noexcept;

/// False if what the sums lost may have changed the variance as a double, be it by a last digit.
bool variance_reliable(const Moments<FloatSum>& moments) noexcept;

}  // namespace parallax

#include "view/moments.h"

#include <cmath>
#include <limits>

namespace parallax {
namespace {

/// high + low, with |low| <= half of high's last place. The arithmetic errs by less than 2^-103 of a result,
/// subtract() of its larger operand, or by some of the least doubles; it wants finite operands. (See Dekker,
/// "A floating-point technique for extending the available precision", 1971.)
struct Twofold {
  double high;
  double low;
};

Twofold quick_sum(double a, double b) noexcept {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

Twofold square(Twofold a) noexcept {
  const double product = a.high * a.high;
  return quick_sum(product, std::fma(a.high, a.high, -product) + 2 * a.high * a.low);
}

Twofold divide(Twofold a, double by) noexcept {
  const double first = a.high / by;
  const double rest = std::fma(-first, by, a.high) + a.low;
  return quick_sum(first, rest / by);
}

Twofold subtract(Twofold a, Twofold b) noexcept {
  const double difference = a.high - b.high;
  const double part = difference - a.high;
  const double error = (a.high - (difference - part)) - (b.high + part);
  return quick_sum(difference, error + (a.low - b.low));
}

struct Parts {
  double n;
  Twofold mean;
  Twofold mean_square;
  Twofold variance;
};

Parts parts_of(const Moments<FloatSum>& moments) noexcept {
  const auto n = static_cast<double>(moments.count);
  const Twofold mean = divide({moments.sum.high(), moments.sum.low()}, n);
  const Twofold mean_square = divide({moments.squares.high(), moments.squares.low()}, n);
  return {n, mean, mean_square, subtract(mean_square, square(mean))};
}

}  // namespace

Moments<FloatSum> rounded(const Moments<ExactSum>& exact) noexcept {
  return {exact.sum.rounded(), exact.squares.rounded(), exact.count};
}

double variance_of(const Moments<FloatSum>& moments) noexcept {
  if (!moments.sum.finite() || !moments.squares.finite()) return std::numeric_limits<double>::quiet_NaN();
  const Parts parts = parts_of(moments);
  const double variance = parts.variance.high;
  // What is left of equal values after the subtraction is noise in the last of 106 bits.
  if (variance <= parts.mean_square.high * 0x1p-98) return std::isnan(variance) ? variance : 0;
  return variance;
}

bool variance_reliable(const Moments<FloatSum>& moments) noexcept {
  if (moments.sum.lost() == 0 && moments.squares.lost() == 0) return true;
  if (moments.count < 2) return false;
  const Parts parts = parts_of(moments);
  // Of the two operands of the subtraction, and through the mean once more.
  const double rounding = parts.mean_square.high * 0x1p-100 + 0x1p-1070;
  const double mean_lost = moments.sum.lost() / parts.n;
  const double lost =
      moments.squares.lost() / parts.n + (2 * std::fabs(parts.mean.high) + mean_lost) * mean_lost;
  return rounds_to(parts.variance.high, parts.variance.low, rounding + lost);
}

}  // namespace parallax

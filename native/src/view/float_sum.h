// Sums that can be taken back.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace parallax {

/// True if high + low, give or take `error`, can only be rounded to `high`, which is the nearest double to
/// high + low. (The rounding test of Ziv, "Fast evaluation of elementary mathematical functions with
/// correctly rounded last bit", 1991.)
[[nodiscard]] inline bool rounds_to(double high, double low, double error) noexcept {
  // Twice the error, and more than this addition itself may round off.
  const double reach = 2 * error + std::fabs(low) * 0x1p-52;
  return high + (low + reach) == high && high + (low - reach) == high;
}

/// A sum of doubles with about 106 bits, so that what was added can be subtracted again without a trace in
/// the result. NaN and infinities are counted, not added, and can be taken back too. What even 106 bits lose
/// is measured; see reliable().
class FloatSum {
 public:
  void add(double value) noexcept {
    if (std::isfinite(value)) {
      accumulate(value);
    } else {
      count(value, 1);
    }
  }
  void subtract(double value) noexcept {
    if (std::isfinite(value)) {
      accumulate(-value);
    } else {
      count(value, -1);
    }
  }
  /// a * b without rounding.
  void add_product(double a, double b) noexcept {
    const double product = a * b;
    add(product);
    if (std::isfinite(product)) accumulate(std::fma(a, b, -product));
  }
  void subtract_product(double a, double b) noexcept {
    const double product = a * b;
    subtract(product);
    if (std::isfinite(product)) accumulate(-std::fma(a, b, -product));
  }
  void add(const FloatSum& other) noexcept {
    accumulate(other.high_);
    accumulate(other.low_);
    lost_ += other.lost_;
    nan_ += other.nan_;
    positive_ += other.positive_;
    negative_ += other.negative_;
  }

  /// The sum, rounded to the nearest double if reliable(): NaN if one was added or both infinities were.
  [[nodiscard]] double value() const noexcept {
    return nan_ != 0 ? std::numeric_limits<double>::quiet_NaN() : value_without_nan();
  }
  /// The sum of what is not NaN.
  [[nodiscard]] double value_without_nan() const noexcept {
    if (positive_ == 0 && negative_ == 0) return high_;
    if (positive_ != 0 && negative_ != 0) return std::numeric_limits<double>::quiet_NaN();
    return positive_ != 0 ? std::numeric_limits<double>::infinity()
                          : -std::numeric_limits<double>::infinity();
  }
  [[nodiscard]] bool finite() const noexcept { return nan_ == 0 && positive_ == 0 && negative_ == 0; }
  [[nodiscard]] double high() const noexcept { return high_; }
  [[nodiscard]] double low() const noexcept { return low_; }
  /// At least what rounding has taken from high + low.
  [[nodiscard]] double lost() const noexcept { return lost_; }

  /// This sum's NaN and infinities with another finite part: |low| <= half of high's last place, and `lost`
  /// is what the two leave out.
  [[nodiscard]] FloatSum with_finite_part(double high, double low, double lost) const noexcept {
    FloatSum out = *this;
    out.high_ = high;
    out.low_ = low;
    out.lost_ = lost;
    return out;
  }

  /// False if what was lost may have changed the rounding to double: always, as when 1e300 went and leaves 1,
  /// or by a last digit. Then the sum has to be made anew, see ExactSum; so it depends on no order and on
  /// nothing that was taken back.
  [[nodiscard]] bool reliable() const noexcept { return lost_ == 0 || rounds_to(high_, low_, lost_); }

 private:
  void accumulate(double value) noexcept {
    const double sum = high_ + value;
    if (!std::isfinite(sum)) {  // overflow: infinite from here on
      high_ = sum;
      low_ = 0;
      lost_ = std::numeric_limits<double>::infinity();
      return;
    }
    const double part = sum - high_;
    const double error = (high_ - (sum - part)) + (value - part);
    const double low = low_ + error;
    const double low_part = low - low_;
    const double low_error = (low_ - (low - low_part)) + (error - low_part);
    if (low_error != 0) lost_ += std::fabs(low_error);
    high_ = sum + low;
    low_ = low - (high_ - sum);
  }
  void count(double value, int by) noexcept {
    if (std::isnan(value)) {
      nan_ += by;
    } else if (value > 0) {
      positive_ += by;
    } else {
      negative_ += by;
    }
  }

  double high_ = 0;
  double low_ = 0;
  double lost_ = 0;
  std::int32_t nan_ = 0;
  std::int32_t positive_ = 0;
  std::int32_t negative_ = 0;
};

}  // namespace parallax

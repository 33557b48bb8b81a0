#include "view/float_sum.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "view/exact_sum.h"
#include "view/moments.h"

namespace parallax {
namespace {

/// Doubles of few digits and of many, far apart at times, so that sums of them tie.
class Doubles {
 public:
  explicit Doubles(unsigned seed) : random_(seed) {}
  double next() {
    const auto digits = static_cast<double>(static_cast<std::int64_t>(random_() % 2001) - 1000);
    switch (random_() % 8) {
      case 0:
        return std::ldexp(digits, static_cast<int>(random_() % 400) - 200);
      case 1:
        return std::ldexp(digits, -53 - static_cast<int>(random_() % 8));
      case 2:
        return digits / 7;
      default:
        return digits / 8;
    }
  }
  std::size_t below(std::size_t end) { return random_() % end; }

 private:
  std::mt19937_64 random_;
};

TEST(FloatSum, RoundsOnceOrSaysThatItCannot) {
  EXPECT_TRUE(rounds_to(1, 0, 0x1p-60));
  EXPECT_FALSE(rounds_to(1, 0, 0x1p-53));
  EXPECT_FALSE(rounds_to(1, 0x1p-53, 0x1p-200));
  EXPECT_FALSE(rounds_to(1, -0x1p-54, 0x1p-200));  // below a power of two doubles lie closer
  EXPECT_TRUE(rounds_to(1, -0x1p-55, 0x1p-200));
  EXPECT_FALSE(rounds_to(0, 0, 1e-300));
  EXPECT_FALSE(rounds_to(1, 0, std::numeric_limits<double>::infinity()));
}

TEST(FloatSum, WhatIsReliableIsTheExactSumRoundedOnce) {
  std::size_t reliable = 0;
  std::size_t unreliable = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    Doubles doubles(seed);
    FloatSum sum;
    std::vector<double> values;
    for (int step = 0; step < 100; ++step) {
      values.push_back(doubles.next());
      sum.add(values.back());
      if (doubles.below(3) != 0 || values.size() > 4) {
        const std::size_t at = doubles.below(values.size());
        sum.subtract(values[at]);
        values.erase(values.begin() + static_cast<std::ptrdiff_t>(at));
      }
      ++(sum.reliable() ? reliable : unreliable);
      if (!sum.reliable()) continue;
      ExactSum exact;
      for (const double value : values) exact.add(value);
      ASSERT_EQ(sum.value(), exact.rounded().value()) << seed << ' ' << step;
    }
  }
  EXPECT_GT(reliable, 5000u);
  EXPECT_GT(unreliable, 1000u);
}

TEST(Moments, AReliableVarianceDependsOnTheValuesAlone) {
  std::size_t reliable = 0;
  std::size_t unreliable = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    Doubles doubles(seed);
    Moments<FloatSum> moments;
    std::vector<double> values;
    for (int step = 0; step < 100; ++step) {
      values.push_back(doubles.next());
      moments.add(values.back());
      if (values.size() > 4) {
        const std::size_t at = doubles.below(values.size());
        moments.subtract(values[at]);
        values.erase(values.begin() + static_cast<std::ptrdiff_t>(at));
      }
      if (values.size() < 2) continue;
      ++(variance_reliable(moments) ? reliable : unreliable);
      if (!variance_reliable(moments)) continue;
      Moments<ExactSum> exact;
      for (const double value : values) exact.add(value);
      ASSERT_EQ(variance_of(moments), variance_of(rounded(exact))) << seed << ' ' << step;
      Moments<FloatSum> backwards;
      for (std::size_t i = values.size(); i-- > 0;) backwards.add(values[i]);
      if (variance_reliable(backwards)) {
        ASSERT_EQ(variance_of(moments), variance_of(backwards)) << seed << ' ' << step;
      }
    }
  }
  EXPECT_GT(reliable, 5000u);
  EXPECT_GT(unreliable, 1000u);
}

}  // namespace
}  // namespace parallax

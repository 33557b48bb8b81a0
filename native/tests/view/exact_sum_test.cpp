#include "view/exact_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace parallax {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMost = std::numeric_limits<double>::max();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();

FloatSum sum_of(const std::vector<double>& values) {
  ExactSum sum;
  for (const double value : values) sum.add(value);
  return sum.rounded();
}

TEST(ExactSum, LosesNothing) {
  EXPECT_EQ(sum_of({}).value(), 0);
  EXPECT_EQ(sum_of({0.1}).value(), 0.1);
  EXPECT_EQ(sum_of({-0.1, -0.2}).value(), -0.1 - 0.2);
  EXPECT_EQ(sum_of({1e300, 1e150, 1, -1e150, -1e300}).value(), 1);
  EXPECT_EQ(sum_of({1e300, kLeast, -1e300}).value(), kLeast);
  EXPECT_EQ(sum_of({1e300, -3 * kLeast, -1e300}).value(), -3 * kLeast);
  EXPECT_EQ(sum_of({kMost, kMost, -kMost}).value(), kMost);
  EXPECT_EQ(sum_of({1, 0x1p-60}).low(), 0x1p-60);
  EXPECT_EQ(sum_of({1, -0x1p-60}).high(), 1);
  EXPECT_EQ(sum_of({1, -0x1p-60}).low(), -0x1p-60);
}

TEST(ExactSum, RoundsToTheNearestAndTiesToEven) {
  EXPECT_EQ(sum_of({1, 0x1p-53}).high(), 1);
  EXPECT_EQ(sum_of({1, 0x1p-53, kLeast}).high(), 1 + 0x1p-52);
  EXPECT_EQ(sum_of({1 + 0x1p-52, 0x1p-53}).high(), 1 + 0x1p-51);
  EXPECT_EQ(sum_of({-1, -0x1p-53, -kLeast}).high(), -1 - 0x1p-52);
  EXPECT_EQ(sum_of({1, 0x1p-53, kLeast}).value(), 1 + 0x1p-52);
  EXPECT_EQ(sum_of({1 + 0x1p-52, 0x1p-53, -kLeast}).value(), 1 + 0x1p-52);
}

TEST(ExactSum, TakesProductsNanAndInfinities) {
  ExactSum sum;
  sum.add_product(0.1, 0.1);
  sum.add_product(-0.1, 0.1);
  sum.add_product(3, 4);
  EXPECT_EQ(sum.rounded().value(), 12);
  EXPECT_EQ(sum_of({1, kInfinity}).value(), kInfinity);
  EXPECT_EQ(sum_of({kMost, kMost}).value(), kInfinity);
  EXPECT_TRUE(std::isnan(sum_of({kInfinity, -kInfinity}).value()));
  EXPECT_TRUE(std::isnan(sum_of({1, std::nan("")}).value()));
  EXPECT_EQ(sum_of({1, std::nan("")}).value_without_nan(), 1);
}

TEST(ExactSum, TakesBack) {
  ExactSum sum;
  for (const double value : {1e300, kInfinity, 0.1, 1e-300}) sum.add(value);
  for (const double value : {1e-300, 1e300, kInfinity}) sum.subtract(value);
  EXPECT_EQ(sum.rounded().value(), 0.1);
  sum.add_product(1e200, 1e200);
  sum.add_product(0.1, 0.7);
  sum.subtract_product(1e200, 1e200);
  sum.subtract(0.1);
  EXPECT_EQ(sum.rounded().value(), 0.1 * 0.7);
  sum.subtract_product(0.1, 0.7);
  EXPECT_EQ(sum.rounded().value(), 0);
}

TEST(ExactSum, DependsOnNoOrder) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> values;
    for (int i = 0; i < 40; ++i) {
      const auto digits = static_cast<double>(static_cast<std::int64_t>(random()));
      values.push_back(std::ldexp(digits, static_cast<int>(random() % 1900) - 1000));
      if (random() % 3 == 0) values.push_back(-values[random() % values.size()]);
    }
    const FloatSum one = sum_of(values);
    std::shuffle(values.begin(), values.end(), random);
    const FloatSum other = sum_of(values);
    EXPECT_EQ(one.high(), other.high());
    EXPECT_EQ(one.low(), other.low());
    EXPECT_EQ(one.high() + one.low(), one.high());
    // What was summed and its negatives leave nothing but the last of it.
    const std::size_t count = values.size();
    for (std::size_t i = 0; i < count; ++i) values.push_back(-values[i]);
    values.push_back(0.25);
    EXPECT_EQ(sum_of(values).value(), 0.25);
  }
}

}  // namespace
}  // namespace parallax

#include "view/select_value.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace parallax {
namespace {

template <class T>
void expect_as_sorted(const std::vector<T>& values) {
  std::vector<T> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t last = values.size() - 1;
  for (const std::size_t position :
       {std::size_t{0}, std::size_t{1}, last / 4, last / 2, last / 2 + 1, last}) {
    if (position > last) continue;
    std::vector<T> work = values;
    const Selected<T> found = select_value(work, position);
    ASSERT_EQ(found.at, sorted[position]) << values.size() << " values, position " << position;
    ASSERT_EQ(found.below, sorted[position == 0 ? 0 : position - 1]) << position;
  }
}

template <class T, class Make>
void expect_as_sorted(std::size_t count, Make&& make) {
  std::vector<T> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(make());
  expect_as_sorted(values);
}

TEST(SelectValue, FindsWhatSortingWould) {
  std::mt19937_64 random(5);
  for (const std::size_t count : {1, 2, 7, 5'000, 40'000}) {
    expect_as_sorted<double>(count, [&] { return static_cast<double>(random() % 1000) / 8 - 60; });
    expect_as_sorted<double>(count, [&] {
      return std::ldexp(1.0 + static_cast<double>(random() % 99), static_cast<int>(random() % 2000) - 1000);
    });
    expect_as_sorted<float>(count,
                            [&] { return static_cast<float>(random()) * (random() % 2 ? 1.0f : -1.0f); });
    expect_as_sorted<std::int64_t>(count, [&] { return static_cast<std::int64_t>(random()); });
    expect_as_sorted<std::uint64_t>(count, [&] { return random(); });
    expect_as_sorted<std::int32_t>(count, [&] { return static_cast<std::int32_t>(random() % 3) - 1; });
    expect_as_sorted<std::uint8_t>(count, [&] { return static_cast<std::uint8_t>(random()); });
    expect_as_sorted<double>(count, [&] { return 7.0; });
  }
}

TEST(SelectValue, TakesInfinitiesAndBothZeros) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::mt19937_64 random(6);
  const double odd[] = {-kInfinity, kInfinity, -0.0, 0.0, 1e-320, -1e308};
  expect_as_sorted<double>(10'000, [&] { return odd[random() % 6]; });
}

}  // namespace
}  // namespace parallax

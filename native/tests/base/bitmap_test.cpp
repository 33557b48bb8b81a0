#include "base/bitmap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "base/civil.h"

namespace parallax {
namespace {

TEST(Bitmap, AgreesWithAVectorOfBool) {
  std::mt19937 random(5);
  Bitmap bits;
  std::vector<bool> model;
  for (int i = 0; i < 5000; ++i) {
    switch (random() % 5) {
      case 0: {
        const std::size_t size = random() % 300;
        const bool on = random() % 2;
        bits.resize(size, on);
        model.resize(size, on);
        break;
      }
      case 1:
        bits.push_back(true);
        model.push_back(true);
        break;
      default:
        if (model.empty()) break;
        const std::size_t at = random() % model.size();
        const bool on = random() % 2;
        bits.assign(at, on);
        model[at] = on;
    }
    ASSERT_EQ(bits.size(), model.size());
    ASSERT_EQ(bits.count(), static_cast<std::size_t>(std::count(model.begin(), model.end(), true)));
  }
  std::vector<bool> walked(model.size());
  bits.for_each([&](std::size_t at) { walked[at] = true; });
  EXPECT_EQ(walked, model);
}

TEST(Bitmap, JoinsWithShorterOnes) {
  Bitmap a(130, true);
  a &= Bitmap(10, true);
  EXPECT_EQ(a.count(), 10u);
  a |= Bitmap(200, true);
  EXPECT_EQ(a.count(), 130u);
}

TEST(Civil, GoesBothWays) {
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
  EXPECT_EQ(days_from_civil(2000, 2, 29), 11016);
  EXPECT_EQ(days_from_civil(1969, 12, 31), -1);
  for (std::int64_t day = -800'000; day < 3'700'000; ++day) {
    const CivilDate date = civil_from_days(day);
    ASSERT_EQ(days_from_civil(date.year, date.month, date.day), day);
    ASSERT_LE(date.day, days_in_month(date.year, date.month));
  }
}

TEST(Civil, CutsInstantsDownToDays) {
  EXPECT_EQ(day_of_ms(0), 0);
  EXPECT_EQ(day_of_ms(-1), -1);
  EXPECT_EQ(day_of_ms(-kMsPerDay), -1);
  EXPECT_EQ(day_of_ms(-kMsPerDay - 1), -2);
  EXPECT_EQ(day_of_ms(kMsPerDay - 1), 0);
}

}  // namespace
}  // namespace parallax

// Random scripts of writes: live views stay equal to fresh ones. `make self-check` runs it by the hour.
#include "self_check.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

namespace parallax {
namespace {

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text && *text ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// From PARALLAX_SELF_CHECK_SEED on, for PARALLAX_SELF_CHECK_MINUTES or as many scripts as take a few
/// seconds.
TEST(SelfCheck, LiveViewsEqualFreshOnes) {
  using Clock = std::chrono::steady_clock;
  const std::uint64_t first = number_of("PARALLAX_SELF_CHECK_SEED", 1);
  const auto minutes = std::chrono::minutes(number_of("PARALLAX_SELF_CHECK_MINUTES", 0));
  const auto end = Clock::now() + minutes;
  const std::uint64_t scripts = number_of("PARALLAX_SELF_CHECK_SCRIPTS", 150);
  std::uint64_t seed = first;
  for (; minutes.count() > 0 ? Clock::now() < end : seed < first + scripts; ++seed) {
    const testing::Script script = testing::make_script(seed);
    const auto failure = testing::run_script(script);
    if (!failure) continue;
    const testing::Script small = testing::cut_down(script);
    const auto again = testing::run_script(small);
    FAIL() << "seed " << seed << "\n"
           << testing::describe(small) << "fails at step " << (again ? again->step : failure->step) << ": "
           << (again ? again->what : failure->what);
  }
  RecordProperty("scripts", static_cast<int>(seed - first));
  if (minutes.count() > 0) std::printf("%llu scripts\n", static_cast<unsigned long long>(seed - first));
}

/// A check of views that were all refused would be none.
TEST(SelfCheck, MostViewsAreAccepted) {
  std::size_t views = 0;
  std::size_t refused = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const testing::Script script = testing::make_script(seed);
    views += script.views.size();
    refused += testing::refused_views(script);
  }
  EXPECT_GT(views, 400u);
  EXPECT_LT(refused, views / 5);
}

/// Leaving a write out is noticed, so a view that misses one would be.
TEST(SelfCheck, NoticesAMissedWrite) {
  std::size_t noticed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    if (testing::run_script(testing::make_script(seed), testing::Fault::miss_last_write)) ++noticed;
  }
  EXPECT_GT(noticed, 10u);
}

}  // namespace
}  // namespace parallax

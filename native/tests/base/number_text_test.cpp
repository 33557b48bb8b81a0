#include "base/number_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace parallax {
namespace {

template <class T>
std::string written(void (*append)(std::string&, T), T value) {
  std::string out = "<";
  append(out, value);
  return out.substr(1);
}

std::string json(double value) { return written<double>(append_json_double, value); }
std::string csv(double value) { return written<double>(append_csv_double, value); }
std::string csv_float(float value) { return written<float>(append_csv_float, value); }

TEST(NumberText, JsonDoubles) {
  EXPECT_EQ(json(0.0), "0.0");
  EXPECT_EQ(json(-0.0), "-0.0");
  EXPECT_EQ(json(1.0), "1.0");
  EXPECT_EQ(json(-1.5), "-1.5");
  EXPECT_EQ(json(100000.0), "100000.0");
  EXPECT_EQ(json(1e15), "1000000000000000.0");
  EXPECT_EQ(json(1e20), "100000000000000000000.0");
  EXPECT_EQ(json(1e21), "1e21");
  EXPECT_EQ(json(1.5e300), "1.5e300");
  EXPECT_EQ(json(0.001), "0.001");
  EXPECT_EQ(json(1e-6), "0.000001");
  EXPECT_EQ(json(1.234e-6), "0.000001234");
  EXPECT_EQ(json(1e-7), "1e-7");
  EXPECT_EQ(json(1.5e-7), "1.5e-7");
  EXPECT_EQ(json(5e-324), "5e-324");
  EXPECT_EQ(json(0.1), "0.1");
  EXPECT_EQ(json(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(json(123456.789), "123456.789");
  EXPECT_EQ(json(4.35), "4.35");
  EXPECT_EQ(json(999999999.999999), "999999999.999999");
  EXPECT_EQ(json(0.1f), "0.10000000149011612");
  EXPECT_EQ(json(std::nan("")), "null");
  EXPECT_EQ(json(-INFINITY), "null");
}

TEST(NumberText, CsvDoubles) {
  EXPECT_EQ(csv(0.0), "0");
  EXPECT_EQ(csv(-0.0), "-0");
  EXPECT_EQ(csv(100), "100");
  EXPECT_EQ(csv(1234567890.5), "1234567890.5");
  EXPECT_EQ(csv(9999999999.0), "9999999999");
  EXPECT_EQ(csv(1e10), "1e+10");
  EXPECT_EQ(csv(1.2e10), "1.2e+10");
  EXPECT_EQ(csv(-1e12), "-1e+12");
  EXPECT_EQ(csv(1e-6), "0.000001");
  EXPECT_EQ(csv(1e-7), "1e-7");
  EXPECT_EQ(csv(5e-324), "5e-324");
  EXPECT_EQ(csv(std::nan("")), "nan");
  EXPECT_EQ(csv(INFINITY), "inf");
  EXPECT_EQ(csv(-INFINITY), "-inf");
  EXPECT_EQ(csv_float(0.1f), "0.1");
  EXPECT_EQ(csv_float(1.0f / 3), "0.33333334");
  EXPECT_EQ(csv_float(16777216.0f), "16777216");
  EXPECT_EQ(csv_float(1e10f), "1e+10");
}

TEST(NumberText, ShortDoubles) {
  EXPECT_EQ(written<double>(append_short_double, 1795), "1795");
  EXPECT_EQ(written<double>(append_short_double, 0.5), "0.5");
  EXPECT_EQ(written<double>(append_short_double, 3.14159265), "3.14159");
  EXPECT_EQ(written<double>(append_short_double, 1e6), "1e+06");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(written<double>(append_short_double, nan), "nan");
  EXPECT_EQ(written<double>(append_short_double, std::copysign(nan, -1.0)), "nan");
  EXPECT_EQ(written<double>(append_short_double, -std::numeric_limits<double>::infinity()), "-inf");
}

TEST(NumberText, ReadsBackWithTheFewestDigits) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    double value = 0;
    switch (i % 3) {
      case 0:
        value = std::bit_cast<double>(random());
        break;
      case 1:
        value = static_cast<double>(static_cast<std::int64_t>(random() % 2'000'000'000)) / 1000.0;
        break;
      default:
        value = static_cast<double>(random() % 1'000'000'007) / static_cast<double>(1 + random() % 1'000'000);
    }
    if (!std::isfinite(value)) continue;
    const std::string text = csv(value);
    double back = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), back).ptr;
    ASSERT_EQ(end, text.data() + text.size()) << text;
    ASSERT_EQ(back, value) << text;
    char shortest[64];
    const auto stop = std::to_chars(shortest, shortest + 64, value, std::chars_format::scientific).ptr;
    const auto digits = [](std::string_view number) {
      std::string kept;
      for (const char c : number.substr(0, number.find('e'))) {
        if (c >= '0' && c <= '9') kept += c;
      }
      kept.erase(0, kept.find_first_not_of('0'));
      kept.erase(kept.find_last_not_of('0') + 1);
      return kept;
    };
    ASSERT_EQ(digits(text), digits({shortest, static_cast<std::size_t>(stop - shortest)})) << text;
  }
}

TEST(NumberText, IntegersKeepAllDigits) {
  EXPECT_EQ(written<std::int64_t>(append_integer, std::numeric_limits<std::int64_t>::min()),
            "-9223372036854775808");
  EXPECT_EQ(written<std::uint64_t>(append_unsigned, std::numeric_limits<std::uint64_t>::max()),
            "18446744073709551615");
}

TEST(NumberText, DatesAndTimes) {
  EXPECT_EQ(written<std::int32_t>(append_date, 0), "1970-01-01");
  EXPECT_EQ(written<std::int32_t>(append_date, -1), "1969-12-31");
  EXPECT_EQ(written<std::int32_t>(append_date, -719'162), "0001-01-01");
  EXPECT_EQ(written<std::int32_t>(append_date, 2'932'896), "9999-12-31");
  EXPECT_EQ(written<std::int64_t>(append_datetime, -1), "1969-12-31 23:59:59.999");
  EXPECT_EQ(written<std::int64_t>(append_datetime, 1'704'416'523'004), "2024-01-05 01:02:03.004");
  EXPECT_EQ(written<std::int64_t>(append_datetime, -2'208'943'504'000), "1900-01-01 12:34:56.000");
}

TEST(NumberText, ExtremeTimesAreWrittenToo) {
  EXPECT_FALSE(written<std::int32_t>(append_date, std::numeric_limits<std::int32_t>::min()).empty());
  EXPECT_FALSE(written<std::int64_t>(append_datetime, std::numeric_limits<std::int64_t>::min()).empty());
  EXPECT_FALSE(written<std::int64_t>(append_datetime, std::numeric_limits<std::int64_t>::max()).empty());
}

}  // namespace
}  // namespace parallax

#include "base/date_text.h"

#include <gtest/gtest.h>

namespace parallax {
namespace {

constexpr std::int64_t kDay = 1577923200000;     // 2020-01-02
constexpr std::int64_t kTime = kDay + 11045000;  // 03:04:05

TEST(DateText, Days) {
  for (const char* text : {"2020-01-02",
                           "2020-1-2",
                           "2020/01/02",
                           "2020/1/2",
                           "2020 01 02",
                           "01-02-2020",
                           "1-2-2020",
                           "01/02/2020",
                           "1/2/2020",
                           "2020-01-02T00:00:00",
                           "2020-01-02 00:00:00",
                           "2020-01-02 00:00",
                           "2020-01-02 0",
                           "2020-01-02T00",
                           "2020-01-02T00:00",
                           "2020/1/2T0:0",
                           "2020-01-02  00:00",
                           "2020-01-02t00:00:00",
                           "2020-01-02 00:00Z",
                           "2020-01-02T00:00:00.000",
                           "2020-01-02T00:00:00Z",
                           "01/02/2020 00:00:00"}) {
    const auto time = parse_json_time(text);
    ASSERT_TRUE(time) << text;
    EXPECT_TRUE(time->is_day) << text;
    EXPECT_EQ(time->ms, kDay) << text;
  }
  EXPECT_EQ(parse_json_time("0001-01-01")->ms, -62135596800000);
  EXPECT_EQ(parse_json_time("9999-12-31")->ms, 253402214400000);
}

TEST(DateText, Times) {
  for (const char* text :
       {"2020-01-02T03:04:05", "2020-01-02 03:04:05", "2020/01/02T03:04:05", "01-02-2020 03:04:05",
        "1/2/2020 3:4:5", "2020-01-02 3:4:5", "2020-01-02T03:04:05Z", "2020-01-02 03:04:05Z",
        "2020-01-02T04:04:05+01:00", "2020-01-01T22:04:05-0500", "2020-01-02T04:04:05+01",
        "1/2/2020, 3:04:05 AM", "2020-01-02D03:04:05.000", "2020/1/2t3:4:5", "1-2-2020   3:04:05Z",
        "2020-01-02D03:04:05.000Z"}) {
    const auto time = parse_json_time(text);
    ASSERT_TRUE(time) << text;
    EXPECT_FALSE(time->is_day) << text;
    EXPECT_EQ(time->ms, kTime) << text;
  }
  EXPECT_EQ(parse_json_time("2020-01-02T03:04")->ms, kTime - 5000);
  EXPECT_EQ(parse_json_time("2020-01-02T03")->ms, kTime - 245000);
  EXPECT_EQ(parse_json_time("2020-01-02T03:04+01:00")->ms, kTime - 5000 - 3600000);
  EXPECT_EQ(parse_json_time("1/2/2020, 12:04:05 am")->ms, kDay + 245000);
  EXPECT_EQ(parse_json_time("12/25/2020, 12:04:05 PM")->ms, 1608897845000);
  EXPECT_FALSE(parse_json_time("31 12 2020")->is_day);
  EXPECT_EQ(parse_json_time("31 12 2020")->ms, 1609372800000);
  EXPECT_FALSE(parse_json_time("2020-01-02T00:00Z")->is_day);
}

TEST(DateText, FractionsAreCut) {
  const std::pair<const char*, int> cases[] = {
      {".6", 600},      {".67", 670},      {".678", 678},      {".6789", 678},      {".67891", 678},
      {".678912", 678}, {".6789123", 678}, {".67891234", 678}, {".678912345", 678}, {".999999999", 999}};
  for (const auto& [fraction, ms] : cases) {
    EXPECT_EQ(parse_json_time(std::string("2020-01-02T03:04:05") + fraction)->ms, kTime + ms) << fraction;
    EXPECT_EQ(parse_csv_time(std::string("2020-01-02 03:04:05") + fraction + "Z"), kTime + ms) << fraction;
  }
  EXPECT_EQ(parse_json_time("01/02/2020 03:04:05.678")->ms, kTime + 678);
  EXPECT_EQ(parse_json_time("01/02/2020 03:04:05.6Z")->ms, kTime + 600);
  EXPECT_EQ(parse_json_time("1969-12-31T23:59:59.9999")->ms, -1);
}

TEST(DateText, NoDates) {
  for (const char* text : {"",
                           "2020.01.02",
                           "2020-13-01",
                           "2020-02-30",
                           "2019-02-29",
                           "2020-00-01",
                           "2020-01-00",
                           "0000-01-01",
                           "20-01-02",
                           "1/2/20",
                           "13/02/2020",
                           "2020-01-02x",
                           "2020-01-02 ",
                           " 2020-01-02",
                           "2020-01-02T24:00:00",
                           "2020-01-02T03:60:00",
                           "2020-01-02T03:04:60",
                           "2020-01-02T03:04:05x",
                           "2020-01-02T03:04:05z",
                           "2020-01-02T03:04:05 +01:00",
                           "2020-01-02T03:04:05.",
                           "2020-01-02T03:04:05.1234567890",
                           "2020-01-02T03:04:05+24:00",
                           "2020-01-02T03:04:05+1",
                           "2020-01-02T03:04:05+01:60",
                           "2020-01-02T03:04:05+01:",
                           "2020-01",
                           "2020",
                           "1 2",
                           "03:04:05",
                           "2020-W01-1",
                           "Jan 2 2020",
                           "2020-01/02",
                           "2020-01-02T",
                           "2020-01-02  03:04+01:00",
                           "2020-01-02D03:04:05",
                           "1/2/2020T03:04:05",
                           "1/2/2020, 13:04:05 PM",
                           "1/2/2020, 0:04:05 AM",
                           "1/2/2020, 3:04 PM",
                           "1/2/2020, 3:04:05",
                           "12020-01-02",
                           "2020-01-0200",
                           "99999999"}) {
    EXPECT_FALSE(parse_json_time(text)) << text;
    EXPECT_FALSE(parse_csv_time(text)) << text;
  }
}

TEST(DateText, CsvTakesFewerForms) {
  for (const char* text : {"2020-01-02", "1-2-2020", "01/02/2020"})
    EXPECT_EQ(parse_csv_time(text), kDay) << text;
  for (const char* text : {"2020-01-02T03:04:05", "2020-01-02 04:04:05+01:00", "1/2/2020, 3:04:05 AM",
                           "2020-01-02D03:04:05.000"}) {
    EXPECT_EQ(parse_csv_time(text), kTime) << text;
  }
  for (const char* text :
       {"2020-1-2", "2020/01/02", "2020 01 02", "01/02/2020 03:04:05", "2020-01-02 3:4:5"}) {
    EXPECT_FALSE(parse_csv_time(text)) << text;
  }
  EXPECT_EQ(parse_iso_day("2020-01-02"), 18263);
  for (const char* text : {"2020-1-02", "01-02-2020", "2020/01/02", "2020-01-02Z", "2020-01-32"})
    EXPECT_FALSE(parse_iso_day(text)) << text;
}

TEST(DateText, TimesOfDay) {
  EXPECT_EQ(parse_time_of_day("12:30"), 45000);
  EXPECT_EQ(parse_time_of_day("23:59:59"), 86399);
  for (const char* text : {"", "12", "1:30", "24:00", "12:60", "12:30:60", "12:30:0", "12:30:00.5"}) {
    EXPECT_FALSE(parse_time_of_day(text)) << text;
  }
}

}  // namespace
}  // namespace parallax

#include <gtest/gtest.h>

#include <algorithm>

#include "emit/emit.h"
#include "slices.h"

namespace parallax {
namespace {

using namespace testing;

TEST(ToCsv, EveryType) {
  ThreadPool pool(1);
  EXPECT_EQ(to_csv(every_type(), pool),
            "\"i\",\"f\",\"s\",\"b\",\"d\",\"t\"\n"
            "1,1,\"p\",true,,\n"
            ",1e+21,\"q\"\"q\",false,1969-12-31,1969-12-31 23:59:59.999\n"
            "-2,,\"r,\n\\t\",,2024-01-05,2024-01-05 01:02:03.004\n");
}

TEST(ToCsv, RowPathsComeFirst) {
  ThreadPool pool(1);
  EXPECT_EQ(to_csv(grouped(), pool),
            "\"g (Group by 1)\",\"h (Group by 2)\",\"n\"\n,,6\n\"a\",,5\n\"a\",7,4\n,,1\n");
}

TEST(ToCsv, PercentagesOfIntegersAreWhole) {
  ThreadPool pool(1);
  ViewSlice slice;
  add(slice, "i", floats({16.98, -54.7, {}}));
  add(slice, "f", floats({16.98, -54.7, {}}));
  add(slice, "far", floats({1.5, 1e19, {}}));
  slice.integer_percents = {true, false, true};
  EXPECT_EQ(to_csv(slice, pool), "\"i\",\"f\",\"far\"\n16,16.98,1.5\n-54,-54.7,1e+19\n,,\n");
}

TEST(ToCsv, NullAndEmptyText) {
  ThreadPool pool(1);
  ViewSlice slice;
  add(slice, "a\"b", texts({"", {}, "\""}));
  EXPECT_EQ(to_csv(slice, pool), "\"a\"\"b\"\n\"\"\n\n\"\"\"\"\n");
}

TEST(ToCsv, NoRowsAndNoColumns) {
  ThreadPool pool(1);
  ViewSlice slice;
  add(slice, "a", ints({}));
  EXPECT_EQ(to_csv(slice, pool), "\"a\"\n");
  EXPECT_EQ(to_csv(ViewSlice{}, pool), "");
}

TEST(ToCsv, LargeSlicesReadTheSameFromManyThreads) {
  ViewSlice slice;
  Column numbers(Storage::float64);
  Column names(Storage::text);
  for (int i = 0; i < 150'000; ++i) {
    numbers.append<double>(i / 8.0);
    names.append_text(std::to_string(i));
  }
  add(slice, "f", std::move(numbers));
  add(slice, "s", std::move(names));
  ThreadPool one(1);
  ThreadPool four(4);
  const std::string text = to_csv(slice, four).str();
  EXPECT_EQ(text, to_csv(slice, one));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 150'001);
}

}  // namespace
}  // namespace parallax

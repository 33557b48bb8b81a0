#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "emit/emit.h"
#include "slices.h"

namespace parallax {
namespace {

using namespace testing;

TEST(ToColumnsJson, EveryType) {
  ThreadPool pool(1);
  EXPECT_EQ(to_columns_json(every_type(), {}, pool),
            R"({"i":[1,null,-2],"f":[1.0,1e21,null],"s":["p","q\"q","r,\n\\t"],"b":[true,false,null],)"
            R"("d":[null,-86400000,1704412800000],"t":[null,-1,1704416523004]})");
}

TEST(ToColumnsJson, FormattedConcernsDatesOnly) {
  ThreadPool pool(1);
  EXPECT_EQ(to_columns_json(every_type(), {.formatted = true}, pool),
            R"({"i":[1,null,-2],"f":[1.0,1e21,null],"s":["p","q\"q","r,\n\\t"],"b":[true,false,null],)"
            R"("d":[null,"1969-12-31","2024-01-05"],)"
            R"("t":[null,"1969-12-31 23:59:59.999","2024-01-05 01:02:03.004"]})");
}

TEST(ToRowsJson, EveryType) {
  ThreadPool pool(1);
  EXPECT_EQ(to_rows_json(every_type(), {}, pool),
            R"([{"i":1,"f":1.0,"s":"p","b":true,"d":null,"t":null},)"
            R"({"i":null,"f":1e21,"s":"q\"q","b":false,"d":-86400000,"t":-1},)"
            R"({"i":-2,"f":null,"s":"r,\n\\t","b":null,"d":1704412800000,"t":1704416523004}])");
}

TEST(ToNdjson, HasNoNewlineAtTheEnd) {
  ThreadPool pool(1);
  ViewSlice slice;
  add(slice, "a", ints({1, 2}));
  EXPECT_EQ(to_ndjson(slice, {}, pool), "{\"a\":1}\n{\"a\":2}");
}

TEST(Json, GroupedKeyOrder) {
  ThreadPool pool(1);
  ViewSlice slice = grouped();
  slice.index = ints({3, 2, 1, 3, 2, 2, 1});
  slice.index_offsets = {0, 3, 5, 6, 7};
  const JsonOptions options{.id = true, .index = true};
  EXPECT_EQ(to_columns_json(slice, options, pool),
            R"({"__ROW_PATH__":[[],["a"],["a",7],[null]],"__ID__":[[],["a"],["a",7],[null]],"n":[6,5,4,1],)"
            R"("__INDEX__":[[3,2,1],[3,2],[2],[1]]})");
  EXPECT_EQ(to_ndjson(slice, options, pool),
            R"({"__ROW_PATH__":[],"__ID__":[],"__INDEX__":[3,2,1],"n":6})"
            "\n"
            R"({"__ROW_PATH__":["a"],"__ID__":["a"],"__INDEX__":[3,2],"n":5})"
            "\n"
            R"({"__ROW_PATH__":["a",7],"__ID__":["a",7],"__INDEX__":[2],"n":4})"
            "\n"
            R"({"__ROW_PATH__":[null],"__ID__":[null],"__INDEX__":[1],"n":1})");
}

TEST(Json, FlatKeyOrder) {
  ThreadPool pool(1);
  ViewSlice slice;
  add(slice, "s", texts({"x", {}}));
  slice.ids = ints({1, 2});
  slice.index = ints({1, 2});
  slice.index_offsets = {0, 1, 2};
  const JsonOptions options{.id = true, .index = true};
  EXPECT_EQ(to_columns_json(slice, options, pool),
            R"({"s":["x",null],"__INDEX__":[[1],[2]],"__ID__":[[1],[2]]})");
  EXPECT_EQ(to_rows_json(slice, options, pool),
            R"([{"__ID__":[1],"__INDEX__":[1],"s":"x"},{"__ID__":[2],"__INDEX__":[2],"s":null}])");
}

TEST(Json, FormattedReachesIdsAndPaths) {
  ThreadPool pool(1);
  ViewSlice slice;
  add(slice, "n", ints({1}));
  slice.ids = column_of<std::int32_t>(Storage::date, {19723});
  EXPECT_EQ(to_rows_json(slice, {.formatted = true, .id = true}, pool),
            R"([{"__ID__":["2024-01-01"],"n":1}])");
}

TEST(Json, NothingToShow) {
  ThreadPool pool(1);
  ViewSlice no_rows;
  add(no_rows, "a", ints({}));
  EXPECT_EQ(to_columns_json(no_rows, {}, pool), R"({"a":[]})");
  EXPECT_EQ(to_rows_json(no_rows, {}, pool), "[]");
  EXPECT_EQ(to_ndjson(no_rows, {}, pool), "");
  ViewSlice no_columns;
  no_columns.rows = 3;
  EXPECT_EQ(to_columns_json(no_columns, {}, pool), "{}");
  EXPECT_EQ(to_rows_json(no_columns, {}, pool), "[]");
  EXPECT_EQ(to_ndjson(no_columns, {}, pool), "");
  no_columns.bare_rows = true;
  EXPECT_EQ(to_columns_json(no_columns, {}, pool), "{}");
  EXPECT_EQ(to_rows_json(no_columns, {}, pool), "[{},{},{}]");
  EXPECT_EQ(to_ndjson(no_columns, {}, pool), "{}\n{}\n{}");
  ViewSlice only_paths = grouped();
  only_paths.names.clear();
  only_paths.columns.clear();
  EXPECT_EQ(to_columns_json(only_paths, {}, pool), R"({"__ROW_PATH__":[[],["a"],["a",7],[null]]})");
}

TEST(Json, EscapesAtEveryPlace) {
  ThreadPool pool(1);
  for (std::size_t at = 0; at < 20; ++at) {
    std::string text(20, 'x');
    text[at] = '\x1f';
    ViewSlice slice;
    Column column(Storage::text);
    column.append_text(text);
    add(slice, "a", std::move(column));
    EXPECT_EQ(to_columns_json(slice, {}, pool),
              R"({"a":[")" + std::string(at, 'x') + "\\u001f" + std::string(19 - at, 'x') + R"("]})");
  }
  ViewSlice slice;
  add(slice, "/\"", texts({"\xc3\xa9\xf0\x9f\x98\x80\x7f/\b\f\r\t"}));
  EXPECT_EQ(to_columns_json(slice, {}, pool), "{\"/\\\"\":[\"\xc3\xa9\xf0\x9f\x98\x80\x7f/\\b\\f\\r\\t\"]}");
}

TEST(Json, LargeSlicesReadTheSameFromManyThreads) {
  ViewSlice slice;
  Column numbers(Storage::int64);
  Column names(Storage::text);
  for (std::int64_t i = 0; i < 200'000; ++i) {
    i % 7 == 0 ? numbers.append_null() : numbers.append<std::int64_t>(i);
    names.append_text("n" + std::to_string(i % 97));
  }
  add(slice, "i", std::move(numbers));
  add(slice, "s", std::move(names));
  ThreadPool one(1);
  ThreadPool four(4);
  EXPECT_EQ(to_columns_json(slice, {}, one), to_columns_json(slice, {}, four));
  EXPECT_EQ(to_rows_json(slice, {}, one), to_rows_json(slice, {}, four));
  const std::string lines = to_ndjson(slice, {}, four).str();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 199'999);
  EXPECT_TRUE(lines.ends_with(R"({"i":199999,"s":"n82"})")) << lines.substr(lines.size() - 60);
}

}  // namespace
}  // namespace parallax

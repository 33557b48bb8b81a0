// Documents that are cut up for several threads give what they give as a whole.
#include <gtest/gtest.h>

#include "ingest/json_ingest.h"
#include "ingest/json_scan.h"
#include "ingest_testing.h"

namespace parallax {
namespace {

using namespace testing;

std::string in_parts(InputFormat format, std::string_view text, std::size_t part_bytes) {
  try {
    return show(parse_json_table(format, text, std::nullopt, ListFlatten::zip, pool(), part_bytes));
  } catch (const Error& error) {
    return error.what();
  }
}

void expect_same(InputFormat format, std::string_view text) {
  const std::string whole = in_parts(format, text, std::size_t{1} << 30);
  for (const std::size_t part_bytes : {1, 2, 3, 5, 8, 13, 40}) {
    EXPECT_EQ(in_parts(format, text, part_bytes), whole) << text << " in parts of " << part_bytes;
  }
}

TEST(JsonParts, Columns) {
  for (const char* text : {
           R"({"a":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16],"b":[true,false,null]})",
           R"({"a":[1,2,3,4,5,6,7,8,9.5,10,11,"12",13,14,"x",16],"b":["x","y",1,2,3,4]})",
           R"({"a":[null,null,null,null,null,"2020-01-01",null,"2020-01-02T03:04:05","2021-01-01"]})",
           R"({"a":[null,null,null,null,null,null,null,null,null,null,null]})",
           R"({"a":["a,b","],\"","c","\u00e9\ud83d\ude00\n",",",",",",",",","]","}","]}"],"b":[1]})",
           R"({ "a" : [ 1 , 2 , 3 , 4 , 5 , 6 ] , "b" : [ "x" , "y" , "z" , "w" ] } )",
           R"({"a":[1,2,3,2147483648,5,6,7,8,"q"],"c.d":[1e5,-0.0,-0,1E-3,123456789012345678901234567890]})",
           R"({"a":[1,2,3,4,5,[6],7,8,9]})",
           R"({"a":[1,2,3,4,5,{"x":6},7,8,9]})",
           R"({"a":[1,2,3,4,5],"a":[7,8,9,10,11,12]})",
           R"({"a":[1,2,3,4,5],"__INDEX__":[4,3,2,1,0]})",
           R"({"a":[1,2,3,4,5,6,7,8,9,,10,11]})",
           R"({"a":[1,2,3,4,5,6,7,8,9,10,11,]})",
           R"({"a":[true,false,true,false,true,"x",true,false]})",
           R"({"a":[],"b":[1,2,3,4,5,6,7,8]})",
           R"({"a":["x","y","\ud800","z","x","y","x","y"]})",
           R"({"a":[1,2,3,4,5,6,7,01,8,9,10]})",
           R"({"a":[1,2,3,4,5,6,7,8,9]}})",
           "{\"a\":[\"x\",\"y\",\"\xff\",\"x\",\"y\",\"x\",\"y\"]}",
           "{\"a\":[\"x\",\"y\",\"\t\",\"x\",\"y\",\"x\",\"y\"]}",
       }) {
    expect_same(InputFormat::json_columns, text);
  }
}

TEST(JsonParts, Records) {
  for (const char* text :
       {R"([{"a":1},{"a":2},{"a":3},{"a":4.5},{"a":"x"},{"b":1},{"a":"}, {"},{"a":[1,2]}])",
        R"([{"a":null},{"a":null},{"a":null},{"b":null},{"b":2},{"a":{"x":1}},{"a":"y"}])",
        R"([{"a":1},{"a":2},{"a":3},{"a":},{"a":5}])"}) {
    expect_same(InputFormat::json_rows, text);
  }
  // Read by the parser as a whole, because of the list, and mostly without it in parts.
  expect_same(
      InputFormat::json_rows,
      R"([{"a":"x\"y","b":null},{"b":1,"a":"","c":[0]},{},{"a":"\u00e9","a":"z"},{ "b" : 2 , "a":"w" } ,{"b":3}])");
  expect_same(InputFormat::json_rows, R"([{"a":1},{"a":true},{"a":2},{"a":3}])");
  expect_same(InputFormat::json_rows, R"([{"a":1},{"a":2},{"a":3},,{"a":4}])");
  expect_same(InputFormat::json_rows, R"([{"a":1},{"a":2},{"a":3},{"a":4},])");
  expect_same(InputFormat::json_rows, R"([{"a.b":1},{"a":{"b":2}},{"a.b":3},{"a":4}])");
  expect_same(InputFormat::ndjson, "{\"a\":1}{\"a\":2},{\"a\":3}");
  expect_same(InputFormat::ndjson, "{\"a\":1}\n{\"a\":2}\n\n{\"a\":\"x\"}\n{\"b\":[1,2]}\n{\"a\":null}\n");
}

TEST(JsonParts, TextsOfManyParts) {
  std::string text = "{\"a\":[";
  std::string expected;
  for (int i = 0; i < 20'000; ++i) {
    const std::string cell = i % 7 == 0 ? "null" : "\"text " + std::to_string(i % 997) + '"';
    text += (i > 0 ? "," : "") + cell;
    expected += (i > 0 ? "," : "") + cell;
  }
  const ParsedTable table = parse_json_table(InputFormat::json_columns, text + "]}", std::nullopt,
                                             ListFlatten::zip, pool(), 10'000);
  EXPECT_EQ(cells(table.batch.entries[0].values), expected);
  EXPECT_EQ(table.batch.entries[0].values.dictionary()->size(), 997u);
}

TEST(JsonNumbers, ManyDigits) {
  // Columns with a list are read by the parser, the others without.
  for (const char* more : {"", R"(,"l":[[1]])"}) {
    const auto number = [&](const std::string& literal) {
      const std::string text = columns("{\"a\":[0.5," + literal + "]" + more + "}");
      return text.substr(0, text.find(" l:"));
    };
    EXPECT_EQ(number("9223372036854775808.0"), "a:float=0.5,9223372036854776000.0");
    EXPECT_EQ(number("12345678901234567890.5"), "a:float=0.5,12345678901234567000.0");
    EXPECT_EQ(number("0.1000000000000000055511151231257827"), "a:float=0.5,0.1");
    EXPECT_EQ(number("3644190484796.90218274751877188939"), "a:float=0.5,3644190484796.9023");
    EXPECT_EQ(number("-1.7976931348623157e308"), "a:float=0.5,-1.7976931348623157e308");
    EXPECT_EQ(number("123456789012345.678"), "a:float=0.5,123456789012345.67");
  }
}

TEST(JsonScan, IsStrict) {
  for (const char* text : {"01",
                           "-",
                           "1.",
                           ".5",
                           "+1",
                           "1e",
                           "1e+",
                           "nul",
                           "True",
                           "\"",
                           "\"a",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"\\udc00\"",
                           "\"\\ud800x\"",
                           "\"\\ud800\\u0041\"",
                           "1e999",
                           "NaN",
                           ""}) {
    JsonScan scan(text);
    JsonScalar out;
    EXPECT_FALSE(scan.scalar(out) && scan.at_end()) << text;
  }
}

}  // namespace
}  // namespace parallax

#include "ingest/ingest_testing.h"

namespace parallax::testing {
namespace {

const Schema& schema() {
  static const Schema fields({{"i", Storage::int32},
                              {"f", Storage::float64},
                              {"s", Storage::text},
                              {"b", Storage::boolean},
                              {"d", Storage::date},
                              {"t", Storage::datetime}});
  return fields;
}

std::string one(std::string_view name, Storage storage, std::string_view values) {
  const Schema fields({{std::string(name), storage}});
  return update(InputFormat::json_columns, fields,
                "{\"" + std::string(name) + "\":" + std::string(values) + "}");
}

std::string refusal(Storage storage, std::string_view value) {
  return error_of([&] { one("a", storage, "[null," + std::string(value) + "]"); });
}

TEST(JsonUpdate, Coercion) {
  EXPECT_EQ(
      one("a", Storage::int32, R"([1,-1,2147483647,-2147483648,1.0,1.9,-1.9,"7","-8"," 9","1.9",null,""])"),
      "a=1,-1,2147483647,-2147483648,1,1,-1,7,-8,9,1,null,null");
  EXPECT_EQ(
      one("a", Storage::float64, R"([1,-2.5,1e300,5e-324,9007199254740991,"2.5","-7","1e3",null,"",1e20])"),
      "a=1.0,-2.5,1e300,5e-324,9007199254740991.0,2.5,-7.0,1000.0,null,null,100000000000000000000.0");
  EXPECT_EQ(
      one("a", Storage::text, R"([1,9007199254740993,18446744073709551616,true,"x","",null,2.5,1e-7])"),
      "a=\"1\",\"9007199254740993\",\"18446744073709551616\",\"true\",\"x\",\"\",null,\"2.5\",\"1e-7\"");
  EXPECT_EQ(one("a", Storage::boolean, R"([true,0,-3,"true","FALSE",null])"),
            "a=true,false,true,true,false,null");
  EXPECT_EQ(one("a", Storage::date,
                R"([0,86399999,-1,-86400001,"2020-01-02T23:30:00-01:00","1/2/2020 3:04",null])"),
            "a=1970-01-01,1970-01-01,1969-12-31,1969-12-30,2020-01-03,2020-01-02,null");
  EXPECT_EQ(one("a", Storage::datetime, R"([0,-1.5,1577934245678.9,"2020-01-02",null])"),
            "a=1970-01-01 00:00:00.000,1969-12-31 23:59:59.999,2020-01-02 03:04:05.678,2020-01-02 "
            "00:00:00.000,null");
}

TEST(JsonUpdate, OtherWidths) {
  EXPECT_EQ(one("a", Storage::int8, "[127,-128,\"5\",1.9]"), "a=127,-128,5,1");
  EXPECT_EQ(one("a", Storage::uint8, "[0,255]"), "a=0,255");
  EXPECT_EQ(one("a", Storage::int64, "[9223372036854775807,-9223372036854775808,1e15]"),
            "a=9223372036854775807,-9223372036854775808,1000000000000000");
  EXPECT_EQ(one("a", Storage::uint64, "[18446744073709551615,0]"), "a=18446744073709551615,0");
  EXPECT_EQ(one("a", Storage::float32, "[0.5,3,\"1.5\"]"), "a=0.5,3.0,1.5");
}

TEST(JsonUpdate, Refusals) {
  for (const char* value : {"true", "\"x\"", "\"true\"", "\"2020-01-02\"", "\"7x\"", "\"7 \"", "2147483648",
                            "-2147483649", "\"2147483648\"", "1e10", "99999999999999999999", "1e300"}) {
    EXPECT_TRUE(refusal(Storage::int32, value).starts_with("Row 2: column \"a\": ")) << value;
  }
  for (const char* value : {"true", "\"x\"", "\"nan\"", "\"7x\"", "\"2020-01-02\""})
    EXPECT_NE(refusal(Storage::float64, value), "");
  for (const char* value : {"0.5", "1.0", "2147483648", "\"x\"", "\"\"", "\"1\""})
    EXPECT_NE(refusal(Storage::boolean, value), "");
  for (const char* value :
       {"\"x\"", "\"\"", "true", "1.5", "\"2020-13-01\"", "\"2020-02-30\"", "\"03:04:05\"", "\"7\""}) {
    EXPECT_NE(refusal(Storage::date, value), "") << value;
  }
  for (const char* value : {"\"x\"", "\"\"", "true", "\"2020-01-02T25:00:00\"", "1e300"}) {
    EXPECT_NE(refusal(Storage::datetime, value), "") << value;
  }
  for (const char* value : {"256", "-1", "\"-1\""}) EXPECT_NE(refusal(Storage::uint8, value), "") << value;
  for (const char* value : {"128", "-129"}) EXPECT_NE(refusal(Storage::int8, value), "") << value;
  EXPECT_NE(refusal(Storage::uint64, "18446744073709551616"), "");
  EXPECT_NE(refusal(Storage::uint64, "-1"), "");
  EXPECT_NE(refusal(Storage::float32, "1e300"), "");
}

TEST(JsonUpdate, AbsentIsNotNull) {
  EXPECT_EQ(
      update(InputFormat::json_rows, schema(), R"([{"i":1,"s":"x"},{"i":2},{"s":null,"unknown":[1,2]}])"),
      "i=1,2,- s=\"x\",-,null");
  EXPECT_EQ(update(InputFormat::ndjson, schema(), "{\"i\":1}\n{\"f\":2}"), "i=1,- f=-,2.0");
  EXPECT_EQ(
      update(InputFormat::json_columns, schema(), R"({"i":[1],"s":["x",null,"z"],"unknown":[{"x":[1]}]})"),
      "i=1,-,- s=\"x\",null,\"z\"");
}

TEST(JsonUpdate, Nothing) {
  for (const auto& [format, text] : {std::pair{InputFormat::json_rows, "[]"},
                                     {InputFormat::json_columns, "{}"},
                                     {InputFormat::ndjson, ""}}) {
    const RowBatch batch =
        parse_update(format, text, UpdateTarget{schema(), std::nullopt, ListFlatten::zip}, pool());
    EXPECT_EQ(batch.rows, 0u);
    EXPECT_TRUE(batch.entries.empty());
  }
  // A record without a known column is a row of nulls.
  const UpdateTarget target{schema(), std::nullopt, ListFlatten::zip};
  EXPECT_EQ(parse_update(InputFormat::json_rows, "[{\"zz\":1},{}]", target, pool()).rows, 2u);
  EXPECT_EQ(parse_update(InputFormat::json_columns, "{\"zz\":[1,2]}", target, pool()).rows, 2u);
}

TEST(JsonUpdate, RowIds) {
  EXPECT_EQ(
      update(InputFormat::json_rows, schema(), R"([{"__INDEX__":1,"i":100},{"i":5},{"__INDEX__":"7"}])"),
      "#=1,null,7 i=100,5,-");
  EXPECT_EQ(update(InputFormat::json_columns, schema(), R"({"__INDEX__":[0,2],"i":[7,null]})"),
            "#=0,2 i=7,null");
  EXPECT_EQ(update(InputFormat::json_rows, schema(), R"([{"__INDEX__":3,"s":"x"}])", 0), "i=3 s=\"x\"");
  EXPECT_NE(error_of([] { update(InputFormat::json_rows, schema(), R"([{"__INDEX__":"x"}])"); }), "");
}

TEST(JsonUpdate, NestedPaths) {
  const Schema nested({{"k", Storage::int32}, {"o.x", Storage::int32}, {"o.y", Storage::text}});
  EXPECT_EQ(
      update(
          InputFormat::json_rows, nested,
          R"([{"k":1,"o":{"x":6,"y":"q"}},{"o.x":9,"o.z":{}},{"k":2,"o":{"x":[7,8],"zz":[1,2,3]}},{"o":null}])"),
      "k=1,-,2,2,- o.x=6,9,7,8,null o.y=\"q\",-,-,-,null");
  EXPECT_NE(error_of([&] { update(InputFormat::json_rows, nested, R"([{"o.x":1,"o":{"x":2}}])"); }), "");
}

TEST(JsonUpdate, ExpansionsMustNotRepeatTheKey) {
  const Schema fields({{"k", Storage::int32}, {"a", Storage::int32}});
  EXPECT_EQ(update(InputFormat::json_rows, fields, R"([{"k":[1,2],"a":5}])", 0), "k=1,2 a=5,5");
  EXPECT_EQ(update(InputFormat::json_rows, fields, R"([{"k":1,"a":[5]},{"k":2,"a":[]}])", 0),
            "k=1,2 a=5,null");
  EXPECT_NE(error_of([&] { update(InputFormat::json_rows, fields, R"([{"k":1,"a":[5,6]}])", 0); }), "");
  EXPECT_NE(error_of([&] { update(InputFormat::json_rows, fields, R"([{"__INDEX__":1,"a":[5,6]}])"); }), "");
}

}  // namespace
}  // namespace parallax::testing

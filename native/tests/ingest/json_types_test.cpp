#include "ingest/ingest_testing.h"

namespace parallax::testing {
namespace {

TEST(JsonTypes, FirstValueDecides) {
  EXPECT_EQ(
      columns(R"({"a":[1,-2147483648,null],"b":[1.0,2,null],"c":[true,false,null],"d":["x","",null]})"),
      "a:integer=1,-2147483648,null b:float=1.0,2.0,null c:boolean=true,false,null d:string=\"x\",\"\",null");
  EXPECT_EQ(columns(R"({"a":[null,null,7],"b":[null,"2021-03-04",null],"c":[null,null]})"),
            "a:integer=null,null,7 b:date=null,2021-03-04,null c:string=null,null,null");
  EXPECT_EQ(columns(R"({"a":["12"," -3","+4"],"b":["1.5","2","1e3"],"c":["TRUE","false","True"]})"),
            "a:integer=12,-3,4 b:float=1.5,2.0,1000.0 c:boolean=true,false,true");
}

TEST(JsonTypes, TextsThatAreNoNumbers) {
  EXPECT_EQ(columns(R"({"a":["5 "],"b":["1,000"],"c":["nan"],"d":["inf"],"e":["0x10"],"f":[" "],"g":["-"]})"),
            "a:string=\"5 \" b:string=\"1,000\" c:string=\"nan\" d:string=\"inf\" e:string=\"0x10\" "
            "f:string=\" \" g:string=\"-\"");
}

TEST(JsonTypes, IntegersBeyond32BitsAreFloats) {
  EXPECT_EQ(columns(R"({"a":[2147483648],"b":[-2147483649],"c":["3000000000"],"d":[9223372036854775808]})"),
            "a:float=2147483648.0 b:float=-2147483649.0 c:float=3000000000.0 d:float=9223372036854776000.0");
  EXPECT_EQ(columns(R"({"a":[1,100000000000000000000],"b":[1,3000000000],"c":[1,"3000000000"]})"),
            "a:float=1.0,100000000000000000000.0 b:float=1.0,3000000000.0 c:float=1.0,3000000000.0");
}

TEST(JsonTypes, IntegersArePromotedWithTheirNulls) {
  EXPECT_EQ(columns(R"({"a":[null,1,2.5],"b":[1,null,"x"],"c":[1,"2.5",3],"d":[7,null,""]})"),
            "a:float=null,1.0,2.5 b:string=\"1\",null,\"x\" c:float=1.0,2.5,3.0 d:string=\"7\",null,\"\"");
  EXPECT_EQ(rows(R"([{"a":1},{},{"a":2.5},{"a":"x"}])"), "a:string=\"1\",null,\"2.5\",\"x\"");
  EXPECT_EQ(rows(R"([{"a":1},{"a":"2020-01-02"}])"), "a:string=\"1\",\"2020-01-02\"");
  EXPECT_EQ(columns(R"({"a":[0.5,1,"x",1e21]})"), "a:string=\"0.5\",\"1\",\"x\",\"1e21\"");
}

TEST(JsonTypes, OtherTypesTakeWhatCoerces) {
  EXPECT_EQ(columns(R"({"a":["x",1,true,2.5,99999999999999999999]})"),
            "a:string=\"x\",\"1\",\"true\",\"2.5\",\"99999999999999999999\"");
  EXPECT_EQ(columns(R"({"a":[true,0,-5,"FALSE"]})"), "a:boolean=true,false,true,false");
  EXPECT_EQ(columns(R"({"a":["2020-01-01","2020-01-02T10:00:00",1577934245000,-1]})"),
            "a:date=2020-01-01,2020-01-02,2020-01-02,1969-12-31");
  EXPECT_EQ(columns(R"({"a":["2020-01-01T10:00:00","2020-01-02",1.9]})"),
            "a:datetime=2020-01-01 10:00:00.000,2020-01-02 00:00:00.000,1970-01-01 00:00:00.001");
}

TEST(JsonTypes, ValuesThatDoNotCoerceAreRefused) {
  for (const char* text :
       {R"([{"a":1},{"a":true}])", R"([{"a":1.5},{"a":false}])", R"([{"a":true},{"a":"x"}])",
        R"([{"a":true},{"a":0.5}])", R"([{"a":true},{"a":4294967296}])", R"([{"a":"2020-01-01"},{"a":"x"}])",
        R"([{"a":"2020-01-01"},{"a":1.5}])", R"([{"a":"2020-01-01"},{"a":true}])",
        R"([{"a":"2020-01-01T10:00:00"},{"a":true}])", R"([{"a":"2020-01-01"},{"a":9223372036854775807}])"}) {
    const std::string error = error_of([&] { rows(text); });
    EXPECT_TRUE(error.starts_with("Record 2: column \"a\": ")) << text << " -> " << error;
  }
}

TEST(JsonTypes, OrderOfColumns) {
  EXPECT_EQ(rows(R"([{"x":null,"a":1},{"x":5,"a":2}])"), "a:integer=1,2 x:integer=null,5");
  EXPECT_EQ(rows(R"([{"n":null,"b":null,"a":1},{"n":null}])"),
            "a:integer=1,null b:string=null,null n:string=null,null");
  EXPECT_EQ(rows(R"([{"a":1},{"b":null},{"c":"x"}])"), "a:integer=1,null,null c:string=null,null,\"x\"");
  EXPECT_EQ(columns(R"({"z":[null],"a":[2],"":[3]})"), "z:string=null a:integer=2 :integer=3");
  EXPECT_EQ(ndjson("{\"a\":null,\"b\":1}\n{\"a\":7,\"c\":null}\n{\"c\":1.5}"),
            "b:integer=1,null,null a:string=null,\"7\",null c:float=null,null,1.5");
}

TEST(JsonTypes, RepeatedKeys) {
  EXPECT_EQ(rows(R"([{"a":1,"b":2,"a":3}])"), "a:integer=3 b:integer=2");
  EXPECT_EQ(columns(R"({"a":[1,2,3],"b":[4],"a":["x"]})"), "a:string=\"x\" b:integer=4");
}

TEST(JsonTypes, EmptyInputs) {
  EXPECT_EQ(rows(" [ ] "), "");
  EXPECT_EQ(load(InputFormat::json_rows, "[{}, {}]").batch.rows, 2u);
  EXPECT_EQ(columns("{}"), "");
  EXPECT_EQ(ndjson(" \r\n "), "");
}

TEST(JsonTypes, NamesAndTexts) {
  EXPECT_EQ(
      columns(R"({"a.b":["\u00e9\ud83d\ude00"],"q\"t":["\"\\\/\b\t"],"n\u0000":["a\u0000b"]})"),
      std::string("a.b:string=\"é😀\" q\"t:string=\"\"\\/\b\t\" n") + '\0' + ":string=\"a" + '\0' + "b\"");
}

TEST(JsonTypes, RowIdsAreAColumnOfANewTable) {
  const ParsedTable table =
      load(InputFormat::json_rows, R"([{"__INDEX__":5,"a":1},{"a":2},{"__INDEX__":"3"}])");
  EXPECT_EQ(show(table), "__INDEX__:integer=5,null,3 a:integer=1,2,null");
  EXPECT_FALSE(table.batch.ids);
  EXPECT_EQ(columns(R"({"a":[1,2],"__INDEX__":["x",null]})"), "a:integer=1,2 __INDEX__:string=\"x\",null");
  EXPECT_EQ(show(load(InputFormat::json_rows, R"([{"__INDEX__":"x","a":1}])", ListFlatten::zip, "a")),
            "__INDEX__:string=\"x\" a:integer=1");
  EXPECT_EQ(update(InputFormat::json_rows, table.schema, R"([{"__INDEX__":7,"a":1}])"), "__INDEX__=7 a=1");
}

}  // namespace
}  // namespace parallax::testing

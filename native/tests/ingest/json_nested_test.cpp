#include "ingest/ingest_testing.h"

namespace parallax::testing {
namespace {

constexpr auto kCartesian = ListFlatten::cartesian;
constexpr auto kStringify = ListFlatten::stringify;

TEST(JsonObjects, BecomeDottedColumns) {
  EXPECT_EQ(rows(R"([{"a":{"x":1,"y":{"z":"p"}},"b":2},{"a":{"x":2}},{"a":null}])"),
            "a.x:integer=1,2,null a.y.z:string=\"p\",null,null b:integer=2,null,null");
  EXPECT_EQ(rows(R"([{"k":1,"a":{}}])"), "k:integer=1");
  EXPECT_EQ(rows(R"([{"k":1,"a":1},{"k":2,"a":{"x":5}}])"),
            "k:integer=1,2 a:integer=1,null a.x:integer=null,5");
  EXPECT_EQ(rows(R"([{"a":null,"k":1},{"a":{"x":1}}])"), "k:integer=1,null a.x:integer=null,1");
  EXPECT_EQ(columns(R"({"k":[1,2],"a":[{"x":1},{"x":2,"y":"z"}],"b":[true]})"),
            "k:integer=1,2 a.x:integer=1,2 a.y:string=null,\"z\" b:boolean=true,null");
  EXPECT_NE(error_of([] { rows(R"([{"a.x":1,"a":{"x":2}}])"); }), "");
  EXPECT_NE(error_of([] { columns(R"({"a.x":[1],"a":[{"x":2}]})"); }), "");
}

TEST(JsonLists, Zip) {
  EXPECT_EQ(rows(R"([{"k":1,"a":[1,2]},{"k":2,"a":[]},{"k":3,"a":null},{"k":4,"a":[5]}])"),
            "k:integer=1,1,2,3,4 a:integer=1,2,null,null,5");
  EXPECT_EQ(rows(R"([{"k":1,"a":[1,2],"b":["p","q"]},{"k":2,"a":[3,4],"b":["r"]}])"),
            "k:integer=1,1,2,2 a:integer=1,2,3,4 b:string=\"p\",\"q\",\"r\",\"r\"");
  EXPECT_EQ(columns(R"({"k":[1,2],"a":[[1,2],[3]],"b":[["p","q"],["r"]]})"),
            "k:integer=1,1,2 a:integer=1,2,3 b:string=\"p\",\"q\",\"r\"");
  EXPECT_EQ(columns(R"({"z":[null,[null,"x"]],"a":[2],"n":[null]})"),
            "z:string=null,null,\"x\" a:integer=2,null,null n:string=null,null,null");
  const std::string error = error_of([] { rows(R"([{"k":0},{"a":[1,2],"b":["p","q","r"]}])"); });
  EXPECT_TRUE(error.starts_with("Record 2: the lists \"a\" (2) and \"b\" (3) differ")) << error;
}

TEST(JsonLists, Nested) {
  EXPECT_EQ(rows(R"([{"k":1,"a":[[1,2],[3]]},{"k":2,"a":[[4]]}])"), "k:integer=1,1,1,2 a:integer=1,2,3,4");
  EXPECT_EQ(rows(R"([{"k":1,"a":[{"x":1,"y":"p"},{"x":2}]},{"k":2,"a":[{"x":3,"y":["q","r"]}]}])"),
            "k:integer=1,1,2,2 a.x:integer=1,2,3,3 a.y:string=\"p\",null,\"q\",\"r\"");
  EXPECT_EQ(rows(R"([{"k":1,"o":{"n":"m","a":[1,2]}}])"),
            "k:integer=1,1 o.n:string=\"m\",\"m\" o.a:integer=1,2");
  EXPECT_EQ(ndjson("{\"k\":1}\n{\"k\":2,\"a\":[1,2]}\n{\"k\":3,\"o\":{\"x\":1,\"y\":[5,6]}}"),
            "k:integer=1,2,2,3,3 a:integer=null,1,2,null,null o.x:integer=null,null,null,1,1 "
            "o.y:integer=null,null,null,5,6");
}

TEST(JsonLists, AnEmptyListIsNullAndMakesNoColumn) {
  for (const ListFlatten flatten : {ListFlatten::zip, kCartesian}) {
    EXPECT_EQ(rows(R"([{"a":[],"b":[1,2,3],"o":{"x":[]}}])", flatten), "b:integer=1,2,3");
    EXPECT_EQ(rows(R"([{"a":[],"b":1},{"a":[5,6],"b":[]}])", flatten),
              "b:integer=1,null,null a:integer=null,5,6");
    EXPECT_EQ(rows(R"([{"a":[[]],"b":1,"c":[null]}])", flatten), "b:integer=1 c:string=null");
    EXPECT_EQ(columns(R"({"k":[1,2],"a":[[],[[]]]})", flatten), "k:integer=1,2");
  }
}

TEST(JsonLists, RowsWithoutListsAfterThoseWith) {
  EXPECT_EQ(rows(R"([{"k":1,"a":[1,2]},{"k":2},{"k":3,"a":9}])"), "k:integer=1,1,2,3 a:integer=1,2,null,9");
}

TEST(JsonLists, Cartesian) {
  EXPECT_EQ(
      rows(R"([{"k":1,"a":[1,2],"b":["p","q","r"]},{"k":2,"a":[3],"b":["s","t"]},{"k":3,"a":[],"b":["u"]}])",
           kCartesian),
      "k:integer=1,1,1,1,1,1,2,2,3 a:integer=1,1,1,2,2,2,3,3,null "
      "b:string=\"p\",\"q\",\"r\",\"p\",\"q\",\"r\",\"s\",\"t\",\"u\"");
  EXPECT_EQ(columns(R"({"k":[1,2],"a":[[1,2],[3]],"b":[["p","q"],["r"]]})", kCartesian),
            "k:integer=1,1,1,1,2 a:integer=1,1,2,2,3 b:string=\"p\",\"q\",\"p\",\"q\",\"r\"");
}

TEST(JsonLists, CartesianIsLimited) {
  std::string list = "[0";
  for (int i = 1; i < 1000; ++i) list += "," + std::to_string(i);
  list += "]";
  std::string record = "[{";
  for (char name = 'a'; name < 'h'; ++name) record += "\"" + std::string(1, name) + "\":" + list + ",";
  record += "\"k\":1}]";
  EXPECT_NE(error_of([&] { rows(record, kCartesian); }), "");
}

TEST(JsonLists, Stringify) {
  EXPECT_EQ(
      rows(
          R"([{"k":1,"a":[1,2.5,"x\n\u00e9\"",null, true]},{"k":2,"a":[ ]},{"k":3,"a":null},{"a":[[1],{"b":2.0}]}])",
          kStringify),
      "k:integer=1,2,3,null a:string=\"[1,2.5,\"x\\né\\\"\",null,true]\",\"[]\",null,\"[[1],{\"b\":2.0}]\"");
  EXPECT_EQ(rows(R"([{"o":{"x":1,"l":[1,2]}}])", kStringify), "o.x:integer=1 o.l:string=\"[1,2]\"");
  EXPECT_EQ(columns(R"({"k":[1,2],"a":[[1,2],["x",null]]})", kStringify),
            "k:integer=1,2 a:string=\"[1,2]\",\"[\"x\",null]\"");
}

TEST(JsonLists, Keys) {
  const auto fails = [](const char* text, const char* index, ListFlatten flatten) {
    return !error_of([&] { load(InputFormat::json_rows, text, flatten, index); }).empty();
  };
  EXPECT_FALSE(fails(R"([{"g":"p","id":[1,2]}])", "id", ListFlatten::zip));
  EXPECT_FALSE(fails(R"([{"g":"p","o":[{"id":1},{"id":2}]}])", "o.id", ListFlatten::zip));
  EXPECT_TRUE(fails(R"([{"k":1,"a":[1,2]}])", "k", ListFlatten::zip));
  EXPECT_TRUE(fails(R"([{"id":[1],"a":[1,2]}])", "id", ListFlatten::zip));
  EXPECT_TRUE(fails(R"([{"o":[{"id":1,"v":[1,2]}]}])", "o.id", ListFlatten::zip));
  EXPECT_TRUE(fails(R"([{"a":[1,2],"b":[3,4]}])", "a", kCartesian));
  EXPECT_FALSE(fails(R"([{"a":[1,2],"b":3}])", "a", kCartesian));
  EXPECT_FALSE(fails(R"([{"k":2,"a":[1,2]}])", "k", kStringify));
}

}  // namespace
}  // namespace parallax::testing

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "arrow_testing.h"
#include "arrow_vectors.h"
#include "ingest/arrow_ingest.h"

namespace parallax {
namespace {

using namespace testing;

ParsedTable load(const char* base64, ListFlatten list_flatten = ListFlatten::zip,
                 std::optional<std::string_view> index = {}) {
  ThreadPool pool(2);
  return parse_arrow_table(from_base64(base64), index, list_flatten, pool);
}

/// `name:cells` of each column.
std::vector<std::string> columns_of(const ParsedTable& table) {
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < table.schema.size(); ++i) {
    EXPECT_EQ(table.batch.entries[i].column, i);
    EXPECT_EQ(table.batch.entries[i].values.size(), table.batch.rows);
    EXPECT_EQ(table.batch.entries[i].values.storage(), table.schema[i].storage);
    columns.push_back(table.schema[i].name + ":" + json_of(table.batch.entries[i].values));
  }
  return columns;
}

using Columns = std::vector<std::string>;

TEST(ArrowTable, EveryTypeOverBatches) {
  const ParsedTable table = load(kEveryType);
  EXPECT_EQ(columns_of(table),
            (Columns{
                "i:[1,null,-3,-3]",
                "f:[1.5,null,null,null]",
                "h:[0.5,null,-2.0,-2.0]",
                "s:[\"x\",null,\"\",\"\"]",
                "l:[\"\xc3\xa9\",null,\"b\",\"b\"]",
                "v:[\"short\",null,\"longer than twelve bytes\",\"longer than twelve bytes\"]",
                "y:[\"p\",null,\"q\",\"q\"]",
                "b:[true,null,false,false]",
                "d:[-86400000,null,1704412800000,1704412800000]",
                "e:[-86400000,null,86400000,86400000]",
                "t:[-1,null,1,1]",
                "u:[5,null,7,7]",
                "m:[3.14,null,-1234.5,-1234.5]",
                "n:[null,null,null,null]",
            }));
  EXPECT_EQ(table.schema[0].storage, Storage::int16);
  EXPECT_EQ(table.schema[2].storage, Storage::float32);
  EXPECT_EQ(table.schema[11].storage, Storage::uint32);
  EXPECT_EQ(table.batch.entries[1].values.null_count(), 1u) << "NaN is a value";
}

TEST(ArrowTable, Version4WithoutContinuationMarks) {
  EXPECT_EQ(columns_of(load(kEveryTypeV4))[0], "i:[1,null,-3]");
}

TEST(ArrowTable, CompressedStreamsAndFiles) {
  for (const char* input : {kLz4File, kZstd}) {
    const ParsedTable table = load(input);
    ASSERT_EQ(table.batch.rows, 40u);
    EXPECT_EQ(table.batch.entries[0].values.value<std::int32_t>(39), 39);
    EXPECT_EQ(table.batch.entries[1].values.text(38), "s2");
  }
}

TEST(ArrowTable, Dictionaries) {
  const ParsedTable table = load(kDictionary);
  EXPECT_EQ(columns_of(table), Columns{R"(a:["r","p",null,"q","p"])"});
  EXPECT_EQ(table.batch.entries[0].values.dictionary()->size(), 3u) << "unused entries stay out";
  EXPECT_EQ(columns_of(load(kDictionaryDelta)), Columns{R"(a:["p","q","r","p"])"});
  EXPECT_EQ(columns_of(load(kDictionaryReplaced)), Columns{R"(a:["p","q","x","q"])"});
  EXPECT_EQ(columns_of(load(kDictionaryNullEntry)), Columns{R"(a:["p",null,"p"])"});
}

TEST(ArrowTable, ListsZip) {
  EXPECT_EQ(columns_of(load(kLists)),
            (Columns{"k:[1,1,2,3]", "a:[1,2,null,null]", R"(b:["p","q","r",null])"}));
}

TEST(ArrowTable, ListsCartesian) {
  EXPECT_EQ(columns_of(load(kUnequalLists, ListFlatten::cartesian)),
            (Columns{"k:[1,1,1,1,1,1]", "a:[1,1,1,2,2,2]", "b:[1,2,3,1,2,3]"}));
}

TEST(ArrowTable, ListsStringify) {
  EXPECT_EQ(columns_of(load(kLists, ListFlatten::stringify)),
            (Columns{"k:[1,2,3]", R"(a:["[1,2]","[]",null])", R"(b:["[\"p\",\"q\"]","[\"r\"]",null])"}));
  EXPECT_EQ(columns_of(load(kNested, ListFlatten::stringify))[2],
            R"(l:["[{\"z\":1},{\"z\":null}]","[]","[null]"])");
}

TEST(ArrowTable, StructsFlatten) {
  EXPECT_EQ(columns_of(load(kNested)),
            (Columns{"s.x:[1,1,null,3]", R"(s.o.y:["a","a",null,null])", "l.z:[1,null,null,null]"}));
}

TEST(ArrowTable, RepeatedNamesGetStars) {
  EXPECT_EQ(columns_of(load(kRepeatedNames)), (Columns{"a:[1]", "a*:[2]", "a**:[3]"}));
}

TEST(ArrowTable, RowIdsAreNoColumn) {
  const ParsedTable table = load(kRowIds);
  EXPECT_EQ(columns_of(table), Columns{R"(b:["Q",null,"n"])"});
  ASSERT_TRUE(table.batch.ids.has_value());
  EXPECT_EQ(table.batch.ids->storage(), Storage::int64);
  EXPECT_EQ(json_of(*table.batch.ids), "[1,0,null]");
  EXPECT_FALSE(load(kRowIds, ListFlatten::zip, "b").batch.ids.has_value());
}

TEST(ArrowTable, NoRows) {
  const ParsedTable table = load(kNoRows);
  EXPECT_EQ(table.batch.rows, 0u);
  EXPECT_EQ(columns_of(table), (Columns{"a:[]", "s:[]"}));
}

TEST(ArrowTable, RefusalsNameTheColumn) {
  EXPECT_NE(error_of([] { load(kDurations); }).find("\"d\" has the type duration"), std::string::npos);
  EXPECT_NE(error_of([] { load(kDictionaryBadIndex); }).find("\"a\": a dictionary index"), std::string::npos);
  EXPECT_NE(error_of([] { load(kDictionaryOfNumbers); }).find("dictionary<int64>"), std::string::npos);
  EXPECT_NE(error_of([] { load(kUnequalLists); }).find("\"a\" (2) and \"b\" (3) of row 0"),
            std::string::npos);
  EXPECT_NE(error_of([] { load(kBadUtf8); }).find("UTF-8"), std::string::npos);
  EXPECT_NE(error_of([] { load(kLists, ListFlatten::zip, "k"); }).find("indexed on \"k\""),
            std::string::npos);
  EXPECT_EQ(error_of([] { load(kLists, ListFlatten::zip, "a"); }), "");
  EXPECT_EQ(error_of([] { load(kLists, ListFlatten::stringify, "k"); }), "");
  EXPECT_NE(error_of([] { load(kLists, ListFlatten::cartesian, "a"); }), "");
}

}  // namespace
}  // namespace parallax

#include <gtest/gtest.h>

#include <string>

#include "arrow_testing.h"
#include "arrow_vectors.h"
#include "ingest/arrow_ingest.h"

namespace parallax {
namespace {

using namespace testing;

RowBatch update(const char* base64, const Schema& schema, std::optional<std::size_t> index = {}) {
  ThreadPool pool(2);
  return parse_arrow_update(from_base64(base64), {schema, index}, pool);
}

Schema one(const char* name, Storage storage) { return Schema({{name, storage}}); }

std::string cells(const char* base64, const char* name, Storage storage) {
  const Schema schema = one(name, storage);
  const RowBatch batch = update(base64, schema);
  return json_of(batch.entries.at(0).values);
}

TEST(ArrowUpdate, NumbersIntoNumbers) {
  EXPECT_EQ(cells(kEveryType, "i", Storage::int64), "[1,null,-3,-3]");
  EXPECT_EQ(cells(kEveryType, "i", Storage::int8), "[1,null,-3,-3]");
  EXPECT_EQ(cells(kEveryType, "i", Storage::float64), "[1.0,null,-3.0,-3.0]");
  EXPECT_EQ(cells(kEveryType, "m", Storage::int32), "[3,null,-1234,-1234]");
  EXPECT_EQ(cells(kEveryType, "u", Storage::int32), "[5,null,7,7]");
  EXPECT_EQ(cells(kFractions, "a", Storage::int32), "[1,-1,null,null]");
  EXPECT_EQ(cells(kFractions, "a", Storage::float32), "[1.899999976158142,-1.899999976158142,null,null]");
}

TEST(ArrowUpdate, NullTypeClearsEveryType) {
  for (const Storage storage : {Storage::int32, Storage::float64, Storage::boolean, Storage::date,
                                Storage::datetime, Storage::text}) {
    EXPECT_EQ(cells(kEveryType, "n", storage), "[null,null,null,null]");
  }
}

TEST(ArrowUpdate, ValuesThatDoNotFitAreRefused) {
  const std::string error = error_of([] { cells(kLargeNumbers, "a", Storage::uint8); });
  EXPECT_NE(error.find("\"a\", row 1: 300 (int64)"), std::string::npos) << error;
  EXPECT_NE(error_of([] { cells(kEveryType, "i", Storage::uint32); }), "");
}

TEST(ArrowUpdate, OtherPairingsAreRefused) {
  const struct {
    const char* name;
    Storage storage;
  } pairs[] = {{"s", Storage::int32},    {"i", Storage::text},     {"i", Storage::boolean},
               {"b", Storage::int32},    {"d", Storage::datetime}, {"t", Storage::date},
               {"b", Storage::text},     {"i", Storage::date},     {"f", Storage::datetime},
               {"s", Storage::datetime}, {"u", Storage::float64}};
  for (const auto& pair : pairs) {
    EXPECT_NE(error_of([&] { cells(kEveryType, pair.name, pair.storage); }), "") << pair.name;
  }
}

TEST(ArrowUpdate, UnknownColumnsAreDroppedWhateverTheirType) {
  const Schema schema({{"z", Storage::text}, {"other", Storage::int32}, {"k", Storage::int32}});
  const RowBatch batch = update(kDurations, schema);
  ASSERT_EQ(batch.entries.size(), 2u);
  EXPECT_EQ(batch.entries[0].column, 2u);
  EXPECT_EQ(json_of(batch.entries[0].values), "[7]");
  EXPECT_EQ(batch.entries[1].column, 0u);
  EXPECT_EQ(json_of(batch.entries[1].values), R"(["end"])");
  const RowBatch none = update(kDurations, one("nothing", Storage::text));
  EXPECT_EQ(none.rows, 1u);
  EXPECT_TRUE(none.entries.empty());
}

TEST(ArrowUpdate, ListsOfUnknownColumnsDoNotExpand) {
  const RowBatch batch = update(kLists, one("k", Storage::int32), 0);
  EXPECT_EQ(json_of(batch.entries.at(0).values), "[1,2,3]");
  const Schema both({{"k", Storage::int32}, {"a", Storage::int32}});
  EXPECT_NE(error_of([&] { update(kLists, both, 0); }).find("\"k\""), std::string::npos);
  EXPECT_EQ(update(kLists, both, 1).rows, 4u);
}

TEST(ArrowUpdate, RowIds) {
  const RowBatch batch = update(kRowIds, one("b", Storage::text));
  ASSERT_TRUE(batch.ids.has_value());
  EXPECT_EQ(json_of(*batch.ids), "[1,0,null]");
  EXPECT_EQ(batch.entries.size(), 1u);

  const Schema indexed({{"k", Storage::int64}, {"b", Storage::text}});
  const RowBatch keyed = update(kRowIds, indexed, 0);
  EXPECT_FALSE(keyed.ids.has_value());
  ASSERT_EQ(keyed.entries.size(), 2u);
  EXPECT_EQ(keyed.entries[0].column, 0u);
  EXPECT_EQ(json_of(keyed.entries[0].values), "[1,0,null]");
}

TEST(ArrowKeys, TakesTheIndexColumn) {
  ThreadPool pool(1);
  EXPECT_EQ(json_of(parse_arrow_keys(from_base64(kLists), {"k", Storage::int64}, pool)), "[1,2,3]");
  EXPECT_EQ(json_of(parse_arrow_keys(from_base64(kDictionary), {"key", Storage::text}, pool)),
            R"(["r","p",null,"q","p"])");
  EXPECT_NE(error_of([&] { parse_arrow_keys(from_base64(kLists), {"none", Storage::int64}, pool); }), "");
}

}  // namespace
}  // namespace parallax

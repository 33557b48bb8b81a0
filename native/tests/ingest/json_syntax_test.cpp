#include "ingest/ingest_testing.h"

namespace parallax::testing {
namespace {

TEST(JsonSyntax, BrokenColumns) {
  for (const char* text : {"",
                           " ",
                           "{\"a\":[1,",
                           "{\"a\":[1]} tail",
                           "{\"a\":[1]} {\"a\":[1]}",
                           "{\"a\":[1,]}",
                           "{a:[1]}",
                           "[1,2]",
                           "\"x\"",
                           "1",
                           "{\"a\":[NaN]}",
                           "{\"a\":[Infinity]}",
                           "{\"a\":[nul]}",
                           "{\"a\":[truex]}",
                           "{\"a\":[01]}",
                           "{\"a\":[1.]}",
                           "{\"a\":[+1]}",
                           "{\"a\":[1e400]}",
                           "{\"a\":[--1]}",
                           "{\"a\":[\"\\ud83d\"]}",
                           "{\"a\":[\"\\udc00\"]}",
                           "{\"a\":[\"\\x\"]}",
                           "{\"a\":[\"\n\"]}",
                           "{\"a\":[\"x]}",
                           "{\"a\":[\"\xff\"]}",
                           "\xEF\xBB\xBF{\"a\":[1]}",
                           "{\"a\":1}",
                           "{\"a\":[1],\"b\":\"x\"}",
                           "{\"a\":[]}",
                           "{\"a\":[1],\"b\":[]}",
                           "{\"a\":[1}",
                           "{\"a\":[1]]",
                           "{\"a\" [1]}",
                           "{\"a\":[1 2]}",
                           "{\"a\":[{\"x\":1]}",
                           "{\"a\":[\"x\"y]}",
                           "{\"\\ud800\":[1]}",
                           "{\"a\":{}}"}) {
    EXPECT_NE(error_of([&] { columns(text); }), "") << text;
  }
}

TEST(JsonSyntax, BrokenRows) {
  for (const char* text : {"",
                           "[",
                           "[{\"a\":1}",
                           "[{\"a\":1},",
                           "[{\"a\":1},]",
                           "[{\"a\":1}] x",
                           "[{\"a\":1}][{\"a\":1}]",
                           "[1]",
                           "[null]",
                           "[\"a\"]",
                           "[NaN]",
                           "{\"a\":[1]}",
                           "[{\"a\":1},2]",
                           "[{\"a\":1},null]",
                           "[[{\"a\":1}]]",
                           "[{\"a\":1}{\"a\":2}]",
                           "[{\"a\":1}},{\"a\":2}]",
                           "[{\"a\":{\"b\":nope}}]",
                           "[{\"a\":1,}]",
                           "[{\"a\":1 \"b\":2}]",
                           "]",
                           "[]]"}) {
    EXPECT_NE(error_of([&] { rows(text); }), "") << text;
  }
}

TEST(JsonSyntax, Ndjson) {
  EXPECT_EQ(ndjson("{\"a\":1}{\"a\":2} {\"a\":3}\r\n\r\n\t{\"a\":4}\n\n"), "a:integer=1,2,3,4");
  for (const char* text :
       {"[{\"a\":1}]", "[1]", "1", "{\"a\":1}\n{\"a\":", "{\"a\":1}\n{\"a\":1", "{\"a\":1}\n2",
        "{\"a\":1}\nnull", "{\"a\":1}}", "{\"a\":1},{\"a\":2}", "{\"a\":1}\n\"", "{\"a\":1} x",
        "{\"a\":1}\n{\"a\":nul}\n", "{\"a\":1}\n{\"a\":\"x", "{", "}", "{\"a\":1}\n[", "{\"a\":1}]"}) {
    EXPECT_NE(error_of([&] { ndjson(text); }), "") << text;
  }
}

TEST(JsonSyntax, ErrorsSayWhere) {
  EXPECT_EQ(error_of([] { rows("[{\"a\":1},\n{\"a\":tru}]"); }).substr(0, 38),
            "Record 2: the text is not valid JSON: ");
  EXPECT_NE(error_of([] { rows("[{\"a\":1},\n{\"a\":1 2}]"); }).find("line 2"), std::string::npos);
  EXPECT_NE(error_of([] { ndjson("{\"a\":1}\n{\"a\":1}\n{\"a\":?}"); }).find("Record 3"), std::string::npos);
  EXPECT_NE(error_of([] { columns("{\"a\":[1,true]}"); }).find("Row 2: column \"a\": true"),
            std::string::npos);
}

TEST(JsonSyntax, DepthIsLimited) {
  const auto nested = [](const char* open, const char* close, int levels) {
    std::string text;
    for (int i = 0; i < levels; ++i) text += open;
    text += "1";
    for (int i = 0; i < levels; ++i) text += close;
    return text;
  };
  EXPECT_EQ(error_of([&] { rows("[{\"a\":" + nested("[", "]", 40) + "}]"); }), "");
  EXPECT_EQ(error_of([&] { rows("[{\"a\":" + nested("{\"x\":", "}", 40) + "}]"); }), "");
  const Schema schema({{"k", Storage::int32}});
  for (const int levels : {100, 2000, 200000}) {
    EXPECT_NE(error_of([&] { rows("[{\"a\":" + nested("[", "]", levels) + "}]"); }), "");
    EXPECT_NE(error_of([&] { rows("[{\"a\":" + nested("{\"x\":", "}", levels) + "}]"); }), "");
    EXPECT_NE(error_of([&] { rows("[{\"a\":" + nested("[", "]", levels) + "}]", ListFlatten::stringify); }),
              "");
    EXPECT_NE(error_of([&] { columns("{\"a\":[" + nested("[", "]", levels) + "]}"); }), "");
    EXPECT_NE(error_of([&] { ndjson("{\"a\":" + nested("[", "]", levels) + "}"); }), "");
    EXPECT_NE(error_of([&] {
                update(InputFormat::json_rows, schema, "[{\"unknown\":" + nested("[", "]", levels) + "}]");
              }),
              "");
  }
}

/// Records long enough for several parts, with texts that look like borders between records.
std::string large_rows(std::size_t count, std::size_t odd, const std::string& odd_record,
                       const char* between) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += between;
    if (i == odd) {
      text += odd_record;
    } else {
      text += "{\"k\":" + std::to_string(i) + ",\"s\":\"x}, {\\\"y\\\":" + std::to_string(i % 1000) +
              "},{ padding padding padding padding padding padding padding padding padding\"}";
    }
  }
  return text;
}

TEST(JsonParts, LargeInputsReadAsOne) {
  constexpr std::size_t kRows = 60'000;
  for (const bool lines : {false, true}) {
    const std::string records =
        large_rows(kRows, 50'000, "{\"k\":0.5,\"t\":\"late\"}", lines ? "\n" : " ,\n");
    const ParsedTable table =
        lines ? load(InputFormat::ndjson, records) : load(InputFormat::json_rows, "[" + records + "]");
    ASSERT_EQ(table.batch.rows, kRows);
    ASSERT_EQ(table.schema.size(), 3u);
    EXPECT_EQ(table.schema[0].storage, Storage::float64);
    EXPECT_EQ(table.schema[2], (Field{"t", Storage::text}));
    const Column& keys = table.batch.entries[0].values;
    const Column& texts = table.batch.entries[1].values;
    for (const std::size_t row : {0u, 1u, 49'999u, 59'999u}) {
      EXPECT_EQ(keys.value<double>(row), static_cast<double>(row));
      EXPECT_TRUE(texts.text(row).starts_with("x}, {\"y\":" + std::to_string(row % 1000) + "},"));
    }
    EXPECT_EQ(keys.value<double>(50'000), 0.5);
    EXPECT_FALSE(texts.valid(50'000));
    EXPECT_EQ(table.batch.entries[2].values.null_count(), kRows - 1);
    EXPECT_EQ(texts.dictionary()->size(), 1000u);
  }
}

TEST(JsonParts, ErrorsCountRecordsOfEarlierParts) {
  const std::string refused = "[" + large_rows(60'000, 45'678, "{\"k\":true}", ",") + "]";
  EXPECT_TRUE(error_of([&] { rows(refused); }).starts_with("Record 45679: column \"k\": true "));
  const std::string broken = "[" + large_rows(60'000, 45'678, "{\"k\":1 1}", ",\n") + "]";
  const std::string error = error_of([&] { rows(broken); });
  EXPECT_TRUE(error.starts_with("Record 45679: ")) << error;
  EXPECT_NE(error.find("line 45679)"), std::string::npos) << error;
}

TEST(JsonParts, UpdatesAndListsInParts) {
  const Schema schema({{"k", Storage::int64}, {"t", Storage::text}});
  const std::string records = "[" + large_rows(60'000, 40'000, "{\"t\":[\"a\",\"b\"]}", ",") + "]";
  const RowBatch batch = parse_update(InputFormat::json_rows, records,
                                      UpdateTarget{schema, std::nullopt, ListFlatten::zip}, pool());
  ASSERT_EQ(batch.rows, 60'001u);
  ASSERT_EQ(batch.entries.size(), 2u);
  EXPECT_EQ(batch.entries[0].present->count(), 59'999u);
  EXPECT_EQ(batch.entries[1].present->count(), 2u);
  EXPECT_EQ(batch.entries[1].values.text(40'001), "b");
  EXPECT_EQ(batch.entries[0].values.value<std::int64_t>(60'000), 59'999);
}

TEST(JsonLimits, SparseRecordsAndWideListsAreRefused) {
  std::string sparse = "[";
  for (int i = 0; i < 6'000; ++i) sparse += (i ? ",{\"c" : "{\"c") + std::to_string(i) + "\":1}";
  EXPECT_NE(error_of([&] { rows(sparse + "]"); }).find("too many"), std::string::npos);
  std::string wide = "[{\"l\":[0";
  for (int i = 0; i < 6'000; ++i) wide += ",0";
  wide += "]";
  for (int i = 0; i < 6'000; ++i) wide += ",\"c" + std::to_string(i) + "\":1";
  EXPECT_NE(error_of([&] { rows(wide + "}]"); }).find("too many"), std::string::npos);
}

TEST(JsonKeys, ArrayOfKeys) {
  const auto keys = [](std::string_view text, Storage storage) {
    return cells(parse_keys(InputFormat::json_rows, text, Field{"k", storage}, pool()));
  };
  EXPECT_EQ(keys("[1,\"2\",2.9,null]", Storage::int32), "1,2,2,null");
  EXPECT_EQ(keys("[1,\"x\"]", Storage::text), "\"1\",\"x\"");
  EXPECT_EQ(keys("[\"2020-01-02\",0]", Storage::date), "2020-01-02,1970-01-01");
  EXPECT_EQ(keys("[]", Storage::int32), "");
  for (const char* text : {"{}", "1", "", "[1", "[1] x", "[[1]]", "[{}]", "[\"x\"]", "[true]"}) {
    EXPECT_NE(error_of([&] { keys(text, Storage::int32); }), "") << text;
  }
  EXPECT_NE(error_of([] { parse_keys(InputFormat::csv, "k\n1\n", Field{"k", Storage::int32}, pool()); }), "");
}

}  // namespace
}  // namespace parallax::testing

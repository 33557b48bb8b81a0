// Arrow arrays that lie in memory, lent through the C Data Interface.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "arrow_lending.h"
#include "ingest_testing.h"

namespace parallax {
namespace {

using namespace testing;
using test::Lender;
using test::LentArray;

std::string table_of(Lender& lender, ListFlatten flatten = ListFlatten::zip) {
  const ArrowPayload payload = lender.lend();
  return show(parse_table(InputFormat::arrow, Input(payload), std::nullopt, flatten, pool()));
}

std::string table_of(std::vector<LentArray> columns, std::int64_t rows, std::int64_t offset = 0,
                     ListFlatten flatten = ListFlatten::zip) {
  Lender lender(std::move(columns), rows, offset);
  const std::string table = table_of(lender, flatten);
  EXPECT_EQ(lender.released, 2);
  EXPECT_EQ(lender.schema.release, nullptr);
  EXPECT_EQ(lender.array.release, nullptr);
  return table;
}

const std::uint8_t kFirstAndThird[] = {0b101};
const std::int32_t kInts[] = {7, 8, 9};
const std::int64_t kLongs[] = {-1, 1'000'000'000, 1'704'412'800'000};
const std::int32_t kOffsets[] = {0, 1, 1, 3};
const std::int64_t kLongOffsets[] = {0, 1, 1, 3};
const char kText[] = "abc";

TEST(ArrowMemory, EveryTypeOfFixedWidth) {
  const std::int8_t bytes[] = {-1, 0, 1};
  const std::uint64_t large[] = {1, 2, std::numeric_limits<std::uint64_t>::max()};
  const float floats[] = {0.5, 1, -2};
  const double doubles[] = {0.5, 1, -2};
  const std::uint16_t halves[] = {0x3800, 0, 0xc000};
  const std::uint8_t bits[] = {0b100};
  const std::int64_t decimals[] = {314, 0, 0, 0, -100, -1};  // 128 bits each
  const std::int64_t seconds[] = {1, 0, 1'704'412'800};
  const auto column = [](const char* format, const void* values) {
    return LentArray{format, format, 3, {kFirstAndThird, values}};
  };
  EXPECT_EQ(table_of({column("c", bytes), column("C", bytes), column("i", kInts), column("l", kLongs),
                      column("L", large), column("f", floats), column("g", doubles), column("e", halves)},
                     3),
            "c:integer=-1,null,1 C:integer=255,null,1 i:integer=7,null,9 l:integer=-1,null,1704412800000 "
            "L:integer=1,null,18446744073709551615 f:float=0.5,null,-2.0 g:float=0.5,null,-2.0 "
            "e:float=0.5,null,-2.0");
  EXPECT_EQ(table_of({column("b", bits), column("d:10,2", decimals), column("d:10,-1,128", decimals),
                      column("tdD", kInts), column("tdm", kLongs), column("tsm:", kLongs),
                      column("tss:Europe/Berlin", seconds), column("ttm", kInts), column("ttn", kLongs)},
                     3),
            "b:boolean=false,null,true d:10,2:float=3.14,null,-1.0 d:10,-1,128:float=3140.0,null,-1000.0 "
            "tdD:date=1970-01-08,null,1970-01-10 tdm:date=1969-12-31,null,2024-01-05 "
            "tsm::datetime=1969-12-31 23:59:59.999,null,2024-01-05 00:00:00.000 "
            "tss:Europe/Berlin:datetime=1970-01-01 00:00:01.000,null,2024-01-05 00:00:00.000 "
            "ttm:integer=7,null,9 ttn:integer=-1,null,1704412800000");
}

TEST(ArrowMemory, Texts) {
  const char* const shorts = "\1\0\0\0a\0\0\0\0\0\0\0\0\0\0\0";
  std::string views(shorts, 16);
  views.append(16, '\0');
  views.append("\x14\0\0\0long\0\0\0\0\1\0\0\0", 16);
  const char data[] = "-longer than 12 bytes";
  const std::int64_t sizes[] = {sizeof data - 1};
  const LentArray after{"u", "after", 3, {kFirstAndThird, kOffsets, kText}};
  EXPECT_EQ(table_of({{"u", "u", 3, {kFirstAndThird, kOffsets, kText}},
                      {"Z", "Z", 3, {nullptr, kLongOffsets, kText}},
                      {"vu", "vu", 3, {kFirstAndThird, views.data(), data, sizes}},
                      after},
                     3),
            "u:string=\"a\",null,\"bc\" Z:string=\"a\",\"\",\"bc\" "
            "vu:string=\"a\",null,\"longer than 12 bytes\" after:string=\"a\",null,\"bc\"");
}

TEST(ArrowMemory, DictionariesAndNull) {
  const std::uint8_t indices[] = {2, 0, 0};
  const LentArray values{"u", "", 3, {nullptr, kOffsets, kText}};
  EXPECT_EQ(table_of({{"C", "d", 3, {kFirstAndThird, indices}, -1, 0, {}, {values}}, {"n", "n", 3, {}}}, 3),
            "d:string=\"bc\",null,\"a\" n:string=null,null,null");
  EXPECT_EQ(error_of([&] {
              table_of(
                  {{"C", "d", 3, {nullptr, indices}, 0, 0, {}, {{"u", "", 1, {nullptr, kOffsets, kText}}}}},
                  3);
            }),
            "Arrow: column \"d\": a dictionary index is outside the dictionary of 1 entries");
}

TEST(ArrowMemory, OffsetsThatShareNoByteBoundary) {
  std::vector<std::int16_t> numbers;
  for (int i = 0; i < 40; ++i) numbers.push_back(static_cast<std::int16_t>(i));
  const std::uint8_t bits[] = {0xb6, 0x6d, 0xdb, 0xb6, 0x6d};  // clear at 0, 3, 6, ...
  for (const std::int64_t batch : {0, 1, 7, 8, 13}) {
    for (const std::int64_t own : {0, 3, 8, 9}) {
      const std::int64_t rows = 17;
      std::string number = "s:integer=";
      std::string flag = "b:boolean=";
      for (std::int64_t i = 0; i < rows; ++i) {
        const std::int64_t at = batch + own + i;
        number += (i > 0 ? "," : "") + (at % 3 == 0 ? "null" : std::to_string(at));
        flag += (i > 0 ? std::string(",") : "") + (at % 3 == 0 ? "false" : "true");
      }
      EXPECT_EQ(table_of({{"s", "s", batch + rows, {bits, numbers.data()}, -1, own},
                          {"b", "b", batch + rows, {nullptr, bits}, 0, own}},
                         batch + rows, batch),
                number + " " + flag)
          << batch << ' ' << own;
    }
  }
}

TEST(ArrowMemory, NestedOffsets) {
  const LentArray number{"i", "n", 2, {nullptr, kInts}, 0, 1};  // 8, 9
  const LentArray text{"u", "t", 2, {nullptr, kOffsets + 1, kText}, 0, 0};
  EXPECT_EQ(table_of({{"+s", "s", 2, {kFirstAndThird}, 1, 0, {number, text}}}, 2),
            "s.n:integer=8,null s.t:string=\"\",null");
  EXPECT_EQ(table_of({{"+s", "s", 1, {kFirstAndThird}, -1, 1, {number, text}}}, 1),
            "s.n:integer=null s.t:string=null");
  const LentArray elements{"i", "item", 3, {nullptr, kInts}, 0, 0};
  EXPECT_EQ(table_of({{"+l", "l", 2, {nullptr, kOffsets}, 0, 1, {elements}}}, 2), "l:integer=null,8,9");
  EXPECT_EQ(
      table_of({{"+L", "l", 3, {nullptr, kLongOffsets}, 0, 0, {elements}}}, 3, 0, ListFlatten::stringify),
      "l:string=\"[7]\",\"[]\",\"[8,9]\"");
}

TEST(ArrowMemory, EmptyArraysNeedNoBuffers) {
  const LentArray elements{"i", "item", 0, {nullptr, nullptr}};
  const LentArray values{"u", "", 0, {nullptr, nullptr, nullptr}};
  EXPECT_EQ(table_of({{"i", "i", 0, {nullptr, nullptr}},
                      {"b", "b", 0, {nullptr, nullptr}},
                      values,
                      {"vz", "v", 0, {nullptr, nullptr, nullptr}},
                      {"+l", "l", 0, {nullptr, nullptr}, 0, 0, {elements}},
                      {"i", "d", 0, {nullptr, nullptr}, 0, 0, {}, {values}}},
                     0),
            "i:integer= b:boolean= :string= v:string= l:integer= d:string=");
}

TEST(ArrowMemory, UpdatesSkipWhatTheTableLacks) {
  Lender lender({{"i", "a", 3, {nullptr, kInts}}, {"+m", "b", 3, {nullptr, kOffsets}}, {"tDs", "c", 3, {}}},
                3);
  const ArrowPayload payload = lender.lend();
  const Schema schema({{"a", Storage::float64}});
  EXPECT_EQ(show(parse_update(InputFormat::arrow, Input(payload), UpdateTarget{schema, std::nullopt}, pool()),
                 schema),
            "a=7.0,8.0,9.0");
}

TEST(ArrowMemory, TypesThatNoTableHolds) {
  for (const auto& [format, name] :
       std::vector<std::pair<const char*, const char*>>{{"tDs", "duration"},
                                                        {"tiM", "interval"},
                                                        {"w:3", "fixed_size_binary"},
                                                        {"+w:2", "fixed_size_list"},
                                                        {"+m", "map"},
                                                        {"+ud:1,2", "union"},
                                                        {"+r", "run_end_encoded"},
                                                        {"+vl", "list_view"}}) {
    EXPECT_EQ(error_of([&] {
                table_of({{format, "x", 0, {}}}, 0);
              }),
              "Arrow: column \"x\" has the type " + std::string(name) + ", which a table cannot hold");
  }
  const LentArray numbers{"i", "", 3, {nullptr, kInts}};
  EXPECT_EQ(error_of([&] {
              table_of({{"c", "x", 3, {nullptr, kText}, 0, 0, {}, {numbers}}}, 3);
            }),
            "Arrow: column \"x\" has the type dictionary<int32>, which a table cannot hold");
  for (const char* format : {"", "q", "ii", "tsx:"}) {
    EXPECT_EQ(error_of([&] {
                table_of({{format, "x", 0, {}}}, 0);
              }),
              "Arrow: the field \"x\" has a type that is not known: \"" + std::string(format) + "\"");
  }
  for (const char* format : {"d:", "d:1", "d:1,", "d:1,2,3", "d:1,2,128,4", "d:x,2"}) {
    EXPECT_EQ(error_of([&] {
                table_of({{format, "x", 0, {}}}, 0);
              }),
              "Arrow: field \"x\": \"" + std::string(format) + "\" is no decimal type");
  }
}

TEST(ArrowMemory, MalformedArrays) {
  const LentArray good{"i", "x", 3, {nullptr, kInts}};
  const LentArray text{"u", "x", 3, {nullptr, kOffsets, kText}};
  const LentArray list{"+l", "x", 3, {nullptr, kOffsets}, -1, 0, {good}};
  const std::int32_t falling[] = {0, 3, 1, 3};
  const std::int32_t negative[] = {-4, -3, -2, -1};
  using Change = std::function<void(LentArray&)>;
  const std::vector<std::tuple<LentArray, Change, const char*>> cases = {
      {good, [](auto& a) { a.length = -1; }, "has an impossible length or offset: -1, 0"},
      {good, [](auto& a) { a.offset = -2; }, "has an impossible length or offset: 3, -2"},
      {good, [](auto& a) { a.length = 2; }, "has 2 cells, should have 3"},
      {good, [](auto& a) { a.null_count = -2; }, "has an impossible count of nulls: -2"},
      {good, [](auto& a) { a.null_count = 1; }, "lacks buffer 0"},
      {good, [](auto& a) { a.buffers[1] = nullptr; }, "lacks buffer 1"},
      {good, [](auto& a) { a.buffers.pop_back(); }, "has 1 buffers, which type int32 cannot have"},
      {good, [](auto& a) { a.children = {a}; }, "has 1 children, should have 0"},
      {text, [](auto& a) { a.buffers[2] = nullptr; }, "lacks buffer 2"},
      {text, [&](auto& a) { a.buffers[1] = falling; }, "do not ascend"},
      {text, [&](auto& a) { a.buffers[1] = negative; }, "do not ascend"},
      {text, [](auto& a) { a.buffers[2] = "\xff\xff\xff"; }, "the text is not valid UTF-8"},
      {list, [](auto& a) { a.children[0].length = 2; }, "are cut off"},
      {list, [](auto& a) { a.children.clear(); }, "cannot have 0 children"},
      {list, [](auto& a) { a.buffers[1] = nullptr; }, "lacks buffer 1"},
  };
  for (const auto& [array, change, fault] : cases) {
    LentArray changed = array;
    change(changed);
    Lender lender({changed}, 3);
    const std::string error = error_of([&] { table_of(lender); });
    EXPECT_NE(error.find(fault), std::string::npos) << error << " instead of " << fault;
    EXPECT_NE(error.find("\"x\""), std::string::npos) << error;
    EXPECT_EQ(lender.released, 2) << fault;
  }
}

TEST(ArrowMemory, WhatIsNoRecordBatch) {
  Lender number({"i", "x", 3, {nullptr, kInts}});
  EXPECT_EQ(error_of([&] { table_of(number); }),
            "Arrow: the type int32 is no record batch; that is a struct of columns");
  EXPECT_EQ(number.released, 2);
  EXPECT_EQ(error_of([&] { table_of(number); }), "Arrow: the schema was released before");
  EXPECT_EQ(number.released, 2);
  Lender half({{"i", "x", 3, {nullptr, kInts}}}, 3);
  half.array.release(&half.array);
  EXPECT_EQ(error_of([&] { table_of(half); }), "Arrow: the array was released before");
  Lender nulls(LentArray{"+s", "", 3, {kFirstAndThird}, -1, 0, {{"i", "x", 3, {nullptr, kInts}}}});
  EXPECT_EQ(error_of([&] { table_of(nulls); }),
            "Arrow: row 1 of the record batch is null as a whole; only its cells can be");
  Lender child({{"i", "x", 3, {nullptr, kInts}}}, 3);
  child.array.children[0]->release = nullptr;
  EXPECT_EQ(error_of([&] { table_of(child); }), "Arrow: the array of field \"x\" was released before");
}

}  // namespace
}  // namespace parallax

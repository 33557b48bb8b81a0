#include "storage/column.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>

#include "storage/key_index.h"
#include "storage/ordered_rows.h"

namespace parallax {
namespace {

TEST(Dictionary, GivesEachTextOneCode) {
  Dictionary dictionary;
  EXPECT_EQ(dictionary.intern("a"), 0u);
  EXPECT_EQ(dictionary.intern(""), 1u);
  EXPECT_EQ(dictionary.intern("a"), 0u);
  EXPECT_EQ(dictionary.find("b"), std::nullopt);
  for (int i = 0; i < 10'000; ++i) dictionary.intern("text " + std::to_string(i));
  EXPECT_EQ(dictionary.size(), 10'002u);
  for (int i = 0; i < 10'000; ++i) {
    const auto code = dictionary.find("text " + std::to_string(i));
    ASSERT_TRUE(code);
    EXPECT_EQ(dictionary.text(*code), "text " + std::to_string(i));
  }
}

TEST(Dictionary, KeepsTextsWithNulAndLongOnes) {
  Dictionary dictionary;
  const std::string nul("a\0b", 3);
  const std::string large(3'000'000, 'x');
  const auto code = dictionary.intern(nul);
  const auto large_code = dictionary.intern(large);
  EXPECT_EQ(dictionary.text(code), nul);
  EXPECT_EQ(dictionary.text(large_code), large);
}

TEST(Dictionary, RanksByBytesAndMergesNewTexts) {
  Dictionary dictionary;
  for (const char* text : {"b", "a", "é"}) dictionary.intern(text);
  EXPECT_EQ(*dictionary.ranks(), (std::vector<std::uint32_t>{1, 0, 2}));
  for (const char* text : {"B", "ab"}) dictionary.intern(text);
  EXPECT_EQ(*dictionary.ranks(), (std::vector<std::uint32_t>{3, 1, 4, 0, 2}));
}

TEST(Column, KeepsValuesAndNullsOverSegments) {
  Column column(Storage::int32);
  const std::size_t rows = 2 * kMorselRows + 10;
  for (std::size_t i = 0; i < rows; ++i) {
    if (i % 3 == 0)
      column.append_null();
    else
      column.append<std::int32_t>(static_cast<std::int32_t>(i));
  }
  ASSERT_EQ(column.size(), rows);
  EXPECT_EQ(column.segments(), 3u);
  EXPECT_EQ(column.null_count(), (rows + 2) / 3);
  for (std::size_t i = 0; i < rows; ++i) {
    ASSERT_EQ(column.valid(i), i % 3 != 0);
    ASSERT_EQ(column.value<std::int32_t>(i), i % 3 == 0 ? 0 : static_cast<std::int32_t>(i));
  }
}

TEST(Column, CopyIsASnapshot) {
  Column column(Storage::float64);
  for (int i = 0; i < 100; ++i) column.append<double>(i);
  const Column before = column;
  column.set<double>(5, 50);
  column.set_null(6);
  column.append<double>(100);
  EXPECT_EQ(before.size(), 100u);
  EXPECT_EQ(before.value<double>(5), 5);
  EXPECT_TRUE(before.valid(6));
  EXPECT_EQ(column.value<double>(5), 50);
  EXPECT_FALSE(column.valid(6));
}

TEST(Column, AppendsRunsAtAnyOffset) {
  std::mt19937 random(1);
  Column column(Storage::int64);
  std::vector<std::pair<bool, std::int64_t>> model;
  for (int round = 0; round < 200; ++round) {
    const std::size_t count = random() % 2000;
    std::vector<std::int64_t> values(count);
    Bitmap valid(count);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = static_cast<std::int64_t>(random());
      valid.assign(i, random() % 4 != 0);
      model.emplace_back(valid.test(i), valid.test(i) ? values[i] : 0);
    }
    if (count > 0) column.append_values<std::int64_t>(values.data(), count, valid.words());
  }
  column.resize(model.size() - 777);
  model.resize(model.size() - 777);
  column.resize(model.size() + 5);
  model.resize(model.size() + 5, {false, 0});
  ASSERT_EQ(column.size(), model.size());
  for (std::size_t i = 0; i < model.size(); ++i) {
    ASSERT_EQ(column.valid(i), model[i].first) << i;
    ASSERT_EQ(column.value<std::int64_t>(i), model[i].second) << i;
  }
}

TEST(Column, AppendColumnInternsOnlyTextsThatCellsHold) {
  Column from(Storage::text);
  from.append_text("unused");
  from.set_null(0);
  from.append_text("x");
  from.append_text("y");
  from.append_text("x");
  Column to(Storage::text);
  to.append_text("y");
  to.append_column(from);
  ASSERT_EQ(to.size(), 5u);
  EXPECT_FALSE(to.valid(1));
  EXPECT_EQ(to.text(2), "x");
  EXPECT_EQ(to.text(3), "y");
  EXPECT_EQ(to.dictionary()->size(), 2u);
}

TEST(Column, SameCellTreatsNaNAlike) {
  Column a(Storage::float64);
  a.append<double>(std::nan(""));
  a.append<double>(0.0);
  a.append_null();
  Column b(Storage::float64);
  b.append<double>(-std::nan(""));
  b.append<double>(-0.0);
  b.append<double>(0.0);
  EXPECT_TRUE(same_cell(a, 0, b, 0));
  EXPECT_TRUE(same_cell(a, 1, b, 1));
  EXPECT_FALSE(same_cell(a, 2, b, 2));
}

TEST(Column, ComparesNullThenNaNThenValues) {
  Column numbers(Storage::float64);
  numbers.append_null();
  for (const double value : {std::nan(""), -std::numeric_limits<double>::infinity(), -0.0, 1.5}) {
    numbers.append(value);
  }
  Column texts(Storage::text);
  texts.append_null();
  for (const char* text : {"", "Z", "a", "\u00e9"}) texts.append_text(text);
  for (const Column* column : {&numbers, &texts}) {
    for (std::size_t a = 0; a < column->size(); ++a) {
      for (std::size_t b = 0; b < column->size(); ++b) {
        EXPECT_EQ(column->compare(a, b) < 0, a < b) << a << ' ' << b;
        EXPECT_EQ(column->compare(a, b) == 0, a == b) << a << ' ' << b;
      }
    }
  }
  numbers.append(0.0);
  EXPECT_EQ(numbers.compare(3, 5), 0);
}

TEST(KeyIndex, AgreesWithAMapOverDenseAndWideKeys) {
  for (const std::uint64_t spread : {2'000ULL, 1ULL << 60}) {
    std::mt19937_64 random(7);
    KeyIndex index;
    std::map<std::uint64_t, std::uint32_t> model;
    for (std::uint32_t i = 0; i < 50'000; ++i) {
      const std::uint64_t key = random() % spread - spread / 2;
      if (random() % 3 == 0) {
        index.erase(key);
        model.erase(key);
      } else {
        index.put(key, i);
        model[key] = i;
      }
    }
    for (const auto& [key, row] : model) ASSERT_EQ(index.find(key), row);
    for (int i = 0; i < 10'000; ++i) {
      const std::uint64_t key = random() % spread - spread / 2;
      ASSERT_EQ(index.find(key), model.contains(key) ? model[key] : KeyIndex::kNone);
    }
  }
}

TEST(KeyIndex, KeepsKeysAtTheEndsOfTheRange) {
  KeyIndex index;
  index.put(~std::uint64_t{0}, 1);
  index.put(0, 2);
  index.put(std::uint64_t{1} << 63, 3);
  EXPECT_EQ(index.find(~std::uint64_t{0}), 1u);
  EXPECT_EQ(index.find(0), 2u);
  EXPECT_EQ(index.find(std::uint64_t{1} << 63), 3u);
  EXPECT_EQ(index.find(5), KeyIndex::kNone);
}

TEST(OrderedRows, AgreesWithASortedSet) {
  std::mt19937 random(3);
  std::vector<std::uint32_t> keys(20'000);
  for (auto& key : keys) key = random() % 5'000;
  const auto less = [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(keys[a], a) < std::pair(keys[b], b);
  };
  OrderedRows rows;
  std::set<std::uint32_t, decltype(less)> model(less);
  for (int i = 0; i < 60'000; ++i) {
    const std::uint32_t row = random() % 20'000;
    if (model.contains(row)) {
      model.erase(row);
      rows.erase(row);
      keys[row] = random() % 5'000;
    } else {
      model.insert(row);
      rows.insert(row, less);
    }
  }
  ASSERT_EQ(rows.size(), model.size());
  const std::vector<std::uint32_t> expected(model.begin(), model.end());
  EXPECT_EQ(rows.range(0, rows.size()), expected);
  EXPECT_EQ(rows.range(100, 200), std::vector<std::uint32_t>(expected.begin() + 100, expected.begin() + 200));
  for (std::size_t at = 0; at < expected.size(); at += 97) EXPECT_EQ(rows.position(expected[at]), at);
}

}  // namespace
}  // namespace parallax

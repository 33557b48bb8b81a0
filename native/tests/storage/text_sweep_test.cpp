#include "storage/text_sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "storage/table.h"

namespace parallax {
namespace {

using Texts = std::map<std::uint32_t, std::string>;

/// The texts that for_each_since() tells of, by code.
Texts texts_since(const Dictionary& dictionary, std::uint32_t known) {
  Texts out;
  dictionary.for_each_since(known, [&](std::uint32_t code) { out[code] = dictionary.text(code); });
  return out;
}

void expect_ranked(const Dictionary& dictionary) {
  const auto ranks = dictionary.ranks();
  std::vector<std::pair<std::string, std::uint32_t>> sorted;
  for (const auto& [code, text] : texts_since(dictionary, 0)) sorted.emplace_back(text, code);
  std::sort(sorted.begin(), sorted.end());
  ASSERT_EQ(ranks->size(), dictionary.size());
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    ASSERT_LT((*ranks)[sorted[i - 1].second], (*ranks)[sorted[i].second]);
  }
}

TEST(Dictionary, KeptTextsKeepTheirCodes) {
  std::mt19937 random(7);
  auto dictionary = std::make_shared<Dictionary>();
  Texts model;
  for (int round = 0; round < 20; ++round) {
    const std::uint32_t before = dictionary->count();
    Texts added;
    for (int i = 0; i < 200; ++i) {
      const std::string text = "t" + std::to_string(random() % 5000);
      const bool known = dictionary->find(text).has_value();
      const std::uint32_t code = dictionary->intern(text);
      if (!known) {
        EXPECT_FALSE(model.contains(code));
        added[code] = text;
      }
      model[code] = text;
    }
    EXPECT_EQ(texts_since(*dictionary, 0), model);
    if (before > 0) {
      EXPECT_EQ(texts_since(*dictionary, before), added);
    }
    EXPECT_EQ(dictionary->count(), model.size());
    expect_ranked(*dictionary);
    if (round % 3 != 2) continue;
    Bitmap used(dictionary->size());
    std::erase_if(model, [&](const auto& entry) {
      used.assign(entry.first, random() % 3 == 0);
      return !used.test(entry.first);
    });
    dictionary = dictionary->keep(std::move(used));
    EXPECT_EQ(texts_since(*dictionary, 0), model);
    for (const auto& [code, text] : model) EXPECT_EQ(dictionary->find(text), code);
  }
}

const Schema kSchema({{"k", Storage::int32}, {"s", Storage::text}});

RowBatch rows_of(std::int32_t first, std::size_t rows, const std::string& prefix) {
  RowBatch batch;
  batch.rows = rows;
  Column keys(Storage::int32);
  Column texts(Storage::text);
  for (std::size_t i = 0; i < rows; ++i) {
    keys.append<std::int32_t>(first + static_cast<std::int32_t>(i));
    texts.append_text(prefix + std::to_string(first + static_cast<std::int32_t>(i)));
  }
  batch.entries.push_back({0, std::move(keys), std::nullopt});
  batch.entries.push_back({1, std::move(texts), std::nullopt});
  return batch;
}

TEST(TextSweep, MemoryOfOverwrittenTextsComesBack) {
  Table table(kSchema, {.index = "k", .limit = {}});
  table.update(rows_of(0, 20'000, "at first a text of some length "));
  const std::size_t once = table.memory();
  for (int round = 0; round < 60; ++round) {
    table.update(rows_of(0, 20'000, "in round " + std::to_string(round) + " a text of some length "));
    table.recycle();
    EXPECT_LT(table.memory(), 4 * once);
  }
}

TEST(TextSweep, MemoryOfRemovedRowsComesBack) {
  Table table(kSchema, {.index = "k", .limit = {}});
  table.update(rows_of(0, 20'000, "a text of some length "));
  const Column snapshot = table.column(1);
  Column keys(Storage::int32);
  for (std::int32_t key = 10; key < 20'000; ++key) keys.append<std::int32_t>(key);
  table.remove(keys);
  table.recycle();
  EXPECT_EQ(table.column(1).dictionary()->count(), 10u);
  EXPECT_EQ(table.column(1).text(7), "a text of some length 7");
  EXPECT_EQ(snapshot.text(15'000), "a text of some length 15000");
}

TEST(TextSweep, LimitedTablesForgetWhatTheyDropped) {
  Table table(kSchema, {.index = {}, .limit = 1000});
  std::size_t most = 0;
  for (std::int32_t round = 0; round < 500; ++round) {
    table.update(rows_of(round * 500, 500, "a text of some length "));
    table.recycle();
    most = std::max(most, table.memory());
  }
  EXPECT_LT(most, std::size_t{1} << 20);
}

TEST(TextSweep, TextsOfWaterMarksStay) {
  Table table(kSchema, {.index = "k", .limit = {}, .spare_text_bytes = 0});
  table.update(rows_of(0, 100, "a"));
  auto pin = table.column(1).dictionary()->pin();
  table.update(rows_of(0, 100, "b"));
  table.recycle();
  EXPECT_EQ(table.column(1).dictionary()->count(), 200u);
  pin.reset();
  table.recycle();
  EXPECT_EQ(table.column(1).dictionary()->count(), 100u);
}

/// Writes as a table that sweeps never and one that sweeps always see them.
TEST(TextSweep, ChangesNothingThatIsRead) {
  const Schema schema({{"k", Storage::text}, {"s", Storage::text}});
  for (unsigned seed = 0; seed < 10; ++seed) {
    std::mt19937 random(seed);
    Table lazy(schema, {.index = "k", .limit = {}, .spare_text_bytes = SIZE_MAX});
    Table eager(schema, {.index = "k", .limit = {}, .spare_text_bytes = 0});
    for (int step = 0; step < 100; ++step) {
      Column keys(Storage::text);
      Column texts(Storage::text);
      const std::size_t rows = random() % 20;
      for (std::size_t i = 0; i < rows; ++i) {
        keys.append_text("k" + std::to_string(random() % 60 + step));
        texts.append_text("s" + std::to_string(random() % 1000));
      }
      if (random() % 3 == 0) {
        lazy.remove(keys);
        eager.remove(keys);
      } else {
        const RowBatch batch{rows, {{0, keys, std::nullopt}, {1, texts, std::nullopt}}, std::nullopt};
        lazy.update(batch);
        eager.update(batch);
      }
      lazy.recycle();
      eager.recycle();
      const auto lazy_rows = lazy.natural_range(0, lazy.size());
      const auto eager_rows = eager.natural_range(0, eager.size());
      ASSERT_EQ(lazy_rows.size(), eager_rows.size());
      for (std::size_t i = 0; i < lazy_rows.size(); ++i) {
        ASSERT_EQ(lazy.column(0).text(lazy_rows[i]), eager.column(0).text(eager_rows[i]));
        ASSERT_EQ(lazy.column(1).text(lazy_rows[i]), eager.column(1).text(eager_rows[i]));
        ASSERT_EQ(eager.find_key(eager.column(0).text(eager_rows[i])), eager_rows[i]);
      }
      ASSERT_LE(eager.column(0).dictionary()->count(), eager.size());
    }
  }
}

}  // namespace
}  // namespace parallax

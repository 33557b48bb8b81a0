#include "storage/table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "parallax/error.h"

namespace parallax {
namespace {

using Cell = std::optional<int>;
struct Record {
  Cell key;
  std::optional<Cell> value;  // absent = not named by the input
};

const Schema kSchema({{"k", Storage::int32}, {"v", Storage::int32}, {"s", Storage::text}});

void append(Column& column, const Cell& cell) {
  if (!cell)
    column.append_null();
  else if (column.storage() == Storage::text)
    column.append_text("s" + std::to_string(*cell));
  else
    column.append<std::int32_t>(*cell);
}

/// Columns k, v and s, where s is v as text.
RowBatch batch_of(const std::vector<Record>& records) {
  RowBatch batch;
  batch.rows = records.size();
  Column keys(Storage::int32);
  Column values(Storage::int32);
  Column texts(Storage::text);
  Bitmap present;
  for (const auto& record : records) {
    append(keys, record.key);
    append(values, record.value.value_or(Cell{}));
    append(texts, record.value.value_or(Cell{}));
    present.push_back(record.value.has_value());
  }
  batch.entries.push_back({0, std::move(keys), std::nullopt});
  batch.entries.push_back({1, std::move(values), present});
  batch.entries.push_back({2, std::move(texts), present});
  return batch;
}

Cell cell(const Table& table, std::size_t column, std::uint32_t row) {
  if (!table.column(column).valid(row)) return std::nullopt;
  if (table.column(column).storage() == Storage::text) {
    return std::stoi(std::string(table.column(column).text(row).substr(1)));
  }
  return table.column(column).value<std::int32_t>(row);
}

std::vector<std::pair<Cell, Cell>> contents(const Table& table) {
  std::vector<std::pair<Cell, Cell>> out;
  for (const auto row : table.natural_range(0, table.size())) {
    EXPECT_EQ(cell(table, 1, row), cell(table, 2, row));
    out.emplace_back(cell(table, 0, row), cell(table, 1, row));
  }
  return out;
}

TEST(Table, RefusesBadOptions) {
  EXPECT_THROW(Table(kSchema, {"nope", {}}), Error);
  EXPECT_THROW(Table(kSchema, {"k", 5}), Error);
  EXPECT_THROW(Table(Schema({{"b", Storage::boolean}}), {"b", {}}), Error);
  EXPECT_THROW(Schema({{"a", Storage::text}, {"a", Storage::text}}), Error);
}

TEST(Table, AppendsWithoutIndex) {
  Table table(kSchema, {});
  auto change = table.update(batch_of({{1, 10}, {1, Cell{}}}));
  EXPECT_EQ(change.inserted, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(table.size(), 2u);
  EXPECT_EQ(contents(table), (std::vector<std::pair<Cell, Cell>>{{1, 10}, {1, {}}}));
  EXPECT_FALSE(table.update(RowBatch{}).notify);
}

TEST(Table, MergesPartialRowsByKey) {
  Table table(kSchema, {"k", {}});
  table.update(batch_of({{3, 30}, {1, 10}}));
  auto change = table.update(batch_of({{1, {}}, {2, 20}, {1, 11}, {{}, 5}, {3, Cell{}}}));
  EXPECT_EQ(contents(table), (std::vector<std::pair<Cell, Cell>>{{{}, 5}, {1, 11}, {2, 20}, {3, {}}}));
  ASSERT_EQ(change.updated.size(), 2u);
  ASSERT_NE(change.old_values(1), nullptr);
  EXPECT_EQ(change.old_values(1)->value<std::int32_t>(0), 10);
  EXPECT_EQ(change.old_values(1)->value<std::int32_t>(1), 30);
}

TEST(Table, KeepsValuesOverNullsAtCreation) {
  auto table = Table::from_batch(kSchema, {"k", {}}, batch_of({{1, 10}, {2, 20}, {1, Cell{}}}));
  EXPECT_EQ(contents(*table), (std::vector<std::pair<Cell, Cell>>{{1, 10}, {2, 20}}));
}

TEST(Table, ReportsRemovedKeysInOrder) {
  auto table = Table::from_batch(kSchema, {"k", {}}, batch_of({{5, 1}, {2, 2}, {9, 3}}));
  Column keys(Storage::int32);
  for (const int key : {9, 7, 5, 9}) keys.append<std::int32_t>(key);
  const auto change = table->remove(keys);
  EXPECT_EQ(change.removed.size(), 2u);
  ASSERT_TRUE(change.removed_keys);
  EXPECT_EQ(change.removed_keys->value<std::int32_t>(0), 5);
  EXPECT_EQ(change.removed_keys->value<std::int32_t>(1), 9);
  EXPECT_EQ(contents(*table), (std::vector<std::pair<Cell, Cell>>{{2, 2}}));
}

TEST(Table, ReplaceReportsKeysNotSuppliedAgain) {
  auto table = Table::from_batch(kSchema, {"k", {}}, batch_of({{1, 1}, {2, 2}, {3, 3}}));
  const auto change = table->replace(batch_of({{3, {}}, {4, 4}}));
  EXPECT_TRUE(change.cleared);
  ASSERT_TRUE(change.removed_keys);
  EXPECT_EQ(change.removed_keys->size(), 2u);
  EXPECT_EQ(contents(*table), (std::vector<std::pair<Cell, Cell>>{{3, {}}, {4, 4}}));
}

TEST(Table, LimitKeepsTheLastArrivals) {
  Table table(kSchema, {{}, 3});
  for (int i = 0; i < 5000; ++i) {
    const auto change = table.update(batch_of({{i, i}, {i, i + 1}}));
    table.recycle();
    EXPECT_EQ(change.inserted.size(), 2u);
  }
  EXPECT_EQ(contents(table), (std::vector<std::pair<Cell, Cell>>{{4998, 4999}, {4999, 4999}, {4999, 5000}}));
  EXPECT_LT(table.row_numbers(), 3000u);
  table.update(batch_of({{1, 1}, {2, 2}, {3, 3}, {4, 4}}));
  EXPECT_EQ(contents(table), (std::vector<std::pair<Cell, Cell>>{{2, 2}, {3, 3}, {4, 4}}));
}

TEST(Table, RowsWrittenAndEvictedInOneBatchOnlyGo) {
  Table table(kSchema, {{}, 2});
  table.update(batch_of({{1, 1}, {2, 2}}));
  RowBatch batch = batch_of({{8, 8}, {9, 9}, {3, 3}});
  batch.ids.emplace(Storage::int64);
  batch.ids->append<std::int64_t>(0);
  batch.ids->append<std::int64_t>(1);
  batch.ids->append_null();
  const auto change = table.update(std::move(batch));
  EXPECT_EQ(contents(table), (std::vector<std::pair<Cell, Cell>>{{9, 9}, {3, 3}}));
  ASSERT_EQ(change.removed.size(), 1u);
  EXPECT_EQ(cell(table, 1, change.removed[0]), Cell(1));
  ASSERT_EQ(change.updated.size(), 1u);
  EXPECT_EQ(change.old_values(1)->size(), 1u);
  EXPECT_EQ(change.old_values(1)->value<std::int32_t>(0), 2);
}

TEST(Table, ExplicitIdsOverwriteAndInsert) {
  Table table(kSchema, {});
  table.update(batch_of({{1, 1}, {2, 2}}));
  RowBatch batch = batch_of({{9, 9}, {7, 7}, {8, 8}});
  batch.ids.emplace(Storage::int64);
  batch.ids->append<std::int64_t>(1);
  batch.ids->append<std::int64_t>(50);
  batch.ids->append_null();
  const auto change = table.update(std::move(batch));
  EXPECT_EQ(change.updated, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(contents(table), (std::vector<std::pair<Cell, Cell>>{{1, 1}, {9, 9}, {7, 7}, {8, 8}}));
  const auto rows = table.natural_range(0, 4);
  EXPECT_EQ(table.keys(rows.data(), 4).value<std::int64_t>(3), 51);
}

TEST(Table, IdsGoOnAfterClear) {
  Table table(kSchema, {});
  table.update(batch_of({{1, 1}, {2, 2}}));
  EXPECT_TRUE(table.clear().cleared);
  table.update(batch_of({{3, 3}}));
  const auto rows = table.natural_range(0, 1);
  EXPECT_EQ(table.keys(rows.data(), 1).value<std::int64_t>(0), 2);
}

void write_at_random(unsigned seed, TableOptions options) {
  std::mt19937 random(seed);
  Table table(kSchema, std::move(options));
  std::map<Cell, Cell> model;
  for (int step = 0; step < 200; ++step) {
    if (random() % 3 == 0) {
      Column keys(Storage::int32);
      for (unsigned i = 0; i < random() % 20; ++i) {
        const int key = static_cast<int>(random() % 500);
        keys.append<std::int32_t>(key);
        model.erase(key);
      }
      table.remove(keys);
    } else {
      std::vector<Record> records;
      for (unsigned i = 0; i < random() % 30; ++i) {
        Record record{random() % 50 == 0 ? Cell{} : Cell{static_cast<int>(random() % 500)}, {}};
        if (random() % 4 != 0)
          record.value = random() % 5 == 0 ? Cell{} : Cell{static_cast<int>(random() % 100)};
        records.push_back(record);
        auto& value = model[record.key];
        if (record.value) value = *record.value;
      }
      table.update(batch_of(records));
    }
    table.recycle();
    if (step % 10 == 0) {
      ASSERT_EQ(contents(table), (std::vector<std::pair<Cell, Cell>>(model.begin(), model.end())));
    }
  }
}

TEST(Table, AgreesWithAMapUnderRandomWrites) {
  for (unsigned seed = 0; seed < 20; ++seed) write_at_random(seed, {.index = "k", .limit = {}});
}

TEST(Table, AgreesWithAMapOnDisk) {
  for (unsigned seed = 0; seed < 5; ++seed) {
    write_at_random(seed, {.index = "k", .limit = {}, .pages = std::make_shared<PageFile>("", 1)});
  }
}

}  // namespace
}  // namespace parallax

#include <gtest/gtest.h>

#include <algorithm>

#include "table_maker.h"
#include "view/row_sort.h"

namespace parallax {
namespace {

using testing::kInfinity;
using testing::kNaN;
using testing::kNull;
using testing::TableMaker;
using testing::Value;

std::string sorted(Storage storage, const std::vector<Value>& values, bool descending, bool absolute) {
  std::vector<std::vector<Value>> rows;
  for (const auto& value : values) rows.push_back({value});
  const ViewSource source(testing::table_of(Schema({{"x", storage}}), rows));
  const RowOrder order(source, {{0, descending, absolute}});
  ThreadPool pool(1);
  auto numbers = source.table().natural_range(0, values.size());
  order.sort(numbers, pool);
  return testing::column_text(source.column(0).gather(numbers.data(), numbers.size()));
}

TEST(RowOrder, PutsNanBelowNullBelowValues) {
  const std::vector<Value> values = {1.5, kNull, -kInfinity, kNaN, kInfinity, -2.0};
  EXPECT_EQ(sorted(Storage::float64, values, false, false), "nan null -inf -2.000000 1.500000 inf");
  EXPECT_EQ(sorted(Storage::float64, values, true, false), "inf 1.500000 -2.000000 -inf null nan");
  EXPECT_EQ(sorted(Storage::float32, values, false, false), "nan null -inf -2.000000 1.500000 inf");
}

TEST(RowOrder, ComparesAbsoluteValues) {
  EXPECT_EQ(sorted(Storage::int8, {-128.0, 3.0, kNull, -2.0, 127.0}, false, true), "null -2 3 127 -128");
  EXPECT_EQ(sorted(Storage::float64, {-4.0, 4.0, 1.0, -1.0}, true, true),
            "-4.000000 4.000000 1.000000 -1.000000");
}

TEST(RowOrder, ComparesTextByBytes) {
  EXPECT_EQ(sorted(Storage::text, {"b", "", "é", kNull, "B", "a10", "a9"}, false, false),
            "null  B a10 a9 b é");
}

TEST(RowOrder, TakesTheWholeRangeOf64Bits) {
  const Schema schema({{"x", Storage::int64}});
  Column column(Storage::int64);
  column.append_null();
  for (const std::int64_t v : {std::int64_t{0}, INT64_MAX, INT64_MIN, std::int64_t{-1}}) {
    column.append<std::int64_t>(v);
  }
  RowBatch batch;
  batch.rows = 5;
  batch.entries.push_back({0, column, std::nullopt});
  const ViewSource source(Table::from_batch(schema, {}, std::move(batch)));
  ThreadPool pool(1);
  std::vector<std::uint32_t> rows = {0, 1, 2, 3, 4};
  RowOrder(source, {{0, false, false}}).sort(rows, pool);
  EXPECT_EQ(rows, (std::vector<std::uint32_t>{0, 3, 4, 1, 2}));
  rows = {0, 1, 2, 3, 4};
  RowOrder(source, {{0, true, false}}).sort(rows, pool);
  EXPECT_EQ(rows, (std::vector<std::uint32_t>{2, 1, 4, 3, 0}));
  EXPECT_EQ(RowOrder(source, {{0, true, false}}).first(std::vector<std::uint32_t>{0, 1, 2, 3, 4}, 4, pool),
            (std::vector<std::uint32_t>{2, 1, 4, 3}));
}

TEST(RowOrder, BulkSortAgreesWithComparator) {
  TableMaker maker(7);
  const Schema schema = TableMaker::schema();
  const std::shared_ptr<Table> table = Table::from_batch(schema, {}, maker.batch(20'000, 1000, false));
  const ViewSource source(table);
  ThreadPool pool(2);
  for (int round = 0; round < 40; ++round) {
    std::vector<SortPlan> keys;
    for (std::size_t i = 1 + maker.below(3); i-- > 0;) {
      const std::size_t column = maker.below(schema.size());
      const bool number = is_integer(schema[column].storage) || is_float(schema[column].storage);
      keys.push_back({column, maker.chance(50), number && maker.chance(30)});
    }
    const RowOrder order(source, keys);
    auto bulk = table->natural_range(0, round % 2 ? table->size() : 500);
    auto compared = bulk;
    order.sort(bulk, pool);
    std::sort(compared.begin(), compared.end(), [&](auto a, auto b) { return order.less(a, b); });
    ASSERT_EQ(bulk, compared) << "round " << round;
    const std::size_t some = 1 + maker.below(300);
    const std::vector<std::uint32_t> expected(bulk.begin(), bulk.begin() + static_cast<std::ptrdiff_t>(some));
    const auto rows = table->natural_range(0, bulk.size());
    ASSERT_EQ(order.first(rows, some, pool), expected) << "round " << round;
    Bitmap set(table->row_numbers());
    for (const std::uint32_t row : rows) set.set(row);
    ASSERT_EQ(order.first(set, some, pool), expected) << "round " << round;
  }
}

TEST(RowOrder, SortsSharesOfLargeTablesInParallel) {
  constexpr std::size_t kRows = 5 * kMorselRows + 17;
  Column column(Storage::float64);
  std::mt19937_64 random(3);
  for (std::size_t i = 0; i < kRows; ++i)
    column.append<double>(static_cast<double>(random() % 100'000) - 5e4);
  RowBatch batch;
  batch.rows = kRows;
  batch.entries.push_back({0, std::move(column), std::nullopt});
  const ViewSource source(Table::from_batch(Schema({{"x", Storage::float64}}), {}, std::move(batch)));
  const RowOrder order(source, {{0, true, false}});
  ThreadPool pool(4);
  auto rows = source.table().natural_range(0, kRows);
  order.sort(rows, pool);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(), [&](auto a, auto b) { return order.less(a, b); }));
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(std::unique(rows.begin(), rows.end()), rows.end());
}

}  // namespace
}  // namespace parallax

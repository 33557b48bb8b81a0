// Tables that lie on disk.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <string>

#include "parallax/error.h"
#include "storage/table.h"

namespace parallax {
namespace {

const Schema kSchema({{"k", Storage::int64}, {"x", Storage::float64}, {"s", Storage::text}});

/// Rows with keys first, first + 1, …, each with a text of its own; x is k times `factor`.
RowBatch rows_from(std::int64_t first, std::size_t rows, double factor = 0.5) {
  RowBatch batch;
  batch.rows = rows;
  Column keys(Storage::int64);
  Column values(Storage::float64);
  Column texts(Storage::text);
  for (std::size_t i = 0; i < rows; ++i) {
    const std::int64_t key = first + static_cast<std::int64_t>(i);
    keys.append<std::int64_t>(key);
    values.append<double>(static_cast<double>(key) * factor);
    texts.append_text("the text of row " + std::to_string(key));
  }
  batch.entries.push_back({0, std::move(keys), std::nullopt});
  batch.entries.push_back({1, std::move(values), std::nullopt});
  batch.entries.push_back({2, std::move(texts), std::nullopt});
  return batch;
}

TableOptions paged() { return {.index = "k", .limit = {}, .pages = std::make_shared<PageFile>("")}; }

bool holds(const Table& table, std::size_t rows, double factor = 0.5) {
  if (table.size() != rows) return false;
  std::int64_t key = 0;
  for (const std::uint32_t row : table.natural_range(0, rows)) {
    if (table.column(0).value<std::int64_t>(row) != key) return false;
    if (table.column(1).value<double>(row) != static_cast<double>(key) * factor) return false;
    if (table.column(2).text(row) != "the text of row " + std::to_string(key)) return false;
    ++key;
  }
  return true;
}

TEST(PagedTable, TakesNoDiskWhileItIsSmall) {
  Table table(kSchema, paged());
  table.update(rows_from(0, 100));
  EXPECT_EQ(table.options().pages->used(), 0u);
  EXPECT_TRUE(holds(table, 100));
}

TEST(PagedTable, LoadedInOneGo) {
  const auto table = Table::from_batch(kSchema, paged(), rows_from(0, 300'000));
  EXPECT_GT(table->options().pages->used(), 300'000u * (8 + 8 + 4 + 4 + 16 + 16));
  EXPECT_TRUE(holds(*table, 300'000));
}

TEST(PagedTable, FilledByUpdates) {
  Table table(kSchema, paged());
  for (int i = 0; i < 30; ++i) table.update(rows_from(i * 10'000, 10'000));
  EXPECT_GT(table.options().pages->used(), 300'000u * (8 + 8 + 4 + 4 + 16 + 16));
  EXPECT_TRUE(holds(table, 300'000));
  const Column before = table.column(1);
  table.update(rows_from(0, 300'000, 2.5));
  EXPECT_TRUE(holds(table, 300'000, 2.5));
  for (std::uint32_t row = 0; row < 300'000; row += 7) ASSERT_EQ(before.value<double>(row), row * 0.5);
}

TEST(PagedTable, GivesTheDiskBack) {
  const TableOptions options = paged();
  auto table = Table::from_batch(kSchema, options, rows_from(0, 200'000));
  const std::size_t full = options.pages->used();
  table->replace(rows_from(0, 200'000));
  EXPECT_LE(options.pages->used(), full + full / 8);
  table->clear();
  EXPECT_EQ(options.pages->used(), 0u);
}

/// Fills a table in a process whose files may have 16 MiB, as on a full disk: 0 = all as it should be.
int fill_a_disk() {
  std::signal(SIGXFSZ, SIG_IGN);
  constexpr std::size_t kMost = std::size_t{16} << 20;
  const rlimit limit{kMost, kMost};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
  Table table(kSchema, paged());
  std::size_t rows = 0;
  try {
    for (; rows < 10'000'000; rows += 20'000)
      table.update(rows_from(static_cast<std::int64_t>(rows), 20'000));
    return 2;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::resource_limit) return 3;
  }
  if (rows < 80'000 || !holds(table, rows)) return 4;
  try {
    table.replace(rows_from(0, 1'000'000));
    return 5;
  } catch (const Error&) {
    if (!holds(table, rows)) return 6;
  }
  table.clear();
  table.update(rows_from(0, 50'000));
  return holds(table, 50'000) ? 0 : 7;
}

TEST(PagedTableDeathTest, AFullDiskAppliesNothing) {
  EXPECT_EXIT(std::exit(fill_a_disk()), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace parallax

// Views of a table that is larger than memory.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "view/view_set.h"

namespace parallax {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;
constexpr std::size_t kLimit = 64 * kMiB;
constexpr std::size_t kBatch = 65'536;

const Schema kSchema({{"k", Storage::int64},
                      {"symbol", Storage::text},
                      {"price", Storage::float64},
                      {"size", Storage::int64},
                      {"venue", Storage::text},
                      {"time", Storage::datetime},
                      {"note", Storage::text}});

RowBatch trades(std::size_t first) {
  RowBatch batch;
  batch.rows = kBatch;
  std::vector<Column> columns;
  for (const Field& field : kSchema.fields()) columns.emplace_back(field.storage);
  for (std::size_t row = first; row < first + kBatch; ++row) {
    columns[0].append<std::int64_t>(static_cast<std::int64_t>(row));
    columns[1].append_text("S" + std::to_string(row % 100));
    columns[2].append<double>(static_cast<double>(row % 1000));
    columns[3].append<std::int64_t>(1);
    columns[4].append_text(row % 2 == 0 ? "here" : "there");
    columns[5].append<std::int64_t>(1'700'000'000'000 + static_cast<std::int64_t>(row));
    columns[6].append_text("a note of its own for trade number " + std::to_string(row));
  }
  for (std::size_t c = 0; c < columns.size(); ++c) batch.entries.push_back({c, std::move(columns[c]), {}});
  return batch;
}

/// Private writable memory of this process, which RLIMIT_DATA limits.
std::size_t data_in_use() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word != "VmData:") continue;
    std::size_t kilobytes = 0;
    status >> kilobytes;
    return kilobytes * 1024;
  }
  return 0;
}

bool check(const char* what, double is, double wanted) {
  if (is == wanted) return true;
  std::fprintf(stderr, "%s is %f, not %f\n", what, is, wanted);
  return false;
}

/// Fills a table on disk with four times the memory that is left to the process, and reads it.
bool outgrow_memory() {
  const rlim_t most = data_in_use() + kLimit;
  const rlimit limit{most, most};
  if (setrlimit(RLIMIT_DATA, &limit) != 0) return false;
  ThreadPool pool(1);
  const auto table = std::make_shared<Table>(
      kSchema, TableOptions{.index = "k", .limit = {}, .pages = std::make_shared<PageFile>("")});
  ViewSet views(table, pool);
  std::size_t rows = 0;
  for (; table->memory() < 4 * kLimit; rows += kBatch) {
    views.apply(table->update(trades(rows)));
    table->recycle();
  }
  if (!check("size", static_cast<double>(table->size()), static_cast<double>(rows))) return false;
  if (table->options().pages->used() < 4 * kLimit - 8 * kMiB) return false;

  Viewport last_rows;
  last_rows.start_row = static_cast<std::uint32_t>(rows - 50);
  last_rows.end_row = static_cast<std::uint32_t>(rows);
  const ViewSlice screen = views.make({})->slice(last_rows, {});
  if (screen.columns[6].text(49) != "a note of its own for trade number " + std::to_string(rows - 1))
    return false;

  ViewConfig filtered;
  filtered.filter = {{"symbol", "==", {std::string("S7")}}};
  const auto some = views.make(filtered);
  std::size_t kept = 0;
  for (std::size_t row = 7; row < rows; row += 100) ++kept;
  if (!check("filtered rows", static_cast<double>(some->dimensions().rows), static_cast<double>(kept)))
    return false;

  ViewConfig grouped;
  grouped.group_by = {"symbol"};
  grouped.columns = {{"size"}};
  const auto groups = views.make(grouped);
  const ViewSlice sums = groups->slice({}, {});
  if (!check("groups", static_cast<double>(sums.rows), 101)) return false;
  const auto total = [&] {
    return static_cast<double>(groups->slice({}, {}).columns[0].value<std::int64_t>(0));
  };
  if (!check("sum", total(), static_cast<double>(rows))) return false;

  views.apply(table->update(trades(0)));  // rows that are there
  views.apply(table->update(trades(rows)));
  return check("sum after updates", total(), static_cast<double>(rows + kBatch));
}

TEST(PagedViewDeathTest, ATableFourTimesTheMemoryAnswers) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer keeps freed memory";
#endif
  EXPECT_EXIT(std::exit(outgrow_memory() ? 0 : 1), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace parallax

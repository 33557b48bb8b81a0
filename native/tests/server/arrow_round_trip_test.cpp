// What the engine writes as Arrow it reads back, cell by cell.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "emit/emit.h"
#include "ingest/ingest.h"

namespace parallax {
namespace {

constexpr Storage kStorages[] = {Storage::int8,     Storage::int16,   Storage::int32,   Storage::int64,
                                 Storage::uint8,    Storage::uint16,  Storage::uint32,  Storage::uint64,
                                 Storage::float32,  Storage::float64, Storage::boolean, Storage::date,
                                 Storage::datetime, Storage::text};

void append_random(Column& column, std::mt19937_64& random) {
  if (random() % 5 == 0) return column.append_null();
  switch (column.storage()) {
    case Storage::text:
      return column.append_text(random() % 10 == 0 ? "" : "t" + std::to_string(random() % 3000));
    case Storage::boolean:
      return column.append<std::uint8_t>(random() % 2);
    case Storage::float32:
      return column.append<float>(static_cast<float>(random() % 1000) / 8);
    case Storage::float64:
      return column.append<double>(random() % 9 == 0 ? -std::numeric_limits<double>::infinity()
                                                     : static_cast<double>(random()) / 3);
    default:
      with_storage(column.storage(), [&](auto type) {
        using T = typename decltype(type)::type;
        column.append<T>(static_cast<T>(random()));
      });
  }
}

ViewSlice random_slice(std::size_t rows, bool nulls) {
  std::mt19937_64 random(rows + 1);
  ViewSlice slice;
  slice.rows = rows;
  for (const Storage storage : kStorages) {
    Column column(storage);
    while (column.size() < rows) {
      append_random(column, random);
      if (!nulls && !column.valid(column.size() - 1)) column.resize(column.size() - 1);
    }
    slice.names.push_back("c" + std::to_string(slice.names.size()));
    slice.columns.push_back(std::move(column));
  }
  return slice;
}

class ArrowRoundTrip : public ::testing::TestWithParam<const char*> {};

TEST_P(ArrowRoundTrip, KeepsEveryCell) {
  ThreadPool pool(2);
  ArrowOptions options;
  if (*GetParam() != '\0') options.compression = GetParam();
  for (const std::size_t rows : {0, 1, 63, 64, 65, 1000, 65536, 140'000}) {
    const ViewSlice slice = random_slice(rows, rows % 2 == 0);
    const ParsedTable table =
        parse_table(InputFormat::arrow, to_arrow(slice, options, pool), std::nullopt, ListFlatten::zip, pool);
    ASSERT_EQ(table.batch.rows, rows);
    ASSERT_EQ(table.schema.size(), slice.columns.size());
    for (std::size_t i = 0; i < slice.columns.size(); ++i) {
      const Column& read = table.batch.entries[i].values;
      ASSERT_EQ(table.schema[i].name, slice.names[i]);
      ASSERT_EQ(read.storage(), slice.columns[i].storage());
      for (std::size_t row = 0; row < rows; ++row) {
        ASSERT_TRUE(same_cell(read, row, slice.columns[i], row)) << slice.names[i] << " row " << row;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, ArrowRoundTrip, ::testing::Values("", "lz4", "zstd"));

TEST(ArrowKeysRoundTrip, AreReadAsKeys) {
  ThreadPool pool(1);
  for (const Storage storage : {Storage::int32, Storage::text, Storage::date}) {
    Column keys(storage);
    std::mt19937_64 random(3);
    for (int i = 0; i < 100; ++i) append_random(keys, random);
    const Column read = parse_keys(InputFormat::arrow, keys_to_arrow("k", keys, pool), {"k", storage}, pool);
    ASSERT_EQ(read.size(), keys.size());
    for (std::size_t row = 0; row < keys.size(); ++row) EXPECT_TRUE(same_cell(read, row, keys, row));
  }
}

}  // namespace
}  // namespace parallax

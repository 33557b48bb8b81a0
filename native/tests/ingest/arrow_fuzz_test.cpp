// Damaged Arrow input: whatever the bytes, the reader answers or throws Error.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "arrow_testing.h"
#include "arrow_vectors.h"
#include "ingest/arrow_ingest.h"

namespace parallax {
namespace {

using namespace testing;

const std::string kInputs[] = {from_base64(kEveryType),       from_base64(kEveryTypeV4),
                               from_base64(kLz4File),         from_base64(kZstd),
                               from_base64(kDictionaryDelta), from_base64(kDictionary),
                               from_base64(kLists),           from_base64(kDictionaryReplaced),
                               from_base64(kNested),          from_base64(kDurations),
                               from_base64(kRowIds)};

/// Reads and touches every cell.
void read(const std::string& input, ListFlatten list_flatten, ThreadPool& pool) {
  try {
    const ParsedTable table = parse_arrow_table(input, std::nullopt, list_flatten, pool);
    for (const auto& entry : table.batch.entries) {
      ASSERT_EQ(entry.values.size(), table.batch.rows);
      if (table.batch.rows < 100'000) (void)json_of(entry.values);
    }
  } catch (const Error& error) {
    ASSERT_NE(std::string(error.what()), "");
  }
}

TEST(ArrowFuzz, CutOffAnywhere) {
  ThreadPool pool(1);
  for (const auto& input : kInputs) {
    for (std::size_t size = 0; size < input.size(); size += 1 + size / 64) {
      read(input.substr(0, size), ListFlatten::zip, pool);
    }
  }
}

TEST(ArrowFuzz, BytesChanged) {
  ThreadPool pool(1);
  std::mt19937 random(20);
  for (int i = 0; i < 30'000; ++i) {
    std::string input = kInputs[random() % std::size(kInputs)];
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % input.size();
      switch (random() % 4) {
        case 0:
          input[at] = static_cast<char>(random());
          break;
        case 1:
          input[at] = static_cast<char>(input[at] ^ 1 << random() % 8);
          break;
        case 2:
          input[at] = static_cast<char>(random() % 2 == 0 ? 0xff : 0x7f);
          break;
        default:
          input[at] = static_cast<char>(input[at] + (random() % 2 == 0 ? 1 : -1));
      }
    }
    read(input, static_cast<ListFlatten>(random() % 3), pool);
  }
}

TEST(ArrowFuzz, RandomBytes) {
  ThreadPool pool(1);
  std::mt19937 random(21);
  for (int i = 0; i < 2000; ++i) {
    std::string input(random() % 200, '\0');
    for (auto& byte : input) byte = static_cast<char>(random());
    if (i % 3 == 0) input = "ARROW1" + input + "ARROW1";
    if (i % 3 == 1) input = "\xff\xff\xff\xff" + input;
    read(input, ListFlatten::zip, pool);
  }
}

}  // namespace
}  // namespace parallax

// What is deleted gives its memory back.
#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

#include "server/client.h"

namespace parallax::test {
namespace {

std::size_t allocated() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

std::string rows_from(int first, int count) {
  std::string rows = "[";
  for (int k = first; k < first + count; ++k) {
    rows += (k > first ? "," : "");
    rows += "{\"k\":" + std::to_string(k) + ",\"s\":\"text of row " + std::to_string(k) + "\",\"g\":\"" +
            std::to_string(k % 7) + "\"}";
  }
  return rows + "]";
}

class Memory : public ::testing::Test {
 protected:
  void SetUp() override {
    if (allocated() == 0) GTEST_SKIP() << "a sanitizer's allocator keeps no such figures";
  }
  /// Makes a view that groups and one that filters, and reads them.
  void read() {
    const auto config = message([](protozero::pbf_writer& out) { out.add_string(1, "g"); });
    ASSERT_EQ(client_.make_view("t", "grouped", config).kind, kMakeView);
    ASSERT_EQ(client_.make_view("t", "flat").kind, kMakeView);
    EXPECT_EQ(client_.ask("grouped", kDimensions).kind, kDimensions);
    EXPECT_NE(client_.ask("flat", kToCsv).text(), "");
  }
  void drop_views() {
    EXPECT_EQ(client_.ask("grouped", kViewDelete).kind, kViewDelete);
    EXPECT_EQ(client_.ask("flat", kViewDelete).kind, kViewDelete);
  }

  std::shared_ptr<Engine> engine_ = Engine::create({.threads = 1});
  Client client_{*engine_};
};

TEST_F(Memory, OfTablesAndViewsThatAreDeletedComesBack) {
  std::size_t before = 0;
  for (int round = 0; round < 6; ++round) {
    ASSERT_EQ(client_.make_table("t", kRows, rows_from(0, 20'000), "k").kind, kMakeTable);
    const std::size_t table = allocated();
    for (int again = 0; again < 3; ++again) {
      read();
      client_.update("t", rows_from(again * 100, 100));
      drop_views();
    }
    EXPECT_LT(allocated(), table + table / 10 + 200'000) << "after the views";
    EXPECT_EQ(client_.ask("t", kTableDelete).kind, kTableDelete);
    client_.take();
    if (round == 0) before = allocated();
  }
  EXPECT_LT(allocated(), before + 200'000) << "after the tables";
}

TEST_F(Memory, OfTextsThatNoRowHoldsComesBack) {
  ASSERT_EQ(client_.make_table("t", kRows, rows_from(0, 2'000), "k").kind, kMakeTable);
  read();
  std::size_t before = 0;
  for (int round = 0; round < 60; ++round) {
    std::string rows = rows_from(0, 2'000);
    for (std::size_t at = 0; (at = rows.find("text of", at)) != std::string::npos; at += 7) {
      rows.replace(at, 7, "in round " + std::to_string(round));
    }
    EXPECT_EQ(client_.update("t", rows).kind, kTableUpdate);
    (void)client_.ask("grouped", kDimensions);
    client_.take();
    if (round == 9) before = allocated();
  }
  EXPECT_LT(allocated(), before + 500'000);  // 50 rounds of new texts take over 3 MB
}

}  // namespace
}  // namespace parallax::test

// Writes and what subscribers hear of them, in both modes.
#include <gtest/gtest.h>

#include "ingest/ingest.h"
#include "server/client.h"

namespace parallax::test {
namespace {

using Kinds = std::vector<std::uint32_t>;

/// The cells of a column of an Arrow payload, as `1,2,-` (- is null).
std::string cells(const std::string& arrow, std::size_t column = 0) {
  ThreadPool pool(1);
  const auto table = parse_table(InputFormat::arrow, arrow, std::nullopt, ListFlatten::zip, pool);
  std::string text;
  for (std::size_t row = 0; row < table.batch.rows; ++row) {
    const Column& values = table.batch.entries[column].values;
    text += text.empty() ? "" : ",";
    text += values.valid(row) ? std::to_string(values.value<std::int32_t>(row)) : "-";
  }
  return text;
}

class Events : public testing::Test {
 protected:
  std::shared_ptr<Engine> engine_ = Engine::create({.threads = 1});
  Client a_{*engine_};
  Client b_{*engine_};

  void SetUp() override {
    ASSERT_EQ(a_.make_table("t", kSchema, integers({"k", "v"}), "k").kind, kMakeTable);
    ASSERT_EQ(b_.make_view("t", "view").kind, kMakeView);
  }
};

TEST_F(Events, ResponseComesBeforeItsNotifications) {
  ASSERT_EQ(a_.make_view("t", "own").kind, kMakeView);
  a_.send("own", kOnUpdate);
  a_.send("t", kTableUpdate, Client::change("[{\"k\":1,\"v\":2}]"));
  EXPECT_EQ(kinds(a_.take()), (Kinds{kTableUpdate, kOnUpdate}));
}

TEST_F(Events, DeltasGoToThoseWhoAsked) {
  b_.send("view", kOnUpdate);
  b_.send("view", kOnUpdate, Client::row_mode());
  EXPECT_EQ(a_.update("t", "[{\"k\":1,\"v\":2},{\"k\":3,\"v\":4}]").kind, kTableUpdate);
  const auto news = b_.take();
  ASSERT_EQ(kinds(news), (Kinds{kOnUpdate, kOnUpdate}));
  EXPECT_FALSE(news[0].has(1));
  EXPECT_EQ(cells(news[1].text()), "1,3");
  EXPECT_EQ(cells(news[1].text(), 1), "2,4");
}

TEST_F(Events, DeltasEndWithTheirSubscription) {
  const auto rows = b_.send("view", kOnUpdate, Client::row_mode());
  b_.send("view", kOnUpdate);
  EXPECT_EQ(b_.ask("view", kRemoveOnUpdate, Client::number_message(rows)).kind, kRemoveOnUpdate);
  (void)a_.update("t", "[{\"k\":1,\"v\":2}]");
  const auto news = b_.take();
  ASSERT_EQ(kinds(news), (Kinds{kOnUpdate}));
  EXPECT_FALSE(news[0].has(1));
  b_.send("view", kOnUpdate, Client::row_mode());
  (void)a_.update("t", "[{\"k\":1,\"v\":3}]");
  EXPECT_EQ(kinds(b_.take()), (Kinds{kOnUpdate, kOnUpdate}));
}

TEST_F(Events, UnsubscribingTakesBothOfTheSameIdAndNobodyElses) {
  const auto bytes = request_bytes(77, "view", kOnUpdate);
  for (Client* client : {&b_, &b_, &a_}) client->session().handle_request(std::as_bytes(std::span(bytes)));
  (void)a_.update("t", "[{\"k\":1}]");
  EXPECT_EQ(b_.take().size(), 2u);
  EXPECT_EQ(b_.ask("view", kRemoveOnUpdate, Client::number_message(77)).kind, kRemoveOnUpdate);
  a_.send("t", kTableUpdate, Client::change("[{\"k\":1}]"));
  EXPECT_TRUE(b_.take().empty());
  EXPECT_EQ(kinds(a_.take()), (Kinds{kTableUpdate, kOnUpdate}));
}

TEST_F(Events, RemovalsComeBeforeTheUpdate) {
  (void)a_.update("t", "[{\"k\":1},{\"k\":2},{\"k\":3}]");
  b_.send("view", kOnUpdate, Client::row_mode());
  b_.send("view", kOnRemove);
  EXPECT_EQ(a_.ask("t", kTableRemove, Client::change("[3,99,1]")).kind, kTableRemove);
  auto news = b_.take();
  ASSERT_EQ(kinds(news), (Kinds{kOnRemove, kOnUpdate}));
  EXPECT_EQ(cells(news[0].text()), "1,3");
  EXPECT_EQ(cells(news[1].text()), "");
  EXPECT_EQ(a_.ask("t", kTableRemove, Client::change("[99]")).kind, kTableRemove);
  EXPECT_EQ(kinds(b_.take()), (Kinds{kOnUpdate}));
  EXPECT_EQ(a_.ask("t", kTableRemove, Client::change("[]")).kind, kTableRemove);
  EXPECT_TRUE(b_.take().empty());
}

TEST_F(Events, EmptyUpdatesAreSilentAndClearIsNot) {
  b_.send("view", kOnUpdate);
  EXPECT_EQ(a_.update("t", "[]").kind, kTableUpdate);
  EXPECT_TRUE(b_.take().empty());
  EXPECT_EQ(a_.ask("t", kTableReplace, Client::change("[]")).kind, kTableReplace);
  EXPECT_EQ(kinds(b_.take()), (Kinds{kOnUpdate}));
}

TEST_F(Events, ReplaceTellsWhatWent) {
  (void)a_.update("t", "[{\"k\":1,\"v\":1},{\"k\":2,\"v\":2}]");
  b_.send("view", kOnRemove);
  b_.send("view", kOnUpdate, Client::row_mode());
  const auto ndjson = Client::change("{\"k\":2}\n{\"k\":5,\"v\":5}", 0, kNdjson);
  EXPECT_EQ(a_.ask("t", kTableReplace, ndjson).kind, kTableReplace);
  const auto news = b_.take();
  ASSERT_EQ(kinds(news), (Kinds{kOnRemove, kOnUpdate}));
  EXPECT_EQ(cells(news[0].text()), "1");
  EXPECT_EQ(cells(news[1].text()), "2,5");
  EXPECT_EQ(b_.csv("view"), "\"k\",\"v\"\n2,\n5,5\n");
}

TEST_F(Events, RefusedWritesChangeNothing) {
  (void)a_.update("t", "[{\"k\":1,\"v\":1}]");
  b_.send("view", kOnUpdate);
  EXPECT_EQ(a_.update("t", "[{\"k\":2,\"v\":\"x\"}]").kind, kError);
  EXPECT_EQ(a_.ask("t", kTableReplace, Client::change("[{\"k\":")).kind, kError);
  EXPECT_EQ(a_.ask("t", kTableReplace).kind, kError);
  EXPECT_EQ(a_.ask("t", kTableUpdate, Client::change("1", 0, kSchema)).kind, kError);
  EXPECT_EQ(a_.ask("t", kTableRemove, Client::change("k\n1\n", 0, kCsv)).kind, kError);
  EXPECT_EQ(a_.update("t", "[{\"k\":2}]", 5).kind, kError);
  EXPECT_TRUE(b_.take().empty());
  EXPECT_EQ(a_.ask("t", kTableSize).number(2), 1u);
}

TEST_F(Events, CarryThePort) {
  EXPECT_EQ(a_.ask("t", kMakePort).number(), 1u);
  EXPECT_EQ(a_.ask("t", kMakePort).number(), 2u);
  b_.send("view", kOnUpdate);
  EXPECT_EQ(a_.update("t", "[{\"k\":2}]", 2).kind, kTableUpdate);
  const auto news = b_.take();
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].number(2), 2u);
}

TEST_F(Events, DimensionsFollowWrites) {
  EXPECT_EQ(b_.ask("view", kDimensions).number(3), 0u);
  for (std::uint32_t i = 1; i <= 3; ++i) {
    (void)a_.update("t", "[{\"k\":" + std::to_string(i) + "}]");
    const auto dimensions = b_.ask("view", kDimensions);
    EXPECT_EQ(dimensions.number(1), i);
    EXPECT_EQ(dimensions.number(3), i);
  }
  (void)a_.update("t", "[{\"k\":9}]");
  (void)a_.update("t", "[{\"k\":10}]");
  EXPECT_EQ(b_.ask("view", kDimensions).number(3), 5u);
}

TEST_F(Events, DimensionsFollowTheTree) {
  (void)a_.update("t", "[{\"k\":1,\"v\":1},{\"k\":2,\"v\":2}]");
  const auto grouped = message([](protozero::pbf_writer& out) { out.add_string(1, "v"); });
  ASSERT_EQ(b_.make_view("t", "tree", grouped).kind, kMakeView);
  EXPECT_EQ(b_.ask("tree", kDimensions).number(3), 3u);
  EXPECT_EQ(b_.ask("tree", kCollapse).number(), 2u);
  EXPECT_EQ(b_.ask("tree", kDimensions).number(3), 1u);
  EXPECT_EQ(b_.ask("tree", kExpand).number(), 2u);
  EXPECT_EQ(b_.ask("tree", kDimensions).number(3), 3u);
}

TEST_F(Events, MakesATableFromAView) {
  (void)a_.update("t", "[{\"k\":1,\"v\":7}]");
  EXPECT_EQ(a_.make_table("copy", kView, "view", "k").kind, kMakeTable);
  EXPECT_EQ(a_.make_table("other", kView, "gone").kind, kError);
  EXPECT_EQ(a_.make_view("copy", "w").kind, kMakeView);
  EXPECT_EQ(a_.csv("w"), "\"k\",\"v\"\n1,7\n");
}

TEST_F(Events, RefusesUnknownCompression) {
  const auto body = message([](protozero::pbf_writer& out) { out.add_string(2, "gzip"); });
  EXPECT_EQ(b_.ask("view", kToArrow, body).text(),
            "Unknown `compression` \"gzip\", expected \"lz4\" or \"zstd\"");
}

class Deferred : public testing::Test {
 protected:
  int polls_wanted_ = 0;
  std::shared_ptr<Engine> engine_ = Engine::create({.threads = 1, .on_poll_request = [this] {
                                                      ++polls_wanted_;
                                                      throw 1;  // must not matter
                                                    }});
  Client a_{*engine_};
  Client b_{*engine_};

  void SetUp() override {
    ASSERT_EQ(a_.make_table("t", kSchema, integers({"k", "v"}), "k").kind, kMakeTable);
    ASSERT_EQ(b_.make_view("t", "view").kind, kMakeView);
    b_.send("view", kOnUpdate, Client::row_mode());
    b_.send("view", kOnRemove);
  }
};

TEST_F(Deferred, WaitsForAPollAndMergesUpdates) {
  EXPECT_EQ(polls_wanted_, 0);
  for (const char* rows :
       {"[{\"k\":1,\"v\":1}]", "[{\"k\":2,\"v\":2}]", "[{\"k\":1,\"v\":3}]", "[{\"k\":2}]"}) {
    EXPECT_EQ(a_.update("t", rows).kind, kTableUpdate);
  }
  EXPECT_EQ(polls_wanted_, 4);
  EXPECT_TRUE(b_.take().empty());
  engine_->poll();
  const auto news = b_.take();
  ASSERT_EQ(kinds(news), (Kinds{kOnUpdate}));
  EXPECT_EQ(cells(news[0].text()), "1,2");
  EXPECT_EQ(cells(news[0].text(), 1), "3,2");
  engine_->poll();
  EXPECT_TRUE(b_.take().empty());
}

TEST_F(Deferred, ReadsSeeWhatWasSentBefore) {
  (void)a_.update("t", "[{\"k\":1,\"v\":1}]");
  EXPECT_EQ(a_.ask("t", kTableSize).number(2), 1u);
  EXPECT_EQ(kinds(b_.take()), (Kinds{kOnUpdate}));
  (void)a_.update("t", "[{\"k\":2,\"v\":1}]");
  EXPECT_EQ(b_.ask("view", kDimensions).number(3), 2u);
  (void)a_.update("t", "[{\"k\":3,\"v\":1}]");
  b_.take();
  b_.send("view", kToCsv);
  EXPECT_EQ(kinds(b_.take()), (Kinds{kOnUpdate, kToCsv}));
}

TEST_F(Deferred, KeepsTheOrderOfArrivalAcrossPorts) {
  (void)a_.ask("t", kMakePort);
  (void)a_.update("t", "[{\"k\":1,\"v\":1}]", 1);
  (void)a_.update("t", "[{\"k\":1,\"v\":2}]", 0);
  (void)a_.update("t", "[{\"k\":1,\"v\":3}]", 1);
  a_.session().poll();
  const auto news = b_.take();
  ASSERT_EQ(news.size(), 3u);
  EXPECT_EQ(news[0].number(2), 1u);
  EXPECT_EQ(news[1].number(2), 0u);
  EXPECT_EQ(news[2].number(2), 1u);
  EXPECT_EQ(b_.csv("view"), "\"k\",\"v\"\n1,3\n");
}

TEST_F(Deferred, AReplaceWinsOverWhatCameBefore) {
  (void)a_.update("t", "[{\"k\":1,\"v\":1}]");
  EXPECT_EQ(a_.ask("t", kTableReplace, Client::change("[{\"k\":2,\"v\":2}]")).kind, kTableReplace);
  (void)a_.update("t", "[{\"k\":3,\"v\":3}]");
  EXPECT_EQ(b_.csv("view"), "\"k\",\"v\"\n2,2\n3,3\n");
}

TEST_F(Deferred, SubscribersHearNothingFromBefore) {
  (void)a_.update("t", "[{\"k\":1,\"v\":1}]");
  const auto late = a_.send("view", kOnUpdate);
  engine_->poll();
  for (const auto& response : a_.take()) EXPECT_NE(response.id, late);
  (void)a_.ask("t", kTableRemove, Client::change("[1]"));
  a_.send("view", kOnRemove);
  EXPECT_EQ(kinds(a_.take()), (Kinds{kOnUpdate}));
}

}  // namespace
}  // namespace parallax::test

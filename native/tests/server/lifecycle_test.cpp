// Tables, views and sessions: names, ownership, deletion, limits, errors.
#include <gtest/gtest.h>

#include "parallax/error.h"
#include "server/client.h"

namespace parallax::test {
namespace {

using Kinds = std::vector<std::uint32_t>;

class Lifecycle : public testing::Test {
 protected:
  std::shared_ptr<Engine> engine_ = Engine::create({.threads = 1, .max_views_per_session = 3});
  Client a_{*engine_};
  Client b_{*engine_};

  void make_table(std::string_view name) {
    ASSERT_EQ(a_.make_table(name, kSchema, integers({"x"})).kind, kMakeTable);
  }
};

TEST_F(Lifecycle, RefusesTakenAndEmptyNames) {
  make_table("t");
  EXPECT_EQ(b_.make_table("t", kSchema, integers({"y"})).text(), "Table \"t\" already exists");
  EXPECT_EQ(b_.make_table("", kSchema, integers({"y"})).kind, kError);
  EXPECT_EQ(a_.make_view("t", "v").text(), "v");
  EXPECT_EQ(b_.make_view("t", "v").kind, kError);
  EXPECT_EQ(b_.make_view("t", "").kind, kError);
  EXPECT_EQ(a_.ask("v", kDimensions).number(2), 1u);
}

TEST_F(Lifecycle, AFailedTableLeavesItsNameFree) {
  EXPECT_EQ(a_.make_table("t", kCols, "{\"x\":[1]}", "nope").text(),
            "Specified index `nope` does not exist in dataset.");
  EXPECT_EQ(a_.make_table("t", kCols, "{\"x\":[").kind, kError);
  EXPECT_EQ(a_.ask("t", kMakeTable).kind, kError);
  EXPECT_EQ(a_.make_table("t", kCols, "{\"x\":[1]}").kind, kMakeTable);
}

TEST_F(Lifecycle, ListsTablesInOrderOfCreation) {
  make_table("z");
  EXPECT_EQ(a_.make_table("a", kSchema, integers({"k"}), "k").kind, kMakeTable);
  EXPECT_EQ(a_.make_table("m", kSchema, integers({"k"}), {}, 0).kind, kMakeTable);
  const auto list = b_.ask("", kHostedTables);
  protozero::pbf_reader tables{list.body};
  ASSERT_TRUE(tables.next(1));
  EXPECT_EQ(tables.get_string(), "\x0a\x01z");
  ASSERT_TRUE(tables.next(1));
  EXPECT_EQ(tables.get_string(),
            "\x0a\x01"
            "a\x12\x01k");
  ASSERT_TRUE(tables.next(1));
  EXPECT_EQ(tables.get_string(), std::string("\x0a\x01m\x18\x00", 5));
}

TEST_F(Lifecycle, TellsHostedTableListeners) {
  const auto id = b_.send("", kHostedTables, Client::flag());
  EXPECT_TRUE(b_.take().empty());
  make_table("t");
  auto news = b_.take();
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].id, id);
  EXPECT_EQ(news[0].kind, kNone);
  make_table("u");
  EXPECT_EQ(b_.take().size(), 1u);
  EXPECT_EQ(a_.make_table("t", kSchema, integers({"x"})).kind, kError);
  EXPECT_TRUE(b_.take().empty());
  EXPECT_EQ(a_.ask("unknown", kTableDelete, Client::flag()).kind, kTableDelete);
  EXPECT_TRUE(b_.take().empty());
  EXPECT_EQ(b_.ask("", kRemoveHostedTables, Client::number_message(id)).kind, kRemoveHostedTables);
  make_table("w");
  EXPECT_TRUE(b_.take().empty());
}

TEST_F(Lifecycle, AnswersForUnknownEntities) {
  for (const std::uint32_t kind : {kMakePort, kMakeView, kTableSchema, kTableSize, kValidateExpr,
                                   kTableUpdate, kTableReplace, kTableRemove}) {
    const auto answer = a_.ask("nope", kind);
    EXPECT_EQ(answer.kind, kError) << kind;
    EXPECT_EQ(answer.text(), "Table \"nope\" not found") << kind;
    EXPECT_EQ(answer.number(2), 0u);
  }
  for (const std::uint32_t kind : {kColumnPaths, kViewDelete, kDimensions, kExpressionSchema, kGetConfig,
                                   kViewSchema, kToArrow, kCollapse, kExpand, kMinMax, kOnUpdate, kSetDepth,
                                   kToColumns, kToCsv, kToRows, kToNdjson, kOnRemove}) {
    const auto answer = a_.ask("nope", kind);
    EXPECT_EQ(answer.kind, kError) << kind;
    EXPECT_EQ(answer.text(), "View not found") << kind;
    EXPECT_EQ(answer.number(2), 1u) << kind;
  }
  for (const std::uint32_t kind : {kRemoveOnUpdate, kRemoveOnRemove, kViewRemoveDelete, kTableRemoveDelete,
                                   kRemoveHostedTables, kTableDelete}) {
    EXPECT_EQ(a_.ask("nope", kind).kind, kind);
  }
}

TEST_F(Lifecycle, JudgesEachExpression) {
  make_table("t");
  EXPECT_EQ(a_.ask("t", kValidateExpr).body, "");
  const auto judged = [&](const char* text) {
    return a_.ask("t", kValidateExpr, message([&](protozero::pbf_writer& out) {
                    out.add_message(1, message([&](protozero::pbf_writer& entry) {
                                      entry.add_string(1, "e");
                                      entry.add_string(2, text);
                                    }));
                  }));
  };
  const auto good = judged("1 + 2");
  EXPECT_EQ(good.kind, kValidateExpr);
  EXPECT_TRUE(good.has(1));
  EXPECT_FALSE(good.has(2));
  EXPECT_TRUE(good.has(3));
  const auto bad = judged("1 +");
  EXPECT_FALSE(bad.has(1));
  EXPECT_TRUE(bad.has(2));
  EXPECT_TRUE(bad.has(3));
}

TEST_F(Lifecycle, KeepsTablesWithViews) {
  make_table("t");
  (void)b_.make_view("t", "v");
  EXPECT_EQ(a_.ask("t", kTableDelete, Client::flag()).text(), "Cannot delete table with views");
  EXPECT_EQ(a_.ask("v", kViewDelete).kind, kViewDelete);
  EXPECT_EQ(b_.ask("v", kDimensions).number(2), 1u);  // VIEW_NOT_FOUND
  EXPECT_EQ(a_.ask("t", kTableDelete, Client::flag()).kind, kTableDelete);
  EXPECT_EQ(a_.ask("t", kTableSize).kind, kError);
}

TEST_F(Lifecycle, TellsDeletionsOnceInOrder) {
  make_table("t");
  (void)a_.make_view("t", "v");
  b_.send("v", kViewOnDelete);
  b_.send("t", kTableOnDelete);
  a_.send("t", kTableOnDelete);
  a_.send("", kHostedTables, Client::flag());
  a_.send("v", kViewDelete);
  EXPECT_EQ(kinds(a_.take()), (Kinds{kViewDelete}));
  EXPECT_EQ(kinds(b_.take()), (Kinds{kViewOnDelete}));
  a_.send("t", kTableDelete, Client::flag());
  EXPECT_EQ(kinds(a_.take()), (Kinds{kTableOnDelete, kTableDelete, kNone}));
  EXPECT_EQ(kinds(b_.take()), (Kinds{kTableOnDelete}));
  make_table("t");
  a_.take();
  a_.send("t", kTableDelete, Client::flag());
  EXPECT_EQ(kinds(a_.take()), (Kinds{kTableDelete, kNone}));
  EXPECT_TRUE(b_.take().empty());
}

TEST_F(Lifecycle, LazyDeleteWaitsForTheLastView) {
  make_table("t");
  (void)b_.make_view("t", "v");
  b_.send("", kHostedTables, Client::flag());
  a_.send("t", kTableDelete);
  b_.send("t", kTableDelete);
  EXPECT_TRUE(a_.take().empty());
  EXPECT_EQ(kinds(b_.take()), (Kinds{kNone}));
  EXPECT_EQ(a_.ask("", kHostedTables).body, "");
  EXPECT_EQ(a_.update("t", "[{\"x\":1}]").kind, kTableUpdate);
  EXPECT_EQ(a_.make_table("t", kSchema, integers({"x"})).kind, kError);
  EXPECT_EQ(a_.make_view("t", "w").kind, kMakeView);
  b_.send("v", kViewDelete);
  EXPECT_EQ(kinds(b_.take()), (Kinds{kViewDelete}));
  a_.send("w", kViewDelete);
  EXPECT_EQ(kinds(a_.take()), (Kinds{kViewDelete, kTableDelete}));
  EXPECT_EQ(kinds(b_.take()), (Kinds{kTableDelete, kNone}));
  EXPECT_EQ(a_.ask("t", kTableSize).kind, kError);
}

TEST_F(Lifecycle, ClosingASessionCompletesALazyDelete) {
  make_table("t");
  (void)b_.make_view("t", "v");
  a_.send("v", kViewOnDelete);
  a_.send("t", kTableDelete);
  b_.session().close();
  EXPECT_EQ(kinds(a_.take()), (Kinds{kTableDelete}));
  make_table("t");
}

TEST_F(Lifecycle, ClosingFreesViewsAndSubscriptions) {
  make_table("t");
  (void)b_.make_view("t", "v");
  (void)b_.make_view("t", "w");
  (void)a_.make_view("t", "mine");
  EXPECT_EQ(a_.ask("w", kViewDelete).kind, kViewDelete);  // a view of b
  b_.send("mine", kOnUpdate);
  b_.send("t", kTableOnDelete);
  b_.session().close();
  b_.session().close();
  EXPECT_EQ(a_.ask("v", kDimensions).number(2), 1u);
  EXPECT_EQ(a_.update("t", "[{\"x\":1}]").kind, kTableUpdate);
  EXPECT_EQ(a_.ask("mine", kViewDelete).kind, kViewDelete);
  EXPECT_EQ(a_.ask("t", kTableDelete, Client::flag()).kind, kTableDelete);
  b_.send("t", kTableSize);
  EXPECT_TRUE(b_.take().empty());
}

TEST_F(Lifecycle, LimitsViewsASession) {
  make_table("t");
  for (const char* name : {"1", "2", "3"}) EXPECT_EQ(a_.make_view("t", name).kind, kMakeView);
  EXPECT_NE(a_.make_view("t", "4").text().find("3 views"), std::string::npos);
  EXPECT_EQ(b_.make_view("t", "4").kind, kMakeView);
  EXPECT_EQ(b_.ask("1", kViewDelete).kind, kViewDelete);
  EXPECT_EQ(a_.make_view("t", "5").kind, kMakeView);
}

TEST_F(Lifecycle, AFailedViewLeavesNothing) {
  make_table("t");
  const auto bad = message([](protozero::pbf_writer& out) { out.add_string(1, "nope"); });
  EXPECT_EQ(a_.make_view("t", "v", bad).kind, kError);
  EXPECT_EQ(a_.make_view("t", "v").kind, kMakeView);
  (void)a_.ask("v", kViewDelete);
  EXPECT_EQ(a_.ask("t", kTableDelete, Client::flag()).kind, kTableDelete);
}

TEST_F(Lifecycle, AnswersDamagedRequests) {
  const auto answer = [&](std::string_view bytes) {
    a_.session().handle_request(std::as_bytes(std::span(bytes)));
    const auto responses = a_.take();
    EXPECT_EQ(kinds(responses), (Kinds{kError}));
    return responses.empty() ? 999u : responses[0].id;
  };
  EXPECT_EQ(answer(""), 0u);
  EXPECT_EQ(answer("hello"), 0u);
  EXPECT_EQ(answer(std::string("\x08\x05\x12\x03t\x42", 6)), 5u);
  make_table("t");  // the session is usable
}

TEST(EngineOptions, LimitsTheSizeOfRequests) {
  const auto engine = Engine::create({.threads = 1, .max_request_bytes = 200});
  Client client(*engine);
  EXPECT_EQ(client.make_table("t", kSchema, integers({"x"})).kind, kMakeTable);
  const auto answer = client.update("t", "[" + std::string(200, ' ') + "]");
  EXPECT_EQ(answer.kind, kError);
  EXPECT_EQ(answer.entity, "t");
  EXPECT_NE(answer.text().find("200"), std::string::npos);
}

TEST(EngineOptions, LimitsSubscriptions) {
  const auto engine = Engine::create({.threads = 1, .max_subscriptions_per_session = 5});
  Client client(*engine);
  client.make_table("t", kSchema, integers({"x"}), "x");
  client.make_view("t", "v");
  const auto subscribe_five = [&] {
    client.send("v", kOnUpdate);
    const std::uint32_t removal = client.send("v", kOnRemove);
    client.send("v", kViewOnDelete);
    client.send("t", kTableOnDelete);
    client.send("", kHostedTables, Client::flag());
    EXPECT_EQ(kinds(client.take()), Kinds{});
    return removal;
  };
  const auto refused = [](const Response& answer) {
    EXPECT_EQ(answer.text(), "This session has 5 subscriptions, as many as it may; end some first");
  };
  const std::uint32_t removal = subscribe_five();
  for (const std::uint32_t kind : {kOnUpdate, kOnRemove, kViewOnDelete}) refused(client.ask("v", kind));
  refused(client.ask("t", kTableOnDelete));
  refused(client.ask("", kHostedTables, Client::flag()));
  EXPECT_EQ(client.ask("", kHostedTables).kind, kHostedTables);  // asks, and subscribes to nothing

  // What ends makes room: by request, with its view, by its event.
  client.ask("v", kRemoveOnRemove, Client::number_message(removal));
  client.send("v", kOnRemove);
  EXPECT_EQ(kinds(client.take()), Kinds{});
  refused(client.ask("v", kOnRemove));
  EXPECT_EQ(client.ask("v", kViewDelete).kind, kViewDelete);
  client.make_view("t", "w");
  for (int i = 0; i < 3; ++i) client.send("w", kOnUpdate);
  EXPECT_EQ(kinds(client.take()), Kinds{});
  refused(client.ask("w", kOnUpdate));

  Client other(*engine);
  other.send("w", kOnUpdate);
  EXPECT_EQ(kinds(other.take()), Kinds{});
}

TEST(EngineOptions, LimitsWhatWaitsForAPoll) {
  int polls = 0;
  const auto engine = Engine::create(
      {.threads = 1, .on_poll_request = [&polls] { ++polls; }, .max_waiting_changes_per_table = 2});
  Client client(*engine);
  for (const char* table : {"t", "u"}) client.make_table(table, kSchema, integers({"x"}), "x");
  EXPECT_EQ(client.update("t", R"([{"x":1}])").kind, kTableUpdate);
  EXPECT_EQ(client.update("t", R"([{"x":2}])").kind, kTableUpdate);
  EXPECT_EQ(client.update("t", R"([{"x":3}])").text(),
            "Table \"t\" has 2 changes that wait for a poll, as many as it may; poll first");
  EXPECT_EQ(polls, 3);
  EXPECT_EQ(client.update("u", R"([{"x":4}])").kind, kTableUpdate);
  client.session().poll();
  EXPECT_EQ(client.update("t", R"([{"x":3}])").kind, kTableUpdate);
  EXPECT_EQ(client.ask("t", kTableSize).number(2), 3u);
}

TEST(EngineOptions, RefusesNonsense) {
  EXPECT_THROW((void)Engine::create({.max_request_bytes = 0}), Error);
  EXPECT_THROW((void)Engine::create({.threads = 100'000}), Error);
}

TEST(EngineOptions, NameTheDirectoryOfTablesOnDisk) {
  const auto engine = Engine::create({.threads = 1, .page_directory = "/nowhere/at/all"});
  Client client(*engine);
  const auto refused = client.make_table("t", kCols, "{\"x\":[1]}", {}, {}, true);
  EXPECT_EQ(refused.kind, kError);
  EXPECT_NE(refused.text().find("/nowhere/at/all"), std::string::npos);
  EXPECT_EQ(client.make_table("t", kCols, "{\"x\":[1]}").kind, kMakeTable);
}

TEST(EngineClose, EndsEverything) {
  const auto engine = Engine::create({.threads = 1});
  Client client(*engine);
  EXPECT_EQ(client.make_table("t", kSchema, integers({"x"})).kind, kMakeTable);
  EXPECT_EQ(client.make_view("t", "v").kind, kMakeView);
  engine->close();
  engine->close();
  client.send("t", kTableSize);
  EXPECT_TRUE(client.take().empty());
  EXPECT_THROW((void)engine->open_session([](auto) {}), Error);
}

TEST(EngineClose, SessionsMayOutliveTheHostsEngine) {
  auto engine = Engine::create({.threads = 1});
  Client client(*engine);
  engine.reset();
  EXPECT_EQ(client.make_table("t", kSchema, integers({"x"})).kind, kMakeTable);
}

TEST(SystemInfo, CountsTimeAndMemory) {
  const auto engine = Engine::create({.threads = 1});
  Client client(*engine);
  const auto info = client.ask("", kSystemInfo);
  EXPECT_EQ(info.kind, kSystemInfo);
  EXPECT_GT(info.number(1), 0u);
  EXPECT_GE(info.number(1), info.number(2));
}

}  // namespace
}  // namespace parallax::test

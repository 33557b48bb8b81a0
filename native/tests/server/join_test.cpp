// Joins as clients see them: what is refused, what follows a write, who is told, what can be deleted.
#include <gtest/gtest.h>

#include "server/client.h"

namespace parallax::test {
namespace {

using Kinds = std::vector<std::uint32_t>;

enum JoinType : std::uint32_t { kInner, kLeft, kOuter };

class Joins : public testing::Test {
 protected:
  explicit Joins(PollRequestHandler on_poll = nullptr)
      : engine_(Engine::create({.threads = 1, .on_poll_request = std::move(on_poll)})) {}

  void SetUp() override {
    ASSERT_EQ(a_.make_table("l", kCols, R"({"id":[1,2,3],"x":[10,20,30]})", "id").kind, kMakeTable);
    ASSERT_EQ(a_.make_table("r", kCols, R"({"id":[2,3,4],"y":["b","c","d"]})", "id").kind, kMakeTable);
  }
  void make_join(JoinType type = kInner) {
    ASSERT_EQ(a_.make_join("j", "l", "r", "id", type).kind, kMakeJoin);
  }
  std::uint32_t size(std::string_view table) { return a_.ask(table, kTableSize).number(2); }
  std::string columns(std::string_view view) { return a_.ask(view, kToColumns).text(); }

  std::shared_ptr<Engine> engine_;
  Client a_{*engine_};
  Client b_{*engine_};
};

TEST_F(Joins, RefuseWhatDoesNotFit) {
  EXPECT_EQ(a_.make_join("l", "l", "r", "id").text(), "Table \"l\" already exists");
  EXPECT_EQ(a_.make_join("", "l", "r", "id").kind, kError);
  EXPECT_EQ(a_.make_join("j", "nope", "r", "id").text(), "Table \"nope\" not found");
  EXPECT_EQ(a_.make_join("j", "l", "nix", "id").text(), "Table \"nix\" not found");
  EXPECT_EQ(a_.make_join("j", "l", "r", "x").text(), "Column \"x\" not found in right table");
  EXPECT_EQ(a_.make_join("j", "l", "l", "id").text(), "Column \"x\" exists in both tables");
  EXPECT_EQ(a_.ask("l", kTableDelete, Client::flag()).kind, kTableDelete);  // a refused join holds nothing
}

TEST_F(Joins, AreListedWithoutIndexAndLimit) {
  b_.send("", kHostedTables, Client::flag());
  make_join();
  EXPECT_EQ(b_.take().size(), 1u);
  const auto list = a_.ask("", kHostedTables);
  protozero::pbf_reader tables{list.body};
  std::string last;
  while (tables.next(1)) last = tables.get_string();
  EXPECT_EQ(last, "\x0a\x01j");
}

TEST_F(Joins, AreReadOnly) {
  make_join();
  const char* const refusal = "Cannot update a read-only join table";
  EXPECT_EQ(a_.update("j", "[{\"id\":1}]").text(), refusal);
  EXPECT_EQ(a_.ask("j", kTableReplace, Client::change("[]")).text(), refusal);
  EXPECT_EQ(a_.ask("j", kTableRemove, Client::change("[2]")).text(), refusal);
  EXPECT_EQ(a_.ask("j", kMakePort).number(), 1u);
  EXPECT_EQ(size("j"), 2u);
}

TEST_F(Joins, FollowTheirSources) {
  make_join(kOuter);
  (void)a_.make_view("j", "v");
  EXPECT_EQ(columns("v"), R"({"id":[1,2,3,4],"x":[10,20,30,null],"y":[null,"b","c","d"]})");
  (void)a_.update("l", R"([{"id":2,"x":21},{"id":4,"x":40}])");
  EXPECT_EQ(columns("v"), R"({"id":[1,2,3,4],"x":[10,21,30,40],"y":[null,"b","c","d"]})");
  (void)a_.ask("r", kTableRemove, Client::change("[3]"));
  (void)a_.update("r", R"([{"id":9,"y":"z"}])");
  EXPECT_EQ(columns("v"), R"({"id":[1,2,3,4,9],"x":[10,21,30,40,null],"y":[null,"b",null,"d","z"]})");
  (void)a_.ask("l", kTableReplace, Client::change(R"([{"id":9,"x":90}])"));
  EXPECT_EQ(columns("v"), R"({"id":[9,2,4],"x":[90,null,null],"y":["z","b","d"]})");
  (void)a_.ask("r", kTableReplace, Client::change("[]"));
  EXPECT_EQ(columns("v"), R"({"id":[9],"x":[90],"y":[null]})");
  EXPECT_EQ(size("j"), 1u);
  EXPECT_EQ(a_.ask("v", kDimensions).number(1), 1u);
}

TEST_F(Joins, TellTheirListenersAfterTheSourcesOnPortZero) {
  make_join(kLeft);
  ASSERT_EQ(a_.make_join("top", "j", "r", "x", kLeft, "id").kind, kError);  // "y" would be there twice
  ASSERT_EQ(a_.make_table("n", kCols, R"({"k":[20]})").kind, kMakeTable);
  ASSERT_EQ(a_.make_join("top", "j", "n", "x", kInner, "k").kind, kMakeJoin);
  for (const char* table : {"top", "j", "l"}) {
    (void)a_.make_view(table, std::string("v") + table);
    b_.send(std::string("v") + table, kOnUpdate, Client::row_mode());
    b_.send(std::string("v") + table, kOnRemove);
  }
  EXPECT_EQ(a_.ask("l", kMakePort).number(), 1u);
  (void)a_.update("l", R"([{"id":2,"x":20}])", 1);
  const auto news = b_.take();
  ASSERT_EQ(kinds(news), (Kinds{kOnUpdate, kOnUpdate, kOnUpdate}));
  EXPECT_EQ(news[0].entity, "vl");
  EXPECT_EQ(news[0].number(2), 1u);
  EXPECT_EQ(news[1].entity, "vj");
  EXPECT_EQ(news[1].number(2), 0u);
  EXPECT_EQ(news[2].entity, "vtop");
  EXPECT_TRUE(news[2].has(1));
  (void)a_.update("n", R"([{"k":30}])");
  EXPECT_EQ(kinds(b_.take()), (Kinds{kOnUpdate}));
  EXPECT_EQ(columns("vtop"), R"({"id":[2,3],"x":[20,30],"y":["b","c"]})");
  (void)a_.ask("l", kTableRemove, Client::change("[3]"));
  EXPECT_EQ(kinds(b_.take()), (Kinds{kOnRemove, kOnUpdate, kOnUpdate, kOnUpdate}));
  EXPECT_EQ(columns("vtop"), R"({"id":[2],"x":[20],"y":["b"]})");
}

TEST_F(Joins, OfATableWithItself) {
  ASSERT_EQ(a_.make_table("s", kCols, R"({"id":[1,2,2]})").kind, kMakeTable);
  ASSERT_EQ(a_.make_join("j", "s", "s", "id").kind, kMakeJoin);
  (void)a_.make_view("j", "v");
  EXPECT_EQ(columns("v"), R"({"id":[1,2,2,2,2]})");
  (void)a_.update("s", R"([{"id":1}])");
  EXPECT_EQ(columns("v"), R"({"id":[1,1,2,2,2,2,1,1]})");
}

TEST_F(Joins, KeepTheirSources) {
  make_join();
  ASSERT_EQ(a_.make_table("n", kCols, R"({"k":[20]})").kind, kMakeTable);
  ASSERT_EQ(a_.make_join("top", "j", "n", "x", kInner, "k").kind, kMakeJoin);
  const char* const refusal = "Cannot delete table: it is a source for join table \"j\"";
  EXPECT_EQ(a_.ask("l", kTableDelete, Client::flag()).text(), refusal);
  EXPECT_EQ(a_.ask("r", kTableDelete).text(), refusal);
  EXPECT_EQ(a_.ask("j", kTableDelete).text(), "Cannot delete table: it is a source for join table \"top\"");
  EXPECT_EQ(a_.ask("top", kTableDelete).kind, kTableDelete);
  EXPECT_EQ(a_.ask("j", kTableDelete).kind, kTableDelete);
  EXPECT_EQ(a_.update("l", R"([{"id":7,"x":70}])").kind, kTableUpdate);
  EXPECT_EQ(a_.ask("l", kTableDelete, Client::flag()).kind, kTableDelete);
  EXPECT_EQ(a_.ask("r", kTableDelete, Client::flag()).kind, kTableDelete);
}

TEST_F(Joins, WorkUntilTheyAreDeleted) {
  make_join();
  (void)b_.make_view("j", "v");
  EXPECT_EQ(a_.ask("j", kTableDelete, Client::flag()).text(), "Cannot delete table with views");
  a_.send("j", kTableDelete);
  (void)b_.update("l", R"([{"id":4,"x":40}])");
  EXPECT_EQ(columns("v"), R"({"id":[2,3,4],"x":[20,30,40],"y":["b","c","d"]})");
  EXPECT_EQ(b_.update("j", R"([{"id":4,"x":40}])").kind, kError);
  EXPECT_EQ(a_.ask("l", kTableDelete, Client::flag()).kind, kError);
  a_.take();
  b_.session().close();
  EXPECT_EQ(kinds(a_.take()), (Kinds{kTableDelete}));
  EXPECT_EQ(a_.ask("l", kTableDelete, Client::flag()).kind, kTableDelete);
}

TEST_F(Joins, HoldUpALazyDeleteThatCameFirst) {
  (void)a_.make_view("l", "v");
  b_.send("l", kTableDelete);
  make_join();
  (void)a_.ask("v", kViewDelete);
  EXPECT_TRUE(b_.take().empty());
  EXPECT_EQ(a_.update("l", R"([{"id":4,"x":40}])").kind, kTableUpdate);
  EXPECT_EQ(size("j"), 3u);
  a_.send("j", kTableDelete);
  EXPECT_EQ(kinds(b_.take()), (Kinds{kTableDelete}));
  EXPECT_EQ(a_.ask("l", kTableSize).kind, kError);
}

class DeferredJoins : public Joins {
 protected:
  DeferredJoins() : Joins([] {}) {}
};

TEST_F(DeferredJoins, SeeWhatIsPutOff) {
  (void)a_.update("l", R"([{"id":4,"x":40}])");
  make_join();
  (void)a_.update("l", R"([{"id":9,"x":90}])");
  (void)a_.update("r", R"([{"id":9,"y":"z"}])");
  EXPECT_EQ(size("j"), 4u);
  (void)a_.make_view("j", "v");
  b_.send("v", kOnUpdate);
  (void)a_.ask("l", kTableRemove, Client::change("[2]"));
  (void)a_.ask("r", kTableRemove, Client::change("[3]"));
  EXPECT_TRUE(b_.take().empty());
  EXPECT_EQ(columns("v"), R"({"id":[4,9],"x":[40,90],"y":["d","z"]})");
  EXPECT_EQ(kinds(b_.take()), (Kinds{kOnUpdate, kOnUpdate}));
  (void)a_.update("r", R"([{"id":4,"y":"D"}])");
  engine_->poll();
  EXPECT_EQ(kinds(b_.take()), (Kinds{kOnUpdate}));
}

}  // namespace
}  // namespace parallax::test

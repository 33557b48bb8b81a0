// Sessions that show the same pivot pay for one.
#include <gtest/gtest.h>

#include "server/client.h"
#include "server/session.h"

namespace parallax::test {
namespace {

class Sharing : public testing::Test {
 protected:
  void SetUp() override {
    std::string rows;
    for (int k = 0; k < 1000; ++k) rows += (k > 0 ? "," : "") + row(k, k);
    ASSERT_EQ(writer_.make_table("t", kRows, '[' + rows + ']', "k").kind, kMakeTable);
  }
  static std::string row(int key, int value) {
    return "{\"k\":" + std::to_string(key) + ",\"g\":\"g" + std::to_string(key % 10) + "\",\"h\":\"h" +
           std::to_string(key % 20) + "\",\"v\":" + std::to_string(value) + "}";
  }
  static std::string view(std::size_t i) { return "view " + std::to_string(i); }

  /// Another session with a view of its own on the pivot; it reads the view and listens to its rows.
  void join() {
    const std::string name = view(sessions_.size());
    Client& client = *sessions_.emplace_back(std::make_unique<Client>(*engine_));
    const auto pivot = message([](protozero::pbf_writer& out) {
      for (const char* column : {"g", "h"}) out.add_string(1, column);
    });
    ASSERT_EQ(client.make_view("t", name, pivot).kind, kMakeView);
    ASSERT_NE(client.csv(name), "");
    client.send(name, kOnUpdate, Client::row_mode());
  }
  /// What writing three rows, the third of another group than before, made the views compute.
  CoreWork work_of_update() {
    ++written_;
    std::string moved = row(7, written_);
    moved.replace(moved.find("\"g7\""), 4, written_ % 2 == 1 ? "\"g1\"" : "\"g2\"");
    EXPECT_EQ(writer_.update("t", '[' + row(5, -written_) + ',' + row(6, written_) + ',' + moved + ']').kind,
              kTableUpdate);
    return std::static_pointer_cast<EngineImpl>(engine_)->state().registry.table("t")->last_work();
  }
  /// Rows of the view as it is.
  std::uint32_t rows(std::size_t i) { return sessions_[i]->ask(view(i), kDimensions).number(3); }

  std::shared_ptr<Engine> engine_ = Engine::create({.threads = 2});
  Client writer_{*engine_};
  std::vector<std::unique_ptr<Client>> sessions_;
  int written_ = 0;
};

TEST_F(Sharing, TwoHundredSessionsWithOnePivotCostOne) {
  EXPECT_EQ(work_of_update().rows, 0u);
  join();
  const CoreWork one = work_of_update();
  EXPECT_EQ(one.rows, 3u);
  EXPECT_GE(one.cells, 9u);  // on three levels
  while (sessions_.size() < 200) join();
  for (const auto& session : sessions_) (void)session->take();
  const CoreWork all = work_of_update();
  EXPECT_EQ(all.rows, one.rows);
  EXPECT_EQ(all.cells, one.cells);
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    EXPECT_EQ(kinds(sessions_[i]->take()), std::vector<std::uint32_t>{kOnUpdate}) << "session " << i;
  }
}

TEST_F(Sharing, ViewsOpenTheirOwnGroupsOfOnePivot) {
  for (int i = 0; i < 3; ++i) join();
  const std::uint32_t open = rows(0);
  EXPECT_EQ(sessions_[1]->ask(view(1), kSetDepth, Client::number_message(0)).kind, kSetDepth);
  const CoreWork work = work_of_update();
  EXPECT_EQ(work.rows, 3u);
  EXPECT_LT(rows(1), rows(0));
  EXPECT_GE(rows(0), open);
  EXPECT_EQ(rows(2), rows(0));
}

TEST_F(Sharing, TheLastSessionKeepsThePivot) {
  for (int i = 0; i < 20; ++i) join();
  const CoreWork before = work_of_update();
  for (int i = 0; i < 19; ++i) sessions_[static_cast<std::size_t>(i)]->session().close();
  Client& last = *sessions_.back();
  (void)last.take();
  EXPECT_EQ(work_of_update().cells, before.cells);
  EXPECT_EQ(kinds(last.take()), std::vector<std::uint32_t>{kOnUpdate});
  join();  // a fresh view of the pivot shows the same
  EXPECT_EQ(last.csv(view(19)), sessions_.back()->csv(view(20)));
  last.session().close();
  sessions_.back()->session().close();
  EXPECT_EQ(work_of_update().rows, 0u);
}

}  // namespace
}  // namespace parallax::test

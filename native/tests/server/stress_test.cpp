// Many sessions at once: meant for the thread sanitizer, and for what must hold whatever the order.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "server/client.h"

namespace parallax::test {
namespace {

std::chrono::milliseconds duration() {
  const char* given = std::getenv("PARALLAX_STRESS_MS");
  return std::chrono::milliseconds(given ? std::atoi(given) : 1000);
}

class Stress {
 public:
  explicit Stress(PollRequestHandler on_poll = nullptr)
      : engine_(Engine::create({.threads = 2, .on_poll_request = std::move(on_poll)})) {
    Client maker(*engine_);
    for (const char* name : {"t0", "t1"}) {
      EXPECT_EQ(maker.make_table(name, kSchema, integers({"k", "v"}), "k").kind, kMakeTable);
    }
    EXPECT_EQ(maker.make_table("keys", kSchema, integers({"k"}), "k").kind, kMakeTable);
    EXPECT_EQ(maker.make_join("j0", "t0", "keys", "k", kOuter).kind, kMakeJoin);
    EXPECT_EQ(maker.make_join("j1", "j0", "keys", "v", kLeft, "k").kind, kMakeJoin);
  }

  void run() {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 2; ++i) threads.emplace_back([this, i] { write(i); });
    for (unsigned i = 0; i < 3; ++i) threads.emplace_back([this, i] { watch(i); });
    threads.emplace_back([this] { host(); });
    threads.emplace_back([this] {
      while (!done_) {
        engine_->poll();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    std::this_thread::sleep_for(duration());
    done_ = true;
    for (auto& thread : threads) thread.join();
    engine_->poll();
    check();
  }

 private:
  enum JoinType : std::uint32_t { kInner, kLeft, kOuter };
  static std::string table(std::uint32_t i) { return "t" + std::to_string(i % 2); }
  /// A table or a join.
  static std::string source(std::uint32_t i) { return (i % 4 < 2 ? "t" : "j") + std::to_string(i % 2); }

  void write(unsigned seed) {
    std::mt19937 random(seed);
    Client client(*engine_);
    while (!done_) {
      const std::string key = std::to_string(random() % 50);
      const std::string name = table(random());
      EXPECT_EQ(client.update(name, "[{\"k\":" + key + ",\"v\":1}]").kind, kTableUpdate);
      if (random() % 4 == 0) {
        EXPECT_EQ(client.update("keys", "[{\"k\":" + key + "}]").kind, kTableUpdate);
      }
      if (random() % 4 == 0) {
        EXPECT_EQ(client.ask(name, kTableRemove, Client::change("[" + key + "]")).kind, kTableRemove);
      }
      if (random() % 64 == 0) {
        EXPECT_EQ(client.ask(name, kTableReplace, Client::change("[{\"k\":1,\"v\":1}]")).kind, kTableReplace);
      }
    }
  }

  /// Sessions that come, look and go; views are shared by name and die under each other's hands.
  void watch(unsigned seed) {
    std::mt19937 random(seed + 100);
    const auto grouped = message([](protozero::pbf_writer& out) { out.add_string(1, "v"); });
    while (!done_) {
      Client client(*engine_);
      for (int i = 0; i < 10 && !done_; ++i) {
        const std::string name = "view" + std::to_string(random() % 6);
        (void)client.make_view(source(random()), name, random() % 2 ? grouped : std::string());
        client.send(name, kOnUpdate, random() % 2 ? Client::row_mode() : std::string());
        client.send(name, kOnRemove);
        client.send(name, kViewOnDelete);
        for (const std::uint32_t kind : {kDimensions, kToColumns, kGetConfig, kExpand, kToArrow, kCollapse}) {
          const auto answer = client.ask(name, kind);
          EXPECT_TRUE(answer.kind == kind || answer.text() == "View not found") << answer.text();
        }
        if (random() % 2) client.send(name, kViewDelete);
      }
      if (random() % 2) client.session().close();
    }
  }

  void host() {
    while (!done_) {
      Client client(*engine_);
      client.send("", kHostedTables, Client::flag());
      EXPECT_EQ(client.make_table("short", kCols, "{\"x\":[1,2]}").kind, kMakeTable);
      EXPECT_EQ(client.make_view("short", "brief").kind, kMakeView);
      EXPECT_EQ(client.make_join("passing", "short", "keys", "x", kInner, "k").kind, kMakeJoin);
      EXPECT_EQ(client.make_join("chained", "passing", "t1", "x", kOuter, "k").kind, kMakeJoin);
      EXPECT_EQ(client.ask("short", kTableDelete).kind, kError);
      EXPECT_EQ(client.ask("chained", kTableDelete).kind, kTableDelete);
      EXPECT_EQ(client.ask("passing", kTableDelete).kind, kTableDelete);
      client.send("short", kTableDelete);
      if (client.ask("brief", kToCsv).kind != kToCsv) ADD_FAILURE() << "the view of a marked table works";
      EXPECT_EQ(client.ask("brief", kViewDelete).kind, kViewDelete);
      EXPECT_EQ(client.ask("short", kTableSize).kind, kError);
    }
  }

  /// All sessions are gone, so no views are left, and the tables and joins add up.
  void check() {
    Client client(*engine_);
    EXPECT_EQ(client.make_join("fresh0", "t0", "keys", "k", kOuter).kind, kMakeJoin);
    EXPECT_EQ(client.make_join("fresh1", "fresh0", "keys", "v", kLeft, "k").kind, kMakeJoin);
    for (const char* number : {"1", "0"}) {
      for (const char* kind : {"j", "fresh"}) {
        EXPECT_EQ(client.make_view(std::string(kind) + number, kind).kind, kMakeView);
      }
      EXPECT_EQ(client.csv("j"), client.csv("fresh"));
      for (const char* kind : {"j", "fresh"}) {
        EXPECT_EQ(client.ask(kind, kViewDelete).kind, kViewDelete);
        EXPECT_EQ(client.ask(std::string(kind) + number, kTableDelete).kind, kTableDelete);
      }
    }
    for (const char* name : {"t0", "t1"}) {
      const auto size = client.ask(name, kTableSize).number(2);
      EXPECT_EQ(client.make_view(name, "last").kind, kMakeView);
      EXPECT_EQ(client.ask("last", kDimensions).number(3), size);
      EXPECT_EQ(client.ask("last", kViewDelete).kind, kViewDelete);
      EXPECT_EQ(client.ask(name, kTableDelete, Client::flag()).kind, kTableDelete);
    }
  }

  std::shared_ptr<Engine> engine_;
  std::atomic<bool> done_{false};
};

TEST(ServerStress, Immediate) { Stress().run(); }
TEST(ServerStress, Deferred) {
  Stress([] {}).run();
}

}  // namespace
}  // namespace parallax::test

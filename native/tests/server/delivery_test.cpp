// Order, re-entrancy and closing of handlers.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "server/client.h"
#include "server/outbound.h"

namespace parallax::test {
namespace {

std::string text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(Outbound, DeliversInOrderAndSwallowsExceptions) {
  std::string seen;
  Outbound out([&](auto bytes) {
    seen += text(bytes);
    throw 1;
  });
  for (const char* frame : {"a", "b", "c"}) out.append(TextBuffer(frame));
  EXPECT_EQ(seen, "");
  out.deliver();
  EXPECT_EQ(seen, "abc");
}

TEST(Outbound, AHandlerThatAppendsIsNotReentered) {
  std::string seen;
  int depth = 0;
  Outbound* self = nullptr;
  Outbound out([&](auto bytes) {
    EXPECT_EQ(++depth, 1);
    seen += text(bytes);
    if (seen.size() < 4) {
      self->append(TextBuffer("+"));
      self->deliver();
    }
    --depth;
  });
  self = &out;
  out.append(TextBuffer("a"));
  out.append(TextBuffer("b"));
  out.deliver();
  EXPECT_EQ(seen, "ab+++");
}

TEST(Outbound, NothingComesAfterAClose) {
  std::string seen;
  Outbound* self = nullptr;
  auto token = std::make_shared<int>(0);
  Outbound out([&, token](auto bytes) {
    seen += text(bytes);
    self->close();
    EXPECT_GT(token.use_count(), 1);  // the handler lives while it runs
  });
  self = &out;
  out.append(TextBuffer("a"));
  out.append(TextBuffer("b"));
  out.deliver();
  out.append(TextBuffer("c"));
  out.deliver();
  EXPECT_EQ(seen, "a");
  EXPECT_EQ(token.use_count(), 1);
}

TEST(Outbound, OneHandlerCallAtATime) {
  std::atomic<int> inside{0};
  std::atomic<int> calls{0};
  Outbound out([&](auto) {
    EXPECT_EQ(++inside, 1);
    ++calls;
    --inside;
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        out.append(TextBuffer("x"));
        out.deliver();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  out.deliver();
  EXPECT_EQ(calls, 4000);
}

TEST(SessionHandler, MayCallBackIntoItsSession) {
  const auto engine = Engine::create({.threads = 1});
  std::vector<Response> responses;
  std::shared_ptr<Session> session;
  const auto send = [&](std::uint32_t id, std::string_view entity, std::uint32_t kind,
                        const std::string& body) {
    const auto bytes = request_bytes(id, entity, kind, body);
    session->handle_request(std::as_bytes(std::span(bytes)));
  };
  session = engine->open_session([&](auto bytes) {
    responses.push_back(Response::parse(bytes));
    const auto& last = responses.back();
    if (last.kind == kMakeTable) send(2, "t", kTableSize, "");
    if (last.kind == kTableSize && last.id < 5) send(last.id + 1, "t", kTableSize, "");
  });
  send(1, "t", kMakeTable, message([](protozero::pbf_writer& out) {
         out.add_message(1, Client::data_message(kCols, "{\"x\":[1]}"));
       }));
  ASSERT_EQ(responses.size(), 5u);
  EXPECT_EQ(responses.back().id, 5u);
  session->close();
}

TEST(SessionHandler, MayCloseItsSession) {
  const auto engine = Engine::create({.threads = 1});
  Client owner(*engine);
  ASSERT_EQ(owner.make_table("t", kSchema, integers({"x"})).kind, kMakeTable);
  int calls = 0;
  std::shared_ptr<Session> session;
  session = engine->open_session([&](auto) {
    ++calls;
    session->close();
  });
  for (const std::uint32_t kind : {kTableSize, kTableSchema}) {
    const auto bytes = request_bytes(1, "t", kind);
    session->handle_request(std::as_bytes(std::span(bytes)));
  }
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace parallax::test

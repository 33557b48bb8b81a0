// Table data beside a request.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "arrow_lending.h"
#include "server/client.h"

namespace parallax::test {
namespace {

class PayloadTest : public testing::Test {
 protected:
  /// A request whose data member is set but empty, with a payload beside it.
  Response ask_with(std::string_view entity, std::uint32_t kind, Payload payload, std::uint32_t data,
                    std::string_view own_data = {}) {
    const std::string body = message(
        [&](protozero::pbf_writer& out) { out.add_message(1, Client::data_message(data, own_data)); });
    return ask_with(entity, kind, std::move(payload), body);
  }
  Response ask_with(std::string_view entity, std::uint32_t kind, Payload payload, const std::string& body) {
    const std::string bytes = request_bytes(7, entity, kind, body);
    client_.session().handle_request(std::as_bytes(std::span(bytes)), std::move(payload));
    const auto responses = client_.take();
    EXPECT_EQ(responses.size(), 1u);
    if (responses.empty()) return {};
    EXPECT_EQ(responses[0].id, 7u);
    return responses[0];
  }
  static Payload bytes(std::string_view text) { return std::as_bytes(std::span(text)); }
  Payload file(std::string_view content) {
    std::ofstream(path_, std::ios::binary) << content;
    return FilePayload{path_};
  }
  std::string csv_of(std::string_view table) {
    const std::string view = "view of " + std::string(table);
    EXPECT_EQ(client_.make_view(table, view).kind, kMakeView);
    return client_.csv(view);
  }
  void TearDown() override { ::unlink(path_.c_str()); }

  const std::string path_ = testing::TempDir() + "parallax payload " + std::to_string(::getpid());
  std::shared_ptr<Engine> engine_ = Engine::create({.threads = 2, .max_request_bytes = 1000});
  Client client_{*engine_};
};

TEST_F(PayloadTest, EveryFormatFromBytesAndFiles) {
  const std::pair<Data, const char*> inputs[] = {{kCsv, "a,b\n1,x\n2,y\n"},
                                                 {kRows, R"([{"a":1,"b":"x"},{"a":2,"b":"y"}])"},
                                                 {kCols, R"({"a":[1,2],"b":["x","y"]})"},
                                                 {kNdjson, "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}"}};
  for (const auto& [data, text] : inputs) {
    const std::string name = "t" + std::to_string(data);
    EXPECT_EQ(ask_with(name + "b", kMakeTable, bytes(text), data).kind, kMakeTable);
    EXPECT_EQ(ask_with(name + "f", kMakeTable, file(text), data).kind, kMakeTable);
    EXPECT_EQ(csv_of(name + "b"), "\"a\",\"b\"\n1,\"x\"\n2,\"y\"\n");
    EXPECT_EQ(csv_of(name + "f"), "\"a\",\"b\"\n1,\"x\"\n2,\"y\"\n");
  }
  const std::string arrow = client_.ask("view of t2b", kToArrow).text();
  EXPECT_EQ(ask_with("arrow b", kMakeTable, bytes(arrow), kArrow).kind, kMakeTable);
  EXPECT_EQ(ask_with("arrow f", kMakeTable, file(arrow), kArrow).kind, kMakeTable);
  EXPECT_EQ(csv_of("arrow b"), csv_of("arrow f"));
}

TEST_F(PayloadTest, ChangesATableToo) {
  client_.make_table("t", kRows, R"([{"a":1,"b":"x"}])", "a");
  EXPECT_EQ(ask_with("t", kTableUpdate, bytes(R"([{"a":2,"b":"y"},{"a":3}])"), kRows).kind, kTableUpdate);
  EXPECT_EQ(ask_with("t", kTableRemove, bytes("[1]"), kRows).kind, kTableRemove);
  EXPECT_EQ(csv_of("t"), "\"a\",\"b\"\n2,\"y\"\n3,\n");
  EXPECT_EQ(ask_with("t", kTableReplace, file("a,b\n9,z\n"), kCsv).kind, kTableReplace);
  EXPECT_EQ(client_.csv("view of t"), "\"a\",\"b\"\n9,\"z\"\n");
}

TEST_F(PayloadTest, IsNotLimitedAsRequestsAre) {
  std::string text = "a\n";
  for (int i = 0; i < 2000; ++i) text += std::to_string(i) + '\n';
  EXPECT_EQ(client_.make_table("t", kCsv, text).kind, kError);
  EXPECT_EQ(ask_with("t", kMakeTable, bytes(text), kCsv).kind, kMakeTable);
  EXPECT_EQ(client_.ask("t", kTableSize).number(2), 2000u);
}

TEST_F(PayloadTest, RefusesWhatTakesNone) {
  const auto fault = [](const Response& response) {
    EXPECT_EQ(response.kind, kError);
    return response.text();
  };
  EXPECT_NE(fault(ask_with("t", kTableSize, bytes("a\n"), "")).find("takes no data"), std::string::npos);
  EXPECT_NE(fault(ask_with("t", kMakeTable, bytes("a\n1\n"), kCsv, "a\n2\n")).find("data of its own"),
            std::string::npos);
  EXPECT_NE(fault(ask_with("t", kMakeTable, bytes("a\n1\n"), kSchema)).find("of which format"),
            std::string::npos);
  EXPECT_NE(fault(ask_with("t", kMakeTable, bytes("a\n1\n"), kView)).find("of which format"),
            std::string::npos);
  EXPECT_NE(fault(ask_with("t", kMakeTable, bytes("a\n1\n"), "")).find("of which format"), std::string::npos);
  EXPECT_EQ(fault(ask_with("t", kMakeTable, FilePayload{path_}, kCsv)),
            "Cannot read the file \"" + path_ + "\": No such file or directory");
  EXPECT_NE(fault(ask_with("t", kMakeTable, bytes("a\n\xff\n"), kCsv)).find("UTF-8"), std::string::npos);
  EXPECT_NE(fault(ask_with("t", kMakeTable, bytes("[{\"a\":\"\xff\"}]"), kRows)).find("UTF-8"),
            std::string::npos);
  EXPECT_EQ(client_.ask("t", kTableSize).kind, kError);  // nothing was made
}

TEST_F(PayloadTest, AFaultInAFileSaysWhere) {
  EXPECT_EQ(ask_with("t", kMakeTable, file("{\"a\":[1,2,\n}"), kCols).text(),
            client_.make_table("t", kCols, "{\"a\":[1,2,\n}").text());
  EXPECT_EQ(ask_with("t", kMakeTable, file("a,b\n1,2\n3\n"), kCsv).text(),
            client_.make_table("t", kCsv, "a,b\n1,2\n3\n").text());
}

/// Two columns of so many rows that their buffers are pages long.
std::string large_arrow(Client& client) {
  std::string text = "a,b\n";
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i + 1) + ',' + std::to_string(-i - 1) + '\n';
  client.make_table("large", kCsv, text);
  client.make_view("large", "view of large");
  return client.ask("view of large", kToArrow).text();
}

/// Where in the metadata that number stands.
std::vector<std::size_t> places_of(const std::string& arrow, std::int64_t number) {
  std::vector<std::size_t> places;
  for (std::size_t at = 8; at < 4096; ++at) {
    if (std::memcmp(arrow.data() + at, &number, sizeof number) == 0) places.push_back(at);
  }
  return places;
}

TEST(PayloadArrowFile, PartsAreReleasedWhereNothingElseNeedsThem) {
  const auto engine = Engine::create({.threads = 1});
  Client client(*engine);
  std::string arrow = large_arrow(client);
  const std::string path = testing::TempDir() + "parallax large " + std::to_string(::getpid());
  const auto csv_by_file = [&](const std::string& name) {
    std::ofstream(path, std::ios::binary) << arrow;
    const std::string bytes = request_bytes(1, name, kMakeTable, message([&](protozero::pbf_writer& out) {
                                              out.add_message(1, Client::data_message(kArrow, ""));
                                            }));
    client.session().handle_request(std::as_bytes(std::span(bytes)), FilePayload{path});
    client.make_view(name, "view of " + name);
    return client.csv("view of " + name);
  };
  EXPECT_TRUE(csv_by_file("apart") == client.csv("view of large"));

  // Both columns show the first one's buffer: it must still be there for the second.
  // A buffer's description is its offset and its length; the first and the last are the values'.
  const std::vector<std::size_t> places = places_of(arrow, 20'000 * 8);
  ASSERT_GE(places.size(), 2u);
  std::memcpy(arrow.data() + places.back() - 8, arrow.data() + places.front() - 8, 8);
  EXPECT_NE(csv_by_file("shared").find("\n10000,10000\n"), std::string::npos);
  ::unlink(path.c_str());
}

TEST_F(PayloadTest, ArrowArraysAreReleasedWhateverHappens) {
  const std::int32_t numbers[] = {1, 2};
  const LentArray column{"i", "a", 2, {nullptr, numbers}};
  const auto lend = [&](const auto& use) {
    Lender lender({column}, 2);
    use(lender.lend());
    EXPECT_EQ(lender.released, 2);
  };
  lend([&](Payload batch) {
    EXPECT_EQ(ask_with("t", kMakeTable, std::move(batch), kArrow).kind, kMakeTable);
  });
  EXPECT_EQ(csv_of("t"), "\"a\"\n1\n2\n");
  lend([&](Payload batch) {
    const Response answer = ask_with("t2", kMakeTable, std::move(batch), kCsv);
    EXPECT_EQ(answer.kind, kError);
    EXPECT_EQ(answer.text(), "The data beside this request is Arrow, but the request says something else");
  });
  lend([&](Payload batch) { ask_with("none", kTableUpdate, std::move(batch), kArrow); });
  client_.session().close();
  lend([&](Payload batch) { client_.session().handle_request({}, std::move(batch)); });
}

}  // namespace
}  // namespace parallax::test

// Damaged requests: whatever the bytes, every session goes on working.
#include <gtest/gtest.h>

#include <random>

#include "server/client.h"
#include "server/transcripts.h"

namespace parallax::test {
namespace {

std::string damaged(std::string bytes, std::mt19937& random) {
  for (unsigned i = 0, changes = 1 + random() % 3; i < changes && !bytes.empty(); ++i) {
    const std::size_t at = random() % bytes.size();
    switch (random() % 4) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes.erase(at, 1 + random() % 8);
        break;
      case 2:
        bytes.insert(at, 1 + random() % 8, static_cast<char>(random()));
        break;
      default:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
    }
  }
  return bytes;
}

TEST(Damage, NeverHurtsTheEngine) {
  std::mt19937 random(20240);
  for (const auto& scene : scenes()) {
    for (int round = 0; round < 20; ++round) {
      const auto engine = Engine::create({.threads = 1});
      Client client(*engine);
      for (const Line& line : scene.second) {
        if (line.direction != "request") continue;
        const std::string bytes = random() % 4 == 0 ? damaged(line.bytes, random) : line.bytes;
        client.session().handle_request(std::as_bytes(std::span(bytes)));
      }
      EXPECT_EQ(client.ask("", kHostedTables).kind, kHostedTables) << scene.first;
    }
  }
}

}  // namespace
}  // namespace parallax::test

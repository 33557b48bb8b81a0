// What is answered without waiting for a writer, and what a conflated write holds.
#include <gtest/gtest.h>

#include <future>

#include "server/hosted_table.h"
#include "server/registry.h"
#include "server/write.h"

namespace parallax {
namespace {

Schema two_integers() { return Schema({{"k", Storage::int32}, {"v", Storage::int32}}); }

RowBatch rows(std::initializer_list<std::int32_t> keys, bool with_values) {
  RowBatch batch;
  batch.rows = keys.size();
  Column key(Storage::int32);
  for (const auto k : keys) key.append(k);
  batch.entries.push_back({0, key, std::nullopt});
  if (with_values) batch.entries.push_back({1, key, std::nullopt});
  return batch;
}

TEST(Snapshots, AreReadWhileTheTableIsBeingWritten) {
  ThreadPool pool(1);
  Registry registry;
  Outbox outbox;
  const auto table = std::make_shared<HostedTable>(
      "t", std::make_unique<Table>(two_integers(), TableOptions{}), ListFlatten::zip, pool);
  const auto session = std::make_shared<SessionState>([](auto) {}, 10);
  const auto view = std::make_shared<HostedView>("v", table, table->make_view_locked({}), session);
  table->add_view_locked(view);
  EXPECT_EQ(view->dimensions().num_view_rows, 0u);
  table->write_locked(table->lock_writer(), {Write::Kind::update, 0, rows({1, 2}, true), std::nullopt},
                      registry, outbox, [] {});

  std::unique_lock writing(table->data_mutex());
  auto answer = std::async(std::launch::async,
                           [&] { return std::pair(view->dimensions().num_view_rows, table->size()); });
  EXPECT_EQ(answer.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  writing.unlock();
  EXPECT_EQ(answer.get(), std::pair(2u, std::size_t{2}));
  // View and table hold each other until the view goes.
  const auto writer = table->lock_writer();
  table->remove_view_locked(*view);
}

TEST(Conflate, JoinsUpdatesOfOnePortAndKeepsTheOrder) {
  std::vector<Write> writes;
  writes.push_back({Write::Kind::update, 0, rows({1}, true), std::nullopt});
  writes.push_back({Write::Kind::update, 0, rows({2, 3}, false), std::nullopt});
  writes.push_back({Write::Kind::update, 1, rows({4}, true), std::nullopt});
  writes.push_back({Write::Kind::replace, 0, rows({5}, true), std::nullopt});
  writes.push_back({Write::Kind::replace, 0, rows({6}, true), std::nullopt});
  const auto merged = conflate(std::move(writes), two_integers());
  ASSERT_EQ(merged.size(), 4u);
  EXPECT_EQ(merged[0].rows.rows, 3u);
  ASSERT_EQ(merged[0].rows.entries.size(), 2u);
  const auto& keys = merged[0].rows.entries[0];
  EXPECT_FALSE(keys.present.has_value());
  EXPECT_EQ(keys.values.value<std::int32_t>(2), 3);
  const auto& values = merged[0].rows.entries[1];
  ASSERT_TRUE(values.present.has_value());
  EXPECT_TRUE(values.present->test(0));
  EXPECT_FALSE(values.present->test(1));
  EXPECT_FALSE(values.present->test(2));
  EXPECT_EQ(merged[1].port, 1u);
  EXPECT_EQ(merged[3].rows.entries[0].values.value<std::int32_t>(0), 6);
}

TEST(Conflate, KeepsExplicitIdsApartFromArrivals) {
  std::vector<Write> writes(2);
  writes[0].rows = rows({1}, true);
  writes[1].rows = rows({2}, true);
  writes[1].rows.ids.emplace(Storage::int64).append(std::int64_t{7});
  const auto merged = conflate(std::move(writes), two_integers());
  ASSERT_EQ(merged.size(), 1u);
  ASSERT_TRUE(merged[0].rows.ids.has_value());
  EXPECT_FALSE(merged[0].rows.ids->valid(0));
  EXPECT_EQ(merged[0].rows.ids->value<std::int64_t>(1), 7);
}

}  // namespace
}  // namespace parallax

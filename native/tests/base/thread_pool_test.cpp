#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

namespace parallax {
namespace {

TEST(ThreadPool, RunsEveryTaskOnce) {
  for (const unsigned threads : {1u, 2u, 4u}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.width(), threads);
    std::vector<std::atomic<int>> runs(1000);
    pool.parallel_for(runs.size(), [&](std::size_t i) { ++runs[i]; });
    for (const auto& run : runs) EXPECT_EQ(run.load(), 1);
  }
}

TEST(ThreadPool, CutsRowsIntoMorsels) {
  ThreadPool pool(3);
  const std::size_t rows = 3 * kMorselRows + 17;
  std::atomic<std::size_t> seen{0};
  pool.for_morsels(rows, [&](std::size_t begin, std::size_t end) {
    EXPECT_EQ(begin % kMorselRows, 0u);
    seen += end - begin;
  });
  EXPECT_EQ(seen.load(), rows);
  pool.for_morsels(0, [&](std::size_t, std::size_t) { FAIL(); });
}

TEST(ThreadPool, RethrowsTheFirstFailureAndGoesOn) {
  ThreadPool pool(2);
  EXPECT_THROW(pool.parallel_for(100,
                                 [](std::size_t i) {
                                   if (i == 7) throw std::runtime_error("seven");
                                 }),
               std::runtime_error);
  std::atomic<int> ran{0};
  pool.parallel_for(10, [&](std::size_t) { ++ran; });
  EXPECT_EQ(ran.load(), 10);
}

TEST(ThreadPool, LoopsInsideLoopsDoNotDeadlock) {
  ThreadPool pool(2);
  std::atomic<int> ran{0};
  pool.parallel_for(8, [&](std::size_t) { pool.parallel_for(8, [&](std::size_t) { ++ran; }); });
  EXPECT_EQ(ran.load(), 64);
}

TEST(ThreadPool, FewCellsStayWithTheCaller) {
  ThreadPool pool(2);
  std::vector<std::thread::id> workers(64);
  pool.parallel_for(64, 6400, [&](std::size_t i) { workers[i] = std::this_thread::get_id(); });
  EXPECT_EQ(workers, std::vector(64, std::this_thread::get_id()));
  std::atomic<int> ran{0};
  pool.parallel_for(64, 6'400'000, [&](std::size_t) { ++ran; });
  EXPECT_EQ(ran.load(), 64);
}

TEST(ThreadPool, ServesManyCallers) {
  ThreadPool pool(2);
  std::atomic<int> ran{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; ++c) {
    callers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) pool.parallel_for(5, [&](std::size_t) { ++ran; });
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(ran.load(), 4 * 200 * 5);
}

}  // namespace
}  // namespace parallax

// One pool for the whole engine; work is cut into morsels.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace parallax {

/// Rows one task handles at a time; also the size of a column segment.
inline constexpr std::size_t kMorselRows = 65536;

/// Threads that share loops. The calling thread works too, so a pool of 1 starts no thread, and a loop inside
/// a loop cannot dead-lock. Thread-safe.
class ThreadPool {
 public:
  /// `threads` counts the caller's; 0 = one per core.
  explicit ThreadPool(unsigned threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// Threads that may work on one loop, the caller's included; at least 1.
  [[nodiscard]] unsigned width() const noexcept { return static_cast<unsigned>(workers_.size()) + 1; }

  /// Runs task(0) … task(tasks-1), in any order, several at a time, and returns when all are done. The first
  /// exception that a task throws is rethrown here; tasks not begun by then are skipped.
  void parallel_for(std::size_t tasks, const std::function<void(std::size_t task)>& task);

  /// The same for tasks that handle `cells` cells together. Few are done by the caller alone, sooner than
  /// others would be awake.
  void parallel_for(std::size_t tasks, std::size_t cells, const std::function<void(std::size_t task)>& task);

  /// parallel_for over the morsels of `rows` rows: body(begin, end).
  void for_morsels(std::size_t rows, const std::function<void(std::size_t begin, std::size_t end)>& body);

 private:
  struct Loop;
  void work();
  static void run(Loop& loop);

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Loop>> loops_;
  bool stopping_ = false;
};

}  // namespace parallax

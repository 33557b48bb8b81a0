#include "base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <exception>

namespace parallax {

namespace {

constexpr std::size_t kFewCells = 32768;

}  // namespace

struct ThreadPool::Loop {
  const std::function<void(std::size_t)>* task;
  std::size_t tasks;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::condition_variable done;
  std::size_t finished = 0;
  std::exception_ptr failure;
};

ThreadPool::ThreadPool(unsigned threads) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  workers_.reserve(threads - 1);
  for (unsigned i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& worker : workers_) worker.join();
}

void ThreadPool::parallel_for(std::size_t tasks, const std::function<void(std::size_t)>& task) {
  if (tasks == 0) return;
  if (tasks == 1 || workers_.empty()) {
    for (std::size_t i = 0; i < tasks; ++i) task(i);
    return;
  }
  auto loop = std::make_shared<Loop>();
  loop->task = &task;
  loop->tasks = tasks;
  {
    const std::lock_guard lock(mutex_);
    loops_.push_back(loop);
  }
  wake_.notify_all();
  run(*loop);
  std::unique_lock lock(loop->mutex);
  loop->done.wait(lock, [&] { return loop->finished == loop->tasks; });
  if (loop->failure) std::rethrow_exception(loop->failure);
}

void ThreadPool::parallel_for(std::size_t tasks, std::size_t cells,
                              const std::function<void(std::size_t)>& task) {
  if (cells >= kFewCells) return parallel_for(tasks, task);
  for (std::size_t i = 0; i < tasks; ++i) task(i);
}

void ThreadPool::for_morsels(std::size_t rows, const std::function<void(std::size_t, std::size_t)>& body) {
  parallel_for((rows + kMorselRows - 1) / kMorselRows, [&](std::size_t morsel) {
    body(morsel * kMorselRows, std::min(rows, (morsel + 1) * kMorselRows));
  });
}

void ThreadPool::run(Loop& loop) {
  for (;;) {
    const std::size_t i = loop.next.fetch_add(1);
    if (i >= loop.tasks) return;
    std::exception_ptr failure;
    {
      const std::lock_guard lock(loop.mutex);
      failure = loop.failure;
    }
    if (!failure) {
      try {
        (*loop.task)(i);
      } catch (...) {
        failure = std::current_exception();
      }
    }
    const std::lock_guard lock(loop.mutex);
    if (failure && !loop.failure) loop.failure = failure;
    if (++loop.finished == loop.tasks) loop.done.notify_all();
  }
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stopping_ || !loops_.empty(); });
    if (stopping_) return;
    const std::shared_ptr<Loop> loop = loops_.front();
    if (loop->next.load() >= loop->tasks) {
      loops_.pop_front();
      continue;
    }
    lock.unlock();
    run(*loop);
    lock.lock();
    if (!loops_.empty() && loops_.front() == loop) loops_.pop_front();
  }
}

}  // namespace parallax

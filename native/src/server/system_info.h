// Memory and time of the engine, for server_system_info.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include "protocol/response.h"

namespace parallax {

/// Thread-safe.
class SystemInfo {
  using Clock = std::chrono::steady_clock;

 public:
  /// Counts the time of one request while it lives.
  class Timing {
   public:
    explicit Timing(SystemInfo& info) : info_(info), start_(Clock::now()) {}
    ~Timing() {
      const auto spent = std::chrono::nanoseconds(Clock::now() - start_);
      info_.busy_ns_.fetch_add(spent.count(), std::memory_order_relaxed);
    }
    Timing(const Timing&) = delete;
    Timing& operator=(const Timing&) = delete;

   private:
    SystemInfo& info_;
    Clock::time_point start_;
  };

  /// The epoch begins with the first session.
  void session_opened();

  /// Times since the last call, and memory now.
  wire::ServerSystemInfoResp take();

 private:
  std::atomic<std::int64_t> busy_ns_{0};
  std::mutex mutex_;
  std::optional<Clock::time_point> epoch_;
};

}  // namespace parallax

#include "server/system_info.h"

#include <malloc.h>

namespace parallax {

void SystemInfo::session_opened() {
  const std::lock_guard lock(mutex_);
  if (!epoch_) epoch_ = Clock::now();
}

wire::ServerSystemInfoResp SystemInfo::take() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  using std::chrono::nanoseconds;
  const struct mallinfo2 memory = mallinfo2();
  wire::ServerSystemInfoResp response;
  response.heap_size = memory.arena + memory.hblkhd;
  response.used_size = memory.uordblks + memory.hblkhd;
  response.cpu_time =
      static_cast<std::uint32_t>(duration_cast<milliseconds>(nanoseconds(busy_ns_.exchange(0))).count());
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  response.cpu_time_epoch =
      static_cast<std::uint32_t>(duration_cast<milliseconds>(now - epoch_.value_or(now)).count());
  epoch_ = now;
  return response;
}

}  // namespace parallax

#include "server/system_info.h"

#include <malloc.h>
#include <unistd.h>

#include <cstdio>

namespace parallax {

namespace {

/// Bytes of the process that are in memory; 0 if the system does not tell.
std::uint64_t resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (!file) return 0;
  unsigned long long total = 0;
  unsigned long long resident = 0;
  const bool read = std::fscanf(file, "%llu %llu", &total, &resident) == 2;
  (void)std::fclose(file);
  return read ? resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace

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
  if (response.heap_size == 0) {  // another allocator has taken over from the C library's
    response.heap_size = response.used_size = resident_bytes();
  }
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

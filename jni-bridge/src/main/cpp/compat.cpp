// Newer glibc symbols that the static C++ library asks for, so that the library still loads on glibc 2.34.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#define PARALLAX_HIDDEN extern "C" __attribute__((visibility("hidden")))

PARALLAX_HIDDEN int getentropy(void* buffer, std::size_t length) {
  auto* next = static_cast<unsigned char*>(buffer);
  while (length > 0) {
    const long count = syscall(SYS_getrandom, next, length, 0);
    if (count < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    next += count;
    length -= static_cast<std::size_t>(count);
  }
  return 0;
}

PARALLAX_HIDDEN std::uint32_t arc4random() {
  std::uint32_t value = 0;
  if (getentropy(&value, sizeof value) != 0) std::abort();
  return value;
}

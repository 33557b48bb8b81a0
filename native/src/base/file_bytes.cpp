#include "base/file_bytes.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <new>
#include <system_error>

#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::size_t kPartBytes = std::size_t{8} << 20;

[[noreturn]] void cannot_read(const std::string& path, int error) {
  throw Error("Cannot read the file \"" + path + "\": " + std::generic_category().message(error));
}

class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : path_(path) {
    // Without O_NONBLOCK opening a pipe would wait for its writer.
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor_ < 0) cannot_read(path, errno);
  }
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] std::size_t size() const {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) cannot_read(path_, errno);
    if (!S_ISREG(status.st_mode)) {
      throw Error("Cannot read \"" + path_ + "\": it is a directory or a device, not a regular file");
    }
    return static_cast<std::size_t>(status.st_size);
  }

  void read(char* to, std::size_t from, std::size_t count) const {
    while (count > 0) {
      const ssize_t got = ::pread(descriptor_, to, count, static_cast<off_t>(from));
      if (got < 0) {
        if (errno == EINTR) continue;
        cannot_read(path_, errno);
      }
      if (got == 0) throw Error("The file \"" + path_ + "\" was cut short while it was read");
      to += got;
      from += static_cast<std::size_t>(got);
      count -= static_cast<std::size_t>(got);
    }
  }

 private:
  const std::string& path_;
  int descriptor_;
};

}  // namespace

FileBytes::FileBytes(const std::string& path, ThreadPool& pool) {
  const OpenFile file(path);
  size_ = file.size();
  if (size_ == 0) return;
  void* const memory = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  memory_ = static_cast<char*>(memory);
  try {
    pool.parallel_for((size_ + kPartBytes - 1) / kPartBytes, [&](std::size_t part) {
      const std::size_t from = part * kPartBytes;
      file.read(memory_ + from, from, std::min(kPartBytes, size_ - from));
    });
  } catch (...) {
    ::munmap(memory_, size_);
    throw;
  }
}

FileBytes::~FileBytes() {
  if (memory_ != nullptr) ::munmap(memory_, size_);
}

void FileBytes::release(std::string_view part) const noexcept {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(part.data());
  const std::uintptr_t first = (begin + page - 1) / page * page;
  const std::uintptr_t last = (begin + part.size()) / page * page;
  if (first < last) ::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

}  // namespace parallax

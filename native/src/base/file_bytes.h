// A file's content in memory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/thread_pool.h"

namespace parallax {

/// The bytes of a file, read into memory of this process rather than mapped: were it mapped, whoever cuts the
/// file short meanwhile would end the process with SIGBUS. What is not needed any more can be given back
/// early.
class FileBytes {
 public:
  /// Reads the whole file, in parts side by side. Throws Error if it is no regular file, cannot be read, or
  /// gets shorter meanwhile; std::bad_alloc if there is no address space for it.
  FileBytes(const std::string& path, ThreadPool& pool);
  ~FileBytes();
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  [[nodiscard]] std::string_view bytes() const noexcept { return {memory_, size_}; }

  /// Gives back the memory of a part of bytes(), to whole pages: it reads as zeros from now on. Thread-safe.
  void release(std::string_view part) const noexcept;

 private:
  char* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace parallax

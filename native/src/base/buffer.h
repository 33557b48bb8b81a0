// Zeroed memory, in a page file or not.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "base/huge_pages.h"
#include "base/page_file.h"

namespace parallax {

/// Owns `bytes` bytes, zeros at first, that never move. With a page file, which it keeps alive, large buffers
/// lie in the file. When that has no room left they lie in memory all the same, so that a write which has
/// begun comes to its end: ask PageFile::require() before a write begins.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(std::size_t bytes, const std::shared_ptr<PageFile>& pages = nullptr) : bytes_(bytes) {
    if (bytes == 0) return;
    if (pages && pages->block_size(bytes) > 0) data_ = pages->allocate(bytes);
    if (data_ != nullptr) {
      pages_ = pages;
    } else {
      data_ = static_cast<std::byte*>(std::calloc(bytes, 1));
      if (data_ == nullptr) throw std::bad_alloc();
      prefer_huge_pages(data_, bytes);
    }
  }
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)),
        pages_(std::move(other.pages_)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(pages_, other.pages_);
    return *this;
  }
  ~Buffer() {
    if (pages_) {
      pages_->release(data_, bytes_);
    } else {
      std::free(data_);
    }
  }

  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t bytes_ = 0;
  std::shared_ptr<PageFile> pages_;  // of the data; null = ordinary memory
};

}  // namespace parallax

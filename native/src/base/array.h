// A vector of plain values that may lie in a page file.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/buffer.h"

namespace parallax {

/// As std::vector, for values that are copied byte by byte; not copied itself.
template <class T>
class Array {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit Array(std::shared_ptr<PageFile> pages = nullptr) : pages_(std::move(pages)) {}
  Array(Array&& other) noexcept
      : buffer_(std::move(other.buffer_)), size_(std::exchange(other.size_, 0)), pages_(other.pages_) {}
  Array& operator=(Array&& other) noexcept {
    std::swap(buffer_, other.buffer_);
    std::swap(size_, other.size_);
    std::swap(pages_, other.pages_);
    return *this;
  }

  /// So many values of zero bytes, in memory that is not touched before they are.
  [[nodiscard]] static Array zeros(std::size_t size) {
    Array out;
    out.hold(size);
    out.size_ = size;
    return out;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] T* data() noexcept { return reinterpret_cast<T*>(buffer_.data()); }
  [[nodiscard]] const T* data() const noexcept { return reinterpret_cast<const T*>(buffer_.data()); }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size_; }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data()[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  /// Bytes held.
  [[nodiscard]] std::size_t memory() const noexcept { return buffer_.bytes(); }
  [[nodiscard]] const std::shared_ptr<PageFile>& pages() const noexcept { return pages_; }

  void reserve(std::size_t size) {
    if (size > capacity()) hold(size);
  }
  void resize(std::size_t size, T value = {}) {
    make_room(size);
    if (size > size_) std::fill(data() + size_, data() + size, value);
    size_ = size;
  }
  void push_back(T value) { resize(size_ + 1, value); }
  /// `values` are not this array's own.
  void append(const T* values, std::size_t count) {
    if (count == 0) return;
    const std::size_t at = size_;
    make_room(at + count);
    std::memcpy(data() + at, values, count * sizeof(T));
    size_ = at + count;
  }
  /// Gives the memory back.
  void clear() noexcept {
    buffer_ = Buffer();
    size_ = 0;
  }
  /// An empty array in the same place.
  [[nodiscard]] Array another() const { return Array(pages_); }

 private:
  [[nodiscard]] std::size_t capacity() const noexcept { return buffer_.bytes() / sizeof(T); }
  void make_room(std::size_t size) {
    if (size > capacity()) hold(std::max(size, capacity() + capacity() / 2));
  }
  void hold(std::size_t size) {
    Buffer buffer(size * sizeof(T), pages_);
    if (size_ > 0) std::memcpy(buffer.data(), data(), size_ * sizeof(T));
    buffer_ = std::move(buffer);
  }

  Buffer buffer_;
  std::size_t size_ = 0;
  std::shared_ptr<PageFile> pages_;
};

}  // namespace parallax

// Text that grows at its end, written where it will lie.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "base/huge_pages.h"

namespace parallax {

/// As std::string, but memory it grows by is not written to first: room() gives it away as it is. May keep
/// `headroom` bytes free in front, so that a header can be put there without moving the text. Moved, not
/// copied.
class TextBuffer {
 public:
  TextBuffer() noexcept = default;
  explicit TextBuffer(std::size_t headroom) noexcept : begin_(headroom), end_(headroom) {}
  explicit TextBuffer(std::string_view text) : TextBuffer() { append(text); }
  TextBuffer(TextBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        begin_(std::exchange(other.begin_, 0)),
        end_(std::exchange(other.end_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  TextBuffer& operator=(TextBuffer other) noexcept {
    std::swap(data_, other.data_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~TextBuffer() { std::free(data_); }

  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  [[nodiscard]] bool empty() const noexcept { return end_ == begin_; }
  [[nodiscard]] const char* data() const noexcept { return data_ + begin_; }
  [[nodiscard]] std::string_view view() const noexcept {
    return empty() ? std::string_view() : std::string_view(data_ + begin_, size());
  }
  friend bool operator==(const TextBuffer& a, std::string_view b) noexcept { return a.view() == b; }
  friend bool operator==(const TextBuffer& a, const TextBuffer& b) noexcept { return a.view() == b.view(); }
  [[nodiscard]] std::string str() const { return std::string(view()); }
  operator std::string_view() const noexcept { return view(); }  // NOLINT: a text is a view of itself

  /// Where at least `bytes` bytes may be written behind the text; valid until the next call of any member
  /// that is not const. end_at() then makes them part of it.
  [[nodiscard]] char* room(std::size_t bytes) {
    if (capacity_ - end_ < bytes || data_ == nullptr) grow(bytes);
    return data_ + end_;
  }
  /// The text ends here, in what room() gave.
  void end_at(const char* end) noexcept { end_ = static_cast<std::size_t>(end - data_); }

  void append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(room(text.size()), text.data(), text.size());
    end_ += text.size();
  }
  void append(std::size_t count, char c) {
    std::memset(room(count), c, count);
    end_ += count;
  }
  void push_back(char c) {
    *room(1) = c;
    ++end_;
  }
  TextBuffer& operator+=(std::string_view text) {
    append(text);
    return *this;
  }
  TextBuffer& operator+=(char c) {
    push_back(c);
    return *this;
  }
  /// Keeps the memory.
  void clear() noexcept { end_ = begin_; }
  void reserve(std::size_t size) {
    if (size > this->size()) (void)room(size - this->size());
  }

  /// Puts text in front, without moving the rest if the headroom suffices.
  void prepend(std::string_view text) {
    if (text.size() > begin_) {
      TextBuffer joined;
      joined.reserve(text.size() + size());
      joined.append(text);
      joined.append(view());
      *this = std::move(joined);
      return;
    }
    if (text.empty()) return;
    (void)room(0);
    begin_ -= text.size();
    std::memcpy(data_ + begin_, text.data(), text.size());
  }

 private:
  void grow(std::size_t bytes) {
    std::size_t capacity = capacity_ + capacity_ / 2;
    if (capacity < end_ + bytes) capacity = end_ + bytes;
    if (capacity < kLeast) capacity = kLeast;
    char* data = nullptr;
    if (capacity < kHugePage) {
      data = static_cast<char*>(std::realloc(data_, capacity));
    } else {
      capacity = (capacity + kHugePage - 1) / kHugePage * kHugePage;
      data = static_cast<char*>(std::aligned_alloc(kHugePage, capacity));
      if (data != nullptr) {
        prefer_huge_pages(data, capacity);
        if (!empty()) std::memcpy(data + begin_, data_ + begin_, size());
        std::free(data_);
      }
    }
    if (data == nullptr) throw std::bad_alloc();
    data_ = data;
    capacity_ = capacity;
  }

  static constexpr std::size_t kLeast = 64;

  char* data_ = nullptr;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace parallax

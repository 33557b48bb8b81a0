// The buffers of one Arrow message body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_buffer.h"
#include "base/thread_pool.h"

namespace parallax {

enum class ArrowCodec : std::uint8_t { none, lz4_frame, zstd };

/// One buffer: bytes of its own, or views of memory that outlives it, such as a column's segments.
class ArrowBuffer {
 public:
  ArrowBuffer() = default;
  explicit ArrowBuffer(TextBuffer bytes) : bytes_(std::move(bytes)) {}
  /// Adds memory that is not copied. Only for buffers without bytes of their own.
  void borrow(const void* data, std::size_t size) {
    if (size > 0) spans_.emplace_back(static_cast<const char*>(data), size);
  }
  [[nodiscard]] std::size_t size() const noexcept;
  /// Calls f(part) for the parts of the buffer, in order.
  template <class F>
  void for_each_part(F&& f) const {
    if (!bytes_.empty()) f(bytes_.view());
    for (const auto span : spans_) f(span);
  }
  /// Replaces the bytes by the form that a compressed body has: 64-bit length, then the compressed bytes, or
  /// -1 and the plain ones where compression does not pay. An empty buffer stays empty.
  void compress(ArrowCodec codec);

 private:
  TextBuffer bytes_;
  std::vector<std::string_view> spans_;
};

/// The buffers of a body in order; compresses them over the pool.
struct ArrowBody {
  struct Span {
    std::int64_t offset, length;
  };
  std::vector<ArrowBuffer> buffers;

  void compress(ArrowCodec codec, ThreadPool& pool);
  /// Where each buffer will lie; `size` gets the whole body's size. Buffers start at multiples of 8.
  [[nodiscard]] std::vector<Span> layout(std::int64_t& size) const;
  void append_to(TextBuffer& out, ThreadPool& pool) const;
};

}  // namespace parallax

#include "emit/arrow_body.h"

#include <lz4frame.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "parallax/error.h"

namespace parallax {
namespace {

static_assert(std::endian::native == std::endian::little, "columns are written as they lie in memory");

/// Copied by one thread at a time.
constexpr std::size_t kCopyBytes = std::size_t{1} << 19;

constexpr std::size_t padding_of(std::size_t size) noexcept { return (8 - size % 8) % 8; }

/// Compressed size, written at `to`, which has room for compressed_bound().
std::size_t compress_bytes(ArrowCodec codec, std::string_view from, char* to, std::size_t room) {
  if (codec == ArrowCodec::lz4_frame) {
    const std::size_t size = LZ4F_compressFrame(to, room, from.data(), from.size(), nullptr);
    if (LZ4F_isError(size)) {
      throw Error(ErrorKind::internal, std::string("LZ4 compression failed: ") + LZ4F_getErrorName(size));
    }
    return size;
  }
  constexpr int kLevel = 1;
  const std::size_t size = ZSTD_compress(to, room, from.data(), from.size(), kLevel);
  if (ZSTD_isError(size)) {
    throw Error(ErrorKind::internal, std::string("ZSTD compression failed: ") + ZSTD_getErrorName(size));
  }
  return size;
}

std::size_t compressed_bound(ArrowCodec codec, std::size_t size) {
  return codec == ArrowCodec::lz4_frame ? LZ4F_compressFrameBound(size, nullptr) : ZSTD_compressBound(size);
}

}  // namespace

std::size_t ArrowBuffer::size() const noexcept {
  std::size_t size = bytes_.size();
  for (const auto span : spans_) size += span.size();
  return size;
}

void ArrowBuffer::compress(ArrowCodec codec) {
  if (size() == 0) return;
  TextBuffer joined;
  std::string_view plain = bytes_.view();
  if (spans_.size() == 1) {
    plain = spans_[0];
  } else if (!spans_.empty()) {
    joined.reserve(size());
    for_each_part([&](std::string_view part) { joined += part; });
    plain = joined.view();
  }
  constexpr std::size_t kPrefix = sizeof(std::int64_t);
  const std::size_t bound = compressed_bound(codec, plain.size());
  TextBuffer packed;
  char* to = packed.room(kPrefix + std::max(bound, plain.size()));
  std::size_t size = compress_bytes(codec, plain, to + kPrefix, bound);
  auto length = static_cast<std::int64_t>(plain.size());
  if (size >= plain.size()) {
    length = -1;
    size = plain.size();
    std::memcpy(to + kPrefix, plain.data(), size);
  }
  std::memcpy(to, &length, kPrefix);
  packed.end_at(to + kPrefix + size);
  bytes_ = TextBuffer(packed.view());  // without the room that was not needed
  spans_.clear();
}

void ArrowBody::compress(ArrowCodec codec, ThreadPool& pool) {
  if (codec == ArrowCodec::none) return;
  std::size_t bytes = 0;
  for (const auto& buffer : buffers) bytes += buffer.size();
  pool.parallel_for(buffers.size(), bytes / sizeof(double),
                    [&](std::size_t i) { buffers[i].compress(codec); });
}

std::vector<ArrowBody::Span> ArrowBody::layout(std::int64_t& size) const {
  std::vector<Span> spans;
  spans.reserve(buffers.size());
  size = 0;
  for (const auto& buffer : buffers) {
    const std::size_t length = buffer.size();
    spans.push_back({size, static_cast<std::int64_t>(length)});
    size += static_cast<std::int64_t>(length + padding_of(length));
  }
  return spans;
}

void ArrowBody::append_to(TextBuffer& out, ThreadPool& pool) const {
  struct Copy {
    char* to;
    std::string_view from;
  };
  std::int64_t size = 0;
  (void)layout(size);
  char* to = out.room(static_cast<std::size_t>(size));
  std::vector<Copy> copies;
  for (const auto& buffer : buffers) {
    buffer.for_each_part([&](std::string_view part) {
      for (std::size_t at = 0; at < part.size(); at += kCopyBytes) {
        copies.push_back({to + at, part.substr(at, kCopyBytes)});
      }
      to += part.size();
    });
    const std::size_t padding = padding_of(buffer.size());
    std::memset(to, 0, padding);
    to += padding;
  }
  pool.parallel_for(copies.size(), static_cast<std::size_t>(size) / sizeof(double), [&](std::size_t i) {
    std::memcpy(copies[i].to, copies[i].from.data(), copies[i].from.size());
  });
  out.end_at(to);
}

}  // namespace parallax

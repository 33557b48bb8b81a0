#include "emit/arrow_body.h"

#include <lz4frame.h>
#include <zstd.h>

#include <bit>
#include <cstring>

#include "parallax/error.h"

namespace parallax {
namespace {

static_assert(std::endian::native == std::endian::little, "columns are written as they lie in memory");

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

void ArrowBuffer::append_to(std::string& out) const {
  out += bytes_;
  for (const auto span : spans_) out += span;
}

void ArrowBuffer::compress(ArrowCodec codec) {
  if (size() == 0) return;
  std::string joined;
  std::string_view plain = bytes_;
  if (spans_.size() == 1) {
    plain = spans_[0];
  } else if (!spans_.empty()) {
    joined.reserve(size());
    append_to(joined);
    plain = joined;
  }
  constexpr std::size_t kPrefix = sizeof(std::int64_t);
  std::string packed(kPrefix + compressed_bound(codec, plain.size()), '\0');
  const std::size_t size = compress_bytes(codec, plain, packed.data() + kPrefix, packed.size() - kPrefix);
  auto length = static_cast<std::int64_t>(plain.size());
  if (size < plain.size()) {
    packed.resize(kPrefix + size);
    packed.shrink_to_fit();
  } else {
    length = -1;
    packed.resize(kPrefix);
    packed += plain;
  }
  std::memcpy(packed.data(), &length, kPrefix);
  bytes_ = std::move(packed);
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

void ArrowBody::append_to(std::string& out) const {
  for (const auto& buffer : buffers) {
    const std::size_t before = out.size();
    buffer.append_to(out);
    out.append(padding_of(out.size() - before), '\0');
  }
}

}  // namespace parallax

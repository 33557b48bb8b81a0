#include "ingest/arrow_buffers.h"

#include <arrow_ipc_generated.h>
#include <lz4frame.h>
#include <zstd.h>

#include <cstdint>
#include <utility>

#include "ingest/arrow_arrays.h"
#include "parallax/error.h"

namespace parallax {
namespace {

[[noreturn]] void bad_buffer() { throw Error("Arrow: a compressed buffer is damaged"); }

void unpack_lz4(std::string_view packed, char* to, std::size_t size) {
  LZ4F_dctx* raw = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&raw, LZ4F_VERSION))) throw std::bad_alloc();
  const std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> context(
      raw, &LZ4F_freeDecompressionContext);
  std::size_t read = 0;
  std::size_t written = 0;
  for (;;) {
    std::size_t room = size - written;
    std::size_t taken = packed.size() - read;
    const std::size_t hint = LZ4F_decompress(raw, to + written, &room, packed.data() + read, &taken, nullptr);
    if (LZ4F_isError(hint)) bad_buffer();
    written += room;
    read += taken;
    if (hint == 0) break;                       // the frame is complete
    if (room == 0 && taken == 0) bad_buffer();  // more text than claimed, or less input than needed
  }
  if (written != size) bad_buffer();
}

void unpack_zstd(std::string_view packed, char* to, std::size_t size) {
  const std::size_t written = ZSTD_decompress(to, size, packed.data(), packed.size());
  if (ZSTD_isError(written) || written != size) bad_buffer();
}

/// `owner` is that of the packed bytes.
ArrowBytes unpack(arrow::Codec codec, std::string_view stored, std::shared_ptr<const char[]> owner,
                  ArrowBudget& budget) {
  if (stored.empty()) return {};
  if (stored.size() < sizeof(std::int64_t)) bad_buffer();
  const auto claimed = arrow_value<std::int64_t>(stored.data(), 0);
  stored.remove_prefix(sizeof claimed);
  if (claimed == -1) return {stored, std::move(owner)};  // compression did not pay
  if (claimed < 0) bad_buffer();
  if (claimed == 0) return {};
  const auto size = static_cast<std::size_t>(claimed);
  budget.take(size);
  std::shared_ptr<char[]> bytes(new char[size]);
  switch (codec) {
    case arrow::Codec::lz4_frame:
      unpack_lz4(stored, bytes.get(), size);
      break;
    case arrow::Codec::zstd:
      unpack_zstd(stored, bytes.get(), size);
      break;
    default:
      throw Error("Arrow: unknown compression; LZ4 frames and ZSTD are supported");
  }
  return {{bytes.get(), size}, bytes};
}

}  // namespace

ArrowBytes load_arrow_buffer(const ArrowBatch& batch, std::size_t index, ArrowBudget& budget) {
  if (batch.lent) {
    if (index >= batch.lent->buffers.size()) throw Error("Arrow: a batch has too few buffers");
    return batch.lent->buffers[index];
  }
  const auto* buffers = batch.info->buffers();
  if (buffers == nullptr || index >= buffers->size()) throw Error("Arrow: a batch has too few buffers");
  const auto span = arrow_struct(*buffers, index);
  const auto offset = static_cast<std::uint64_t>(span.offset());
  const auto length = static_cast<std::uint64_t>(span.length());
  if (length == 0) return {};
  if (offset > batch.body.size() || length > batch.body.size() - offset) {
    throw Error("Arrow: a buffer lies outside its message");
  }
  const std::string_view stored = batch.body.substr(offset, length);
  std::shared_ptr<const char[]> owner;
  if (batch.file != nullptr) {
    owner = {stored.data(), [file = batch.file, stored](const char*) { file->release(stored); }};
  }
  const auto* compression = batch.info->compression();
  return compression == nullptr ? ArrowBytes{stored, std::move(owner)}
                                : unpack(compression->codec(), stored, std::move(owner), budget);
}

}  // namespace parallax

#include "storage/text_sweep.h"

#include <algorithm>
#include <bit>

namespace parallax {
namespace {

/// A look at so many cells is paid by one that was dropped.
constexpr std::size_t kCellsPerDrop = 8;
/// What a text takes besides its bytes.
constexpr std::size_t kEntryBytes = 16;

/// The codes in the cells of `rows`; nulls the other cells.
Bitmap used_codes(Column& column, const Bitmap& rows) {
  Bitmap used(column.dictionary()->size());
  for (std::size_t i = 0; i < column.segments(); ++i) {
    const std::size_t first = i * kMorselRows;
    for (std::size_t w = 0; w < bitmap_words(column.segment_size(i)); ++w) {
      const std::size_t word = first / 64 + w;
      const std::uint64_t wanted = word < bitmap_words(rows.size()) ? rows.words()[word] : 0;
      const std::uint64_t valid = column.segment_validity(i)[w];
      for (std::uint64_t gone = valid & ~wanted; gone != 0; gone &= gone - 1) {
        column.set_null(word * 64 + static_cast<std::size_t>(std::countr_zero(gone)));
      }
      const std::uint32_t* codes = column.segment_values<std::uint32_t>(i) + w * 64;
      for (std::uint64_t bits = valid & wanted; bits != 0; bits &= bits - 1) {
        used.set(codes[std::countr_zero(bits)]);
      }
    }
  }
  return used;
}

}  // namespace

bool TextSweep::due(const Column& column) const noexcept {
  const Dictionary& texts = *column.dictionary();
  if (dropped_ == 0 || texts.pinned() || texts.memory() < spare_) return false;
  if (spare_ == 0) return true;
  if (dropped_ >= texts.count() / 2 && dropped_ >= column.size() / kCellsPerDrop) return true;
  return texts.memory() >= 2 * left_ + std::max(spare_, column.size() * sizeof(std::uint32_t));
}

void TextSweep::run(Column& column, const Bitmap& rows) {
  if (!due(column)) return;
  const Dictionary& texts = *column.dictionary();
  Bitmap used = used_codes(column, rows);
  std::size_t bytes = 0;
  std::size_t count = 0;
  used.for_each([&](std::size_t code) {
    bytes += texts.text(static_cast<std::uint32_t>(code)).size() + kEntryBytes;
    ++count;
  });
  const std::size_t all = texts.text_bytes() + texts.count() * kEntryBytes;
  if (2 * bytes <= all || (spare_ == 0 && count < texts.count()))
    column.set_dictionary(texts.keep(std::move(used)));
  dropped_ = 0;
  left_ = column.dictionary()->memory();
}

}  // namespace parallax

#include "storage/column.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace parallax {
namespace {

constexpr std::size_t kFirstCapacity = 64;

/// Copies `count` bits from bit `from_at` of `from` to bit `to_at` of `to`.
void copy_bits(std::uint64_t* to, std::size_t to_at, const std::uint64_t* from, std::size_t from_at,
               std::size_t count) noexcept {
  while (count > 0) {
    const std::size_t run = std::min({count, 64 - (to_at & 63), 64 - (from_at & 63)});
    const std::uint64_t mask = (run == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << run) - 1);
    const std::uint64_t bits = (from[from_at >> 6] >> (from_at & 63)) & mask;
    std::uint64_t& word = to[to_at >> 6];
    word = (word & ~(mask << (to_at & 63))) | (bits << (to_at & 63));
    to_at += run;
    from_at += run;
    count -= run;
  }
}

void set_bits(std::uint64_t* to, std::size_t at, std::size_t count, bool on) noexcept {
  while (count > 0) {
    const std::size_t run = std::min(count, 64 - (at & 63));
    const std::uint64_t mask = (run == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << run) - 1) << (at & 63);
    std::uint64_t& word = to[at >> 6];
    word = on ? word | mask : word & ~mask;
    at += run;
    count -= run;
  }
}

}  // namespace

Segment::Segment(std::size_t width, std::size_t capacity, const std::shared_ptr<PageFile>& pages)
    : buffer_(bytes(width, capacity), pages),
      validity_(reinterpret_cast<std::uint64_t*>(buffer_.data() + width * capacity)),
      capacity_(capacity) {}

Column::Column(Storage storage, std::shared_ptr<Dictionary> dictionary, std::shared_ptr<PageFile> pages)
    : storage_(storage),
      width_(storage_width(storage)),
      dictionary_(std::move(dictionary)),
      pages_(std::move(pages)) {
  if (storage == Storage::text && !dictionary_) dictionary_ = std::make_shared<Dictionary>(pages_);
}

std::size_t Column::null_count() const noexcept {
  std::size_t valid_cells = 0;
  for (std::size_t i = 0; i < segments(); ++i) {
    const std::uint64_t* words = segment_validity(i);
    for (std::size_t w = 0; w < bitmap_words(segment_size(i)); ++w) {
      valid_cells += static_cast<std::size_t>(std::popcount(words[w]));
    }
  }
  return size_ - valid_cells;
}

std::size_t Column::memory() const noexcept {
  std::size_t bytes = dictionary_ ? dictionary_->memory() : 0;
  for (const auto& segment : segments_) bytes += Segment::bytes(width_, segment->capacity());
  return bytes;
}

std::size_t Column::pages_to_write(std::size_t overwritten, std::size_t added) const noexcept {
  if (!pages_) return 0;
  const std::size_t whole = pages_->block_size(Segment::bytes(width_, kMorselRows));
  std::size_t room = 0;
  std::size_t shared = 0;
  for (const SegmentRef& segment : segments_) {
    room += segment->capacity();
    shared += !segment.unique();
  }
  std::size_t fresh = 0;
  if (size_ + added > room) {
    const std::size_t last = segments_.empty() ? 0 : segments_.back()->capacity() % kMorselRows;
    const std::size_t rows = size_ + added - (room - last);  // of segments to be made
    if (room < kMorselRows && rows < kMorselRows) {          // the first one, which grows
      return pages_->block_size(Segment::bytes(width_, std::bit_ceil(std::max(rows, kFirstCapacity))));
    }
    fresh = (rows + kMorselRows - 1) / kMorselRows;
  }
  return (fresh + std::min(overwritten + (added > 0), shared)) * whole;
}

Column Column::move_to(const std::shared_ptr<PageFile>& pages) {
  Column out(storage_, dictionary_ ? dictionary_->copy(pages) : nullptr, pages);
  dictionary_.reset();
  for (SegmentRef& segment : segments_) {
    SegmentRef copy = out.make_segment(segment->capacity());
    std::memcpy(copy->data(), segment->data(), Segment::bytes(width_, segment->capacity()));
    segment = SegmentRef();
    out.segments_.push_back(std::move(copy));
  }
  out.size_ = std::exchange(size_, 0);
  segments_.clear();
  return out;
}

void Column::enlarge(std::size_t rows) {
  if (!segments_.empty() && segments_.back()->capacity() < kMorselRows) {
    const std::size_t first = (segments_.size() - 1) * kMorselRows;
    const std::size_t wanted = std::min(kMorselRows, std::bit_ceil(rows - first));
    if (wanted > segments_.back()->capacity()) {
      SegmentRef bigger = make_segment(wanted);
      const SegmentRef& last = segments_.back();
      std::memcpy(bigger->data(), last->data(), (size_ - first) * width_);
      std::memcpy(bigger->validity(), last->validity(), bitmap_words(size_ - first) * 8);
      segments_.back() = std::move(bigger);
    }
  }
  while (segments_.size() * kMorselRows < rows) {
    if (!segments_.empty() && segments_.back()->capacity() < kMorselRows) return;
    const std::size_t left = rows - segments_.size() * kMorselRows;
    // Later segments are born whole: a column that filled one is likely to fill the next.
    const std::size_t capacity =
        segments_.empty() ? std::clamp(std::bit_ceil(left), kFirstCapacity, kMorselRows) : kMorselRows;
    segments_.push_back(make_segment(capacity));
    if (capacity < kMorselRows) return;
  }
}

void Column::unshare(std::size_t i) {
  const SegmentRef& shared = segments_[i];
  SegmentRef own = make_segment(shared->capacity());
  std::memcpy(own->data(), shared->data(), shared->capacity() * width_);
  std::memcpy(own->validity(), shared->validity(), bitmap_words(shared->capacity()) * 8);
  segments_[i] = std::move(own);
}

template <class T>
void Column::append_values(const T* values, std::size_t count, const std::uint64_t* validity) {
  std::size_t done = 0;
  while (done < count) {
    const std::size_t offset = size_ % kMorselRows;
    const std::size_t run = std::min(count - done, kMorselRows - offset);
    const std::size_t at = grow(run);
    Segment& segment = writable(at / kMorselRows);
    T* to = reinterpret_cast<T*>(segment.data()) + offset;
    std::memcpy(to, values + done, run * sizeof(T));
    if (validity == nullptr) {
      set_bits(segment.validity(), offset, run, true);
    } else {
      copy_bits(segment.validity(), offset, validity, done, run);
      for (std::size_t i = 0; i < run; ++i) {
        if (!test_bit(validity, done + i)) to[i] = T{};
      }
    }
    done += run;
  }
}

template void Column::append_values(const std::int8_t*, std::size_t, const std::uint64_t*);
template void Column::append_values(const std::int16_t*, std::size_t, const std::uint64_t*);
template void Column::append_values(const std::int32_t*, std::size_t, const std::uint64_t*);
template void Column::append_values(const std::int64_t*, std::size_t, const std::uint64_t*);
template void Column::append_values(const std::uint8_t*, std::size_t, const std::uint64_t*);
template void Column::append_values(const std::uint16_t*, std::size_t, const std::uint64_t*);
template void Column::append_values(const std::uint32_t*, std::size_t, const std::uint64_t*);
template void Column::append_values(const std::uint64_t*, std::size_t, const std::uint64_t*);
template void Column::append_values(const float*, std::size_t, const std::uint64_t*);
template void Column::append_values(const double*, std::size_t, const std::uint64_t*);

void Column::append_column(const Column& other) {
  std::vector<std::uint32_t> codes;
  const bool recode = storage_ == Storage::text && other.dictionary_ != dictionary_;
  // Only texts that a cell holds are interned; 0xffffffff = not met yet. A few cells out of a large
  // dictionary are not worth the list.
  constexpr std::size_t kShare = 16;
  if (recode && other.size_ >= other.dictionary_->size() / kShare) {
    codes.assign(other.dictionary_->size(), 0xffffffffu);
  }
  const auto code_of = [&](std::uint32_t from) {
    if (codes.empty()) return dictionary_->intern(other.dictionary_->text(from));
    std::uint32_t& code = codes[from];
    if (code == 0xffffffffu) code = dictionary_->intern(other.dictionary_->text(from));
    return code;
  };
  std::vector<std::uint32_t> mapped;
  for (std::size_t i = 0; i < other.segments(); ++i) {
    const std::size_t count = other.segment_size(i);
    const std::uint64_t* validity = other.segment_validity(i);
    if (recode) {
      const std::uint32_t* from = other.segment_values<std::uint32_t>(i);
      mapped.assign(count, 0);
      for (std::size_t row = 0; row < count; ++row) {
        if (test_bit(validity, row)) mapped[row] = code_of(from[row]);
      }
      append_values<std::uint32_t>(mapped.data(), count, validity);
    } else {
      with_storage(storage_, [&](auto type) {
        using T = typename decltype(type)::type;
        append_values<T>(other.segment_values<T>(i), count, validity);
      });
    }
  }
}

void Column::resize(std::size_t rows) {
  if (rows >= size_) {
    (void)grow(rows - size_);
    return;
  }
  const std::size_t keep = (rows + kMorselRows - 1) / kMorselRows;
  segments_.resize(keep);
  if (keep > 0) {
    const std::size_t used = rows - (keep - 1) * kMorselRows;
    const std::size_t had = std::min(size_ - (keep - 1) * kMorselRows, segments_.back()->capacity());
    Segment& last = writable(keep - 1);
    std::memset(last.data() + used * width_, 0, (had - used) * width_);
    set_bits(last.validity(), used, had - used, false);
  }
  size_ = rows;
}

Column Column::gather(const std::uint32_t* rows, std::size_t count) const {
  Column out(storage_, dictionary_);
  out.resize(count);
  with_storage(storage_, [&](auto type) {
    using T = typename decltype(type)::type;
    for (std::size_t begin = 0; begin < count; begin += kMorselRows) {
      const std::size_t end = std::min(count, begin + kMorselRows);
      Segment& segment = out.writable(begin / kMorselRows);
      T* to = reinterpret_cast<T*>(segment.data());
      for (std::size_t i = begin; i < end; ++i) to[i - begin] = value<T>(rows[i]);
      std::uint64_t* validity = segment.validity();
      for (std::size_t i = begin; i < end; ++i) {
        validity[(i - begin) >> 6] |= std::uint64_t{valid(rows[i])} << (i & 63);
      }
    }
  });
  return out;
}

void Column::copy_cell(std::size_t row, const Column& source, std::size_t from) {
  if (!source.valid(from)) {
    set_null(row);
    return;
  }
  with_storage(storage_, [&](auto type) {
    using T = typename decltype(type)::type;
    set<T>(row, source.value<T>(from));
  });
}

bool same_cell(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b) noexcept {
  const bool valid = a.valid(row_a);
  if (valid != b.valid(row_b)) return false;
  if (!valid) return true;
  if (a.storage() == Storage::text) {
    if (a.dictionary() == b.dictionary())
      return a.value<std::uint32_t>(row_a) == b.value<std::uint32_t>(row_b);
    return a.text(row_a) == b.text(row_b);
  }
  return with_storage(a.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    const T x = a.value<T>(row_a);
    const T y = b.value<T>(row_b);
    if constexpr (std::is_floating_point_v<T>)
      return x == y || (std::isnan(x) && std::isnan(y));
    else
      return x == y;
  });
}

int Column::compare(std::size_t a, std::size_t b) const noexcept {
  const bool valid_a = valid(a);
  const bool valid_b = valid(b);
  if (!valid_a || !valid_b) return static_cast<int>(valid_a) - static_cast<int>(valid_b);
  if (storage_ == Storage::text) {
    return value<std::uint32_t>(a) == value<std::uint32_t>(b) ? 0 : text(a).compare(text(b));
  }
  return with_storage(storage_, [&](auto type) {
    using T = typename decltype(type)::type;
    const T x = value<T>(a);
    const T y = value<T>(b);
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(x) || std::isnan(y))
        return static_cast<int>(std::isnan(y)) - static_cast<int>(std::isnan(x));
    }
    return static_cast<int>(x > y) - static_cast<int>(x < y);
  });
}

}  // namespace parallax

// A typed column in segments.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/bitmap.h"
#include "base/buffer.h"
#include "base/thread_pool.h"
#include "storage/dictionary.h"
#include "storage/types.h"

namespace parallax {

/// kMorselRows cells (fewer in a column's last segment, which grows): a typed buffer and a validity bitmap.
/// The value of a null cell is 0. Shared between columns by reference count; written to only while unshared.
class Segment {
 public:
  /// `capacity` is a multiple of 64. With `pages`, large segments lie in that file.
  Segment(std::size_t width, std::size_t capacity, const std::shared_ptr<PageFile>& pages);
  /// Bytes of a segment's buffers.
  [[nodiscard]] static std::size_t bytes(std::size_t width, std::size_t capacity) noexcept {
    return width * capacity + capacity / 8;
  }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::byte* data() const noexcept { return buffer_.data(); }
  [[nodiscard]] std::uint64_t* validity() const noexcept { return validity_; }

 private:
  friend class SegmentRef;
  Buffer buffer_;  // cells, then validity
  std::uint64_t* validity_;
  std::size_t capacity_;
  std::atomic<std::uint32_t> references_{1};
};

/// Owning reference to a Segment.
class SegmentRef {
 public:
  SegmentRef() = default;
  explicit SegmentRef(Segment* segment) : segment_(segment) {}
  SegmentRef(const SegmentRef& other) noexcept : segment_(other.segment_) {
    if (segment_) segment_->references_.fetch_add(1, std::memory_order_relaxed);
  }
  SegmentRef(SegmentRef&& other) noexcept : segment_(std::exchange(other.segment_, nullptr)) {}
  SegmentRef& operator=(SegmentRef other) noexcept {
    std::swap(segment_, other.segment_);
    return *this;
  }
  ~SegmentRef() {
    if (segment_ && segment_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete segment_;
  }
  Segment* operator->() const noexcept { return segment_; }
  /// True if nobody else holds the segment, so that it may be written to.
  [[nodiscard]] bool unique() const noexcept {
    return segment_->references_.load(std::memory_order_acquire) == 1;
  }

 private:
  Segment* segment_ = nullptr;
};

/// Nullable cells of one storage type. Copying a column is cheap: the copy is a snapshot that shares the
/// segments, and whoever writes to a shared segment first copies that segment. A text column shares its
/// dictionary with its copies. A column that was given a page file keeps its large segments there, its copies
/// do, too. Not thread-safe itself: readers beside a writer hold a copy of their own.
class Column {
 public:
  /// An empty column; a text column gets a dictionary of its own unless one is given.
  explicit Column(Storage storage, std::shared_ptr<Dictionary> dictionary = nullptr,
                  std::shared_ptr<PageFile> pages = nullptr);

  [[nodiscard]] Storage storage() const noexcept { return storage_; }
  [[nodiscard]] ColumnType type() const noexcept { return column_type(storage_); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Text columns only, else null.
  [[nodiscard]] const std::shared_ptr<Dictionary>& dictionary() const noexcept { return dictionary_; }

  // --- reading; T is the physical type of storage() (see with_storage) ---
  [[nodiscard]] bool valid(std::size_t row) const noexcept {
    return test_bit(segments_[row / kMorselRows]->validity(), row % kMorselRows);
  }
  /// 0 for a null cell.
  template <class T>
  [[nodiscard]] T value(std::size_t row) const noexcept {
    return reinterpret_cast<const T*>(segments_[row / kMorselRows]->data())[row % kMorselRows];
  }
  /// Of a valid cell of a text column.
  [[nodiscard]] std::string_view text(std::size_t row) const noexcept {
    return dictionary_->text(value<std::uint32_t>(row));
  }
  /// Negative, 0 or positive as cell a comes before, with or after cell b: null, then NaN, then by value,
  /// texts by bytes.
  [[nodiscard]] int compare(std::size_t a, std::size_t b) const noexcept;
  /// Segments hold rows [i * kMorselRows, min(size(), (i+1) * kMorselRows)).
  [[nodiscard]] std::size_t segments() const noexcept { return segments_.size(); }
  [[nodiscard]] std::size_t segment_size(std::size_t i) const noexcept {
    return i + 1 < segments_.size() ? kMorselRows : size_ - i * kMorselRows;
  }
  template <class T>
  [[nodiscard]] const T* segment_values(std::size_t i) const noexcept {
    return reinterpret_cast<const T*>(segments_[i]->data());
  }
  /// Bits past the end are 0.
  [[nodiscard]] const std::uint64_t* segment_validity(std::size_t i) const noexcept {
    return segments_[i]->validity();
  }
  /// Number of null cells.
  [[nodiscard]] std::size_t null_count() const noexcept;
  /// Bytes held, the dictionary's included.
  [[nodiscard]] std::size_t memory() const noexcept;

  /// Bytes of the page file (see PageFile::require) that writing `overwritten` cells and appending `added`
  /// ones may take, texts aside; 0 without a page file.
  [[nodiscard]] std::size_t pages_to_write(std::size_t overwritten, std::size_t added) const noexcept;

  // --- writing ---
  template <class T>
  void append(T value) {
    const std::size_t at = grow(1);
    Segment& last = writable(at / kMorselRows);
    reinterpret_cast<T*>(last.data())[at % kMorselRows] = value;
    set_bit(last.validity(), at % kMorselRows);
  }
  void append_null() { (void)grow(1); }
  /// Interns the text. Text columns only.
  void append_text(std::string_view text) { append<std::uint32_t>(dictionary_->intern(text)); }
  /// Appends `count` cells; `validity` (bit 0 = first cell) may be null for all valid. Values of null cells
  /// are ignored. Codes of a text column must be those of its own dictionary.
  template <class T>
  void append_values(const T* values, std::size_t count, const std::uint64_t* validity = nullptr);
  /// Appends every cell of `other`, which has the same storage; texts are interned here, once each.
  void append_column(const Column& other);
  /// Grows with nulls or cuts off.
  void resize(std::size_t rows);
  template <class T>
  void set(std::size_t row, T value) {
    Segment& segment = writable(row / kMorselRows);
    reinterpret_cast<T*>(segment.data())[row % kMorselRows] = value;
    set_bit(segment.validity(), row % kMorselRows);
  }
  void set_null(std::size_t row) {
    Segment& segment = writable(row / kMorselRows);
    with_storage(storage_, [&](auto type) {
      reinterpret_cast<typename decltype(type)::type*>(segment.data())[row % kMorselRows] = {};
    });
    clear_bit(segment.validity(), row % kMorselRows);
  }
  /// A new column of the cells at `rows`, in that order (rows may repeat). Shares the dictionary.
  [[nodiscard]] Column gather(const std::uint32_t* rows, std::size_t count) const;
  /// Changes to a dictionary that holds the texts of all cells under the same codes.
  void set_dictionary(std::shared_ptr<Dictionary> dictionary) noexcept {
    dictionary_ = std::move(dictionary);
  }
  /// This column's cells and texts in a page file, which needs the room; leaves the column empty.
  [[nodiscard]] Column move_to(const std::shared_ptr<PageFile>& pages);
  /// Copies cell `from` of `source` (same storage) over cell `row`. Text needs the same dictionary.
  void copy_cell(std::size_t row, const Column& source, std::size_t from);
  /// The segment's buffers for bulk writing by one thread per segment; unshares the segment.
  [[nodiscard]] Segment& writable(std::size_t i) {
    if (!segments_[i].unique()) unshare(i);
    return *segments_[i].operator->();
  }

 private:
  /// Adds null cells, returns the first one's row.
  std::size_t grow(std::size_t rows) {
    const std::size_t at = size_;
    if (segments_.empty() ||
        at + rows > (segments_.size() - 1) * kMorselRows + segments_.back()->capacity()) {
      enlarge(at + rows);
    }
    size_ = at + rows;
    return at;
  }
  void enlarge(std::size_t rows);
  void unshare(std::size_t i);
  [[nodiscard]] SegmentRef make_segment(std::size_t capacity) const {
    return SegmentRef(new Segment(width_, capacity, pages_));
  }

  Storage storage_;
  std::size_t width_;
  std::size_t size_ = 0;
  std::vector<SegmentRef> segments_;
  std::shared_ptr<Dictionary> dictionary_;
  std::shared_ptr<PageFile> pages_;
};

/// True if both cells are null or hold the same value. Texts are compared by code when the dictionary is
/// shared, else by bytes. Floats compare by value, all NaN alike. Both columns have the same storage.
bool same_cell(const Column& a, std::size_t row_a, const Column& b, std::size_t row_b) noexcept;

}  // namespace parallax

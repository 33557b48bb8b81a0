// Arrays that follow each other, cut at the segments of the column they fill.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bitmap.h"
#include "base/thread_pool.h"
#include "ingest/arrow_arrays.h"
#include "storage/column.h"

namespace parallax {

/// Cells [from, from + count) of `array`, which go to a segment's cells from `to` on.
struct ArrowPart {
  const ArrowArray& array;
  std::size_t from, count, to;
};

class ArrowParts {
 public:
  explicit ArrowParts(const std::vector<const ArrowArray*>& arrays) : arrays_(arrays) {
    for (const auto* array : arrays) {
      starts_.push_back(rows_);
      rows_ += array->length;
    }
  }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t segments() const noexcept { return (rows_ + kMorselRows - 1) / kMorselRows; }

  /// Calls f(ArrowPart) for what lies in a segment, in order.
  template <class F>
  void for_segment(std::size_t segment, F&& f) const {
    const std::size_t begin = segment * kMorselRows;
    const std::size_t end = std::min(rows_, begin + kMorselRows);
    auto at =
        static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), begin) - starts_.begin());
    for (std::size_t row = begin, i = at - 1; row < end; ++i) {
      const std::size_t from = row - starts_[i];
      const std::size_t count = std::min(arrays_[i]->length - from, end - row);
      if (count > 0) f(ArrowPart{*arrays_[i], from, count, row - begin});
      row += count;
    }
  }

 private:
  const std::vector<const ArrowArray*>& arrays_;
  std::vector<std::size_t> starts_;
  std::size_t rows_ = 0;
};

/// Sets the part's bits in a segment's validity, which is all zero there.
void copy_validity(const ArrowPart& part, std::uint64_t* validity);

/// A text column from text, dictionary-encoded or not.
void fill_text_column(const ArrowField& field, const ArrowParts& parts,
                      const std::vector<const ArrowArray*>& arrays, Column& column, const std::string& name,
                      ThreadPool& pool);

}  // namespace parallax

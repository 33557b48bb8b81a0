// The values of a grouping column as dense codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bitmap.h"
#include "base/thread_pool.h"
#include "storage/key_index.h"
#include "view/source.h"

namespace parallax {

/// Cell -> code 0, 1, 2, …; code 0 is null, equal values have equal codes (-0.0 = 0.0, all NaN alike). Codes
/// keep their value while the coder lives. A text column's codes are its dictionary's plus one, so they cost
/// nothing to make. Reading from several threads is fine, encode() is not.
class ValueCoder {
 public:
  static constexpr std::uint32_t kNull = 0;

  ValueCoder(const ViewSource& source, std::size_t column);

  /// Gives a code to every value in these rows.
  void learn(const Bitmap& rows, ThreadPool& pool);
  /// out[i] becomes the code of row first + i, for `count` rows of one segment, first a multiple of 64; of
  /// values that nobody has learnt it is anything. Several threads may.
  void encode_run(std::size_t first, std::size_t count, std::uint32_t* out) const;
  /// Code of one row's cell, which is learnt if need be.
  std::uint32_t encode(std::uint32_t row);
  /// One past the largest code there may be.
  [[nodiscard]] std::size_t codes() const noexcept;

  [[nodiscard]] Storage storage() const noexcept { return storage_; }
  /// The cells that the codes stand for, typed as the column, sharing its dictionary.
  [[nodiscard]] Column cells(const std::vector<std::uint32_t>& codes) const;
  /// Negative, 0 or positive as a is before, at or after b: null, NaN, values ascending (text by bytes).
  [[nodiscard]] int compare(std::uint32_t a, std::uint32_t b) const noexcept;
  /// The value as column paths show it.
  void append_text(std::string& out, std::uint32_t code) const;

 private:
  [[nodiscard]] const Column& column() const noexcept { return source_.column(column_); }
  std::uint32_t add(std::uint64_t image, const Column& column, std::size_t row);

  const ViewSource& source_;
  std::size_t column_;
  Storage storage_;
  KeyIndex by_image_;  // unless text
  Column values_;      // unless text: by code
};

/// Appends a valid cell's text in the short form of column paths and `join`.
void append_path_text(std::string& out, const Column& column, std::size_t row);

}  // namespace parallax

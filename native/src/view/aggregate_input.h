// How aggregates read cells: now, before a change, and segment by segment.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "storage/change_batch.h"
#include "view/source.h"

namespace parallax {

/// Any cell's value in 64 bits, so that aggregates which only keep values need no type: integers are
/// extended, floats are their bits (32-bit ones in the lower half), texts their code.
template <class T>
std::uint64_t to_raw(T value) noexcept {
  if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<std::uint32_t>(value);
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<std::uint64_t>(value);
  } else {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(value));
  }
}
/// -0.0 as 0.0, for results that pick one of several equal values.
template <class T>
T without_sign_of_zero(T value) noexcept {
  if constexpr (std::is_floating_point_v<T>) return value + T{0};
  return value;
}
template <class T>
T from_raw(std::uint64_t raw) noexcept {
  if constexpr (std::is_same_v<T, float>) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(raw));
  } else if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<double>(raw);
  } else {
    return static_cast<T>(raw);
  }
}

/// Negative, 0 or positive; NaN is below everything, texts compare by bytes.
int compare_raw(const Column& column, std::uint64_t a, std::uint64_t b) noexcept;

bool raw_is_zero(Storage storage, std::uint64_t raw) noexcept;
std::uint64_t raw_without_sign_of_zero(Storage storage, std::uint64_t raw) noexcept;
bool raw_is_nan(Storage storage, std::uint64_t raw) noexcept;

/// Reads cells of one column as T, its physical type.
template <class T>
struct TypedReader {
  struct Input {
    T value;
    bool valid;
    friend bool operator==(const Input& a, const Input& b) noexcept {
      return a.valid == b.valid && to_raw(a.value) == to_raw(b.value);
    }
  };
  /// A segment's cells by offset.
  struct Segment {
    const T* values;
    const std::uint64_t* validity;
    Input operator()(std::size_t i) const noexcept { return {values[i], test_bit(validity, i)}; }
  };
  /// What rows held before a change.
  struct Before {
    const Column* now;
    const Column* old;  ///< by position in ChangeBatch::updated; null if the change left the column alone
    Input operator()(std::uint32_t row, std::uint32_t updated) const noexcept {
      return old && updated != 0xffffffff ? read(*old, updated) : read(*now, row);
    }
  };

  const ViewSource* source;
  std::size_t position;

  static Input read(const Column& column, std::size_t row) noexcept {
    return {column.value<T>(row), column.valid(row)};
  }
  [[nodiscard]] const Column& column() const noexcept { return source->column(position); }
  [[nodiscard]] Segment segment(std::size_t i) const noexcept {
    return {column().template segment_values<T>(i), column().segment_validity(i)};
  }
  [[nodiscard]] Input now(std::uint32_t row) const noexcept { return read(column(), row); }
  [[nodiscard]] Before before(const ChangeBatch& change) const noexcept {
    return {&column(), change.old_values(position)};
  }
  [[nodiscard]] bool touched(const ChangeBatch& change) const noexcept {
    return change.old_values(position) != nullptr;
  }
};

/// Reads of a column of any type which cells are there.
struct ValidReader {
  struct Input {
    bool valid;
    friend bool operator==(const Input&, const Input&) = default;
  };
  struct Segment {
    const std::uint64_t* validity;
    Input operator()(std::size_t i) const noexcept { return {test_bit(validity, i)}; }
  };
  struct Before {
    const Column* now;
    const Column* old;
    Input operator()(std::uint32_t row, std::uint32_t updated) const noexcept {
      return {old && updated != 0xffffffff ? old->valid(updated) : now->valid(row)};
    }
  };

  const ViewSource* source;
  std::size_t position;

  [[nodiscard]] const Column& column() const noexcept { return source->column(position); }
  [[nodiscard]] Segment segment(std::size_t i) const noexcept { return {column().segment_validity(i)}; }
  [[nodiscard]] Input now(std::uint32_t row) const noexcept { return {column().valid(row)}; }
  [[nodiscard]] Before before(const ChangeBatch& change) const noexcept {
    return {&column(), change.old_values(position)};
  }
  [[nodiscard]] bool touched(const ChangeBatch& change) const noexcept {
    return change.old_values(position) != nullptr;
  }
};

/// Reads cells of a column of any type as raw values (0 for null).
struct RawReader {
  struct Input {
    std::uint64_t value;
    bool valid;
    friend bool operator==(const Input&, const Input&) = default;
  };
  struct Segment {
    const Column* column;
    std::size_t first;
    Input operator()(std::size_t i) const noexcept { return read(*column, first + i); }
  };
  struct Before {
    const Column* now;
    const Column* old;
    Input operator()(std::uint32_t row, std::uint32_t updated) const noexcept {
      return old && updated != 0xffffffff ? read(*old, updated) : read(*now, row);
    }
  };

  const ViewSource* source;
  std::size_t position;

  static Input read(const Column& column, std::size_t row) noexcept {
    return with_storage(column.storage(), [&](auto type) -> Input {
      using T = typename decltype(type)::type;
      return {to_raw(column.value<T>(row)), column.valid(row)};
    });
  }
  [[nodiscard]] const Column& column() const noexcept { return source->column(position); }
  [[nodiscard]] Segment segment(std::size_t i) const noexcept { return {&column(), i * kMorselRows}; }
  [[nodiscard]] Input now(std::uint32_t row) const noexcept { return read(column(), row); }
  [[nodiscard]] Before before(const ChangeBatch& change) const noexcept {
    return {&column(), change.old_values(position)};
  }
  [[nodiscard]] bool touched(const ChangeBatch& change) const noexcept {
    return change.old_values(position) != nullptr;
  }
};

/// Two columns of one row.
struct PairReader {
  struct Input {
    RawReader::Input first;
    RawReader::Input second;
    friend bool operator==(const Input&, const Input&) = default;
  };
  struct Segment {
    RawReader::Segment a, b;
    Input operator()(std::size_t i) const noexcept { return {a(i), b(i)}; }
  };
  struct Before {
    RawReader::Before a, b;
    Input operator()(std::uint32_t row, std::uint32_t updated) const noexcept {
      return {a(row, updated), b(row, updated)};
    }
  };

  RawReader first;
  RawReader second;

  [[nodiscard]] Segment segment(std::size_t i) const noexcept {
    return {first.segment(i), second.segment(i)};
  }
  [[nodiscard]] Input now(std::uint32_t row) const noexcept { return {first.now(row), second.now(row)}; }
  [[nodiscard]] Before before(const ChangeBatch& change) const noexcept {
    return {first.before(change), second.before(change)};
  }
  [[nodiscard]] bool touched(const ChangeBatch& change) const noexcept {
    return first.touched(change) || second.touched(change);
  }
};

}  // namespace parallax

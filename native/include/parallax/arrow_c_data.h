// Arrow's C Data Interface: arrays that another library of this process lends without copying them.
// The layout of the two structs is that of https://arrow.apache.org/docs/format/CDataInterface.html
#pragma once

#include <cstdint>
#include <utility>

namespace parallax {

/// A type: of a column, or of a record batch if it is a struct of columns.
struct ArrowCSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowCSchema** children;
  ArrowCSchema* dictionary;
  void (*release)(ArrowCSchema*);  ///< null once released, or moved elsewhere
  void* private_data;
};

/// Cells of that type.
struct ArrowCArray {
  std::int64_t length;
  std::int64_t null_count;  ///< -1: not counted
  std::int64_t offset;      ///< cells to skip in each buffer, and in a struct's children
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowCArray** children;
  ArrowCArray* dictionary;
  void (*release)(ArrowCArray*);  ///< null once released, or moved elsewhere
  void* private_data;
};

/// Owns one of the structs: releases it in the end.
template <class Struct>
class ArrowCOwned {
 public:
  /// Takes over what `from` holds and marks it moved. `from` may be null, or released already.
  explicit ArrowCOwned(Struct* from) noexcept {
    if (from == nullptr) return;
    held_ = *from;
    from->release = nullptr;
  }
  ArrowCOwned(ArrowCOwned&& other) noexcept : ArrowCOwned(&other.held_) {}
  ArrowCOwned& operator=(ArrowCOwned&& other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~ArrowCOwned() {
    if (held_.release != nullptr) held_.release(&held_);
  }

  /// Null if there was nothing to take over.
  [[nodiscard]] const Struct* get() const noexcept { return held_.release != nullptr ? &held_ : nullptr; }

 private:
  Struct held_{};
};

}  // namespace parallax

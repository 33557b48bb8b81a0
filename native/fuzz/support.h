// Helpers of the fuzz targets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "storage/column.h"
#include "storage/schema.h"
#include "view/slice.h"

namespace parallax::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// A promise that the engine did not keep.
class Violation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

inline void require(bool kept, const std::string& promise) {
  if (!kept) throw Violation(promise);
}

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Turns bytes into choices; out of bytes it chooses 0.
class Choices {
 public:
  explicit Choices(Bytes bytes) : bytes_(bytes) {}
  [[nodiscard]] bool done() const noexcept { return bytes_.empty(); }
  /// 0 … count-1
  std::size_t below(std::size_t count) { return byte() % count; }
  bool flip() { return (byte() & 1u) != 0; }
  /// True once in `times`.
  bool rarely(std::size_t times) { return below(times) == times - 1; }
  template <class Items>
  const auto& one_of(const Items& items) {
    return items[below(std::size(items))];
  }
  Bytes rest() { return std::exchange(bytes_, {}); }

 private:
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }

  Bytes bytes_;
};

/// Throws Violation unless the columns hold the same cells; `what` begins the message.
void require_same(const Column& a, const Column& b, const std::string& what);

/// Throws Violation unless all texts are UTF-8.
void require_utf8(const Column& column);

}  // namespace parallax::fuzz

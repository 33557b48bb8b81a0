// Row numbers in an order that is kept, not redone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace parallax {

/// A sequence of distinct row numbers in blocks of some hundred: insertion and removal cost a block, a
/// look-up by position a scan over block counts. The order is the caller's: pass the same strict order to
/// every insert. Not thread-safe.
class OrderedRows {
 public:
  using Less = std::function<bool(std::uint32_t a, std::uint32_t b)>;

  /// Takes rows that are in order already.
  void assign(const std::vector<std::uint32_t>& rows);
  void clear() noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool contains(std::uint32_t row) const noexcept {
    return row < block_of_.size() && block_of_[row] != kNone;
  }
  /// Adds a row that is not there; `less` may be asked about it and any row that is.
  void insert(std::uint32_t row, const Less& less);
  /// Adds a row after all others.
  void push_back(std::uint32_t row);
  /// Takes a row out without asking about the order, so its cells may have changed already. Absent rows are
  /// ignored.
  void erase(std::uint32_t row);
  /// Rows at positions [begin, end), end <= size().
  [[nodiscard]] std::vector<std::uint32_t> range(std::size_t begin, std::size_t end) const;
  /// Position of a row that is there.
  [[nodiscard]] std::size_t position(std::uint32_t row) const noexcept;
  [[nodiscard]] std::uint32_t front() const noexcept;
  [[nodiscard]] std::uint32_t back() const noexcept;
  template <class F>
  void for_each(F&& f) const {
    for (const std::uint32_t id : order_) {
      for (const std::uint32_t row : blocks_[id]) f(row);
    }
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;
  static constexpr std::size_t kBlock = 512;
  void place(std::uint32_t row, std::uint32_t block);
  void split(std::size_t at);

  std::vector<std::vector<std::uint32_t>> blocks_;  // by block id
  std::vector<std::uint32_t> order_;                // block ids in order
  std::vector<std::uint32_t> free_;                 // unused block ids
  std::vector<std::uint32_t> block_of_;             // row -> block id
  std::size_t size_ = 0;
};

}  // namespace parallax

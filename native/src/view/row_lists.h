// Many lists of row numbers.
#pragma once

#include <cstdint>
#include <vector>

namespace parallax {

/// Lists 0, 1, 2, … of rows, in no order that matters; a row is in at most one list. Adding a row and taking
/// it out take constant time. Not thread-safe.
class RowLists {
 public:
  static constexpr std::uint32_t kEnd = 0xffffffff;

  void clear() noexcept {
    heads_.clear();
    links_.clear();
  }
  /// The first row of a list, kEnd if it is empty.
  [[nodiscard]] std::uint32_t first(std::uint32_t list) const noexcept {
    return list < heads_.size() ? heads_[list] : kEnd;
  }
  /// The row after one that is in a list, kEnd after the last.
  [[nodiscard]] std::uint32_t next(std::uint32_t row) const noexcept { return links_[row].next; }

  /// Adds a row that is in no list.
  void push_front(std::uint32_t list, std::uint32_t row) {
    grow(heads_, list, kEnd);
    grow(links_, row, Link{});
    std::uint32_t& head = heads_[list];
    links_[row] = {kEnd, head};
    if (head != kEnd) links_[head].previous = row;
    head = row;
  }
  /// Takes a row out of the list that it is in.
  void erase(std::uint32_t list, std::uint32_t row) noexcept {
    const Link link = links_[row];
    if (link.previous == kEnd) {
      heads_[list] = link.next;
    } else {
      links_[link.previous].next = link.next;
    }
    if (link.next != kEnd) links_[link.next].previous = link.previous;
  }

 private:
  struct Link {
    std::uint32_t previous = kEnd;
    std::uint32_t next = kEnd;
  };
  template <class T>
  static void grow(std::vector<T>& items, std::uint32_t at, T fill) {
    if (at >= items.size()) items.resize(std::size_t{at} + 1, fill);
  }

  std::vector<std::uint32_t> heads_;
  std::vector<Link> links_;
};

}  // namespace parallax

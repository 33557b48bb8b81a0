// A growable set of bits, in 64-bit words.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace parallax {

/// Words of 64 bits that hold `bits` bits.
constexpr std::size_t bitmap_words(std::size_t bits) noexcept { return (bits + 63) / 64; }

inline bool test_bit(const std::uint64_t* words, std::size_t at) noexcept {
  return (words[at >> 6] >> (at & 63)) & 1u;
}
inline void set_bit(std::uint64_t* words, std::size_t at) noexcept {
  words[at >> 6] |= std::uint64_t{1} << (at & 63);
}
inline void clear_bit(std::uint64_t* words, std::size_t at) noexcept {
  words[at >> 6] &= ~(std::uint64_t{1} << (at & 63));
}
inline void assign_bit(std::uint64_t* words, std::size_t at, bool on) noexcept {
  on ? set_bit(words, at) : clear_bit(words, at);
}

/// Bits 0 … size()-1; bits past the end are kept zero. Not thread-safe.
class Bitmap {
 public:
  Bitmap() = default;
  explicit Bitmap(std::size_t bits, bool on = false) { resize(bits, on); }

  [[nodiscard]] std::size_t size() const noexcept { return bits_; }
  [[nodiscard]] bool test(std::size_t at) const noexcept { return test_bit(words_.data(), at); }
  void set(std::size_t at) noexcept { set_bit(words_.data(), at); }
  void reset(std::size_t at) noexcept { clear_bit(words_.data(), at); }
  void assign(std::size_t at, bool on) noexcept { assign_bit(words_.data(), at, on); }
  void push_back(bool on) {
    resize(bits_ + 1);
    if (on) set(bits_ - 1);
  }

  /// New bits have the value `on`.
  void resize(std::size_t bits, bool on = false) {
    const std::size_t old = bits_;
    words_.resize(bitmap_words(bits), on ? ~std::uint64_t{0} : 0);
    bits_ = bits;
    if (on && bits > old && (old & 63) != 0) words_[old >> 6] |= ~std::uint64_t{0} << (old & 63);
    trim();
  }
  void fill(bool on) {
    for (auto& word : words_) word = on ? ~std::uint64_t{0} : 0;
    trim();
  }
  void clear() noexcept {
    words_.clear();
    bits_ = 0;
  }

  /// Number of bits that are on.
  [[nodiscard]] std::size_t count() const noexcept {
    std::size_t n = 0;
    for (auto word : words_) n += static_cast<std::size_t>(std::popcount(word));
    return n;
  }
  /// Calls f(position) for each bit that is on, ascending.
  template <class F>
  void for_each(F&& f) const {
    for (std::size_t w = 0; w < words_.size(); ++w) {
      for (std::uint64_t word = words_[w]; word != 0; word &= word - 1) {
        f(w * 64 + static_cast<std::size_t>(std::countr_zero(word)));
      }
    }
  }
  void operator&=(const Bitmap& other) noexcept {
    for (std::size_t w = 0; w < words_.size(); ++w)
      words_[w] &= w < other.words_.size() ? other.words_[w] : 0;
  }
  void operator|=(const Bitmap& other) noexcept {
    for (std::size_t w = 0; w < words_.size() && w < other.words_.size(); ++w) words_[w] |= other.words_[w];
    trim();
  }

  [[nodiscard]] std::uint64_t* words() noexcept { return words_.data(); }
  [[nodiscard]] const std::uint64_t* words() const noexcept { return words_.data(); }

 private:
  void trim() noexcept {
    if ((bits_ & 63) != 0) words_.back() &= ~std::uint64_t{0} >> (64 - (bits_ & 63));
  }

  std::vector<std::uint64_t> words_;
  std::size_t bits_ = 0;
};

}  // namespace parallax

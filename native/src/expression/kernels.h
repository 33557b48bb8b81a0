// Loops that turn a scalar function into a kernel.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/bitmap.h"
#include "expression/function.h"

namespace parallax {

/// Bytes 0 or 1 to bits, `count` <= kLanes of them; bits past the last are 0.
inline void pack_bits(const std::uint8_t* bytes, std::size_t count, std::uint64_t* words) noexcept {
  for (std::size_t w = 0; w < bitmap_words(count); ++w) {
    const std::size_t lanes = std::min<std::size_t>(64, count - w * 64);
    std::uint64_t word = 0;
    std::size_t i = 0;
    for (; i + 8 <= lanes; i += 8) {
      std::uint64_t eight;
      std::memcpy(&eight, bytes + w * 64 + i, 8);
      // The product moves the low bit of byte k to bit 56 + k.
      word |= (eight * 0x0102040810204080u >> 56) << i;
    }
    for (; i < lanes; ++i) word |= std::uint64_t{bytes[w * 64 + i]} << i;
    words[w] = word;
  }
}

/// f(lane) for each null among the first `count` lanes of a validity.
template <class F>
void for_nulls(const std::uint64_t* validity, std::size_t count, F&& f) {
  for (std::size_t w = 0; w < bitmap_words(count); ++w) {
    for (std::uint64_t nulls = ~validity[w] & Lanes::lanes_of_word(w, count); nulls != 0;
         nulls &= nulls - 1) {
      f(w * 64 + static_cast<std::size_t>(std::countr_zero(nulls)));
    }
  }
}

/// Makes lanes null where F(x) is false; x are the `count` cells of an argument.
template <class T, auto F>
void keep_where(const T* x, std::size_t count, Lanes& out) noexcept {
  std::array<std::uint8_t, kLanes> good;
  std::array<std::uint64_t, kLanes / 64> bits;
  for (std::size_t i = 0; i < count; ++i) good[i] = F(x[i]);
  pack_bits(good.data(), count, bits.data());
  for (std::size_t w = 0; w < bitmap_words(count); ++w) out.validity[w] &= bits[w];
}

/// out = F(x): Result of one argument of lane type T, null in null out.
template <class T, class Result, auto F>
void map_one(const KernelCall& call) {
  const T* x = call.args[0]->data<T>();
  Result* out = call.out.data<Result>();
  for (std::size_t i = 0; i < call.count; ++i) out[i] = F(x[i]);
  call.out.validity = call.args[0]->validity;
}

/// out = F(x, y).
template <class T, class Result, auto F>
void map_two(const KernelCall& call) {
  const T* x = call.args[0]->data<T>();
  const T* y = call.args[1]->data<T>();
  Result* out = call.out.data<Result>();
  for (std::size_t i = 0; i < call.count; ++i) out[i] = F(x[i], y[i]);
  all_valid(call);
}

/// As map_one and map_two, for functions that may answer null: bool F(x, Result& out).
template <class T, class Result, auto F>
void try_one(const KernelCall& call) {
  const T* x = call.args[0]->data<T>();
  Result* out = call.out.data<Result>();
  all_valid(call);
  for (std::size_t i = 0; i < call.count; ++i) {
    if (call.out.valid(i) && !F(x[i], out[i])) call.out.set_valid(i, false);
  }
}

template <class T, class Result, auto F>
void try_two(const KernelCall& call) {
  const T* x = call.args[0]->data<T>();
  const T* y = call.args[1]->data<T>();
  Result* out = call.out.data<Result>();
  all_valid(call);
  for (std::size_t i = 0; i < call.count; ++i) {
    if (call.out.valid(i) && !F(x[i], y[i], out[i])) call.out.set_valid(i, false);
  }
}

/// out = F(x, y), null where y is 0.
template <auto F>
void quotient(const KernelCall& call) {
  map_two<double, double, F>(call);
  keep_where<double, [](double y) { return y != 0; }>(call.args[1]->data<double>(), call.count, call.out);
}

/// Folds any number of arguments, left to right: out = F(F(a, b), c) …
template <auto F>
void fold_numbers(const KernelCall& call) {
  double* out = call.out.data<double>();
  std::memcpy(out, call.args[0]->data<double>(), call.count * sizeof(double));
  for (std::size_t a = 1; a < call.args.size(); ++a) {
    const double* x = call.args[a]->data<double>();
    for (std::size_t i = 0; i < call.count; ++i) out[i] = F(out[i], x[i]);
  }
  all_valid(call);
}

}  // namespace parallax

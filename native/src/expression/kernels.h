// Loops that turn a scalar function into a kernel.
#pragma once

#include "expression/function.h"

namespace parallax {

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

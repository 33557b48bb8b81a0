#include "view/aggregate_input.h"

namespace parallax {

int compare_raw(const Column& column, std::uint64_t a, std::uint64_t b) noexcept {
  if (column.storage() == Storage::text) {
    if (a == b) return 0;
    const Dictionary& texts = *column.dictionary();
    return texts.text(static_cast<std::uint32_t>(a)).compare(texts.text(static_cast<std::uint32_t>(b)));
  }
  return with_storage(column.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    const T x = from_raw<T>(a);
    const T y = from_raw<T>(b);
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(x) || std::isnan(y)) return std::isnan(y) - std::isnan(x);
    }
    return x < y ? -1 : static_cast<int>(y < x);
  });
}

bool raw_is_zero(Storage storage, std::uint64_t raw) noexcept {
  return with_storage(storage, [&](auto type) {
    using T = typename decltype(type)::type;
    return from_raw<T>(raw) == 0;
  });
}

std::uint64_t raw_without_sign_of_zero(Storage storage, std::uint64_t raw) noexcept {
  if (storage == Storage::float64) return to_raw(without_sign_of_zero(from_raw<double>(raw)));
  return storage == Storage::float32 ? to_raw(without_sign_of_zero(from_raw<float>(raw))) : raw;
}

bool raw_is_nan(Storage storage, std::uint64_t raw) noexcept {
  if (storage == Storage::float64) return std::isnan(from_raw<double>(raw));
  return storage == Storage::float32 && std::isnan(from_raw<float>(raw));
}

}  // namespace parallax

#include "expression/op.h"

namespace parallax {

void Cell::load(Lanes& lanes, std::size_t lane) const noexcept {
  lanes.set_valid(lane, valid);
  if (lanes.storage() == Storage::text) {
    lanes.data<std::string_view>()[lane] = valid ? std::string_view(text) : std::string_view();
    return;
  }
  with_storage(lanes.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    T value{};
    if (valid) std::memcpy(&value, bits.data(), sizeof(T));
    lanes.data<T>()[lane] = value;
  });
}

void Cell::save(const Lanes& lanes, std::size_t lane) {
  storage = lanes.storage();
  valid = lanes.valid(lane);
  if (storage == Storage::text) {
    text = valid ? lanes.data<std::string_view>()[lane] : std::string_view();
    return;
  }
  with_storage(storage, [&](auto type) {
    using T = typename decltype(type)::type;
    std::memcpy(bits.data(), lanes.data<T>() + lane, sizeof(T));
  });
}

}  // namespace parallax

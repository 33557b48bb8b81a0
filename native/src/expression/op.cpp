#include "expression/op.h"

#include <algorithm>
#include <iterator>

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

/// Chains of operations are long: they are taken apart without recursion.
Op::~Op() {
  std::vector<OpPtr> last = std::move(args);
  while (!last.empty()) {
    const OpPtr op = std::move(last.back());
    last.pop_back();
    if (op.use_count() != 1) continue;
    std::move(op->args.begin(), op->args.end(), std::back_inserter(last));
    op->args.clear();
  }
}

}  // namespace parallax

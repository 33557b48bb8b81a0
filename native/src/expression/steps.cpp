#include "expression/steps.h"

#include <string>

namespace parallax {

void StepBudget::take(std::int64_t steps) {
  if (left_.fetch_sub(steps, std::memory_order_relaxed) >= steps) return;
  throw Error(ErrorKind::resource_limit, "An expression takes more than " + std::to_string(steps_) +
                                             " steps over the rows of a table; make its loops shorter");
}

void StepCounter::fetch() {
  constexpr std::int64_t kShare = 4096;
  const std::int64_t share = std::min(std::max(kShare, -ready_), row_left_);
  if (share < -ready_) {
    throw RowLimit("Runtime Error - The expression takes more than " + std::to_string(of_row_) +
                   " steps for one row; make its loops, and the texts they work on, shorter");
  }
  if (budget_ != nullptr) budget_->take(share);
  row_left_ -= share;
  ready_ += share;
}

std::int64_t text_steps(std::span<const Lanes* const> texts, std::uint32_t cost) noexcept {
  std::size_t bytes = 0;
  for (const Lanes* text : texts) {
    if (text->storage() == Storage::text && text->valid(0)) bytes += text->data<std::string_view>()->size();
  }
  return static_cast<std::int64_t>(bytes * cost / 64);
}

}  // namespace parallax

#include "expression/steps.h"

#include <ctime>
#include <string>

namespace parallax {
namespace {

/// Nanoseconds that this thread has worked, however many others there are.
std::int64_t thread_time() noexcept {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

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
                   " steps at once; make its loops, and the texts that it works on, shorter");
  }
  if (budget_ != nullptr) budget_->take(share);
  row_left_ -= share;
  ready_ += share;
}

void StepCounter::time_searches(std::size_t most) {
  constexpr std::size_t kMostOfOne = 1'000'000'000;
  if (most > kMostOfOne) {
    throw RowLimit(
        "An expression searches a text that is too long for its pattern; shorten the text or simplify the "
        "pattern");
  }
  const std::int64_t now = thread_time();
  const std::int64_t taken = timed_ ? now - since_ : 0;
  timed_ = true;
  since_ = now;
  untimed_ = 0;
  spend(taken / nanoseconds_);
}

std::int64_t text_steps(std::span<const Lanes* const> texts, std::uint32_t cost) noexcept {
  std::size_t bytes = 0;
  for (const Lanes* text : texts) {
    if (text->storage() == Storage::text && text->valid(0)) bytes += text->data<std::string_view>()->size();
  }
  return static_cast<std::int64_t>(bytes * cost / 64);
}

}  // namespace parallax

// How much work an expression may make.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "expression/lanes.h"
#include "parallax/error.h"

namespace parallax {

/// Loop bodies that one evaluation of a row may run, nested loops together.
inline constexpr std::size_t kMostIterations = 1'000'000;

/// Steps that may be taken. A step is one operation on one row in a program that runs row by row, or as much
/// time; operations on long texts count for more (text_steps), as do long searches (StepCounter::search).
struct StepLimits {
  std::int64_t row = 50'000'000;    ///< for one row: a loop of all its bodies, fifty operations each
  std::int64_t rows = 200'000'000;  ///< for the rows of one computation, above what rows without loops take
  std::int64_t nanoseconds = 25;    ///< of a search that count as a step
};

/// Thrown where the value of one row would need too much work or memory.
class RowLimit : public Error {
 public:
  explicit RowLimit(const std::string& message) : Error(ErrorKind::resource_limit, message) {}
};

/// Steps that the evaluators of one computation share.
class StepBudget {
 public:
  explicit StepBudget(std::int64_t steps) : steps_(steps), left_(steps) {}
  /// Throws Error (resource_limit) once more is taken than there was.
  void take(std::int64_t steps);

 private:
  std::int64_t steps_;
  std::atomic<std::int64_t> left_;
};

/// Counts what one evaluator does, one row after the other.
class StepCounter {
 public:
  StepCounter(const StepLimits& limits, std::int64_t of_row)
      : of_row_(of_row), row_left_(of_row), nanoseconds_(limits.nanoseconds) {}

  /// From now on the steps come from a budget, in shares so that threads rarely meet there.
  void share(StepBudget& budget) noexcept { budget_ = &budget; }
  /// Before some rows, one after the other in one thread; those that are computed at once count as one.
  void begin_run() noexcept {
    begin_row();
    timed_ = false;
    untimed_ = 0;
  }
  void begin_row() noexcept {
    ready_ = std::max<std::int64_t>(ready_, 0);
    row_left_ = of_row_ - ready_;
  }
  /// Throws RowLimit once the row has taken too many, Error (resource_limit) when the budget is spent.
  void spend(std::int64_t steps) {
    ready_ -= steps;
    if (ready_ < 0) fetch();
  }
  /// Before a pattern of so many instructions is looked for in so many bytes. What that takes is not known
  /// before, anything from the time to read the text to an instruction's for each byte and instruction. So
  /// searches that may have taken long are timed, and each is spared a text that may take very long.
  void search(std::size_t bytes, std::size_t instructions) {
    const std::size_t most = (bytes + 1) * instructions;
    untimed_ += most;
    if (untimed_ > kUntimed) time_searches(most);
  }

 private:
  static constexpr std::size_t kUntimed = 200'000;  // some 2 ms at most

  void fetch();
  void time_searches(std::size_t most);

  std::int64_t of_row_;
  std::int64_t row_left_;   // of the row's steps, those not made ready yet
  std::int64_t ready_ = 0;  // may be taken without asking
  StepBudget* budget_ = nullptr;
  std::size_t untimed_ = 0;  // what searches may have taken since, in instructions
  bool timed_ = false;
  std::int64_t nanoseconds_;
  std::int64_t since_ = 0;  // the thread's time, in nanoseconds
};

/// What a kernel costs besides its one step: `cost` for each 64 bytes of the texts in lane 0.
std::int64_t text_steps(std::span<const Lanes* const> texts, std::uint32_t cost) noexcept;

}  // namespace parallax

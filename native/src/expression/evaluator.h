// Runs a program over rows.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/thread_pool.h"
#include "expression/program.h"
#include "expression/row_context.h"

namespace parallax {

/// Loop bodies that one evaluation of a row may run, nested loops together.
inline constexpr std::size_t kMostIterations = 1'000'000;

/// Loop bodies that the rows of one computation may run together.
inline constexpr std::int64_t kMostIterationsOfRows = 200'000'000;

class TextValues;

/// The vectors that one thread runs a program with.
class Evaluator {
 public:
  /// Runs up to `capacity` <= kLanes rows at a time. With `texts`, which were prepared for the rows, the
  /// parts of the program that depend on one text are looked up, without they are computed like the rest.
  explicit Evaluator(const Program& program, std::size_t capacity = kLanes,
                     const TextValues* texts = nullptr);
  /// For one part of the program over texts.
  Evaluator(const Program& program, const TextPart& part, std::size_t capacity);

  /// Results of `count` <= capacity rows; valid until the next run. A row that exceeds a limit is null, in a
  /// trial the limit is thrown as ExpressionError. The result's cells go to `into` if that is given and can
  /// be done without copying.
  const Lanes& run(const RowContext& rows, std::size_t count, std::byte* into = nullptr);

  /// Shares a budget of loop bodies with other evaluators: run() throws Error (resource_limit) once it is
  /// spent.
  void share_budget(std::atomic<std::int64_t>& budget) noexcept { budget_ = &budget; }

 private:
  enum class Flow { on, broken, continued };

  void make_lanes(const Program& program, const std::vector<OpPtr>& ops, std::size_t capacity);
  void run_op(const Op& op, const RowContext& rows, std::size_t count);
  void run_rows(const RowContext& rows, std::size_t count);
  void spend() const;
  const Lanes& step(const Op& op);
  const Lanes& loop(const Op& op);
  const Lanes& element(const Op& op, bool store);
  const Lanes& finish(const Op& op, const Lanes& value);
  void choose(const Op& op, std::size_t count);
  void copy_lane(const Lanes& from, std::size_t from_lane, Lanes& to, std::size_t to_lane);

  const Program& program_;
  const TextPart* part_ = nullptr;     // the part to run instead of the program
  const TextValues* texts_ = nullptr;  // null: every op is run
  std::vector<Lanes> lanes_;           // by Op::lanes
  std::vector<const Lanes*> args_;     // of the kernel being called
  TextArena arena_;

  // Row by row.
  std::unique_ptr<Lanes> results_;
  TextArena results_arena_;
  std::vector<Cell> variables_;
  std::vector<const Lanes*> row_args_;
  RowContext row_;
  Flow flow_ = Flow::on;
  const Lanes* broken_value_ = nullptr;
  std::size_t iterations_ = 0;
  std::atomic<std::int64_t>* budget_ = nullptr;
};

/// Runs lanes 0 … total-1 in blocks of kLanes, several at a time. make(capacity) makes an evaluator,
/// rows(at) gives the rows from lane `at` on; store(lanes, at, count) is called by one thread, in order.
template <class Make, class Rows, class Store>
void for_blocks(std::size_t total, ThreadPool& pool, Make&& make, Rows&& rows, Store&& store) {
  const std::size_t blocks = (total + kLanes - 1) / kLanes;
  const std::size_t at_a_time = pool.width() == 1 ? 1 : std::min<std::size_t>(blocks, 4 * pool.width());
  std::vector<std::unique_ptr<Evaluator>> evaluators;
  for (std::size_t i = 0; i < std::min(blocks, at_a_time); ++i)
    evaluators.push_back(std::make_unique<Evaluator>(make(std::min(total, kLanes))));
  std::vector<const Lanes*> results(evaluators.size());
  for (std::size_t first = 0; first < blocks; first += at_a_time) {
    const auto begin = [&](std::size_t i) { return (first + i) * kLanes; };
    const auto count = [&](std::size_t i) { return std::min(kLanes, total - begin(i)); };
    const std::size_t some = std::min(at_a_time, blocks - first);
    pool.parallel_for(some,
                      [&](std::size_t i) { results[i] = &evaluators[i]->run(rows(begin(i)), count(i)); });
    for (std::size_t i = 0; i < some; ++i) store(*results[i], begin(i), count(i));
  }
}

/// Computes a program for all rows [0, table.row_numbers()) into `out`, which is resized to it; rows that are
/// not live get what their old cells give. `texts` is of the same program. Needs the table's shared lock.
/// Throws Error (resource_limit) when loops run too long.
void compute_column(const Program& program, const Table& table, Column& out, TextValues& texts,
                    ThreadPool& pool);

/// Computes a program for some rows and stores the results at these rows of `out`; null where loops run too
/// long.
void compute_rows(const Program& program, const Table& table, const std::uint32_t* rows, std::size_t count,
                  Column& out, TextValues& texts, ThreadPool& pool);

}  // namespace parallax

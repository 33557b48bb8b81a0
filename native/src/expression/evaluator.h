// Runs a program over rows.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/thread_pool.h"
#include "expression/program.h"
#include "expression/row_context.h"
#include "expression/steps.h"

namespace parallax {

class TextValues;

/// What a variable of a row holds. Texts live as long as the row is evaluated: in its arena, in a column or
/// in the program.
struct Slot {
  Storage storage = Storage::float64;
  bool valid = false;
  std::array<std::byte, sizeof(std::string_view)> bits{};

  void load(Lanes& lanes) const noexcept;
  void save(const Lanes& lanes) noexcept;
};

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

  /// Takes the steps of programs that run row by row from a budget: run() throws Error (resource_limit) once
  /// it is spent.
  void share(StepBudget& budget) noexcept { steps_.share(budget); }

 private:
  enum class Flow { on, broken, continued };

  void make_lanes(const Program& program, const std::vector<OpPtr>& ops, std::size_t capacity);
  void run_op(const Op& op, const RowContext& rows, std::size_t count);
  void run_rows(const RowContext& rows, std::size_t count);
  const Lanes& step(const Op& op);
  const Lanes& control(const Op& op);
  void call(const Op& op);
  [[noreturn]] void fail_row(const char* message) const;
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
  std::vector<Slot> variables_;
  std::vector<const Lanes*> row_args_;
  RowContext row_;
  Flow flow_ = Flow::on;
  const Lanes* broken_value_ = nullptr;
  std::size_t iterations_ = 0;
  const Op* loop_ = nullptr;  // the outermost one that runs
  StepCounter steps_;
};

/// How many rows `ops` operations are best computed for at a time: kLanes, fewer for programs so large that
/// their vectors would take much memory. A multiple of 64.
std::size_t lanes_for(std::size_t ops) noexcept;

/// Runs lanes 0 … total-1 in blocks of `size`, several at a time. make(capacity) makes an evaluator,
/// rows(at) gives the rows from lane `at` on; store(lanes, at, count) is called by one thread, in order.
template <class Make, class Rows, class Store>
void for_blocks(std::size_t total, std::size_t size, ThreadPool& pool, Make&& make, Rows&& rows,
                Store&& store) {
  const std::size_t blocks = (total + size - 1) / size;
  const std::size_t at_a_time = pool.width() == 1 ? 1 : std::min<std::size_t>(blocks, 4 * pool.width());
  std::vector<std::unique_ptr<Evaluator>> evaluators;
  for (std::size_t i = 0; i < std::min(blocks, at_a_time); ++i)
    evaluators.push_back(std::make_unique<Evaluator>(make(std::min(total, size))));
  std::vector<const Lanes*> results(evaluators.size());
  for (std::size_t first = 0; first < blocks; first += at_a_time) {
    const auto begin = [&](std::size_t i) { return (first + i) * size; };
    const auto count = [&](std::size_t i) { return std::min(size, total - begin(i)); };
    const std::size_t some = std::min(at_a_time, blocks - first);
    pool.parallel_for(some,
                      [&](std::size_t i) { results[i] = &evaluators[i]->run(rows(begin(i)), count(i)); });
    for (std::size_t i = 0; i < some; ++i) store(*results[i], begin(i), count(i));
  }
}

/// Computes a program for all rows [0, table.row_numbers()) into `out`, which is resized to it; rows that are
/// not live get what their old cells give. `texts` is of the same program. Needs the table's shared lock.
/// Throws Error (resource_limit) when it takes too many steps or makes too much text.
void compute_column(const Program& program, const Table& table, Column& out, TextValues& texts,
                    ThreadPool& pool);

/// Computes a program for some rows and stores the results at these rows of `out`; null where compute_column
/// would throw.
void compute_rows(const Program& program, const Table& table, const std::uint32_t* rows, std::size_t count,
                  Column& out, TextValues& texts, ThreadPool& pool);

}  // namespace parallax

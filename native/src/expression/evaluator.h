// Runs a program over rows.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/thread_pool.h"
#include "expression/program.h"
#include "expression/row_context.h"

namespace parallax {

/// Loop bodies that one evaluation of a row may run, nested loops together.
inline constexpr std::size_t kMostIterations = 1'000'000;

/// The vectors that one thread runs a program with.
class Evaluator {
 public:
  explicit Evaluator(const Program& program);

  /// Results of `count` <= kLanes rows; valid until the next run. A row that exceeds a limit is null, in a
  /// trial the limit is thrown as ExpressionError.
  const Lanes& run(const RowContext& rows, std::size_t count);

 private:
  enum class Flow { on, broken, continued };

  void run_op(const Op& op, const RowContext& rows, std::size_t count);
  void run_rows(const RowContext& rows, std::size_t count);
  const Lanes& step(const Op& op);
  const Lanes& loop(const Op& op);
  const Lanes& element(const Op& op, bool store);
  const Lanes& finish(const Op& op, const Lanes& value);
  void choose(const Op& op, std::size_t count);
  void copy_lane(const Lanes& from, std::size_t from_lane, Lanes& to, std::size_t to_lane);

  const Program& program_;
  std::vector<Lanes> lanes_;        // by Op::lanes
  std::vector<const Lanes*> args_;  // of the kernel being called
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
};

/// Computes a program for all rows [0, table.row_numbers()) into `out`, which is resized to it; rows that are
/// not live get what their old cells give. Needs the table's shared lock.
void compute_column(const Program& program, const Table& table, Column& out, ThreadPool& pool);

/// Computes a program for some rows and stores the results at these rows of `out`.
void compute_rows(const Program& program, const Table& table, const std::uint32_t* rows, std::size_t count,
                  Column& out);

}  // namespace parallax

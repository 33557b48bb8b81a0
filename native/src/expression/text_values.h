// What the text parts of a program give for each distinct text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/thread_pool.h"
#include "expression/program.h"
#include "expression/row_context.h"

namespace parallax {

/// Values of a program's text parts by dictionary code. Computed for texts when they first occur in rows,
/// then kept as long as the column and the result stay with their dictionaries. prepare() needs a lock of its
/// own, the rest may run side by side.
class TextValues {
 public:
  explicit TextValues(std::shared_ptr<const Program> program);

  /// Computes what is not known yet of all rows of the table. `out` is the column that the program's results
  /// go to: texts of a part that is the whole program are interned there.
  void prepare(const Table& table, const Column& out, ThreadPool& pool);
  /// The same for some rows.
  void prepare(const Table& table, const std::uint32_t* rows, std::size_t count, const Column& out,
               ThreadPool& pool);

  /// Values of part `part` for rows that were prepared.
  void load(std::size_t part, const RowContext& rows, Lanes& out, std::size_t count) const;
  /// The same as cells of a column: texts as codes in the dictionary given when prepared. Bits of `validity`
  /// past `count` are 0, null cells 0.
  void load_cells(std::size_t part, const RowContext& rows, std::byte* cells, std::uint64_t* validity,
                  std::size_t count) const;

  /// Texts (null is one) that were computed so far, parts counted apart.
  [[nodiscard]] std::size_t computed() const noexcept { return computed_; }

 private:
  enum class State : std::uint8_t { unknown, null, known };
  struct Part {
    std::shared_ptr<Dictionary> texts;    ///< of the column
    std::shared_ptr<Dictionary> results;  ///< of text results
    std::vector<std::byte> cells;         ///< by code + 1, at 0 what null gives
    std::vector<State> states;            ///< likewise
    bool any_null = false;
  };

  Part& current(std::size_t part, const Table& table, const Column& out);
  void compute(std::size_t part, const std::vector<std::uint32_t>& missing, StepBudget& budget,
               ThreadPool& pool);
  void store(Part& part, const Lanes& lanes, const std::uint32_t* texts, std::size_t count);

  std::shared_ptr<const Program> program_;
  std::vector<Part> parts_;
  std::size_t computed_ = 0;
};

}  // namespace parallax

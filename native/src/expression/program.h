// A compiled expression.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expression/error.h"
#include "expression/op.h"
#include "expression/steps.h"
#include "storage/table.h"

namespace parallax {

/// What an expression may refer to: a table's columns and its key.
struct RowModel {
  const Schema& schema;
  std::optional<std::size_t> index_column;
};

/// A part of a program that depends on one text column and constants alone, so that it need be computed only
/// once for each distinct text.
struct TextPart {
  std::size_t column = 0;  ///< position of the text column
  std::vector<OpPtr> ops;  ///< arguments first, the part's result last

  [[nodiscard]] const Op& root() const noexcept { return *ops.back(); }
};

/// Type-checked operations in an order in which each comes after its arguments. Immutable, shared by threads.
class Program {
 public:
  /// Parses, checks and tries the expression once on a row of nulls. Throws ExpressionError.
  static std::shared_ptr<const Program> compile(std::string_view source, const RowModel& model,
                                                const StepLimits& limits = {});

  [[nodiscard]] Storage result() const noexcept { return root->storage; }

  /// An op or, given by number, the part that it is the result of.
  struct Step {
    OpPtr op;
    std::optional<std::size_t> part;
  };

  OpPtr root;
  std::vector<OpPtr> ops;            ///< every op, arguments first; ops[i]->lanes == i
  std::vector<TextPart> parts;       ///< the largest there are; none in programs that run row by row
  std::vector<Step> steps;           ///< what remains to do for rows once the parts' values are known
  std::vector<std::size_t> columns;  ///< positions that are read, ascending
  std::size_t variables = 0;         ///< slots of the row-by-row kind
  StepLimits limits;                 ///< when it runs row by row
  bool row_by_row = false;           ///< has loops, vectors or conditional assignments
  bool is_volatile = false;          ///< now, today, random, vlookup: changes without its columns
};

/// The steps of one computation over so many rows. Each has some for what every row takes.
std::int64_t steps_for(const Program& program, std::size_t rows) noexcept;

/// An expression's verdict for clients.
struct ExpressionVerdict {
  std::optional<ColumnType> type;  ///< of a good one
  std::string message;             ///< of a bad one, with its place
  TextPosition position;
};

/// Checks one expression as Program::compile does; `alias` must not be a column. Never throws for its
/// content.
ExpressionVerdict check_expression(std::string_view alias, std::string_view source, const RowModel& model,
                                   const StepLimits& limits = {});

}  // namespace parallax

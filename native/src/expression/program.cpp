#include "expression/program.h"

#include "expression/compiler.h"
#include "expression/evaluator.h"
#include "parallax/error.h"

namespace parallax {

std::shared_ptr<const Program> Program::compile(std::string_view source, const RowModel& model,
                                                const StepLimits& limits) {
  const NodePtr tree = [&] {
    // Unknown columns are reported before whatever else is wrong.
    for (const Token& token : tokenize(source)) {
      if (token.kind == TokenKind::column && !model.schema.find(token.text)) {
        throw ExpressionError("Value Error - Input column \"" + token.text + "\" does not exist.", token.at);
      }
    }
    return parse_expression(source);
  }();
  auto program = std::make_shared<Program>();
  program->limits = limits;
  Compiler(model, *program).run(*tree);
  try {
    Evaluator(*program, 1).run(RowContext(), 1);
  } catch (const RowLimit& limit) {
    throw ExpressionError(limit.what(), 0);
  }
  return program;
}

std::int64_t steps_for(const Program& program, std::size_t rows) noexcept {
  // A short loop; or a search, all that takes steps column at a time.
  const std::size_t of_each = program.row_by_row ? program.ops.size() + 100 : 400;
  return program.limits.rows + static_cast<std::int64_t>(rows * of_each);
}

ExpressionVerdict check_expression(std::string_view alias, std::string_view source, const RowModel& model,
                                   const StepLimits& limits) {
  if (model.schema.find(alias)) {
    return {std::nullopt,
            "Value Error - expression \"" + std::string(alias) + "\" cannot overwrite an existing column.",
            {}};
  }
  try {
    return {column_type(Program::compile(source, model, limits)->result()), {}, {}};
  } catch (const ExpressionError& error) {
    return {std::nullopt, error.what(), position_at(source, error.offset())};
  } catch (const Error& error) {
    return {std::nullopt, error.what(), {}};
  }
}

}  // namespace parallax

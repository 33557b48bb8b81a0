#include "expression/program.h"

#include "expression/compiler.h"
#include "expression/evaluator.h"
#include "parallax/error.h"

namespace parallax {

std::shared_ptr<const Program> Program::compile(std::string_view source, const RowModel& model) {
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
  Compiler(model, *program).run(*tree);
  Evaluator(*program, 1).run(RowContext(), 1);
  return program;
}

ExpressionVerdict check_expression(std::string_view alias, std::string_view source, const RowModel& model) {
  if (model.schema.find(alias)) {
    return {std::nullopt,
            "Value Error - expression \"" + std::string(alias) + "\" cannot overwrite an existing column.",
            {}};
  }
  try {
    return {column_type(Program::compile(source, model)->result()), {}, {}};
  } catch (const ExpressionError& error) {
    return {std::nullopt, error.what(), position_at(source, error.offset())};
  } catch (const Error& error) {
    return {std::nullopt, error.what(), {}};
  }
}

}  // namespace parallax

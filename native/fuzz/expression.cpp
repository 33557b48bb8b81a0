#include <simdjson.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "expression/evaluator.h"
#include "expression/text_values.h"
#include "fuzz/expression_text.h"
#include "fuzz/targets.h"
#include "parallax/error.h"

namespace parallax::fuzz {
namespace {

/// Low, so that a runaway ends before the fuzzer takes it for a hang, however slow the instrumented engine
/// is. Searches may take as long as ever: rows must not differ by how long that is.
constexpr StepLimits kLimits{.row = 50'000, .rows = 100'000, .nanoseconds = 25'000};

std::unique_ptr<Table> make_table() {
  Column f(Storage::float64), i(Storage::int32), s(Storage::text), b(Storage::boolean), d(Storage::date),
      t(Storage::datetime);
  for (const double value : {1.5, -2.0, 0.0, 1e300}) f.append<double>(value);
  for (const std::int32_t value : {1, -7, 0, 2147483647}) i.append<std::int32_t>(value);
  for (const char* value : {"abc", "", "12", "é漢"}) s.append_text(value);
  for (const std::uint8_t value : {1, 0, 1, 0}) b.append<std::uint8_t>(value);
  for (const std::int32_t value : {19782, -1, 0, 2932896}) d.append<std::int32_t>(value);
  for (const long long value : {1709214359123LL, -1LL, 0LL, 253402300799999LL}) t.append<std::int64_t>(value);
  RowBatch batch;
  batch.rows = 5;
  Schema schema;
  const char* const names[] = {"f", "i", "s", "b", "d", "t"};
  Column* const columns[] = {&f, &i, &s, &b, &d, &t};
  for (std::size_t c = 0; c < std::size(columns); ++c) {
    columns[c]->append_null();
    schema.add({names[c], columns[c]->storage()});
    batch.entries.push_back({c, std::move(*columns[c]), std::nullopt});
  }
  return Table::from_batch(schema, {}, std::move(batch));
}

/// Every row computed with the others and on its own is the same.
void check_rows(const std::shared_ptr<const Program>& program, const Table& table) {
  static ThreadPool pool(1);
  Column all(program->result());
  TextValues texts(program);
  try {
    compute_column(*program, table, all, texts, pool);
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::resource_limit, "An expression fails when it is computed");
    return;
  }
  require(all.size() == table.row_numbers(), "An expression has no value for every row");
  require_utf8(all);
  if (program->is_volatile) return;
  Column single(program->result());
  single.resize(table.row_numbers());
  TextValues single_texts(program);
  for (std::uint32_t row = 0; row < table.row_numbers(); ++row) {
    compute_rows(*program, table, &row, 1, single, single_texts, pool);
  }
  require_same(all, single, "Rows computed one by one");
}

void check_expression_text(const std::string& source) {
  static const std::unique_ptr<Table> table = make_table();
  const RowModel model{table->schema(), table->index_column()};
  const ExpressionVerdict verdict = check_expression("new", source, model, kLimits);
  std::shared_ptr<const Program> program;
  try {
    program = Program::compile(source, model, kLimits);
  } catch (const ExpressionError& error) {
    require(!verdict.type && !verdict.message.empty(), "A bad expression is called good");
    require(error.offset() <= source.size(), "A fault lies outside its expression");
    return;
  }
  require(verdict.type == column_type(program->result()), "The verdict tells another type");
  require(std::is_sorted(program->columns.begin(), program->columns.end()), "Columns are out of order");
  check_rows(program, *table);
}

}  // namespace

void fuzz_expression(Bytes input) {
  Choices choices(input);
  if (choices.flip()) return check_expression_text(expression_text(choices));
  const std::string_view source = as_text(choices.rest());
  if (simdjson::validate_utf8(source)) check_expression_text(std::string(source));  // as requests are
}

}  // namespace parallax::fuzz

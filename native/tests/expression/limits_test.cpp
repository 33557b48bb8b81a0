// What an expression may cost: steps, text, operations.
#include <gtest/gtest.h>

#include "expression/evaluator.h"
#include "expression/text_values.h"

namespace parallax {
namespace {

/// Column n counts the rows from 0; s is "text" everywhere.
std::unique_ptr<Table> make_table(std::size_t rows) {
  Column n(Storage::float64), s(Storage::text);
  for (std::size_t i = 0; i < rows; ++i) {
    n.append<double>(static_cast<double>(i));
    s.append_text("text");
  }
  RowBatch batch;
  batch.rows = rows;
  batch.entries.push_back({0, std::move(n), std::nullopt});
  batch.entries.push_back({1, std::move(s), std::nullopt});
  return Table::from_batch(Schema({{"n", Storage::float64}, {"s", Storage::text}}), {}, std::move(batch));
}

const Table& table() {
  static const auto made = make_table(3);
  return *made;
}

std::shared_ptr<const Program> compile(std::string_view source, const StepLimits& limits = {}) {
  return Program::compile(source, RowModel{table().schema(), std::nullopt}, limits);
}

/// What is wrong with an expression: "place: message", or that nothing is.
std::string fault(std::string_view source, const StepLimits& limits = {}) {
  try {
    (void)compile(source, limits);
    return "none";
  } catch (const ExpressionError& error) {
    return std::to_string(error.offset()) + ": " + error.what();
  }
}

::testing::AssertionResult fails(std::string_view source, std::string_view words,
                                 const StepLimits& limits = {}) {
  const std::string found = fault(source, limits);
  if (found.find(words) != found.npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << source.substr(0, 100) << " gives " << found.substr(0, 200);
}

Column computed(const std::shared_ptr<const Program>& program, const Table& of = table()) {
  Column out(program->result());
  TextValues texts(program);
  ThreadPool pool(1);
  compute_column(*program, of, out, texts, pool);
  return out;
}

/// The rows that have a value, as in "1-1".
std::string known(const Column& column) {
  std::string out;
  for (std::size_t row = 0; row < column.size(); ++row) out += column.valid(row) ? '1' : '-';
  return out;
}

std::string times(int n, const std::string& text) {
  std::string out;
  for (int i = 0; i < n; ++i) out += text;
  return out;
}

TEST(StepCounter, TakesWhatARowMayTakeAndNoMore) {
  StepCounter steps({}, 10'000);
  for (int row = 0; row < 3; ++row) {
    steps.begin_row();
    for (int i = 0; i < 9'990; ++i) steps.spend(1);
    steps.spend(10);
    EXPECT_THROW(steps.spend(1), RowLimit);
  }
  steps.begin_row();
  steps.spend(10'000);
  EXPECT_THROW(steps.spend(1), RowLimit);
  steps.begin_row();
  EXPECT_THROW(steps.spend(10'001), RowLimit);
  steps.begin_run();
  steps.spend(10'000);
  EXPECT_THROW(steps.spend(1), RowLimit);
}

TEST(StepCounter, SharesABudgetWithOthers) {
  StepBudget budget(20'000);
  StepCounter a({}, 1'000'000), b({}, 1'000'000);
  a.share(budget);
  b.share(budget);
  for (int i = 0; i < 9'000; ++i) {
    a.begin_row();
    a.spend(1);
  }
  b.spend(7'000);
  try {
    b.spend(5'000);
    FAIL() << "More was taken than there is";
  } catch (const RowLimit&) {
    FAIL() << "No row took too much";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::resource_limit);
  }
}

TEST(ExpressionLimits, CountWhatIsDoneInALoopBody) {
  const StepLimits limits{.row = 100'000, .rows = 1'000'000};
  const std::string loop = "var x := 0; for (var k := 0; k < 1000; k += 1) { x += ";
  EXPECT_EQ(fault(loop + "k }", limits), "none");
  EXPECT_TRUE(fails(loop + "k" + times(60, " + k") + " }",
                    "12: Runtime Error - The expression takes more than", limits));
  // What is in the condition or in the step counts too.
  EXPECT_TRUE(
      fails("for (var k := 0; k" + times(60, " + k * 0") + " < 1000; k += 1) { k }", "steps", limits));
  EXPECT_TRUE(
      fails("for (var k := 0; k < 1000; k += 1" + times(60, " + k * 0") + ") { k }", "steps", limits));
}

TEST(ExpressionLimits, LeaveThePeersLimitOfLoopBodies) {
  EXPECT_EQ(fault("var x := 0; while (x < 1000000) { x += 1 }; x"), "none");
  EXPECT_EQ(fault("var x := 0; while (x < 1000001) { x += 1 }; x"),
            "0: Runtime Error - Exceeded maximum loop iterations.");
  EXPECT_EQ(known(computed(compile("var x := 0; while (x < 2000000 and \"n\" == 1) { x += 1 }; x"))), "1-1");
}

TEST(ExpressionLimits, MakeARowNullThatTakesTooManySteps) {
  const StepLimits limits{.row = 10'000, .rows = 1'000'000};
  const auto program = compile("var x := 0; while (x < 5000 and \"n\" == 1) { x += 1 }; x", limits);
  EXPECT_EQ(known(computed(program)), "1-1");
}

TEST(ExpressionLimits, EndAComputationOfTooManySteps) {
  const StepLimits limits{.row = 100'000, .rows = 1'000'000};
  const std::string_view source = "var x := 0; while (x < 4000 and is_not_null(\"n\")) { x += 1 }; x";
  EXPECT_EQ(known(computed(compile(source, limits))), "111");
  const auto many = make_table(2000);
  EXPECT_THROW(computed(compile(source, limits), *many), Error);
  // An update is not refused: its rows are null.
  const auto program = compile(source, limits);
  Column out(program->result());
  TextValues texts(program);
  ThreadPool pool(2);
  std::vector<std::uint32_t> rows(2000);
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  compute_rows(*program, *many, rows.data(), rows.size(), out, texts, pool);
  EXPECT_FALSE(out.valid(1999));
  compute_rows(*program, *many, rows.data(), 3, out, texts, pool);
  EXPECT_EQ(known(out).substr(0, 4), "111-");
}

TEST(ExpressionLimits, DoNotMindManyRowsWithShortLoops) {
  const StepLimits limits{.row = 10'000, .rows = 1'000};
  const auto many = make_table(20'000);
  const auto program = compile("var x := 0; for (var k := 0; k < 5; k += 1) { x += k }; x", limits);
  EXPECT_EQ(known(computed(program, *many)), std::string(20'000, '1'));
}

TEST(ExpressionLimits, BoundTheTextOfLoops) {
  const std::string doubled = "for (var k := 0; k < 60; k += 1) { t := concat(t, t) }; length(t)";
  EXPECT_TRUE(fails("var t := 'ab'; " + doubled, "15: An expression makes a text of more than 16 MiB"));
  EXPECT_EQ(known(computed(compile("var t := \"s\"; if (\"n\" == 1) { t := '' }; " + doubled))), "-1-");
  // Many texts that are forgotten.
  EXPECT_TRUE(
      fails("var t := 'ab'; for (var k := 0; k < 20; k += 1) { t := concat(t, t) }; "
            "for (var k := 0; k < 1000; k += 1) { length(concat(t, 'x')) }",
            "256 MiB of text"));
  // Without loops.
  EXPECT_TRUE(fails("var a := 'ab'; " + times(30, "a := concat(a, a); ") + "length(a)", "16 MiB"));
  EXPECT_TRUE(fails("length(replace_all('" + times(10'000, "x") + "', 'x', '" + times(10'000, "y") + "'))",
                    "16 MiB"));
}

TEST(ExpressionLimits, CountTheLengthOfTexts) {
  const StepLimits limits{.row = 1'000'000, .rows = 1'000'000};
  const auto loop = [](const std::string& text, const std::string& body) {
    return "var t := '" + text + "'; for (var k := 0; k < 1000; k += 1) { " + body + " }; 1";
  };
  for (const char* body :
       {"length(concat(t, t))", "upper(t) == 'A'", "t == t", "float(t)", "contains(t, 'a')",
        "match(t, '(a|b)c')", "search(t, '(a.)')", "replace_all(t, 'b', 'xx')"}) {
    EXPECT_EQ(fault(loop("abc", body), limits), "none") << body;
    EXPECT_TRUE(fails(loop(times(30'000, "abc"), body), "steps", limits)) << body;
  }
}

TEST(ExpressionLimits, BoundSearches) {
  // Each match makes sure that no y follows, 200,000 times: steps by the time it takes.
  const std::string text = "'" + times(200'000, "x") + "'";
  EXPECT_TRUE(fails("length(replace_all(" + text + ", '.*y|x', 'z'))", "steps", {.row = 1'000'000}));
  EXPECT_EQ(fault("length(replace_all(" + text + ", 'x', 'z'))"), "none");
  EXPECT_TRUE(fails("match('" + times(600'000, "ab") + "', '((a?b?){1000})c')", "too long for its pattern"));
  const auto program = compile("match(concat('" + times(600'000, "ab") + "', \"s\"), '((a?b?){1000})c')");
  EXPECT_THROW(computed(program), Error);
}

TEST(ExpressionLimits, CountWhatIsWrittenOnceAndDoneOften) {
  // The text of indexof is searched three times, so this is 3^40 searches.
  std::string text = "\"s\"";
  for (int i = 0; i < 40; ++i) text = "string(indexof(" + text + ", '(t)', v))";
  EXPECT_TRUE(fails("var v[2]; " + text, "steps", {.row = 1'000'000}));
}

TEST(ExpressionLimits, BoundTheSizeOfPrograms) {
  EXPECT_TRUE(fails("\"n\"" + times(5000, " + 1"), "3000 operations inside each other"));
  EXPECT_TRUE(fails("\"n\"" + times(300'000, " + 1"), "3000 operations inside each other"));
  EXPECT_TRUE(fails("var v[10000]; sum(v" + times(100, " + v") + ")", "too large"));
  std::string index = "v[0]";
  for (int i = 0; i < 60; ++i) index = "v[" + index + "] <=> v[1]";
  EXPECT_TRUE(fails("var v[3]; " + index, "too large"));
  // A constant of 1 MB for each comparison.
  std::string many = "var a := '" + times(1'000'000, "x") + "'; False";
  for (int i = 0; i < 200; ++i) many += " or concat(a, '" + std::to_string(i) + "') == \"s\"";
  EXPECT_TRUE(fails(many, "too large"));
  EXPECT_EQ(fault("var v[10000] := [1:2]; sum(v)"), "none");
}

TEST(ExpressionLimits, LetLargeProgramsRunOnFewerRowsAtATime) {
  std::string source = "0";
  for (int i = 0; i < 2900; ++i) source += " + (\"n\" == " + std::to_string(i) + " ? 1 : 0)";
  const auto program = compile(source);
  EXPECT_LT(lanes_for(program->ops.size()), kLanes);
  const auto many = make_table(3000);
  const Column out = computed(program, *many);
  for (std::size_t row = 0; row < out.size(); ++row) {
    ASSERT_TRUE(out.valid(row));
    ASSERT_EQ(out.value<double>(row), row < 2900 ? 1 : 0) << row;
  }
}

TEST(ExpressionLimits, MakeRowsNullWhoseTextsAreTooLong) {
  Column s(Storage::text);
  s.append_text(times(10'000, "x"));
  RowBatch batch;
  batch.rows = 1;
  batch.entries.push_back({1, std::move(s), std::nullopt});
  const auto long_text = Table::from_batch(table().schema(), {}, std::move(batch));
  const auto program = compile("replace_all(\"s\", 'x', \"s\")");
  EXPECT_THROW(computed(program, *long_text), Error);
  Column out(program->result());
  TextValues texts(program);
  ThreadPool pool(1);
  const std::uint32_t row = 0;
  compute_rows(*program, *long_text, &row, 1, out, texts, pool);
  EXPECT_FALSE(out.valid(0));
}

}  // namespace
}  // namespace parallax

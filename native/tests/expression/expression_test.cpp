#include <gtest/gtest.h>

#include <cmath>

#include "base/number_text.h"
#include "expression/evaluator.h"
#include "expression/text_values.h"

namespace parallax {
namespace {

/// Rows (f, i, s, b, d, t): (1.5, 1, "abc", true, 2024-02-29, 2024-02-29 13:45:59.123), nulls, (-2, 3, "",
/// false, …).
const Table& table() {
  static const auto made = [] {
    Schema schema({{"f", Storage::float64},
                   {"i", Storage::int32},
                   {"s", Storage::text},
                   {"b", Storage::boolean},
                   {"d", Storage::date},
                   {"t", Storage::datetime}});
    RowBatch batch;
    batch.rows = 3;
    Column f(Storage::float64), i(Storage::int32), s(Storage::text), b(Storage::boolean), d(Storage::date),
        t(Storage::datetime);
    f.append<double>(1.5), f.append_null(), f.append<double>(-2);
    i.append<std::int32_t>(1), i.append_null(), i.append<std::int32_t>(3);
    s.append_text("abc"), s.append_null(), s.append_text("");
    b.append<std::uint8_t>(1), b.append_null(), b.append<std::uint8_t>(0);
    d.append<std::int32_t>(19782), d.append_null(), d.append<std::int32_t>(-1);
    t.append<std::int64_t>(1709214359123), t.append_null(), t.append<std::int64_t>(-1);
    Column* columns[] = {&f, &i, &s, &b, &d, &t};
    for (std::size_t c = 0; c < 6; ++c) batch.entries.push_back({c, std::move(*columns[c]), std::nullopt});
    return Table::from_batch(schema, {}, std::move(batch));
  }();
  return *made;
}

std::string shown(const Column& column, std::size_t row) {
  if (!column.valid(row)) return "null";
  std::string out;
  switch (column.storage()) {
    case Storage::text:
      return "'" + std::string(column.text(row)) + "'";
    case Storage::boolean:
      return column.value<std::uint8_t>(row) ? "true" : "false";
    case Storage::date:
      append_date(out, column.value<std::int32_t>(row));
      return out;
    case Storage::datetime:
      append_datetime(out, column.value<std::int64_t>(row));
      return out;
    default:
      break;
  }
  with_storage(column.storage(), [&](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (std::is_floating_point_v<T>)
      append_csv_double(out, static_cast<double>(column.value<T>(row)));
    else
      append_integer(out, static_cast<std::int64_t>(column.value<T>(row)));
  });
  return out;
}

std::string evaluate(std::string_view source) {
  const RowModel model{table().schema(), table().index_column()};
  try {
    const auto program = Program::compile(source, model);
    Column out(program->result());
    ThreadPool pool(1);
    TextValues texts(program);
    compute_column(*program, table(), out, texts, pool);
    std::string all;
    for (std::size_t row = 0; row < 3; ++row) all += (row ? " " : "") + shown(out, row);
    return all;
  } catch (const ExpressionError& error) {
    const TextPosition at = position_at(source, error.offset());
    return "error " + std::to_string(at.line) + ":" + std::to_string(at.column);
  }
}

/// Constant expressions: the first row says it all.
std::string value(std::string_view source) {
  const std::string all = evaluate(source);
  return all.starts_with("error") ? all : all.substr(0, all.find(' '));
}

TEST(Expression, FollowsPrecedence) {
  EXPECT_EQ(value("-2 ^ 2"), "-4");
  EXPECT_EQ(value("2 ^ 3 ^ 2"), "512");
  EXPECT_EQ(value("2 ^ -1"), "0.5");
  EXPECT_EQ(value("7 % 3 * 2"), "2");
  EXPECT_EQ(value("10 - 4 - 3"), "3");
  EXPECT_EQ(value("\"f\" > 0 ? 1 : 2 + 10"), "1");
  EXPECT_EQ(value("True or False and False"), "true");
  EXPECT_EQ(value("{[(1)]} + 2"), "3");
}

TEST(Expression, ReadsColumnsWithNulls) {
  EXPECT_EQ(evaluate("\"f\" + \"i\""), "2.5 null 1");
  EXPECT_EQ(evaluate("\"i\""), "1 null 3");
  EXPECT_EQ(evaluate("-\"i\""), "-1 null -3");
  EXPECT_EQ(evaluate("\"f\" / 0"), "null null null");
  EXPECT_EQ(evaluate("\"f\" == null"), "false true false");
  EXPECT_EQ(evaluate("\"f\" <= \"i\""), "false true true");
  EXPECT_EQ(evaluate("is_null(\"s\")"), "false true false");
  EXPECT_EQ(evaluate("coalesce(\"f\", 9)"), "1.5 9 -2");
  EXPECT_EQ(evaluate("if (\"f\" > 0) \"s\"; else 'neg'"), "'abc' 'neg' 'neg'");
  EXPECT_EQ(evaluate("not(\"b\")"), "false true true");
}

TEST(Expression, KnowsFunctionsOfNumbers) {
  EXPECT_EQ(value("round(-2.5)"), "-3");
  EXPECT_EQ(value("trunc(-2.7)"), "-2");
  EXPECT_EQ(value("frac(-inf)"), "0");
  EXPECT_EQ(value("iclamp(10, 15.5, 20)"), "20");
  EXPECT_EQ(value("min(3, 1, 2)"), "1");
  EXPECT_EQ(value("avg(1, 2, 3, 4)"), "2.5");
  EXPECT_EQ(value("root(-8, 2)"), "null");
  EXPECT_EQ(value("inrange('a', 'abc', 'b')"), "true");
  EXPECT_EQ(value("percent_of(1, 8)"), "12.5");
  EXPECT_EQ(value("sqrt(null)"), "null");
  EXPECT_EQ(evaluate("max(\"f\", 0)"), "1.5 null 0");
  EXPECT_EQ(value("sinh(40) == 117692633418509980"), "true");
  EXPECT_EQ(value("sinh(0.5) == 0.5210953054937474 and sinh(-0.5) == -sinh(0.5)"), "true");
  EXPECT_EQ(value("sinh(2.25) == 4.691168305898331 and sinh(-3.75) == -21.248782127103386"), "true");
  EXPECT_EQ(value("sinh(0.25) == 0.2526123168081683 and sinh(0) == 0 and sinh(710) < inf"), "true");
}

TEST(Expression, TakesTheLiteralNullAsANumber) {
  for (const char* call :
       {"pow(2, null)", "logn(null, 2)", "root(8, null)", "mod(null, 3)", "percent_of(1, null)",
        "sum(1, null)", "avg(null, 1)", "mul(2, null)", "clamp(null, 1, 2)", "iclamp(0, null, 2)",
        "trunc(null)", "sgn(null)", "inrange(1, null, 3)"}) {
    EXPECT_EQ(value(call), "null") << call;
  }
  EXPECT_EQ(evaluate("inrange('a', \"s\", null)"), "null null null");
  for (const char* call : {"min(null, 1)", "max(1, null)", "coalesce(null, 1)", "bucket(null, 5)",
                           "date(2024, null, 1)", "length(null)"}) {
    EXPECT_EQ(value(call).substr(0, 5), "error") << call;
  }
  // Comparisons are never null.
  EXPECT_EQ(evaluate("\"f\" < null"), "false false false");
  EXPECT_EQ(evaluate("\"f\" >= null"), "false true false");
  EXPECT_EQ(evaluate("null <= \"s\""), "false true false");
}

TEST(Expression, KnowsFunctionsOfText) {
  EXPECT_EQ(evaluate("concat(upper(\"s\"), '!')"), "'ABC!' null '!'");
  EXPECT_EQ(value("substring('hello', 1, 3)"), "'ell'");
  EXPECT_EQ(value("substring('hello', 4, 2)"), "null");
  EXPECT_EQ(value("length('日本')"), "2");
  EXPECT_EQ(value("upper('é')"), "'É'");
  EXPECT_EQ(value("search('key=value', '=(.*)')"), "'value'");
  EXPECT_EQ(value("replace('john smith', '(\\\\w+) (\\\\w+)', '\\\\2 \\\\1')"), "'smith");
  EXPECT_EQ(value("replace_all('abcb', 'b', 'X')"), "'aXcX'");
  EXPECT_EQ(evaluate("order(\"s\", 'x', 'abc')"), "1 null 2");
  EXPECT_EQ(value("match('abc', '(')"), "error 0:0");
  EXPECT_EQ(value("var v[2]; indexof('hello', '(l+)', v); v[0] * 10 + v[1]"), "23");
  EXPECT_EQ(evaluate("var v[2]; indexof(\"s\", '(b)', v)"), "true null false");
}

TEST(Expression, KnowsDates) {
  EXPECT_EQ(evaluate("bucket(\"d\", 'M')"), "2024-02-01 null 1969-12-01");
  EXPECT_EQ(evaluate("bucket(\"t\", 'D')"), "2024-02-29 null 1969-12-31");
  EXPECT_EQ(evaluate("bucket(\"d\", 'W')"), "2024-02-26 null 1969-12-29");
  EXPECT_EQ(evaluate("hour_of_day(\"t\")"), "13 null 23");
  EXPECT_EQ(value("day_of_week(date(2024, 2, 29))"), "'5");
  EXPECT_EQ(value("date(2024, 2, 30)"), "null");
  EXPECT_EQ(value("bucket(today(), 'D') == today()"), "true");
}

TEST(Expression, BucketsTheFirstTimesThereAre) {
  EXPECT_EQ(value("is_null(bucket(datetime(-9223372036854774784), '12h'))"), "false");
  EXPECT_EQ(evaluate("float(bucket(datetime(-3600001), 'h'))"), "-7200000 -7200000 -7200000");
}

TEST(Expression, Converts) {
  EXPECT_EQ(value("string(0.1 + 0.2)"), "'0.3'");
  EXPECT_EQ(value("integer(' 12 ')"), "12");
  for (const char* text : {"12abc", "1e400", "-1e400", "1e-400", "inf", "1 2"})
    EXPECT_EQ(value("float('" + std::string(text) + "')"), "null") << text;
  EXPECT_EQ(value("float('0e-400')"), "0");
  EXPECT_EQ(value("integer(2147483647.5)"), "null");
  EXPECT_EQ(value("integer(-2147483648.5)"), "null");
  EXPECT_EQ(value("integer(-2147483648)"), "-2147483648");
  EXPECT_EQ(evaluate("boolean(\"f\")"), "true false true");
  EXPECT_EQ(evaluate("string(\"d\")"), "'2024-02-29' null '1969-12-31'");
}

TEST(Expression, RunsLoopsAndVectors) {
  EXPECT_EQ(value("var x := 0; for (var k := 0; k < 10; k += 1) { x += k }; x"), "45");
  EXPECT_EQ(evaluate("index + 1"), "1 2 3");
  EXPECT_EQ(evaluate("random < 1"), "true true true");
  EXPECT_EQ(value("for (var k := 0; k < 3; k += 1) { k * 2 }"), "4");
  EXPECT_EQ(value("var x := 0; while (True) { x += 1; if (x > 5) { break[x * 10] } }"), "60");
  EXPECT_EQ(evaluate("var x := 0; if (\"i\" > 1) { x := 5 }; x"), "0 0 5");
  EXPECT_EQ(value("var v[3] := {1, 2, 3}; v[1] := 7; sum(v)"), "11");
  EXPECT_EQ(value("var v[3] := [1:2]; v[2]"), "5");
  EXPECT_EQ(value("var v[3] := {1, 2, 3}; var w[3] := v; (v + w)[1]"), "4");
  EXPECT_EQ(value("var v[3] := {1, 2, 3}; var k := 2; v[k]"), "3");
  EXPECT_EQ(value("var v[2]; v[]"), "2");
  EXPECT_EQ(value("var v[3]; var x := 0; while (x < 3) { x += 1; v := v + x }; sum(v)"), "18");
  EXPECT_EQ(evaluate("var v[3]; if (\"f\" > 0) { v := 5 } else { v := 6 }; v[1]"), "5 6 6");
  EXPECT_EQ(evaluate("var v[3]; \"f\" > 0 ? (v := 2) : (v := 7); v[1]"), "2 7 7");
  EXPECT_EQ(value("var v[3]; var x := 1; ~{ x := 2; v := 5 }; x + v[0]"), "7");
  EXPECT_EQ(value("var v[3] := {1, 2, 3}; (v := 9)[1]"), "9");
  EXPECT_EQ(value("var v[2]; var w[2]; w := v := 9; sum(w) + sum(v := 1) + sum(v)"), "22");
  EXPECT_EQ(value("var v[2]; var k := 1; ((v := 4) + 1)[k] + v[0]"), "9");
  EXPECT_EQ(value("var v[3] := {1, 2, 3}; var i := 0; v[i += 1] += 10; v[1] * 100 + i"), "1201");
  EXPECT_EQ(value("var v[2]; for (var k := 0; k < 2; k += 1) { v := k }"), "error 0:0");
  EXPECT_EQ(value("var x := 1; var y := 2; x <=> y; x * 10 + y"), "21");
  EXPECT_EQ(value("var x := 1; var y := 2; x <=> y"), "1");
  EXPECT_EQ(value("var v[1]; var x := 1; var y := 2; swap(x, y)"), "1");
  EXPECT_EQ(value("for (var k := 0; k < 4; k += 1) { if (k == 3) { continue }; k * 10 }"), "20");
  EXPECT_EQ(value("for (var k := 0; k < 4; k += 1) { continue; 5 }"), "0");
  EXPECT_EQ(evaluate("[*] { case \"f\" > 0: 1; case \"f\" > 1: 2; }"), "2 0 0");
  EXPECT_EQ(evaluate("switch { case \"f\" > 0: 1; default: 2; }"), "1 2 2");
  EXPECT_EQ(evaluate("\"i\" += 5; \"i\" * 2"), "12 null 16");
  EXPECT_EQ(value("var v[3] := {'a', 1, date(2020, 5, 23)}; v[2]"), "2020-05-23");
}

TEST(Expression, KeepsTheTextOfAVariableThatIsAssignedMeanwhile) {
  const std::string long_text = "a text that is too long to be stored in place, whatever holds it";
  EXPECT_EQ(evaluate("var x := concat(\"s\", '" + long_text + "'); var k := 0; while (k < 1) { k += 1 }; " +
                     "length(concat(x, ~{x := concat(x, x, x); 'y'}))"),
            "68 null 65");
  EXPECT_EQ(evaluate("var x := \"s\"; if (\"i\" == 3) { x := 'c' }; x <=> x; x"), "'abc' null 'c'");
}

TEST(Expression, RefusesWithAPlace) {
  EXPECT_EQ(evaluate(""), "error 0:0");
  EXPECT_EQ(evaluate("1 +\n foo"), "error 1:1");
  EXPECT_EQ(evaluate("upper(1) +\n foo(2)"), "error 1:1");
  EXPECT_EQ(evaluate("if (1 > 0) { var y := -\"s\"; y } else { y }"), "error 0:39");
  EXPECT_EQ(evaluate("(1 + 2"), "error 0:0");
  EXPECT_EQ(evaluate("1 + 2)"), "error 0:5");
  EXPECT_EQ(evaluate("\"nope\""), "error 0:0");
  EXPECT_EQ(evaluate("\"s\" == 5"), "error 0:4");
  EXPECT_EQ(evaluate("null"), "error 0:0");
  EXPECT_EQ(evaluate("var k := 0; while (k < 1) { k := 0; }; k"), "error 0:0");
  EXPECT_EQ(evaluate("var k := 5; var v[3]; v[k]"), "error 0:0");
  EXPECT_EQ(evaluate("var x := 5; var x := 6; x"), "error 0:16");
  EXPECT_EQ(evaluate("var v[3]; v[1e308]"), "error 0:12");
  EXPECT_EQ(evaluate("1:= 2"), "error 0:1");
  EXPECT_EQ(evaluate("while (True) { 1 }"), "error 0:0");
  for (const char* wrong :
       {"1 2", "5 mod 3", "@", "'abc", "1.2.3", "1e400", "not 1", "abs()", "abs(1, 2)", "break", "if (1) 5",
        "1;; 2", "()", "else 5", "\"s\" + 1", "True + True", "1e", "'a' in 'b'"}) {
    EXPECT_TRUE(evaluate(wrong).starts_with("error")) << wrong << " gives " << evaluate(wrong);
  }
}

TEST(Expression, TakesDeepAndLongSources) {
  std::string deep = "1";
  for (int i = 0; i < 100; ++i) deep = "(" + deep + " + 1)";
  EXPECT_EQ(value(deep), "101");
  std::string chain = "\"f\"";
  for (int i = 0; i < 2900; ++i) chain += " + 1";
  EXPECT_EQ(value(chain), "2901.5");
  std::string either = "\"f\" > 0";
  for (int i = 0; i < 1450; ++i) either += " or \"i\" == 1";
  EXPECT_EQ(evaluate(either), "true false false");
  EXPECT_EQ(evaluate("var v[1]; " + either), "true false false");
  std::string branches = "1";
  for (int i = 0; i < 100; ++i) branches = "if (\"i\" > 0) { " + branches + " } else { 2 }";
  EXPECT_EQ(evaluate(branches), "1 2 1");
  std::string choices = "1";
  for (int i = 0; i < 100; ++i) choices = "(\"i\" > 0 ? " + choices + " : -2)";
  EXPECT_EQ(evaluate(choices), "1 -2 1");
  std::string others = "0";
  for (int i = 0; i < 100; ++i) others = "if (\"i\" == " + std::to_string(i) + ") { 1 } else " + others;
  EXPECT_EQ(evaluate(others), "1 0 1");
  EXPECT_EQ(evaluate(std::string(100'000, '(')), "error 0:99999");
  EXPECT_TRUE(evaluate(std::string(100'000, '(') + "1" + std::string(100'000, ')')).starts_with("error"));
  EXPECT_EQ(value("length('" + std::string(1'000'000, 'x') + "')"), "1000000");
}

}  // namespace
}  // namespace parallax

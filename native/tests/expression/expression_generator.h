// Random sources in the expression language, most of them well typed.
#pragma once

#include <initializer_list>
#include <random>
#include <string>

namespace parallax {

/// Sources over the columns f (float), i (integer), u (uint8), s, r (text), b (boolean), d (date) and t
/// (datetime). The same seed gives the same sources.
class ExpressionGenerator {
 public:
  explicit ExpressionGenerator(std::uint64_t seed) : random_(seed) {}

  /// A value of any type, without statements and without anything that changes between evaluations.
  std::string value() {
    switch (below(6)) {
      case 0:
        return text(4);
      case 1:
        return boolean(4);
      case 2:
        return date(4);
      case 3:
        return time(4);
      default:
        return number(5);
    }
  }

  /// Statements with variables, branches, loops and vectors; the value is a number.
  std::string statements() {
    std::string out = "var x := " + number(2) + "; var y := " + number(2) + "; var v[3] := {" + number(1) +
                      ", " + number(1) + "}; ";
    for (std::size_t n = 1 + below(3); n > 0; --n) out += statement() + "; ";
    return out + "x + y * v[1]";
  }

  std::string number(int depth) {
    if (depth == 0) {
      return pick({"\"f\"", "\"i\"", "\"u\"", "0", "1", "2.5", "3", "-7", "1e300", "pi", "\"f\"", "\"i\""});
    }
    const auto arg = [&] { return number(depth - 1); };
    switch (below(12)) {
      case 0:
      case 1:
      case 2:
        return "(" + arg() + " " + pick({"+", "-", "*", "/", "%", "^"}) + " " + arg() + ")";
      case 3:
        return pick({"abs", "ceil", "floor", "round", "frac", "sgn", "trunc", "sqrt", "exp", "log", "sin",
                     "integer", "float", "-", "+"}) +
               "(" + arg() + ")";
      case 4:
        return pick({"min", "max", "sum", "avg", "mul", "coalesce"}) + "(" + arg() + ", " + arg() + ", " +
               arg() + ")";
      case 5:
        return pick({"clamp", "iclamp"}) + "(" + arg() + ", " + arg() + ", " + arg() + ")";
      case 6:
        return pick({"pow", "mod", "logn", "root", "percent_of", "bucket"}) + "(" + arg() + ", " + arg() +
               ")";
      case 7:
        return choice(boolean(depth - 1), arg(), arg());
      case 8:
        return "length(" + text(depth - 1) + ")";
      case 9:
        return "order(" + text(depth - 1) + ", 'ab', 'É')";
      case 10:
        return pick({"float", "integer", "hour_of_day"}) + "(" + time(depth - 1) + ")";
      default:
        return pick({"float", "integer"}) + "(" + (below(2) ? text(depth - 1) : boolean(depth - 1)) + ")";
    }
  }

  std::string text(int depth) {
    if (depth == 0) return pick({"\"s\"", "\"s\"", "\"r\"", "'ab'", "''", "'1.5'", "'É x'"});
    const auto arg = [&] { return text(depth - 1); };
    switch (below(8)) {
      case 0:
        return "concat(" + arg() + ", " + arg() + ")";
      case 1:
        return pick({"upper", "lower", "string"}) + "(" + arg() + ")";
      case 2:
        return "substring(" + arg() + ", " + pick({"0", "1", "\"i\"", "-1"}) + ")";
      case 3:
        return pick({"replace", "replace_all"}) + "(" + arg() + ", '" + pick({"a", "(b+)", "[0-9]", "$"}) +
               "', " + arg() + ")";
      case 4:
        return "search(" + arg() + ", '" + pick({"(a.)", "([A-Z])", "x*(y)?"}) + "')";
      case 5:
        return "string(" + (below(2) ? number(depth - 1) : date(depth - 1)) + ")";
      case 6:
        return pick({"day_of_week", "month_of_year"}) + "(" + time(depth - 1) + ")";
      default:
        return choice(boolean(depth - 1), arg(), arg());
    }
  }

  std::string boolean(int depth) {
    if (depth == 0) return pick({"\"b\"", "True", "False", "is_null(\"s\")", "\"s\" == 'ab'"});
    const auto compare = [&] { return " " + pick({"==", "!=", "<", "<=", ">", ">="}) + " "; };
    switch (below(9)) {
      case 0:
        return "(" + number(depth - 1) + compare() + number(depth - 1) + ")";
      case 1:
        return "(" + text(depth - 1) + compare() + text(depth - 1) + ")";
      case 2:
        return "(" + date(depth - 1) + compare() + date(depth - 1) + ")";
      case 3:
        return "(" + boolean(depth - 1) + " " + pick({"and", "or", "nand", "nor", "xor", "xnor"}) + " " +
               boolean(depth - 1) + ")";
      case 4:
        return "not(" + boolean(depth - 1) + ")";
      case 5:
        return pick({"is_null", "is_not_null", "boolean"}) + "(" +
               (below(2) ? number(depth - 1) : text(depth - 1)) + ")";
      case 6:
        return "contains(" + text(depth - 1) + ", '" + pick({"a", "", "É"}) + "')";
      case 7:
        return pick({"match", "match_all"}) + "(" + text(depth - 1) + ", '" + pick({"^a", "[0-9]+", "b|x"}) +
               "')";
      default:
        return "inrange(" + number(depth - 1) + ", " + number(depth - 1) + ", " + number(depth - 1) + ")";
    }
  }

  std::string date(int depth) {
    if (depth == 0) return pick({"\"d\"", "\"d\"", "date(2024, 2, 29)"});
    switch (below(3)) {
      case 0:
        return "bucket(" + (below(2) ? date(depth - 1) : time(depth - 1)) + ", '" +
               pick({"D", "W", "M", "3M", "Y", "5Y"}) + "')";
      case 1:
        return "date(" + number(depth - 1) + ", " + number(0) + ", " + number(0) + ")";
      default:
        return choice(boolean(depth - 1), date(depth - 1), date(depth - 1));
    }
  }

  std::string time(int depth) {
    if (depth == 0) return pick({"\"t\"", "\"t\"", "datetime(1e12)"});
    switch (below(3)) {
      case 0:
        return "bucket(" + time(depth - 1) + ", '" + pick({"s", "5m", "15m", "h", "6h"}) + "')";
      case 1:
        return "datetime(" + number(depth - 1) + ")";
      default:
        return choice(boolean(depth - 1), time(depth - 1), time(depth - 1));
    }
  }

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  std::string pick(std::initializer_list<const char*> of) { return of.begin()[below(of.size())]; }

  std::string choice(const std::string& test, const std::string& yes, const std::string& no) {
    switch (below(3)) {
      case 0:
        return "if (" + test + ", " + yes + ", " + no + ")";
      case 1:
        return "(" + test + " ? " + yes + " : " + no + ")";
      default:
        return "switch { case " + test + ": " + yes + "; default: " + no + "; }";
    }
  }

  std::string statement() {
    switch (below(7)) {
      case 0:
        return "x := " + number(2);
      case 1:
        return pick({"x", "y", "v[0]", "v[1]"}) + " " + pick({"+=", "-=", "*=", ":="}) + " " + number(1) +
               " + x";
      case 2:
        return "if (" + boolean(1) + ") { x := " + number(1) + " + y } else { y := x - 1 }";
      case 3:
        return "for (var k := 0; k < 4; k += 1) { if (" + boolean(1) +
               ") { continue }; x += k; if (x > 9) { break } }";
      case 4:
        return "v := v * 2 + " + number(1);
      case 5:
        return "x <=> y";
      default:
        return "v[abs(integer(" + number(1) + ")) % 3] := y";
    }
  }

  std::mt19937_64 random_;
};

}  // namespace parallax

#include "fuzz/expression_text.h"

namespace parallax::fuzz {
namespace {

constexpr int kDeepest = 6;
constexpr std::size_t kLongest = 2000;

enum class Type { number, text, boolean, date, datetime };
constexpr Type kTypes[] = {Type::number, Type::text, Type::boolean, Type::date, Type::datetime};

constexpr const char* kNumbers[] = {
    "0",   "1",     "-1",    "2.5",   "1e308", "1e-320", "0x7f", "3", "7.", "65536", "9007199254740993",
    "inf", "\"f\"", "\"i\"", "\"i\"", "x"};
constexpr const char* kTexts[] = {"''",    "'a'",   "'abc'", "'é漢'",        "'\\'",
                                  "\"s\"", "\"s\"", "'12'",  "'2020-02-29'", "y"};
constexpr const char* kDates[] = {"\"d\"", "date(2024, 2, 29)", "today()", "date(1, 1, 1)", "\"d\""};
constexpr const char* kDatetimes[] = {"\"t\"", "datetime(1709214359123)", "now()", "datetime(-1)", "\"t\""};
constexpr const char* kPatterns[] = {"'[a-c]+'", "'(b|c)'", "'^$'", "'(a)(b)?'", "'\\\\d+'", "'(' ", "'.*'"};
constexpr const char* kUnits[] = {"'s'", "'m'",  "'5m'", "'h'",   "'D'", "'W'",
                                  "'M'", "'3M'", "'Y'",  "'10Y'", "'x'"};
constexpr const char* kUnary[] = {"abs",   "ceil", "floor", "round",   "frac", "exp",
                                  "log",   "sqrt", "sin",   "tan",     "acos", "sinh",
                                  "atanh", "sinc", "erfc",  "deg2rad", "sgn",  "trunc"};
constexpr const char* kBinary[] = {"pow", "mod", "logn", "root", "percent_of", "min", "max", "sum", "avg"};
constexpr const char* kTernary[] = {"clamp", "iclamp", "min", "max", "sum", "avg", "mul", "coalesce"};
constexpr const char* kOfVectors[] = {
    "v[]", "sum(v)", "max(v * 2 + v)", "norm3(v)", "(v - v)[1]", "dot_product3(v, v)", "index()"};
constexpr const char* kArithmetic[] = {" + ", " - ", " * ", " / ", " % ", " ^ "};
constexpr const char* kComparisons[] = {" == ", " != ", " < ", " <= ", " > ", " >= ", " = "};
constexpr const char* kLogic[] = {" and ", " or ", " xor ", " nand ", " nor ", " xnor ", " & ", " | "};
constexpr const char* kAssignments[] = {" := ", " += ", " -= ", " *= ", " /= ", " %= "};

class Writer {
 public:
  explicit Writer(Choices& choices) : choices_(choices) {}

  std::string program() {
    declared_ = choices_.flip();
    if (declared_) out_ += "var x := 1.5; var y := 'a'; var v[3] := {1, 2, 3};\n";
    for (std::size_t i = choices_.below(4); i > 0; --i) {
      statement(0);
      out_ += ";\n";
    }
    value(choices_.one_of(kTypes), 0);
    return std::move(out_);
  }

 private:
  void value(Type type, int depth) {
    if (choices_.rarely(40)) type = choices_.one_of(kTypes);  // ill typed, to be refused
    if (depth >= kDeepest || out_.size() > kLongest) return leaf(type);
    switch (choices_.below(8)) {
      case 0:
      case 1:
        return leaf(type);
      case 2:
        return conditional(type, depth);
      case 3:
        out_ += '(';
        value(type, depth + 1);
        out_ += ')';
        return;
      case 4:
        return call("coalesce", type, type, depth);
      default:
        return operation(type, depth);
    }
  }

  void leaf(Type type) {
    if (choices_.rarely(12)) {
      out_ += "null";
      return;
    }
    switch (type) {
      case Type::number:
        out_ += choices_.one_of(kNumbers);
        return;
      case Type::text:
        out_ += choices_.one_of(kTexts);
        return;
      case Type::boolean:
        out_ += choices_.flip() ? "\"b\"" : choices_.flip() ? "true" : "false";
        return;
      case Type::date:
        out_ += choices_.one_of(kDates);
        return;
      case Type::datetime:
        out_ += choices_.one_of(kDatetimes);
    }
  }

  void call(const char* name, Type first, Type second, int depth) {
    out_ += name;
    out_ += '(';
    value(first, depth + 1);
    out_ += ", ";
    value(second, depth + 1);
    out_ += ')';
  }
  void call(const char* name, Type argument, int depth) {
    out_ += name;
    out_ += '(';
    value(argument, depth + 1);
    out_ += ')';
  }
  void with_literal(const char* name, Type argument, const char* literal, int depth) {
    out_ += name;
    out_ += '(';
    value(argument, depth + 1);
    out_ += ", ";
    out_ += literal;
    out_ += ')';
  }
  void infix(Type type, const char* sign, int depth) {
    value(type, depth + 1);
    out_ += sign;
    value(type, depth + 1);
  }

  void operation(Type type, int depth) {
    switch (type) {
      case Type::number:
        return number(depth);
      case Type::text:
        return text(depth);
      case Type::boolean:
        return boolean(depth);
      case Type::date:
        return with_literal("bucket", choices_.flip() ? Type::date : Type::datetime, choices_.one_of(kUnits),
                            depth);
      case Type::datetime:
        return choices_.flip() ? with_literal("bucket", Type::datetime, choices_.one_of(kUnits), depth)
                               : call("datetime", Type::number, depth);
    }
  }

  void three(const char* name, Type type, int depth) {
    out_ += name;
    out_ += '(';
    value(type, depth + 1);
    out_ += ", ";
    value(type, depth + 1);
    out_ += ", ";
    value(type, depth + 1);
    out_ += ')';
  }

  void number(int depth) {
    switch (choices_.below(14)) {
      case 0:
        return call(choices_.one_of(kUnary), Type::number, depth);
      case 1:
        return call(choices_.one_of(kBinary), Type::number, Type::number, depth);
      case 2:
        return call("length", Type::text, depth);
      case 3:
        return call(choices_.flip() ? "integer" : "float", choices_.one_of(kTypes), depth);
      case 4:
        out_ += choices_.flip() ? "-" : "+";
        return value(Type::number, depth + 1);
      case 5:
        return call("hour_of_day", Type::datetime, depth);
      case 6:
        return vector(depth);
      case 7:
        return loop(depth);
      case 8:
        return three(choices_.one_of(kTernary), Type::number, depth);
      case 9:
        return with_literal("order", Type::text, choices_.flip() ? "'a', 'abc'" : "''", depth);
      case 10:
        out_ += choices_.one_of(kOfVectors);
        return;
      case 11:
        return call("bucket", Type::number, Type::number, depth);
      default:
        return infix(Type::number, choices_.one_of(kArithmetic), depth);
    }
  }

  void text(int depth) {
    switch (choices_.below(7)) {
      case 0:
        return call(choices_.flip() ? "upper" : "lower", Type::text, depth);
      case 1:
        return call("string", choices_.one_of(kTypes), depth);
      case 2:
        return with_literal("search", Type::text, choices_.one_of(kPatterns), depth);
      case 3:
        out_ += choices_.flip() ? "replace(" : "replace_all(";
        value(Type::text, depth + 1);
        out_ += ", ";
        out_ += choices_.one_of(kPatterns);
        out_ += ", ";
        value(Type::text, depth + 1);
        out_ += ')';
        return;
      case 4:
        out_ += "substring(";
        value(Type::text, depth + 1);
        out_ += ", ";
        value(Type::number, depth + 1);
        out_ += ", ";
        value(Type::number, depth + 1);
        out_ += ')';
        return;
      case 5:
        return call(choices_.flip() ? "day_of_week" : "month_of_year", Type::datetime, depth);
      default:
        return call("concat", Type::text, Type::text, depth);
    }
  }

  void boolean(int depth) {
    switch (choices_.below(9)) {
      case 0:
        return call(choices_.flip() ? "is_null" : "is_not_null", choices_.one_of(kTypes), depth);
      case 1:
        return with_literal(choices_.flip() ? "match" : "match_all", Type::text, choices_.one_of(kPatterns),
                            depth);
      case 2:
        return call("contains", Type::text, Type::text, depth);
      case 3:
        return call("not", Type::boolean, depth);
      case 4:
        return infix(Type::boolean, choices_.one_of(kLogic), depth);
      case 5:
        return three("inrange", choices_.one_of(kTypes), depth);
      case 6:
        out_ += "indexof(";
        value(Type::text, depth + 1);
        out_ += ", ";
        out_ += choices_.one_of(kPatterns);
        out_ += ", v)";
        return;
      default:
        return infix(choices_.one_of(kTypes), choices_.one_of(kComparisons), depth);
    }
  }

  void conditional(Type type, int depth) {
    switch (choices_.below(6)) {
      case 4:
        out_ += "[*] { case ";
        value(Type::boolean, depth + 1);
        out_ += " : ";
        value(type, depth + 1);
        out_ += "; case ";
        value(Type::boolean, depth + 1);
        out_ += " : ";
        value(type, depth + 1);
        out_ += "; }";
        return;
      case 5:
        out_ += "~{ ";
        statement(depth + 1);
        out_ += "; ";
        value(type, depth + 1);
        out_ += " }";
        return;
      case 0:
        value(Type::boolean, depth + 1);
        out_ += " ? ";
        value(type, depth + 1);
        out_ += " : ";
        return value(type, depth + 1);
      case 1:
        out_ += "if (";
        value(Type::boolean, depth + 1);
        out_ += ") { ";
        statement(depth + 1);
        out_ += "; ";
        value(type, depth + 1);
        out_ += " } else { ";
        value(type, depth + 1);
        out_ += " }";
        return;
      case 2:
        out_ += "switch { case ";
        value(Type::boolean, depth + 1);
        out_ += " : ";
        value(type, depth + 1);
        out_ += "; default : ";
        value(type, depth + 1);
        out_ += "; }";
        return;
      default:
        out_ += "if (";
        value(Type::boolean, depth + 1);
        out_ += ", ";
        value(type, depth + 1);
        out_ += ", ";
        value(type, depth + 1);
        out_ += ')';
    }
  }

  void vector(int depth) {
    out_ += "v[";
    value(Type::number, depth + 1);
    out_ += ']';
  }

  void loop(int depth) {
    if (choices_.flip()) {
      out_ += "for (var j := 0; j < ";
      value(Type::number, depth + 1);
      out_ += "; j += 1) { ";
    } else {
      out_ += "while (";
      value(Type::boolean, depth + 1);
      out_ += ") { ";
    }
    statement(depth + 1);
    out_ += "; ";
    if (choices_.rarely(3)) out_ += choices_.flip() ? "break; " : "continue; ";
    value(Type::number, depth + 1);
    out_ += " }";
  }

  void statement(int depth) {
    switch (depth >= kDeepest ? 10 : choices_.below(11)) {
      case 0:
        out_ += declared_ ? "x := " : "var x := ";
        return value(Type::number, depth + 1);
      case 1:
        out_ += declared_ ? "y := " : "var y := ";
        return value(Type::text, depth + 1);
      case 2:
        out_ += declared_ ? "v := v * (" : "var v[3] := {";
        value(Type::number, depth + 1);
        out_ += declared_ ? ')' : '}';
        return;
      case 3:
        out_ += "v[";
        value(Type::number, depth + 1);
        out_ += "] := ";
        return value(Type::number, depth + 1);
      case 4:
        out_ += choices_.flip() ? "x" : "\"i\"";
        out_ += choices_.one_of(kAssignments);
        return value(Type::number, depth + 1);
      case 5:
        out_ += choices_.flip() ? "x <=> v[1]" : "v := v * 2";
        return;
      case 6:
        out_ += "y := ";
        return value(Type::text, depth + 1);
      case 7:
        out_ += "for (var k := 0; k < 40; k += 1) { y := concat(y, ";
        value(Type::text, depth + 1);
        out_ += ") }";
        return;
      case 8:
        out_ += "if (";
        value(Type::boolean, depth + 1);
        out_ += ") { ";
        statement(depth + 1);
        out_ += " }";
        return;
      default:
        return value(choices_.one_of(kTypes), depth + 1);
    }
  }

  Choices& choices_;
  bool declared_ = false;  // x, y and v from the start
  std::string out_;
};

}  // namespace

std::string expression_text(Choices& choices) { return Writer(choices).program(); }

}  // namespace parallax::fuzz

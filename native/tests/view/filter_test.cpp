#include "view/filter.h"

#include <gtest/gtest.h>

#include "parallax/error.h"
#include "table_maker.h"

namespace parallax {
namespace {

using testing::kInfinity;
using testing::kNaN;
using testing::kNull;
using testing::TableMaker;
using testing::Value;

const Schema kSchema({{"i", Storage::int32},
                      {"f", Storage::float64},
                      {"s", Storage::text},
                      {"b", Storage::boolean},
                      {"d", Storage::date},
                      {"t", Storage::datetime},
                      {"e", Storage::float32}});

std::shared_ptr<Table> table() {
  return testing::table_of(kSchema, {{5.0, 0.5, "Cup", 1.0, 19'782.0, 1'709'208'000'000.0, 0.1},
                                     {kNull, kNull, kNull, kNull, kNull, kNull, kNull},
                                     {-3.0, kNaN, "", 0.0, 19'783.0, 1'709'208'000'001.0, 2.0},
                                     {7.0, kInfinity, "a.cup", 1.0, -1.0, -1.0, kNaN},
                                     {0.0, -0.0, "ÉCU", 0.0, 0.0, 0.0, -1.5}});
}

FilterTerm term(const char* column, const char* op, std::vector<Scalar> operands) {
  return {column, op, std::move(operands)};
}

/// Numbers of the rows that pass.
std::string kept(const std::vector<FilterTerm>& terms, FilterOp op = FilterOp::all) {
  const ViewSource source(table());
  const RowFilter filter(source, terms, op);
  ThreadPool pool(1);
  const Bitmap selected = filter.select(pool);
  std::string out;
  for (std::uint32_t row = 0; row < selected.size(); ++row) {
    EXPECT_EQ(selected.test(row), filter.passes(row)) << "row " << row;
    if (selected.test(row)) out += std::to_string(row);
  }
  return out;
}
std::string kept(const char* column, const char* op, std::vector<Scalar> operands = {}) {
  return kept({term(column, op, std::move(operands))});
}

TEST(RowFilter, ComparesIntegers) {
  EXPECT_EQ(kept("i", "==", {5.0}), "0");
  EXPECT_EQ(kept("i", "==", {std::string("5")}), "0");
  EXPECT_EQ(kept("i", "!=", {5.0}), "1234");
  EXPECT_EQ(kept("i", "<", {5.0}), "24");
  EXPECT_EQ(kept("i", "<=", {5.0}), "024");
  EXPECT_EQ(kept("i", ">", {4.5}), "03");
  EXPECT_EQ(kept("i", "<", {4.5}), "24");
  EXPECT_EQ(kept("i", "==", {4.5}), "");
  EXPECT_EQ(kept("i", "!=", {4.5}), "01234");
  EXPECT_EQ(kept("i", ">=", {-1e30}), "0234");
  EXPECT_EQ(kept("i", ">", {1e30}), "");
  EXPECT_EQ(kept("i", "==", {false}), "4");
  EXPECT_EQ(kept("f", ">", {true}), "3");
  EXPECT_EQ(kept("i", "in", {false, 5.0}), "04");
}

TEST(RowFilter, NanFailsAllButTheNegations) {
  EXPECT_EQ(kept("f", "==", {0.0}), "4");
  EXPECT_EQ(kept("f", "!=", {0.5}), "1234");
  EXPECT_EQ(kept("f", "<", {1e300}), "04");
  EXPECT_EQ(kept("f", ">", {0.5}), "3");
  EXPECT_EQ(kept("f", ">=", {kInfinity}), "3");
  EXPECT_EQ(kept("f", ">", {kInfinity}), "");
  EXPECT_EQ(kept("f", "in", {0.5, kInfinity}), "03");
  EXPECT_EQ(kept("f", "not in", {0.5, Scalar{}}), "1234");
  EXPECT_EQ(kept("e", "==", {0.1}), "0");
}

TEST(RowFilter, NullOperandsAreBelowEveryValue) {
  for (const char* column : {"i", "f", "s", "b", "d", "t", "e"}) {
    EXPECT_EQ(kept(column, ">", {Scalar{}}), "0234") << column;
    EXPECT_EQ(kept(column, ">=", {Scalar{}}), "0234") << column;
    EXPECT_EQ(kept(column, "<", {Scalar{}}), "") << column;
    EXPECT_EQ(kept(column, "<=", {Scalar{}}), "") << column;
  }
}

TEST(RowFilter, NullOperandsMeetNothing) {
  EXPECT_EQ(kept("i", "==", {Scalar{}}), "");
  EXPECT_EQ(kept("i", "!=", {}), "01234");
  EXPECT_EQ(kept("s", "contains", {}), "");
  EXPECT_EQ(kept("i", "is null"), "1");
  EXPECT_EQ(kept("f", "is not null"), "0234");
  EXPECT_EQ(kept("i", "in", {}), "");
  EXPECT_EQ(kept("i", "not in", {}), "01234");
  EXPECT_EQ(kept("i", "in", {5.0, Scalar{}}), "0");
}

TEST(RowFilter, FindsText) {
  EXPECT_EQ(kept("s", "==", {std::string("cup")}), "");
  EXPECT_EQ(kept("s", "==", {std::string("Cup")}), "0");
  EXPECT_EQ(kept("s", "!=", {std::string("Cup")}), "1234");
  EXPECT_EQ(kept("s", "<", {std::string("Cv")}), "02");
  EXPECT_EQ(kept("s", "begins with", {std::string("CUP")}), "0");
  EXPECT_EQ(kept("s", "startswith", {std::string("CUP")}), "0");
  EXPECT_EQ(kept("s", "contains", {std::string("CUP")}), "03");
  EXPECT_EQ(kept("s", "contains", {std::string("écu")}), "");  // only ASCII letters fold
  EXPECT_EQ(kept("s", "ends with", {std::string("")}), "0234");
  EXPECT_EQ(kept("s", "not contains", {std::string("cup")}), "24");
  EXPECT_EQ(kept("s", "in", {std::string("Cup"), std::string("")}), "02");
  EXPECT_EQ(kept("s", "not in", {std::string("Cup"), Scalar{}}), "1234");
}

TEST(RowFilter, FindsNoTextWhereThereIsNone) {
  for (const char* positive : {"begins with", "ends with", "contains", "matches", "not matches"}) {
    EXPECT_EQ(kept("i", positive, {5.0}), "") << positive;
    EXPECT_EQ(kept("d", positive, {std::string("2")}), "") << positive;
    EXPECT_EQ(kept("s", positive, {Scalar{}}), "") << positive;
  }
  for (const char* negative : {"not begins with", "not ends with", "not contains"}) {
    EXPECT_EQ(kept("i", negative, {5.0}), "0234") << negative;
    EXPECT_EQ(kept("b", negative, {std::string("true")}), "0234") << negative;
    EXPECT_EQ(kept("s", negative, {Scalar{}}), "0234") << negative;
  }
}

TEST(RowFilter, MatchesExpressions) {
  EXPECT_EQ(kept("s", "matches", {std::string("^a.c")}), "3");
  EXPECT_EQ(kept("s", "matches", {std::string("(?i)CUP$")}), "03");
  EXPECT_EQ(kept("s", "not matches", {std::string("up")}), "24");
  EXPECT_EQ(kept("s", "matches", {std::string("(")}), "");
  EXPECT_EQ(kept("s", "not matches", {std::string("(")}), "");
}

TEST(RowFilter, ReadsBooleansAndTimes) {
  EXPECT_EQ(kept("b", "==", {true}), "03");
  EXPECT_EQ(kept("b", "==", {0.0}), "24");
  EXPECT_EQ(kept("b", "!=", {true}), "124");
  EXPECT_EQ(kept("b", "<", {std::string("true")}), "24");
  EXPECT_EQ(kept("d", "==", {std::string("2024-02-29")}), "0");
  EXPECT_EQ(kept("d", "==", {std::string("02/29/2024")}), "0");
  EXPECT_EQ(kept("d", "==", {-1.0}), "3");
  EXPECT_EQ(kept("t", "==", {std::string("2024-02-29 12:00:00")}), "0");
  EXPECT_EQ(kept("t", ">=", {std::string("2024-02-29")}), "02");
  EXPECT_EQ(kept("t", "<", {0.0}), "3");
}

TEST(RowFilter, ValuesOfOtherTypesAreBelowAll) {
  for (const char* column : {"s", "d", "t"}) {
    EXPECT_EQ(kept(column, "==", {true}), "") << column;
    EXPECT_EQ(kept(column, "!=", {true}), "01234") << column;
    EXPECT_EQ(kept(column, "<=", {true}), "") << column;
    EXPECT_EQ(kept(column, ">", {true}), "0234") << column;
    EXPECT_EQ(kept(column, "not in", {true}), "01234") << column;
  }
}

TEST(RowFilter, JoinsTerms) {
  const auto low = term("i", "<", {0.0});
  const auto high = term("i", ">", {6.0});
  EXPECT_EQ(kept({low, high}), "");
  EXPECT_EQ(kept({low, high}, FilterOp::any), "23");
  EXPECT_EQ(kept(std::vector<FilterTerm>{}, FilterOp::any), "01234");
}

TEST(RowFilter, RefusesWhatDoesNotFit) {
  EXPECT_THROW(kept("nope", "==", {1.0}), Error);
  EXPECT_THROW(kept("i", "~", {1.0}), Error);
  EXPECT_THROW(kept("s", "and", {std::string("x")}), Error);
  EXPECT_THROW(kept("i", "==", {std::string("abc")}), Error);
  EXPECT_THROW(kept("i", "==", {std::string("5abc")}), Error);
  EXPECT_THROW(kept("f", ">", {std::string("")}), Error);
  EXPECT_THROW(kept("i", "contains", {std::string("x")}), Error);
  EXPECT_THROW(kept("s", "in", {3.0}), Error);
  EXPECT_THROW(kept("d", "==", {std::string("not a date")}), Error);
  EXPECT_THROW(kept("t", "==", {kNaN}), Error);
}

TEST(RowFilter, FollowsTheDictionary) {
  const auto live = testing::table_of(Schema({{"s", Storage::text}}), {{"ab"}});
  const ViewSource source(live);
  const RowFilter filter(source, {term("s", "contains", {std::string("b")})}, FilterOp::all);
  EXPECT_TRUE(filter.passes(0));
  (void)live->update(testing::batch_of(live->schema(), {{"x"}, {"b"}}));
  EXPECT_FALSE(filter.passes(1));
  EXPECT_TRUE(filter.passes(2));
  (void)live->replace(testing::batch_of(live->schema(), {{"x"}, {"b"}}));
  EXPECT_FALSE(filter.passes(0));
  EXPECT_TRUE(filter.passes(1));
}

TEST(RowFilter, SelectAgreesWithPassesOnManySegments) {
  TableMaker maker(11);
  const std::shared_ptr<Table> many =
      Table::from_batch(TableMaker::schema(), {}, maker.batch(kMorselRows + 777, 1 << 20, false));
  const ViewSource source(many);
  ThreadPool pool(3);
  for (const FilterOp op : {FilterOp::all, FilterOp::any}) {
    const RowFilter filter(source,
                           {term("i", ">", {1.0}), term("s", "!=", {std::string("cup")}),
                            term("f", "not in", {0.5, -1.0}), term("b", "is not null", {})},
                           op);
    const Bitmap selected = filter.select(pool);
    for (std::uint32_t row = 0; row < selected.size(); ++row) {
      ASSERT_EQ(selected.test(row), filter.passes(row)) << "row " << row;
    }
  }
}

}  // namespace
}  // namespace parallax

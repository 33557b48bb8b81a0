// What each aggregate gives, on leaves and on the total.
#include <gtest/gtest.h>

#include "grouped_maker.h"

namespace parallax {
namespace {

using testing::GroupedFixture;
using testing::kInfinity;
using testing::kNaN;
using testing::kNull;
using testing::Value;

const Schema kSchema(
    {{"g", Storage::text}, {"v", Storage::float64}, {"w", Storage::int32}, {"s", Storage::text}});

/// Total, then groups a, b, c.
std::string of(const std::string& column, const std::vector<std::string>& aggregate,
               const std::vector<std::vector<Value>>& rows) {
  ViewConfig config;
  config.group_by = {"g"};
  config.columns = {{column}};
  config.aggregates[column] = aggregate;
  GroupedFixture fixture(kSchema, rows, config);
  return fixture.cells(column);
}

std::string of_floats(const std::string& aggregate, const std::vector<Value>& a,
                      const std::vector<Value>& b) {
  std::vector<std::vector<Value>> rows;
  for (const auto& value : a) rows.push_back({"a", value, 1.0, kNull});
  for (const auto& value : b) rows.push_back({"b", value, 1.0, kNull});
  return of("v", {aggregate}, rows);
}
std::string of_integers(const std::vector<std::string>& aggregate, const std::vector<Value>& a,
                        const std::vector<Value>& b) {
  std::vector<std::vector<Value>> rows;
  for (const auto& value : a) rows.push_back({"a", static_cast<double>(rows.size()), value, kNull});
  for (const auto& value : b) rows.push_back({"b", static_cast<double>(rows.size()), value, kNull});
  return of("w", aggregate, rows);
}
std::string of_texts(const std::string& aggregate, const std::vector<Value>& a, const std::vector<Value>& b) {
  std::vector<std::vector<Value>> rows;
  for (const auto& value : a) rows.push_back({"a", 1.0, 1.0, value});
  for (const auto& value : b) rows.push_back({"b", 1.0, 1.0, value});
  return of("s", {aggregate}, rows);
}

TEST(Aggregates, Sums) {
  EXPECT_EQ(of_integers({"sum"}, {1.0, kNull, 4.0}, {kNull}), "5 5 0");
  EXPECT_EQ(of_integers({"sum"}, {2147483647.0, 2147483647.0}, {-1.0}), "4294967293 4294967294 -1");
  EXPECT_EQ(of_integers({"sum abs"}, {1.0, -4.0}, {-3.0}), "8 5 3");
  EXPECT_EQ(of_integers({"abs sum"}, {1.0, -4.0}, {-3.0}), "6 3 3");
  EXPECT_EQ(of_integers({"gmv"}, {1.0, -4.0}, {2.0}), "5 -3 2");
  EXPECT_EQ(of_integers({"mul"}, {-3.0, kNull, 4.0}, {2.0}), "-24 -12 2");
  EXPECT_EQ(of_floats("sum", {1e20, 1.0, -1e20}, {0.5}), "1.500000 1.000000 0.500000");
  EXPECT_EQ(of_floats("sum", {kInfinity, 1.0}, {kNaN}), "nan inf nan");
  EXPECT_EQ(of_floats("sum not null", {kInfinity, kNaN}, {kNaN, 2.0}), "inf inf 2.000000");
}

TEST(Aggregates, Means) {
  EXPECT_EQ(of_integers({"avg"}, {1.0, kNull, 4.0}, {kNull}), "2.500000 2.500000 null");
  EXPECT_EQ(of_floats("var", {1.0, 3.0}, {2.0}), "0.666667 1.000000 null");
  EXPECT_EQ(of_floats("stddev", {0.1, 0.1, 0.1}, {0.1}), "0.000000 0.000000 null");
  EXPECT_EQ(of_integers({"weighted mean", "v"}, {5.0, 1.0, 4.0}, {2.0, kNull}), "2.500000 3.000000 2.000000");
}

TEST(Aggregates, VarianceOfEqualValuesIsExactlyZero) {
  ViewConfig config;
  config.columns = {{"v"}};
  config.aggregates["v"] = {"stddev"};
  config.group_rollup = GroupRollup::total;
  std::vector<std::vector<Value>> rows(1000, {"a", 0.1, 1.0, kNull});
  GroupedFixture fixture(kSchema, rows, config);
  EXPECT_EQ(fixture.view->slice({}, {}).columns[0].value<double>(0), 0.0);
}

TEST(Aggregates, Percentages) {
  EXPECT_EQ(of_integers({"pct sum parent"}, {1.0, 2.0}, {1.0}), "100.000000 75.000000 25.000000");
  EXPECT_EQ(of_integers({"pct sum parent"}, {3.0}, {-3.0}), "100.000000 null null");
  EXPECT_EQ(of_integers({"pct sum total"}, {1.0}, {-1.0}), "null null null");
}

TEST(Aggregates, ExtremesSkipNullAndNan) {
  EXPECT_EQ(of_floats("min", {kNull, kNaN, 2.0, 3.0}, {kNull}), "2.000000 2.000000 null");
  EXPECT_EQ(of_floats("max", {kNull, kNaN, 2.0, 3.0}, {kNaN}), "3.000000 3.000000 null");
  EXPECT_EQ(of_floats("high minus low", {2.0, kNull, 5.0}, {1.0}), "4.000000 3.000000 0.000000");
}

TEST(Aggregates, Quantiles) {
  EXPECT_EQ(of_integers({"median"}, {4.0, 1.0, 3.0, 2.0}, {kNull}), "3 3 null");
  EXPECT_EQ(of_floats("median", {4.0, 1.0, 3.0, 2.0}, {7.0}), "3.000000 2.500000 7.000000");
  EXPECT_EQ(of_floats("q1", {4.0, 1.0, 3.0, 2.0}, {7.0}), "2.000000 1.500000 7.000000");
  EXPECT_EQ(of_floats("q3", {4.0, 1.0, 3.0, 2.0}, {7.0}), "4.000000 3.500000 7.000000");
  EXPECT_EQ(of_texts("median", {"c", "a", "b"}, {"z"}), "c b z");
}

TEST(Aggregates, FirstAndLast) {
  EXPECT_EQ(of_integers({"first"}, {kNull, 2.0}, {3.0, 4.0}), "null null 3");
  EXPECT_EQ(of_integers({"last"}, {1.0, 2.0}, {3.0, kNull}), "null 2 null");
  EXPECT_EQ(of_integers({"last minus first"}, {1.0, 5.0}, {3.0, kNull}), "null 4 null");
  EXPECT_EQ(of_integers({"any"}, {0.0, kNull, 5.0}, {0.0, kNull}), "5 5 0");
  EXPECT_EQ(of_texts("any", {kNull, "", "x"}, {kNull}), "  null");
  EXPECT_EQ(of_integers({"max by", "v"}, {1.0, kNull}, {3.0, 4.0}), "4 null 4");
  EXPECT_EQ(of_integers({"min by", "v"}, {1.0, kNull}, {3.0, 4.0}), "1 1 3");
}

TEST(Aggregates, Sets) {
  EXPECT_EQ(of_texts("count", {kNull, "x"}, {"x"}), "3 2 1");
  EXPECT_EQ(of_texts("distinct count", {kNull, "x", "x"}, {"y"}), "3 2 1");
  EXPECT_EQ(of_texts("unique", {"x", "x"}, {"x", kNull}), "null x null");
  EXPECT_EQ(of_texts("distinct leaf", {"x", "x"}, {"x", "y"}), " x ");
  EXPECT_EQ(of_texts("distinct leaf", {kNull, kNull}, {"x", kNull}), " null ");
  EXPECT_EQ(of_integers({"distinct leaf"}, {2.0, 2.0}, {2.0, 3.0}), "null 2 null");
  EXPECT_EQ(of_texts("dominant", {"x", "y", "y", kNull, kNull}, {"x", "z", "x"}), "x y x");
  EXPECT_EQ(of_texts("dominant", {kNull}, {"b", "a", "a", "b"}), "a null a");
  EXPECT_EQ(of_texts("join", {"x", kNull, "b", "x"}, {""}), "null, , b, x null, b, x ");
}

TEST(Aggregates, JoinStopsAt280) {
  EXPECT_EQ(of_texts("join", {std::string(281, 'x')}, {std::string(280, 'x')}),
            std::string(280, 'x') + "  " + std::string(280, 'x'));
  EXPECT_EQ(of_texts("join", {std::string(270, 'a'), "b", "cccccccccc"}, {"z"}),
            std::string(270, 'a') + ", b " + std::string(270, 'a') + ", b z");
  EXPECT_EQ(of_texts("join", {std::string(150, 'a'), std::string(129, 'b')}, {kNull}).size(),
            156 + 1 + 281 + 1 + 4u);
}

TEST(Aggregates, BooleansAndAll) {
  const Schema schema({{"g", Storage::text}, {"b", Storage::boolean}});
  ViewConfig config;
  config.group_by = {"g"};
  config.columns = {{"b"}};
  config.aggregates["b"] = {"and"};
  GroupedFixture fixture(schema, {{"a", 1.0}, {"a", 1.0}, {"b", 1.0}, {"b", kNull}}, config);
  EXPECT_EQ(fixture.cells("b"), "0 1 0");
  config.aggregates["b"] = {"or"};
  fixture.make(config);
  EXPECT_EQ(fixture.cells("b"), "1 1 1");
}

TEST(Aggregates, WaterMarksNeverRetreat) {
  const Schema schema({{"k", Storage::int32}, {"g", Storage::text}, {"v", Storage::int32}});
  ViewConfig config;
  config.group_by = {"g"};
  config.columns = {{"v"}};
  config.aggregates["v"] = {"high"};
  GroupedFixture fixture(schema, {{1.0, "a", 5.0}, {2.0, "a", 3.0}, {3.0, "b", 9.0}}, config,
                         {.index = "k", .limit = {}});
  // Not read yet: the marks start when the view is made all the same.
  fixture.update({{1.0, "a", 1.0}});
  EXPECT_EQ(fixture.cells("v"), "9 5 9");
  fixture.remove({3.0});
  EXPECT_EQ(fixture.cells("v"), "9 5");
  fixture.update({{3.0, "b", 2.0}});
  EXPECT_EQ(fixture.cells("v"), "9 5 2") << "a group that vanished starts afresh, its parent does not";
  fixture.applied(fixture.table->clear());
  EXPECT_EQ(fixture.cells("v"), "null");
}

/// What subtraction cannot bring back is added up again.
TEST(Aggregates, SumsForgetWhatWasTooLarge) {
  const Schema schema({{"k", Storage::int32}, {"v", Storage::float64}});
  ViewConfig config;
  config.columns = {{"v"}};
  config.group_rollup = GroupRollup::total;
  GroupedFixture fixture(schema, {{1.0, 1e300}, {2.0, 1.0}, {3.0, kInfinity}}, config,
                         {.index = "k", .limit = {}});
  EXPECT_EQ(fixture.cells("v"), "inf");
  fixture.remove({3.0});
  fixture.remove({1.0});
  EXPECT_EQ(fixture.cells("v"), "1.000000");
  fixture.update({{4.0, 1.7e308}, {5.0, 1.7e308}});
  EXPECT_EQ(fixture.cells("v"), "inf");
  fixture.remove({4.0, 5.0});
  EXPECT_EQ(fixture.cells("v"), "1.000000");
}

}  // namespace
}  // namespace parallax

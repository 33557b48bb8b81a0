#include "view/plan.h"

#include <gtest/gtest.h>

#include "parallax/error.h"
#include "table_maker.h"

namespace parallax {
namespace {

const Schema kSchema({{"g", Storage::text},
                      {"i", Storage::int32},
                      {"f", Storage::float64},
                      {"s", Storage::text},
                      {"b", Storage::boolean},
                      {"d", Storage::date},
                      {"t", Storage::datetime},
                      {"w", Storage::uint8}});

std::shared_ptr<const ViewPlan> plan(ViewConfig config) {
  return plan_view(ViewSource(std::make_shared<Table>(kSchema, TableOptions{})), std::move(config));
}

std::string refusal(ViewConfig config) {
  try {
    (void)plan(std::move(config));
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

using Names = std::vector<std::string>;
using Aggregates = std::map<std::string, Names>;

TEST(Plan, CompletesDefaults) {
  const auto all = plan({});
  EXPECT_EQ(all->config.columns, (Names{"g", "i", "f", "s", "b", "d", "t", "w"}));
  EXPECT_TRUE(all->config.aggregates.empty());
  EXPECT_TRUE(all->aggregates.empty());
  const auto grouped = plan({.group_by = {"g"}, .columns = Names{"i", "s", "i"}});
  EXPECT_EQ(grouped->names, (Names{"i", "s"}));
  EXPECT_EQ(grouped->config.aggregates, (Aggregates{{"i", {"sum"}}, {"s", {"count"}}}));
  EXPECT_EQ(grouped->aggregates[0].result, Storage::int64);
  EXPECT_EQ(grouped->types, (std::vector{ColumnType::integer, ColumnType::integer}));
  EXPECT_EQ(plan({.columns = Names{"i", "i"}})->names, (Names{"i", "i"}));
}

TEST(Plan, NamesAggregatesCanonically) {
  const auto made = plan({.group_by = {"g"},
                          .columns = Names{"i", "f", "s", "w"},
                          .aggregates = {{"i", {"avg"}},
                                         {"f", {"weighted_mean", "i"}},
                                         {"s", {"distinctcount"}},
                                         {"w", {"high_water_mark"}},
                                         {"d", {"max"}}}});
  const Aggregates wanted = {
      {"i", {"mean"}}, {"f", {"weighted mean", "i"}}, {"s", {"distinct count"}}, {"w", {"high"}}};
  EXPECT_EQ(made->config.aggregates, wanted);
  EXPECT_EQ(plan(made->config)->config, made->config);
  EXPECT_EQ(made->aggregates[1].argument, 1u);
}

TEST(Plan, CanonicalNamesAreAcceptedBack) {
  for (int kind = 0; kind <= static_cast<int>(AggregateKind::join); ++kind) {
    const auto name = canonical_name(static_cast<AggregateKind>(kind));
    EXPECT_EQ(find_aggregate(name), static_cast<AggregateKind>(kind)) << name;
  }
}

TEST(Plan, SplitOnlyViewsTakeAny) {
  const auto made = plan({.split_by = {"g"},
                          .columns = Names{"i"},
                          .sort = {{"f", SortOp::desc}},
                          .aggregates = {{"i", {"mean"}}}});
  EXPECT_EQ(made->config.aggregates, (Aggregates{{"i", {"any"}}, {"f", {"any"}}}));
  EXPECT_FALSE(made->grouped());
  EXPECT_TRUE(made->aggregates.empty());
}

TEST(Plan, TotalsKeepAggregatesAndIgnoreRowSorts) {
  const auto made = plan({.columns = Names{"i"},
                          .sort = {{"i", SortOp::desc}},
                          .aggregates = {{"i", {"max"}}},
                          .group_rollup = GroupRollup::total});
  EXPECT_EQ(made->config.aggregates, (Aggregates{{"i", {"max"}}}));
  EXPECT_TRUE(made->row_sorts.empty());
  EXPECT_EQ(made->config.sort.size(), 1u);
  const auto plain = plan({.columns = Names{"i", "s"}, .group_rollup = GroupRollup::total});
  EXPECT_TRUE(plain->config.aggregates.empty()) << "nothing was asked";
}

TEST(Plan, GivesHiddenSortColumnsAggregates) {
  const auto made = plan({.group_by = {"g", "s"},
                          .columns = Names{"i"},
                          .sort = {{"g", SortOp::desc},
                                   {"f", SortOp::asc},
                                   {"g", SortOp::asc},
                                   {"d", SortOp::none},
                                   {"t", SortOp::col_asc}}});
  ASSERT_EQ(made->aggregates.size(), 3u);
  EXPECT_EQ(made->aggregates[1].kind, AggregateKind::unique);
  EXPECT_EQ(made->aggregates[2].kind, AggregateKind::sum);
  ASSERT_EQ(made->row_sorts.size(), 2u);
  EXPECT_EQ(made->row_sorts[0].aggregate, 1u);
  EXPECT_TRUE(made->row_sorts[0].descending);
  EXPECT_TRUE(made->column_sorts.empty());
  EXPECT_EQ(
      made->config.aggregates,
      (Aggregates{{"i", {"sum"}}, {"g", {"unique"}}, {"f", {"sum"}}, {"d", {"count"}}, {"t", {"count"}}}));
}

TEST(Plan, HiddenColumnsSortTheirOwnGroupsByValue) {
  const auto made = plan({.group_by = {"g"},
                          .split_by = {"s"},
                          .columns = Names{"i"},
                          .sort = {{"g", SortOp::desc}, {"s", SortOp::col_desc}},
                          .aggregates = {{"g", {"count"}}, {"s", {"first"}}}});
  EXPECT_EQ(made->aggregates[made->row_sorts[0].aggregate].kind, AggregateKind::unique);
  EXPECT_EQ(made->aggregates[made->column_sorts[0].aggregate].kind, AggregateKind::unique);
  const auto crossed = plan({.group_by = {"g"},
                             .split_by = {"s"},
                             .columns = Names{"i"},
                             .sort = {{"s", SortOp::desc}, {"g", SortOp::col_desc}},
                             .aggregates = {{"g", {"count"}}, {"s", {"first"}}}});
  EXPECT_EQ(crossed->aggregates[crossed->row_sorts[0].aggregate].kind, AggregateKind::first);
  EXPECT_EQ(crossed->aggregates[crossed->column_sorts[0].aggregate].kind, AggregateKind::count);
  // Columns are no groups of rows, so a group column sorts them by its default.
  const auto plain =
      plan({.group_by = {"w"}, .split_by = {"s"}, .columns = Names{"i"}, .sort = {{"w", SortOp::col_desc}}});
  EXPECT_EQ(plain->aggregates[plain->column_sorts[0].aggregate].kind, AggregateKind::sum);
}

TEST(Plan, SortsColumnsBySplitValue) {
  const auto made = plan({.split_by = {"s"}, .columns = Names{"i"}, .sort = {{"s", SortOp::col_desc}}});
  ASSERT_EQ(made->column_sorts.size(), 1u);
  EXPECT_EQ(made->aggregates[made->column_sorts[0].aggregate].kind, AggregateKind::unique);
}

TEST(Plan, DropsAbsoluteKeysOfWhatIsNoNumber) {
  EXPECT_TRUE(plan({.sort = {{"s", SortOp::asc_abs}}})->row_sorts.empty());
  EXPECT_EQ(plan({.sort = {{"f", SortOp::desc_abs}}})->row_sorts.size(), 1u);
  EXPECT_EQ(plan({.group_by = {"g"}, .sort = {{"s", SortOp::asc_abs}}})->row_sorts.size(), 1u);  // a count
  EXPECT_TRUE(plan({.group_by = {"g"}, .sort = {{"s", SortOp::asc_abs}}, .aggregates = {{"s", {"any"}}}})
                  ->row_sorts.empty());
}

TEST(Plan, CompletesFilters) {
  const auto made = plan({.filter = {{"d", ">=", {std::string("03/02/2024")}},
                                     {"t", "<", {std::string("2024-03-04")}},
                                     {"s", "begins with", {std::string("a")}},
                                     {"i", "is null", {}},
                                     {"i", "in", {1.0, 2.0}},
                                     {"i", "==", {std::string(" 18")}},
                                     {"i", "!=", {std::string("9007199254740993")}},
                                     {"f", "in", {std::string("0.125"), Scalar{}}},
                                     {"b", "==", {1.0}}}});
  const std::vector<FilterTerm> wanted = {{"d", ">=", {std::string("2024-03-02")}},
                                          {"t", "<", {1'709'510'400'000.0}},
                                          {"s", "startswith", {std::string("a")}},
                                          {"i", "is null", {Scalar{}}},
                                          {"i", "in", {1.0, 2.0}},
                                          {"i", "==", {18.0}},
                                          {"i", "!=", {std::string("9007199254740993")}},
                                          {"f", "in", {0.125, Scalar{}}},
                                          {"b", "==", {true}}};
  EXPECT_EQ(made->config.filter, wanted);
  EXPECT_EQ(plan(made->config)->config, made->config);
}

TEST(Plan, RefusesUnknownNames) {
  EXPECT_EQ(refusal({.columns = Names{"i", "nope"}}), "Invalid column 'nope' found in View columns.");
  EXPECT_EQ(refusal({.columns = Names{""}}), "Invalid column '' found in View columns.");
  EXPECT_EQ(refusal({.group_by = {"nope"}}), "Invalid column 'nope' found in View group_by.");
  EXPECT_EQ(refusal({.split_by = {"G"}}), "Invalid column 'G' found in View split_by.");
  EXPECT_EQ(refusal({.sort = {{"nope", SortOp::none}}}), "Invalid column 'nope' found in View sorts.");
  EXPECT_EQ(refusal({.filter = {{"nope", "is null", {}}}}), "Invalid column 'nope' found in View filters.");
  EXPECT_EQ(refusal({.aggregates = {{"nope", {"sum"}}}}), "Invalid column 'nope' found in View aggregates.");
  EXPECT_EQ(refusal({.aggregates = {{"i", {"Sum"}}}}),
            "Invalid aggregate 'Sum' for column 'i' found in View aggregates.");
  EXPECT_EQ(refusal({.aggregates = {{"i", {"div"}}}}),
            "Unimplemented aggregate 'div' for column 'i' found in View aggregates.");
  EXPECT_EQ(refusal({.group_by = {"g"}, .aggregates = {{"i", {"max by"}}}}),
            "Aggregate 'max by' for column 'i' requires a column argument.");
  EXPECT_EQ(refusal({.group_by = {"g"}, .aggregates = {{"i", {"max by", "f", "i"}}}}),
            "Invalid column 'f,i' found in the 'max by' aggregate for column 'i'.");
}

TEST(Plan, RefusesAggregatesThatDoNotFit) {
  for (const char* name : {"sum", "abs sum", "mul", "gmv", "pct sum parent"}) {
    const auto text = refusal({.group_by = {"g"}, .columns = Names{"s"}, .aggregates = {{"s", {name}}}});
    EXPECT_EQ(text.rfind("Unexpected coltype", 0), 0u) << text;
  }
  const auto text = refusal({.group_by = {"g"}, .columns = Names{"d"}, .aggregates = {{"d", {"avg"}}}});
  EXPECT_EQ(text.rfind("Unexpected dtype", 0), 0u) << text;
  EXPECT_EQ(refusal({.group_by = {"g"}, .columns = Names{"i"}, .aggregates = {{"s", {"sum"}}}}), "");
}

TEST(Plan, RefusesTooManyLevels) {
  EXPECT_NE(refusal({.group_by = Names(65, "g")}), "");
  EXPECT_EQ(refusal({.group_by = Names(64, "g")}), "");
}

}  // namespace
}  // namespace parallax

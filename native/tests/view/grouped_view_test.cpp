#include "view/grouped_view.h"

#include <gtest/gtest.h>

#include "grouped_maker.h"
#include "parallax/error.h"

namespace parallax {
namespace {

using testing::GroupedFixture;
using testing::kInfinity;
using testing::kNaN;
using testing::kNull;
using testing::Value;

const Schema kSchema(
    {{"k", Storage::int32}, {"a", Storage::text}, {"b", Storage::text}, {"v", Storage::int32}});
const std::vector<std::vector<Value>> kRows = {{1.0, "x", "p", 1.0},
                                               {2.0, "y", "p", 2.0},
                                               {3.0, "x", "q", 3.0},
                                               {4.0, kNull, "q", 4.0},
                                               {5.0, "x", "p", 5.0}};
const TableOptions kIndexed{.index = "k", .limit = {}};

ViewConfig config(std::vector<std::string> group_by, std::vector<std::string> split_by = {}) {
  ViewConfig out;
  out.group_by = std::move(group_by);
  out.split_by = std::move(split_by);
  out.columns = {{"v"}};
  return out;
}

// --- shapes ---

TEST(GroupedView, ListsTheTreeInPreOrder) {
  GroupedFixture fixture(kSchema, kRows, config({"a", "b"}), kIndexed);
  EXPECT_EQ(fixture.paths(), "[] [null] [null,q] [x] [x,p] [x,q] [y] [y,p]");
  EXPECT_EQ(fixture.cells("v"), "15 4 4 9 6 3 2 2");
  EXPECT_EQ(fixture.view->dimensions().rows, 8u);
}

TEST(GroupedView, FlatShowsTheLeavesAndTotalTheTotal) {
  auto flat = config({"a", "b"});
  flat.group_rollup = GroupRollup::flat;
  GroupedFixture fixture(kSchema, kRows, flat, kIndexed);
  EXPECT_EQ(fixture.paths(), "[null,q] [x,p] [x,q] [y,p]");
  flat.group_rollup = GroupRollup::total;
  fixture.make(flat);
  EXPECT_EQ(fixture.paths(), "[]");
  EXPECT_EQ(fixture.cells("v"), "15");
}

TEST(GroupedView, ShapesOfAnEmptyTable) {
  GroupedFixture fixture(kSchema, {}, config({"a"}), kIndexed);
  EXPECT_EQ(fixture.cells("v"), "null");
  fixture.make(config({"a"}, {"b"}));
  EXPECT_EQ(fixture.view->dimensions().rows, 1u);
  EXPECT_EQ(fixture.view->dimensions().columns, 0u);
  auto flat = config({"a"});
  flat.group_rollup = GroupRollup::flat;
  fixture.make(flat);
  EXPECT_EQ(fixture.view->dimensions().rows, 0u);
  EXPECT_EQ(fixture.names(), "v");
  auto total = config({});
  total.group_rollup = GroupRollup::total;
  fixture.make(total);
  EXPECT_EQ(fixture.cells("v"), "null");
  EXPECT_FALSE(fixture.view->slice({}, {}).has_row_path);
}

TEST(GroupedView, ARowThatNoFilterKeepsMakesATotalOfNulls) {
  auto filtered = config({"a"});
  filtered.filter = {{"v", ">", {Scalar(100.0)}}};
  filtered.aggregates["v"] = {"count"};
  GroupedFixture fixture(kSchema, kRows, filtered, kIndexed);
  EXPECT_EQ(fixture.cells("v"), "null");
  fixture.update({{1.0, "x", "p", 101.0}});
  EXPECT_EQ(fixture.cells("v"), "1 1");
  fixture.update({{1.0, "x", "p", kNull}});
  EXPECT_EQ(fixture.cells("v"), "null");
}

// --- columns ---

TEST(GroupedView, SplitsMakeColumns) {
  GroupedFixture fixture(kSchema, kRows, config({"a"}, {"b"}), kIndexed);
  EXPECT_EQ(fixture.names(), "p|v q|v");
  EXPECT_EQ(fixture.cells("p|v"), "8 null 6 2");
  EXPECT_EQ(fixture.cells("q|v"), "7 4 3 null");
}

TEST(GroupedView, SplitRollupPutsTotalsFirst) {
  auto rollup = config({"a"}, {"b", "a"});
  rollup.split_rollup = SplitRollup::rollup;
  GroupedFixture fixture(kSchema, kRows, rollup, kIndexed);
  EXPECT_EQ(fixture.names(), "v p|v p|x|v p|y|v q|v q|null|v q|x|v");
  EXPECT_EQ(fixture.cells("v"), "15 4 9 2");
  EXPECT_EQ(fixture.cells("q|v"), "7 4 3 null");
}

TEST(GroupedView, ColumnSortsOrderTheSplits) {
  auto sorted = config({"a"}, {"b"});
  sorted.sort = {{"v", SortOp::col_asc}};
  GroupedFixture fixture(kSchema, kRows, sorted, kIndexed);
  EXPECT_EQ(fixture.names(), "q|v p|v");
  fixture.update({{3.0, "x", "q", 30.0}});
  EXPECT_EQ(fixture.names(), "p|v q|v");
}

TEST(GroupedView, PathsShowValuesAsText) {
  const Schema schema({{"f", Storage::float64}, {"d", Storage::date}, {"n", Storage::boolean}});
  auto split = ViewConfig();
  split.split_by = {"f", "d", "n"};
  split.columns = {{"f"}};
  split.group_rollup = GroupRollup::total;
  GroupedFixture fixture(schema, {{1800.5, 0.0, 1.0}, {kNaN, kNull, 0.0}, {-0.0, 1.0, kNull}}, split);
  EXPECT_EQ(fixture.names(), "nan|null|false|f 0|1970-01-02|null|f 1800.5|1970-01-01|true|f");
}

TEST(GroupedView, WindowsCutRowsAndColumns) {
  GroupedFixture fixture(kSchema, kRows, config({"a"}, {"b"}), kIndexed);
  const ViewSlice slice = fixture.view->slice({1, 3, 1, 9}, {});
  EXPECT_EQ(slice.rows, 2u);
  EXPECT_EQ(slice.names, std::vector<std::string>{"q|v"});
  EXPECT_EQ(testing::column_text(slice.columns[0]), "4 3");
  EXPECT_EQ(fixture.view->slice({7, {}, {}, {}}, {}).rows, 0u);
}

TEST(GroupedView, IndexHasTheKeysOfALeafDescending) {
  GroupedFixture fixture(kSchema, kRows, config({"a"}), kIndexed);
  const ViewSlice slice = fixture.view->slice({1, {}, {}, {}}, {.id = false, .index = true});
  EXPECT_EQ(testing::column_text(*slice.index), "4 5 3 1 2");
  EXPECT_EQ(slice.index_offsets, (std::vector<std::size_t>{0, 1, 4, 5}));
}

// --- order ---

TEST(GroupedView, NanIsOneGroupAfterNull) {
  const Schema schema({{"f", Storage::float64}});
  auto grouped = ViewConfig();
  grouped.group_by = {"f"};
  grouped.aggregates["f"] = {"count"};
  GroupedFixture fixture(schema, {{0.0}, {kNaN}, {-kInfinity}, {kNull}, {-kNaN}, {-0.0}, {-1.0}}, grouped);
  EXPECT_EQ(fixture.paths(), "[] [null] [nan] [-inf] [-1.000000] [0.000000]");
  EXPECT_EQ(fixture.cells("f"), "7 1 2 1 1 2");
}

TEST(GroupedView, SortsSiblingsByTheirAggregates) {
  auto sorted = config({"a", "b"});
  sorted.sort = {{"v", SortOp::desc}};
  GroupedFixture fixture(kSchema, kRows, sorted, kIndexed);
  EXPECT_EQ(fixture.paths(), "[] [x] [x,p] [x,q] [null] [null,q] [y] [y,p]");
  fixture.update({{2.0, "y", "p", 200.0}, {3.0, "x", "q", 7.0}});
  EXPECT_EQ(fixture.paths(), "[] [y] [y,p] [x] [x,q] [x,p] [null] [null,q]");
}

TEST(GroupedView, SortsByAHiddenGroupColumn) {
  auto sorted = config({"a", "b"});
  sorted.sort = {{"a", SortOp::desc}, {"b", SortOp::desc}};
  GroupedFixture fixture(kSchema, kRows, sorted, kIndexed);
  EXPECT_EQ(fixture.paths(), "[] [y] [y,p] [x] [x,q] [x,p] [null] [null,q]");
  EXPECT_EQ(fixture.names(), "v");
}

// --- the tree ---

TEST(GroupedView, ExpandAndCollapse) {
  auto closed = config({"a", "b"});
  closed.group_by_depth = 1;
  GroupedFixture fixture(kSchema, kRows, closed, kIndexed);
  EXPECT_EQ(fixture.paths(), "[] [null] [x] [y]");
  EXPECT_EQ(fixture.view->expand(2), 2u);
  EXPECT_EQ(fixture.view->expand(2), 0u);
  EXPECT_EQ(fixture.paths(), "[] [null] [x] [x,p] [x,q] [y]");
  EXPECT_EQ(fixture.view->expand(3), 0u) << "a leaf";
  EXPECT_EQ(fixture.view->expand(99), 0u);
  EXPECT_EQ(fixture.view->collapse(2), 2u);
  EXPECT_EQ(fixture.paths(), "[] [null] [x] [y]");
  EXPECT_EQ(fixture.view->collapse(0), 3u);
  EXPECT_EQ(fixture.paths(), "[]");
}

TEST(GroupedView, NewGroupsOpenByRuleAndStayClosedAfterAHand) {
  GroupedFixture fixture(kSchema, kRows, config({"a", "b"}), kIndexed);
  fixture.update({{6.0, "z", "p", 1.0}});
  EXPECT_EQ(fixture.paths(), "[] [null] [null,q] [x] [x,p] [x,q] [y] [y,p] [z] [z,p]");
  EXPECT_EQ(fixture.view->collapse(3), 2u);
  fixture.update({{7.0, "zz", "p", 1.0}, {8.0, "x", "r", 1.0}});
  EXPECT_EQ(fixture.paths(), "[] [null] [null,q] [x] [y] [y,p] [z] [z,p] [zz]");
  EXPECT_EQ(fixture.view->expand(3), 3u);
  fixture.view->set_depth(0);
  EXPECT_EQ(fixture.paths(), "[] [null] [x] [y] [z] [zz]");
  fixture.view->set_depth(3);  // more than there are: ignored
  EXPECT_EQ(fixture.paths(), "[] [null] [x] [y] [z] [zz]");
  fixture.view->set_depth(1);
  EXPECT_EQ(fixture.view->dimensions().rows, 13u);
}

TEST(GroupedView, AHandThatFindsNothingToDoIsAHand) {
  for (const std::uint32_t row : {1u, 2u, 99u}) {  // open already, a leaf, past the end
    GroupedFixture fixture(kSchema, kRows, config({"a", "b"}), kIndexed);
    EXPECT_EQ(fixture.view->expand(row), 0u);
    fixture.update({{6.0, "z", "p", 1.0}});
    EXPECT_EQ(fixture.paths(), "[] [null] [null,q] [x] [x,p] [x,q] [y] [y,p] [z]") << row;
  }
  GroupedFixture fixture(kSchema, kRows, config({"a", "b"}), kIndexed);
  EXPECT_EQ(fixture.view->collapse(2), 0u) << "a leaf";
  fixture.update({{6.0, "z", "p", 1.0}});
  EXPECT_EQ(fixture.paths(), "[] [null] [null,q] [x] [x,p] [x,q] [y] [y,p] [z]");
}

TEST(GroupedView, AGroupThatComesBackIsNotTheOldOne) {
  auto closed = config({"a", "b"});
  closed.group_by_depth = 1;
  GroupedFixture fixture(kSchema, kRows, closed, kIndexed);
  EXPECT_EQ(fixture.view->expand(3), 1u);
  fixture.remove({2.0});
  fixture.update({{2.0, "y", "p", 2.0}});
  EXPECT_EQ(fixture.paths(), "[] [null] [x] [y]");
}

TEST(GroupedView, CollapseForgetsWhatWasOpenBelow) {
  GroupedFixture fixture(kSchema, kRows, config({"a", "b", "k"}), kIndexed);
  EXPECT_EQ(fixture.view->dimensions().rows, 13u);
  EXPECT_EQ(fixture.view->collapse(4), 5u);
  EXPECT_EQ(fixture.view->expand(4), 2u);
}

// --- extremes ---

TEST(GroupedView, MinMaxLooksAtTheDeepestVisibleLevel) {
  GroupedFixture fixture(kSchema, kRows, config({"a", "b"}, {}), kIndexed);
  EXPECT_EQ(fixture.view->min_max("v"), (std::pair<Scalar, Scalar>{2.0, 6.0}));
  fixture.view->set_depth(0);
  EXPECT_EQ(fixture.view->min_max("v"), (std::pair<Scalar, Scalar>{2.0, 9.0}));
  (void)fixture.view->collapse(0);
  EXPECT_EQ(fixture.view->min_max("v"), (std::pair<Scalar, Scalar>{})) << "the total is no level";
  fixture.make(config({"a"}, {"b"}));
  EXPECT_EQ(fixture.view->min_max("v"), (std::pair<Scalar, Scalar>{2.0, 6.0}));
  EXPECT_THROW((void)fixture.view->min_max("p|v"), Error);
  EXPECT_THROW((void)fixture.view->min_max("a"), Error);
}

// --- leaves ---

TEST(GroupedView, DistinctLeafOfSplitsLooksAtTheSplitGroup) {
  auto leaves = config({"g"}, {"s"});
  leaves.split_rollup = SplitRollup::rollup;
  leaves.columns = std::vector<std::string>{"v"};
  leaves.aggregates = {{"v", {"distinct leaf"}}};
  const Schema schema({{"g", Storage::text}, {"s", Storage::text}, {"v", Storage::int32}});
  GroupedFixture fixture(schema, {{"a", "x", 3.0}, {"b", "x", 9.0}, {"b", "z", 1.0}, {"c", "z", 1.0}},
                         leaves);
  EXPECT_EQ(fixture.cells("v"), "null null null null");
  EXPECT_EQ(fixture.cells("x|v"), "null 3 9 null");
  EXPECT_EQ(fixture.cells("z|v"), "1 null 1 1") << "of all rows, the total as well";
}

// --- changes ---

std::string delta_of(GroupedFixture& fixture, const ChangeBatch& change) {
  std::string out;
  for (const Column& column : fixture.view->delta(change).columns) {
    out += (out.empty() ? "" : "; ") + testing::column_text(column);
  }
  return out;
}

TEST(GroupedView, DeltaHasTheRowsThatChanged) {
  GroupedFixture fixture(kSchema, kRows, config({"a"}), kIndexed);
  fixture.view->track_changes(true);
  EXPECT_EQ(delta_of(fixture, fixture.update({{2.0, "y", "p", 20.0}})), "33 20");
  EXPECT_EQ(delta_of(fixture, fixture.update({{2.0, "y", "p", 20.0}})), "");
  EXPECT_EQ(delta_of(fixture, fixture.update({{2.0, "x", "p", 20.0}})), "29") << "y vanished";
  EXPECT_EQ(delta_of(fixture, fixture.update({{2.0, "y", "p", 20.0}})), "9 20");
  EXPECT_EQ(delta_of(fixture, fixture.update({{1.0, "x", "p", 2.0}, {3.0, "x", "q", 2.0}})), "");
  EXPECT_EQ(delta_of(fixture, fixture.remove({5.0, 77.0})), "28 4");
  fixture.view->track_changes(false);
}

TEST(GroupedView, DeltaOfPercentagesHasTheSiblings) {
  auto shares = config({"a"});
  shares.aggregates["v"] = {"pct sum parent"};
  GroupedFixture fixture(kSchema, kRows, shares, kIndexed);
  fixture.view->track_changes(true);
  EXPECT_EQ(delta_of(fixture, fixture.update({{2.0, "y", "p", 7.0}})), "20.000000 45.000000 35.000000");
}

TEST(GroupedView, AClosedRowIsNotInTheDelta) {
  auto closed = config({"a", "b"});
  closed.group_by_depth = 1;
  GroupedFixture fixture(kSchema, kRows, closed, kIndexed);
  fixture.view->track_changes(true);
  EXPECT_EQ(delta_of(fixture, fixture.update({{1.0, "x", "q", 1.0}})), "");
}

// --- cost ---

TEST(GroupedView, AnUpdateCostsItsRowsWhateverTheTable) {
  for (const std::size_t size : {100u, 20'000u}) {
    std::vector<std::vector<Value>> rows;
    for (std::size_t i = 0; i < size; ++i) {
      rows.push_back({static_cast<double>(i), i % 3 ? "x" : "y", std::to_string(i % 7), 1.0});
    }
    GroupedFixture fixture(kSchema, rows, config({"a"}, {"b"}), kIndexed);
    EXPECT_EQ(fixture.view->dimensions().rows, 3u);
    fixture.update({{5.0, "y", "1", 9.0}, {6.0, "x", "new", 9.0}});
    EXPECT_EQ(fixture.core->last_work().rows, 2u);
    EXPECT_EQ(fixture.core->last_work().cells, 8u);
  }
}

/// What a large value leaves behind when it goes is nothing beside the sums, but much beside the variance.
TEST(GroupedLive, VarianceIsAsExactAfterALargeValueWent) {
  const Schema schema({{"k", Storage::int32}, {"x", Storage::float64}});
  for (const double large : {9.1e13, 3.3e14, 1.7e20, 1e200}) {
    testing::GroupedFixture fixture(schema, {{1.0, 1e9 + 0.125}, {2.0, 1e9 + 0.25}, {3.0, large + 0.3}},
                                    {.columns = std::vector<std::string>{"x"},
                                     .aggregates = {{"x", {"var"}}},
                                     .group_rollup = GroupRollup::total},
                                    {.index = "k", .limit = std::nullopt});
    (void)fixture.cells("x");
    fixture.update({{3.0, 1e9 + 0.375}});
    EXPECT_EQ(fixture.cells("x"), "0.010417") << large;
    // Sums that were made exactly are rounded again: with a large value, and an infinity that hides it.
    fixture.update({{3.0, large}, {1.0, testing::kInfinity}});
    (void)fixture.cells("x");
    fixture.update({{3.0, 1e9 + 0.375}, {1.0, 1e9 + 0.125}});
    EXPECT_EQ(fixture.cells("x"), "0.010417") << large;
    fixture.update({{3.0, 1e9 + 0.25}, {1.0, 1e9 + 0.25}});
    EXPECT_EQ(fixture.cells("x"), "0.000000") << large;
  }
}

}  // namespace
}  // namespace parallax

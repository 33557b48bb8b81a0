#include "view/view_set.h"

#include <gtest/gtest.h>

#include "parallax/error.h"
#include "table_maker.h"
#include "view/computed_column.h"
#include "view/flat_view.h"
#include "view/grouped_view.h"
#include "view/split_view.h"

namespace parallax {
namespace {

using testing::TableMaker;
using testing::view_text;

using Names = std::vector<std::string>;

TEST(ViewSet, MakesEachShape) {
  ThreadPool pool(1);
  const std::shared_ptr<Table> table = std::make_shared<Table>(TableMaker::schema(), TableOptions{});
  ViewSet views(table, pool);
  EXPECT_NE(dynamic_cast<FlatView*>(views.make({}).get()), nullptr);
  EXPECT_NE(dynamic_cast<SplitView*>(views.make({.split_by = {"s"}}).get()), nullptr);
  EXPECT_NE(dynamic_cast<GroupedView*>(views.make({.group_by = {"s"}}).get()), nullptr);
  EXPECT_NE(dynamic_cast<GroupedView*>(views.make({.group_rollup = GroupRollup::total}).get()), nullptr);
  EXPECT_THROW(views.make({.group_by = {"nope"}}), Error);
}

TEST(ViewSet, ViewsKeepTheirOwnDepth) {
  ThreadPool pool(1);
  TableMaker maker(2);
  const std::shared_ptr<Table> table =
      Table::from_batch(TableMaker::schema(), {}, maker.batch(50, 50, false));
  ViewSet views(table, pool);
  const ViewConfig deep = {.group_by = {"s", "b"}, .columns = Names{"i"}};
  ViewConfig shallow = deep;
  shallow.group_by_depth = 1;
  const auto all = views.make(deep);
  const auto some = views.make(shallow);
  EXPECT_GT(all->dimensions().rows, some->dimensions().rows);
  EXPECT_EQ(some->plan().config.group_by_depth, 1u);
}

TEST(ViewSet, WaterMarksBelongToOneView) {
  ThreadPool pool(1);
  const Schema schema({{"k", Storage::int32}, {"x", Storage::int32}});
  const auto table =
      testing::table_of(schema, {{1.0, 5.0}}, TableOptions{.index = "k", .limit = std::nullopt});
  ViewSet views(table, pool);
  const ViewConfig config = {
      .columns = Names{"x"}, .aggregates = {{"x", {"high"}}}, .group_rollup = GroupRollup::total};
  const auto early = views.make(config);
  views.apply(table->update(testing::batch_of(schema, {{1.0, 2.0}})));
  const auto late = views.make(config);
  EXPECT_EQ(view_text(*early), "1 x 1\nrows 1\nx: 5\n");
  EXPECT_EQ(view_text(*late), "1 x 1\nrows 1\nx: 2\n");
}

/// Doubles column 0, unless it is told to fail.
class Doubled final : public ComputedColumn {
 public:
  explicit Doubled(std::shared_ptr<const Table> table)
      : ComputedColumn(std::move(table), Column(Storage::int32)) {}
  bool fails = false;

 private:
  void compute(Column& out) override {
    for (std::uint32_t row = 0; row < table().row_numbers(); ++row) put(out, row);
  }
  void recompute(const ChangeBatch& change, Column& out) override {
    for (const std::uint32_t row : change.inserted) {
      put(out, row);
      if (fails) throw Error("no more");
    }
  }
  void put(Column& out, std::uint32_t row) const {
    out.set<std::int32_t>(row, 2 * table().column(0).value<std::int32_t>(row));
  }
};

TEST(ComputedColumn, ComputesAnewAfterAWriteItCouldNotFollow) {
  const Schema schema({{"x", Storage::int32}});
  const auto table = testing::table_of(schema, {{1.0}});
  Doubled column(table);
  EXPECT_EQ(testing::column_text(column.column()), "2");
  column.apply(table->update(testing::batch_of(schema, {{5.0}})));
  EXPECT_EQ(testing::column_text(column.column()), "2 10");
  column.fails = true;
  EXPECT_THROW(column.apply(table->update(testing::batch_of(schema, {{6.0}, {7.0}}))), Error);
  EXPECT_FALSE(column.computed());
  EXPECT_EQ(column.last_change().others.size(), 0u);
  EXPECT_EQ(testing::column_text(column.column()), "2 10 12 14");
}

TEST(ViewCores, ComputeAnewWhatTheyWereToldToForget) {
  ThreadPool pool(1);
  TableMaker maker(3);
  const std::shared_ptr<Table> table = Table::from_batch(
      TableMaker::schema(), {.index = "k", .limit = std::nullopt}, maker.batch(200, 60, false));
  const ViewConfig configs[] = {
      {.filter = {{"i", ">", {0.0}}}, .sort = {{"f", SortOp::desc}}},
      {.group_by = {"s"}, .split_by = {"b"}, .columns = Names{"i", "f"}, .sort = {{"i", SortOp::asc}}}};
  for (const ViewConfig& config : configs) {
    const ViewSource source(table);
    const auto plan = plan_view(source, config);
    std::shared_ptr<ViewCore> core;
    std::shared_ptr<View> view;
    if (plan->grouped()) {
      const auto grouped = std::make_shared<GroupedCore>(source, plan, pool);
      view = std::make_shared<GroupedView>(plan, grouped);
      core = grouped;
    } else {
      const auto flat = std::make_shared<FlatCore>(source, *plan, pool);
      view = std::make_shared<FlatView>(plan, flat);
      core = flat;
    }
    (void)view_text(*view);
    (void)table->update(maker.batch(50, 60, true));  // nobody tells the view
    core->forget();
    table->recycle();
    ViewSet others(table, pool);
    EXPECT_EQ(view_text(*view), view_text(*others.make(config)));
    core->apply(table->update(maker.batch(50, 60, true)));
    table->recycle();
    EXPECT_EQ(view_text(*view), view_text(*others.make(config)));
  }
}

TEST(ViewSet, RowsMoveBetweenGroupsOfAnExpression) {
  ThreadPool pool(1);
  const Schema schema({{"id", Storage::int32}, {"a", Storage::float64}});
  const auto table = testing::table_of(schema, {{1.0, 1.5}, {2.0, 2.0}, {3.0, 3.0}},
                                       TableOptions{.index = "id", .limit = std::nullopt});
  ViewSet views(table, pool);
  const ViewConfig config = {
      .group_by = {"k"},
      .columns = Names{"x", "id"},
      .expressions = {{"k", "if (\"a\" > 2) 'big'; else 'small'"}, {"x", "\"a\" * 2"}}};
  const auto view = views.make(config);
  (void)view_text(*view);
  const auto write = [&](const ChangeBatch& change) {
    views.apply(change);
    table->recycle();
    ViewSet others(table, pool);
    EXPECT_EQ(view_text(*view), view_text(*others.make(config)));
  };
  write(table->update(testing::batch_of(schema, {{1.0, 50.0}})));
  write(table->update(testing::batch_of(schema, {{4.0, 1.0}})));
  Column gone(Storage::int32);
  gone.append<std::int32_t>(1);
  write(table->remove(gone));
  write(table->replace(testing::batch_of(schema, {{7.0, 3.0}, {8.0, 0.0}})));
  write(table->update(testing::batch_of(schema, {{8.0, 9.0}})));
}

TEST(ViewSet, DeltasHoldRowsThatAWindowChangedThoughNobodyReadItBefore) {
  ThreadPool pool(1);
  const Schema schema({{"id", Storage::int32}, {"a", Storage::float64}});
  const auto table = testing::table_of(schema, {{1.0, 1.0}, {2.0, 2.0}, {3.0, 4.0}},
                                       TableOptions{.index = "id", .limit = std::nullopt});
  ViewSet views(table, pool);
  WindowSpec running;
  running.op = "sum";
  running.source = "a";
  const auto view = views.make({.columns = Names{"id", "w"}, .windows = {{"w", running}}});
  view->track_changes(true);
  const ChangeBatch change = table->update(testing::batch_of(schema, {{2.0, 3.0}}));
  views.apply(change);
  EXPECT_EQ(testing::slice_text(view->delta(change)), "rows 2\nid: 2 3\nw: 4.000000 8.000000\n");
}

TEST(ViewSet, SumsForgetNothingWhateverCameFirst) {
  ThreadPool pool(1);
  const Schema schema({{"id", Storage::int32}, {"g", Storage::int32}, {"a", Storage::float64}});
  const auto table = testing::table_of(schema, {{1.0, 1.0, 1e30}, {2.0, 2.0, 1e14}, {3.0, 1.0, 0.1}},
                                       TableOptions{.index = "id", .limit = std::nullopt});
  ViewSet views(table, pool);
  const ViewConfig config = {.group_by = {"g"}, .columns = Names{"a"}};
  const auto view = views.make(config);
  EXPECT_EQ(view->dimensions().rows, 3u);
  views.apply(table->update(testing::batch_of(schema, {{4.0, 2.0, -1e14}, {5.0, 3.0, -1e30}})));
  const Column live = view->slice({}, {}).columns[0];
  EXPECT_EQ(live.value<double>(0), 0.1);
  ViewSet apart(table, pool);
  EXPECT_EQ(apart.make(config)->slice({}, {}).columns[0].value<double>(0), 0.1);
  views.apply(table->update(testing::batch_of(schema, {{6.0, 3.0, 0.25}})));
  EXPECT_EQ(view->slice({}, {}).columns[0].value<double>(0), 0.1 + 0.25);
}

TEST(ViewSet, ForgetsViewsThatWent) {
  ThreadPool pool(1);
  TableMaker maker(4);
  const std::shared_ptr<Table> table =
      Table::from_batch(TableMaker::schema(), {}, maker.batch(50, 50, false));
  ViewSet views(table, pool);
  const ViewConfig config = {.sort = {{"i", SortOp::desc}}};
  for (int round = 0; round < 3; ++round) {
    const auto first = views.make(config);
    const auto second = views.make(config);
    EXPECT_EQ(view_text(*first), view_text(*second));
    views.apply(table->update(maker.batch(3, 50, false)));
    EXPECT_EQ(view_text(*first), view_text(*second));
  }
}

}  // namespace
}  // namespace parallax

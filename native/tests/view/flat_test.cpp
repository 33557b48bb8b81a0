#include <gtest/gtest.h>

#include <set>

#include "parallax/error.h"
#include "table_maker.h"
#include "view/flat_view.h"

namespace parallax {
namespace {

using testing::kNaN;
using testing::kNull;
using testing::slice_text;
using testing::TableMaker;
using testing::Value;
using testing::view_text;

using Names = std::vector<std::string>;

const Schema kSchema({{"k", Storage::int32}, {"v", Storage::float64}, {"s", Storage::text}});

struct Made {
  std::shared_ptr<FlatCore> core;
  std::shared_ptr<FlatView> view;
};

Made make(const std::shared_ptr<Table>& table, ThreadPool& pool, ViewConfig config) {
  const ViewSource source(table);
  const auto plan = plan_view(source, std::move(config));
  auto core = std::make_shared<FlatCore>(source, *plan, pool);
  return {core, std::make_shared<FlatView>(plan, core)};
}

class Flat : public ::testing::Test {
 protected:
  std::shared_ptr<Table> table = testing::table_of(
      kSchema, {{3.0, 1.5, "c"}, {1.0, kNull, "a"}, {4.0, kNaN, kNull}, {2.0, 0.5, "b"}, {kNull, 1.5, "a"}},
      {.index = "k", .limit = std::nullopt});
  ThreadPool pool{1};

  std::shared_ptr<FlatView> view(ViewConfig config) { return make(table, pool, std::move(config)).view; }
};

TEST_F(Flat, ShowsRowsByKey) {
  EXPECT_EQ(view_text(*view({.columns = Names{"k", "s"}})),
            "5 x 2\nrows 5\nk: null 1 2 3 4\ns: a a b c null\n");
}

TEST_F(Flat, SortsStablyAndFilters) {
  EXPECT_EQ(view_text(*view({.columns = Names{"k"}, .sort = {{"v", SortOp::desc}}})),
            "5 x 1\nrows 5\nk: null 3 2 1 4\n");
  EXPECT_EQ(view_text(*view({.columns = Names{"k"},
                             .filter = {{"s", "==", {std::string("a")}}},
                             .sort = {{"k", SortOp::desc}}})),
            "2 x 1\nrows 2\nk: 1 null\n");
  EXPECT_EQ(view_text(*view({.columns = Names{"k"}, .sort = {{"v", SortOp::col_desc}}})),
            "5 x 1\nrows 5\nk: null 1 2 3 4\n");
}

TEST_F(Flat, CutsWindows) {
  const auto made = view({});
  const auto text = [&](Viewport window) { return slice_text(made->slice(window, {})); };
  Viewport window;
  window.start_row = 1;
  window.end_row = 3;
  window.start_col = 2;
  EXPECT_EQ(text(window), "rows 2\ns: a b\n");
  EXPECT_EQ(made->column_paths(window), Names{"s"});
  window.start_row = 9;
  window.end_col = 1;
  EXPECT_EQ(text(window), "rows 0\n");
}

TEST_F(Flat, RepeatsColumnsOrShowsNone) {
  const auto twice = view({.columns = Names{"s", "s"}});
  EXPECT_EQ(twice->column_paths({}), (Names{"s", "s"}));
  EXPECT_EQ(twice->schema().size(), 1u);
  EXPECT_EQ(view_text(*view({.columns = Names{}, .filter = {{"s", "is null", {}}}})), "1 x 0\nrows 1\n");
}

TEST_F(Flat, GivesKeysAsIdAndIndex) {
  SliceOptions options;
  options.id = options.index = true;
  EXPECT_EQ(view_text(*view({.columns = Names{}, .sort = {{"s", SortOp::asc}}}), options),
            "5 x 0\nrows 5\nids: 4 null 1 2 3\nindex: 4 null 1 2 3 at 0 1 2 3 4 5\n");
}

TEST_F(Flat, FindsExtremes) {
  using Pair = std::pair<Scalar, Scalar>;
  const auto made = view({.columns = Names{"k"}, .filter = {{"k", "!=", {3.0}}}});
  EXPECT_EQ(made->min_max("k"), Pair(1.0, 4.0));
  EXPECT_EQ(made->min_max("v"), Pair(0.5, 1.5));
  EXPECT_EQ(made->min_max("s"), Pair(std::string("a"), std::string("b")));
  EXPECT_EQ(view({.filter = {{"k", "==", {4.0}}}})->min_max("v"), Pair());
  EXPECT_THROW(made->min_max("nope"), Error);
}

TEST(FlatTimes, ExtremesAreMilliseconds) {
  ThreadPool pool(1);
  const auto table =
      testing::table_of(Schema({{"d", Storage::date}, {"t", Storage::datetime}, {"b", Storage::boolean}}),
                        {{1.0, -5.0, 1.0}, {-1.0, 7.0, 0.0}});
  const auto made = make(table, pool, {}).view;
  using Pair = std::pair<Scalar, Scalar>;
  EXPECT_EQ(made->min_max("d"), Pair(-86'400'000.0, 86'400'000.0));
  EXPECT_EQ(made->min_max("t"), Pair(-5.0, 7.0));
  EXPECT_EQ(made->min_max("b"), Pair(false, true));
}

TEST(FlatCopies, WholeTableSharesItsSegments) {
  ThreadPool pool(1);
  const auto table = testing::table_of(Schema({{"x", Storage::int32}}), {{1.0}, {2.0}});
  const auto made = make(table, pool, {}).view;
  const ViewSlice before = made->slice({}, {});
  EXPECT_EQ(before.columns[0].segment_values<std::int32_t>(0),
            table->column(0).segment_values<std::int32_t>(0));
  (void)table->update(testing::batch_of(table->schema(), {{3.0}}));
  EXPECT_EQ(slice_text(before), "rows 2\nx: 1 2\n");
  EXPECT_EQ(slice_text(made->slice({}, {})), "rows 3\nx: 1 2 3\n");
}

TEST(FlatCosts, OneRowIsPlacedAlone) {
  ThreadPool pool(1);
  TableMaker maker(5);
  const std::shared_ptr<Table> table = Table::from_batch(
      TableMaker::schema(), {.index = "k", .limit = std::nullopt}, maker.batch(50'000, 1 << 30, false));
  const Made made =
      make(table, pool, {.filter = {{"s", "!=", {std::string("pen")}}}, .sort = {{"f", SortOp::desc}}});
  (void)made.view->dimensions();
  const auto change = table->update(maker.batch(1, 1 << 30, false));
  made.core->apply(change);
  EXPECT_LE(made.core->last_work().rows, 1u);
}

ViewConfig random_config(TableMaker& maker) {
  const Schema schema = TableMaker::schema();
  ViewConfig config;
  static const std::vector<FilterTerm> kTerms = {
      {"i", ">", {0.0}},
      {"i", "!=", {2.0}},
      {"f", "<=", {0.5}},
      {"f", "not in", {0.5, Scalar{}}},
      {"s", "contains", {std::string("C")}},
      {"s", "!=", {std::string("pen")}},
      {"s", "not matches", {std::string("^f")}},
      {"b", "==", {true}},
      {"d", ">", {std::string("2022-01-08")}},
      {"t", "is null", {}},
  };
  for (std::size_t i = maker.below(3); i-- > 0;) config.filter.push_back(kTerms[maker.below(kTerms.size())]);
  if (maker.chance(30)) config.filter_op = FilterOp::any;
  for (std::size_t i = maker.below(4); i-- > 0;) {
    config.sort.push_back({schema[maker.below(schema.size())].name, static_cast<SortOp>(maker.below(9))});
  }
  return config;
}

/// The rows of `all` whose ids are among `wanted`, as text.
std::string rows_with_ids(const ViewSlice& all, const std::set<std::string>& wanted) {
  std::vector<std::uint32_t> at;
  for (std::uint32_t row = 0; row < all.rows; ++row) {
    if (wanted.contains(testing::cell_text(*all.ids, row))) at.push_back(row);
  }
  ViewSlice out;
  out.rows = at.size();
  out.names = all.names;
  for (const auto& column : all.columns) out.columns.push_back(column.gather(at.data(), at.size()));
  return slice_text(out);
}

void run_random_script(unsigned seed, TableOptions options) {
  TableMaker maker(seed);
  ThreadPool pool(2);
  const std::size_t keys = 40 + maker.below(300);
  const std::shared_ptr<Table> table =
      Table::from_batch(TableMaker::schema(), std::move(options), maker.batch(maker.below(400), keys, false));
  std::vector<ViewConfig> configs;
  std::vector<Made> live;
  for (int i = 0; i < 5; ++i) {
    configs.push_back(random_config(maker));
    live.push_back(make(table, pool, configs.back()));
    if (maker.chance(70)) live.back().view->track_changes(true);
  }
  SliceOptions ids;
  ids.id = true;
  for (int step = 0; step < 25; ++step) {
    const ChangeBatch change = maker.write(*table, keys);
    for (const auto& made : live) made.core->apply(change);
    std::vector<std::uint32_t> written = change.inserted;
    written.insert(written.end(), change.updated.begin(), change.updated.end());
    const Column written_keys = table->keys(written.data(), written.size());
    std::set<std::string> written_ids;
    for (std::size_t i = 0; i < written.size(); ++i) written_ids.insert(testing::cell_text(written_keys, i));
    for (std::size_t i = 0; i < live.size(); ++i) {
      const Made fresh = make(table, pool, configs[i]);
      ASSERT_EQ(view_text(*live[i].view, ids), view_text(*fresh.view, ids))
          << "seed " << seed << " step " << step << " view " << i;
      ASSERT_EQ(slice_text(live[i].view->delta(change)),
                rows_with_ids(fresh.view->slice({}, ids), written_ids))
          << "seed " << seed << " step " << step << " view " << i;
    }
    table->recycle();
  }
}

TEST(FlatRandom, LiveViewsEqualFreshOnes) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    run_random_script(seed, {.index = "k", .limit = std::nullopt});
    run_random_script(seed, {});
    run_random_script(seed, {.index = std::nullopt, .limit = 60});
    run_random_script(seed, {.index = {}, .limit = 60, .pages = std::make_shared<PageFile>("", 1)});
    if (HasFatalFailure()) return;
  }
}

/// Large enough that a screen is selected, not sorted for.
TEST(FlatRandom, FirstRowsOfLargeTablesEqualTheWholeOrder) {
  TableMaker maker(11);
  ThreadPool pool(2);
  constexpr std::size_t kKeys = 60'000;
  const std::shared_ptr<Table> tables[] = {
      Table::from_batch(TableMaker::schema(), {.index = "k", .limit = std::nullopt},
                        maker.batch(90'000, kKeys, false)),
      Table::from_batch(TableMaker::schema(), {}, maker.batch(50'000, kKeys, false))};
  for (const auto& table : tables) {
    for (int round = 0; round < 4; ++round) {
      ViewConfig config = random_config(maker);
      config.filter.resize(std::min<std::size_t>(config.filter.size(), 1));
      if (config.sort.empty()) config.sort = {{"f", SortOp::desc}};
      const Made live = make(table, pool, config);
      for (int step = 0; step < 12; ++step) {
        const auto screen = [&](const Made& made) {
          return slice_text(made.view->slice({0, 60, {}, {}}, {}));
        };
        const auto deeper = [&](const Made& made) {
          return slice_text(made.view->slice({900, 960, {}, {}}, {}));
        };
        const Made sorted = make(table, pool, config);
        (void)sorted.core->range(0, sorted.core->size());
        ASSERT_EQ(screen(live), screen(sorted)) << "round " << round << " step " << step;
        if (step % 4 == 3) {
          ASSERT_EQ(deeper(live), deeper(sorted)) << "round " << round << " step " << step;
        }
        ASSERT_EQ(live.view->dimensions().rows, sorted.view->dimensions().rows);
        // What is in front goes, so that the rows in order run out.
        const auto first = live.core->range(0, std::min<std::size_t>(live.core->size(), 900));
        ChangeBatch change = table->index_column()
                                 ? table->remove(table->keys(first.data(), first.size() / (1 + step % 3)))
                                 : table->update(maker.batch(40, kKeys, true));
        live.core->apply(change);
        table->recycle();
        change = table->update(maker.batch(300, kKeys, true));
        live.core->apply(change);
        table->recycle();
      }
    }
  }
}

TEST(FlatCosts, AScreenOfASortedViewPutsFewRowsInOrder) {
  ThreadPool pool(1);
  TableMaker maker(5);
  const std::shared_ptr<Table> table =
      Table::from_batch(TableMaker::schema(), {}, maker.batch(50'000, 1 << 30, false));
  const Made made = make(table, pool, {.sort = {{"f", SortOp::desc}}});
  (void)made.view->slice({0, 100, {}, {}}, {});
  EXPECT_LT(made.core->ordered_rows(), 5'000u);
  (void)made.view->slice({49'000, 49'100, {}, {}}, {});
  EXPECT_EQ(made.core->ordered_rows(), 50'000u);
}

}  // namespace
}  // namespace parallax

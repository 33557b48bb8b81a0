#include <gtest/gtest.h>

#include "table_maker.h"
#include "view/view_set.h"

namespace parallax {
namespace {

using testing::kNull;
using testing::slice_text;
using testing::view_text;

using Names = std::vector<std::string>;

const Schema kSchema({{"k", Storage::int32}, {"item", Storage::text}, {"region", Storage::text}});

class Split : public ::testing::Test {
 protected:
  std::shared_ptr<Table> table = testing::table_of(
      kSchema, {{1.0, "pen", "east"}, {2.0, "cup", "north"}, {3.0, "pen", kNull}, {4.0, "cup", "east"}},
      {.index = "k", .limit = std::nullopt});
  ThreadPool pool{2};
  ViewSet views{table, pool};
};

TEST_F(Split, GivesRowsTheColumnsOfTheirGroup) {
  EXPECT_EQ(view_text(*views.make({.split_by = {"item"}, .columns = Names{"k"}})),
            "4 x 2\nrows 4\ncup|k: null 2 null 4\npen|k: 1 null 3 null\n");
}

TEST_F(Split, NestsGroups) {
  EXPECT_EQ(views.make({.split_by = {"item", "region"}, .columns = Names{"k"}})->column_paths({}),
            (Names{"cup|east|k", "cup|north|k", "pen|null|k", "pen|east|k"}));
}

TEST_F(Split, RollsUp) {
  EXPECT_EQ(view_text(*views.make({.split_by = {"item"},
                                   .columns = Names{"k"},
                                   .sort = {{"k", SortOp::desc}},
                                   .split_rollup = SplitRollup::rollup})),
            "4 x 3\nrows 4\nk: 4 3 2 1\ncup|k: 4 null 2 null\npen|k: null 3 null 1\n");
}

TEST_F(Split, KeepsTheBareColumnsWithoutRows) {
  ViewConfig config{.split_by = {"item"}, .columns = Names{"k"}, .filter = {{"k", ">", {9.0}}}};
  EXPECT_EQ(view_text(*views.make(config)), "0 x 0\nrows 0\n");
  config.split_rollup = SplitRollup::rollup;
  EXPECT_EQ(view_text(*views.make(config)), "0 x 1\nrows 0\nk: \n");
}

TEST_F(Split, SortsColumns) {
  EXPECT_EQ(views
                .make({.split_by = {"item"},
                       .columns = Names{"k"},
                       .sort = {{"region", SortOp::asc}, {"item", SortOp::col_desc}}})
                ->column_paths({}),
            (Names{"pen|k", "cup|k"}));
}

TEST_F(Split, CutsWindowsAndGivesIds) {
  const auto view = views.make({.split_by = {"item"}, .columns = Names{"k", "region"}});
  Viewport window;
  window.start_row = 1;
  window.end_row = 3;
  window.start_col = 1;
  window.end_col = 3;
  SliceOptions options;
  options.id = true;
  EXPECT_EQ(slice_text(view->slice(window, options)),
            "rows 2\ncup|region: north null\npen|k: null 3\nids: 2 3\n");
  EXPECT_EQ(view->column_paths(window), (Names{"cup|region", "pen|k"}));
}

TEST_F(Split, ShowsNothingOfAnEmptyTable) {
  const auto view = views.make({.split_by = {"item"}});
  views.apply(table->clear());
  EXPECT_EQ(view_text(*view), "0 x 0\nrows 0\n");
}

TEST_F(Split, DeltaHasTheNewColumns) {
  const auto view = views.make({.split_by = {"item"}, .columns = Names{"k"}});
  view->track_changes(true);
  const auto change = table->update(testing::batch_of(kSchema, {{9.0, "ink", "east"}, {1.0, "cup", kNull}}));
  views.apply(change);
  EXPECT_EQ(slice_text(view->delta(change)), "rows 2\ncup|k: 1 null\nink|k: null 9\npen|k: null null\n");
}

TEST_F(Split, ExtremesAreThoseOfTheRows) {
  const auto view = views.make({.split_by = {"item"}, .columns = Names{"k"}});
  EXPECT_EQ(view->min_max("k"), std::pair(Scalar(1.0), Scalar(4.0)));
}

}  // namespace
}  // namespace parallax

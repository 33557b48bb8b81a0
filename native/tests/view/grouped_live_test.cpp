// A live grouped view equals a fresh one after every write, for random plans.
#include <gtest/gtest.h>

#include <algorithm>

#include "table_maker.h"
#include "view/grouped_view.h"
#include "view/view_set.h"

namespace parallax {
namespace {

using testing::TableMaker;

/// Every aggregate that fits the type, the water marks aside: those have a history.
std::vector<AggregateKind> aggregates_of(Storage storage) {
  std::vector<AggregateKind> kinds;
  for (int i = 0; i <= static_cast<int>(AggregateKind::join); ++i) {
    const auto kind = static_cast<AggregateKind>(i);
    if (kind == AggregateKind::high || kind == AggregateKind::low) continue;
    if (aggregate_result(kind, storage)) kinds.push_back(kind);
  }
  return kinds;
}

class PlanMaker {
 public:
  explicit PlanMaker(TableMaker& random) : random_(random), schema_(TableMaker::schema()) {}

  ViewConfig config() {
    ViewConfig config;
    config.columns.emplace();
    for (const Field& field : schema_.fields()) {
      if (!random_.chance(70)) continue;
      config.columns->push_back(field.name);
    }
    for (const Field& field : schema_.fields()) {
      const auto kinds = aggregates_of(field.storage);
      const AggregateKind kind = kinds[random_.below(kinds.size())];
      auto& words = config.aggregates[field.name];
      words = {std::string(canonical_name(kind))};
      if (aggregate_arguments(kind) > 0)
        words.push_back(kind == AggregateKind::weighted_mean ? number() : any());
    }
    for (std::size_t i = random_.below(3); i-- > 0;) config.group_by.push_back(any());
    for (std::size_t i = random_.below(3); i-- > 0;)
      config.split_by.push_back(random_.chance(50) ? "b" : any());
    config.group_rollup = static_cast<GroupRollup>(random_.below(3));
    if (config.group_by.empty()) config.group_rollup = GroupRollup::total;
    config.split_rollup = static_cast<SplitRollup>(random_.below(2));
    for (std::size_t i = random_.below(3); i-- > 0;) {
      config.sort.push_back({any(), static_cast<SortOp>(random_.below(9))});
    }
    if (random_.chance(30)) config.filter.push_back({"i", ">", {Scalar(-2.0)}});
    if (random_.chance(20)) config.filter.push_back({"s", "is not null", {Scalar()}});
    if (random_.chance(30)) config.group_by_depth = 1 + static_cast<std::uint32_t>(random_.below(3));
    return config;
  }

 private:
  std::string any() { return schema_[random_.below(schema_.size())].name; }
  std::string number() {
    static const char* const kNumbers[] = {"k", "i", "f", "l", "e"};
    return kNumbers[random_.below(5)];
  }

  TableMaker& random_;
  Schema schema_;
};

struct LiveView {
  ViewSource source;
  std::shared_ptr<const ViewPlan> plan;
  std::shared_ptr<GroupedCore> core;
  std::unique_ptr<GroupedView> view;

  LiveView(const ViewSource& from, const ViewConfig& config, ThreadPool& pool)
      : source(from), plan(plan_view(source, config)) {
    core = std::make_shared<GroupedCore>(source, plan, pool);
    view = std::make_unique<GroupedView>(plan, core);
  }
};

std::string describe(const ViewConfig& config) {
  std::string out;
  for (const auto& name : config.group_by) out += "group " + name + ' ';
  for (const auto& name : config.split_by) out += "split " + name + ' ';
  for (const auto& sort : config.sort) {
    out += "sort " + sort.column + ' ' + std::to_string(static_cast<int>(sort.op)) + ' ';
  }
  for (const auto& name : *config.columns) {
    out += name + ": ";
    for (const auto& word : config.aggregates.at(name)) out += word + ' ';
  }
  out += "rollups " + std::to_string(static_cast<int>(config.group_rollup)) +
         std::to_string(static_cast<int>(config.split_rollup)) + " filters " +
         std::to_string(config.filter.size());
  return out;
}

/// Zero and NaN have no sign worth telling.
std::string plain(std::string cell) { return cell == "-nan" || cell == "-0.000000" ? cell.substr(1) : cell; }

/// The rows of a slice, one text each.
std::vector<std::string> row_texts(const ViewSlice& slice, bool with_path) {
  std::vector<std::string> out(slice.rows);
  for (std::size_t r = 0; r < slice.rows; ++r) {
    if (with_path) {
      for (const Column& column : slice.path)
        out[r] += (column.valid(r) ? '=' : '-') + testing::cell_text(column, r);
    }
    for (const Column& column : slice.columns) out[r] += plain(testing::cell_text(column, r)) + ' ';
  }
  return out;
}

void run(unsigned seed, const TableOptions& options, ThreadPool& pool) {
  TableMaker random(seed);
  PlanMaker plans(random);
  std::shared_ptr<Table> table =
      Table::from_batch(TableMaker::schema(), options, random.batch(random.below(200), 100, false));
  const ViewSource source(table);
  std::vector<ViewConfig> configs;
  std::vector<std::unique_ptr<LiveView>> live;
  for (int i = 0; i < 4; ++i) {
    configs.push_back(plans.config());
    live.push_back(std::make_unique<LiveView>(source, configs.back(), pool));
    if (random.chance(50)) live.back()->view->track_changes(true);
  }
  for (int step = 0; step < 12; ++step) {
    const ChangeBatch change = random.write(*table, 100);
    for (const auto& one : live) one->core->apply(change);
    for (std::size_t i = 0; i < live.size(); ++i) {
      if (random.chance(20)) continue;  // so that several changes come between reads
      LiveView fresh(source, configs[i], pool);
      SliceOptions extras;
      extras.index = configs[i].group_rollup == GroupRollup::flat;  // the order on parents is anybody's
      ASSERT_EQ(testing::view_text(*live[i]->view, extras), testing::view_text(*fresh.view, extras))
          << "seed " << seed << " step " << step << ": " << describe(configs[i]);
    }
    table->recycle();
  }
}

class GroupedLive : public ::testing::TestWithParam<unsigned> {};

TEST_P(GroupedLive, IndexedTable) {
  ThreadPool pool(2);
  for (unsigned i = 0; i < 12; ++i) run(GetParam() * 100 + i, {.index = "k", .limit = {}}, pool);
}
TEST_P(GroupedLive, ArrivalTable) {
  ThreadPool pool(1);
  for (unsigned i = 0; i < 6; ++i) run(GetParam() * 100 + 50 + i, {}, pool);
}
TEST_P(GroupedLive, LimitedTable) {
  ThreadPool pool(1);
  for (unsigned i = 0; i < 6; ++i) run(GetParam() * 100 + 80 + i, {.index = {}, .limit = 60}, pool);
}

INSTANTIATE_TEST_SUITE_P(Seeds, GroupedLive, ::testing::Range(1u, 9u));

/// The delta has every visible row whose cells are new, and only rows that changed.
void run_deltas(unsigned seed, ThreadPool& pool) {
  TableMaker random(seed);
  PlanMaker plans(random);
  std::shared_ptr<Table> table = Table::from_batch(TableMaker::schema(), {.index = "k", .limit = {}},
                                                   random.batch(random.below(150), 60, false));
  const ViewSource source(table);
  ViewConfig config = plans.config();
  LiveView live(source, config, pool);
  live.view->track_changes(true);
  for (int step = 0; step < 12; ++step) {
    const ViewSlice before = live.view->slice({}, {});
    const ChangeBatch change = random.write(*table, 60);
    live.core->apply(change);
    const ViewSlice delta = live.view->delta(change);
    const ViewSlice after = live.view->slice({}, {});
    table->recycle();
    if (before.names != after.names) continue;
    const auto old_rows = row_texts(before, true);
    const auto new_rows = row_texts(after, true);
    const auto cells = row_texts(after, false);
    std::vector<std::string> expected;
    for (std::size_t r = 0; r < after.rows; ++r) {
      if (std::find(old_rows.begin(), old_rows.end(), new_rows[r]) == old_rows.end())
        expected.push_back(cells[r]);
    }
    const auto found = row_texts(delta, false);
    ASSERT_EQ(delta.names, after.names);
    if (change.cleared) continue;
    // Hidden columns count as well, so there may be more rows than can be seen to differ.
    const bool hidden = live.plan->aggregates.size() > live.plan->columns.size();
    ASSERT_TRUE(hidden ? found.size() >= expected.size() : found == expected)
        << "seed " << seed << " step " << step << ": " << describe(config) << " expected " << expected.size()
        << " rows, found " << found.size() << '\n'
        << testing::slice_text(before) << testing::slice_text(after) << testing::slice_text(delta);
  }
}

TEST_P(GroupedLive, Deltas) {
  ThreadPool pool(1);
  for (unsigned i = 0; i < 40; ++i) run_deltas(GetParam() * 1000 + i, pool);
}

/// Groups, splits, aggregates, sorts and filters of computed columns follow them.
void run_computed(unsigned seed, ThreadPool& pool) {
  TableMaker random(seed);
  PlanMaker plans(random);
  std::shared_ptr<Table> table = Table::from_batch(TableMaker::schema(), {.index = "k", .limit = {}},
                                                   random.batch(random.below(150), 60, false));
  ViewConfig config = plans.config();
  config.expressions = {{"x", "\"i\" * 2"}, {"y", "upper(\"s\")"}};
  config.columns->push_back("x");
  config.columns->push_back("y");
  config.aggregates["x"] = {random.chance(50) ? "median" : "sum"};
  config.aggregates["y"] = {random.chance(50) ? "max" : "join"};
  if (!config.group_by.empty() && random.chance(50)) config.group_by.front() = random.chance(50) ? "x" : "y";
  if (!config.split_by.empty() && random.chance(50)) config.split_by.front() = random.chance(50) ? "x" : "y";
  if (random.chance(30)) config.filter.push_back({"x", ">", {Scalar(-3.0)}});
  if (random.chance(30)) config.sort.push_back({"x", SortOp::desc});
  ViewSet live(table, pool);
  const auto view = live.make(config);
  if (random.chance(50)) view->track_changes(true);
  for (int step = 0; step < 12; ++step) {
    const ChangeBatch change = random.write(*table, 60);
    live.apply(change);
    if (random.chance(70)) {
      ViewSet fresh(table, pool);
      ASSERT_EQ(testing::view_text(*view), testing::view_text(*fresh.make(config)))
          << "seed " << seed << " step " << step << ": " << describe(config);
    }
    table->recycle();
  }
}

TEST_P(GroupedLive, ComputedColumns) {
  ThreadPool pool(1);
  for (unsigned i = 0; i < 20; ++i) run_computed(GetParam() * 1000 + 500 + i, pool);
}

}  // namespace
}  // namespace parallax

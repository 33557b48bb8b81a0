#include <gtest/gtest.h>

#include <algorithm>

#include "table_maker.h"
#include "view/window_column.h"

namespace parallax {
namespace {

using namespace testing;

constexpr std::size_t kInteger = 1, kFloat = 2, kText = 3, kBoolean = 4, kDate = 5, kTime = 6, kLong = 7;

/// The definition, computed the slow way.
class Definition {
 public:
  Definition(const Table& table, const WindowPlan& plan) : table_(table), plan_(plan) {}

  /// Value of a row's cell as text; numbers are put next to each other by the caller.
  std::optional<double> number(std::uint32_t row) const {
    const auto rows = partition(row);
    const auto at = static_cast<std::size_t>(std::find(rows.begin(), rows.end(), row) - rows.begin());
    std::vector<double> values;
    const std::size_t start = frame_start(rows, at);
    for (std::size_t i = start; i <= at; ++i) {
      if (source().valid(rows[i]))
        values.push_back(plan_.op == WindowOp::count ? 0 : cell(source(), rows[i]));
    }
    const auto n = static_cast<double>(values.size());
    double sum = 0;
    for (const double value : values) sum += value;
    switch (plan_.op) {
      case WindowOp::count:
        return n;
      case WindowOp::sum:
        return values.empty() ? std::nullopt : std::optional(sum);
      case WindowOp::avg:
        return values.empty() ? std::nullopt : std::optional(sum / n);
      case WindowOp::var:
      case WindowOp::stddev: {
        if (values.size() < 2) return std::nullopt;
        double squares = 0;
        for (const double value : values) squares += (value - sum / n) * (value - sum / n);
        return plan_.op == WindowOp::var ? squares / (n - 1) : std::sqrt(squares / (n - 1));
      }
      case WindowOp::ema: {
        std::optional<double> average;
        for (const double value : values)
          average = average ? plan_.alpha * value + (1 - plan_.alpha) * *average : value;
        return average;
      }
      case WindowOp::diff:
        if (plan_.offset > at || !source().valid(row) || !source().valid(rows[at - plan_.offset]))
          return std::nullopt;
        return cell(source(), row) - cell(source(), rows[at - plan_.offset]);
      default: {  // rate
        const std::uint32_t first = rows[start];
        if (first == row || !key().valid(row) || !source().valid(row) || !source().valid(first))
          return std::nullopt;
        const double apart = cell(key(), row) - cell(key(), first);
        if (apart == 0) return std::nullopt;
        return (cell(source(), row) - cell(source(), first)) / apart;
      }
    }
  }

  /// Of min, max, lag and lead: the row whose cell it is.
  std::optional<std::uint32_t> pick(std::uint32_t row) const {
    const auto rows = partition(row);
    const auto at = static_cast<std::size_t>(std::find(rows.begin(), rows.end(), row) - rows.begin());
    if (plan_.op == WindowOp::lag)
      return plan_.offset > at ? std::nullopt : std::optional(rows[at - plan_.offset]);
    if (plan_.op == WindowOp::lead)
      return plan_.offset >= rows.size() - at ? std::nullopt : std::optional(rows[at + plan_.offset]);
    std::optional<std::uint32_t> best;
    for (std::size_t i = frame_start(rows, at); i <= at; ++i) {
      if (!source().valid(rows[i]) || (is_float(source().storage()) && std::isnan(cell(source(), rows[i]))))
        continue;
      const int order = best ? compare(source(), rows[i], *best) : 0;
      if (!best || (plan_.op == WindowOp::min ? order < 0 : order > 0)) best = rows[i];
    }
    return best;
  }

  const Column& source() const { return table_.column(plan_.source); }

 private:
  const Column& key() const { return table_.column(*plan_.order_by); }
  static double cell(const Column& column, std::uint32_t row) {
    return with_storage(column.storage(), [&](auto type) {
      return static_cast<double>(column.value<typename decltype(type)::type>(row));
    });
  }
  /// Two values: NaN first.
  static int compare(const Column& column, std::uint32_t a, std::uint32_t b) {
    if (column.storage() == Storage::text) return column.text(a).compare(column.text(b));
    const double x = cell(column, a);
    const double y = cell(column, b);
    if (std::isnan(x) || std::isnan(y))
      return static_cast<int>(std::isnan(y)) - static_cast<int>(std::isnan(x));
    return static_cast<int>(x > y) - static_cast<int>(x < y);
  }

  std::vector<std::uint32_t> partition(std::uint32_t row) const {
    std::vector<std::uint32_t> rows = table_.natural_range(0, table_.size());
    std::erase_if(rows, [&](std::uint32_t other) {
      return std::any_of(plan_.partition_by.begin(), plan_.partition_by.end(), [&](std::size_t column) {
        return !same_cell(table_.column(column), row, table_.column(column), other);
      });
    });
    if (!plan_.order_by) return rows;
    std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) {
      if (!key().valid(a) || !key().valid(b)) return !key().valid(a) && key().valid(b);
      const int order = compare(key(), a, b);
      return plan_.descending ? order > 0 : order < 0;
    });
    return rows;
  }

  std::size_t frame_start(const std::vector<std::uint32_t>& rows, std::size_t at) const {
    if (plan_.frame == WindowFrame::cumulative) return 0;
    if (plan_.frame == WindowFrame::rows) return at - std::min<std::size_t>(at, plan_.rows);
    if (!key().valid(rows[at])) return 0;
    for (std::size_t i = 0; i < at; ++i) {
      if (key().valid(rows[i]) && std::fabs(cell(key(), rows[at]) - cell(key(), rows[i])) <= plan_.range)
        return i;
    }
    return at;
  }

  const Table& table_;
  const WindowPlan& plan_;
};

bool close(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  return std::fabs(a - b) <= 1e-9 * std::max(1.0, std::fabs(a));
}

void expect_definition(const Table& table, const WindowPlan& plan, WindowColumn& live,
                       const std::string& where) {
  const Definition definition(table, plan);
  const Column& column = live.column();
  table.live_rows().for_each([&](std::size_t at) {
    const auto row = static_cast<std::uint32_t>(at);
    if (picks_cells(plan)) {
      const auto pick = definition.pick(row);
      const bool valid = pick && definition.source().valid(*pick);
      ASSERT_EQ(column.valid(row), valid) << where << " row " << row;
      ASSERT_TRUE(!valid || same_cell(column, row, definition.source(), *pick)) << where << " row " << row;
      return;
    }
    const auto number = definition.number(row);
    ASSERT_EQ(column.valid(row), number.has_value()) << where << " row " << row;
    if (!number) return;
    const double value = column.storage() == Storage::int64
                             ? static_cast<double>(column.value<std::int64_t>(row))
                             : column.value<double>(row);
    ASSERT_TRUE(close(value, *number)) << where << " row " << row << ": " << value << ", not " << *number;
  });
}

WindowPlan random_plan(TableMaker& maker) {
  WindowPlan plan;
  plan.op = static_cast<WindowOp>(maker.below(12));
  const bool any_type = plan.op == WindowOp::count || picks_cells(plan);
  plan.source = any_type ? 1 + maker.below(8) : std::array{kInteger, kFloat, kLong}[maker.below(3)];
  for (const std::size_t column : {kText, kBoolean, kInteger, kFloat}) {
    if (maker.chance(20)) plan.partition_by.push_back(column);
  }
  if (maker.chance(75)) plan.order_by = 1 + maker.below(8);
  plan.descending = maker.chance(50);
  plan.offset = static_cast<std::uint32_t>(maker.below(4));
  plan.alpha = 0.25;
  const bool framed = plan.op < WindowOp::lag;
  if (plan.op == WindowOp::rate || (framed && maker.chance(30))) {
    plan.frame = WindowFrame::range;
    plan.order_by = std::array{kInteger, kFloat, kDate, kTime, kLong}[maker.below(5)];
    plan.range = *plan.order_by == kTime ? 1500 : 1.5;
  } else if (framed && maker.chance(50)) {
    plan.frame = WindowFrame::rows;
    plan.rows = static_cast<std::uint32_t>(maker.below(5));
  }
  const Storage storage = TableMaker::schema()[plan.source].storage;
  plan.result = plan.op == WindowOp::count ? Storage::int64 : picks_cells(plan) ? storage : Storage::float64;
  return plan;
}

void run_random_script(unsigned seed, TableOptions options) {
  TableMaker maker(seed);
  ThreadPool pool(2);
  const std::size_t keys = 30 + maker.below(60);
  const std::shared_ptr<Table> table =
      Table::from_batch(TableMaker::schema(), std::move(options), maker.batch(maker.below(300), keys, false));
  const WindowPlan plan = random_plan(maker);
  WindowColumn live(table, plan, nullptr, pool);
  const std::string where = "seed " + std::to_string(seed) + " step ";
  expect_definition(*table, plan, live, where + "0");
  for (int step = 1; step <= 12 && !::testing::Test::HasFatalFailure(); ++step) {
    const Column before = live.column();
    const ChangeBatch change = maker.write(*table, keys);
    live.apply(change);
    expect_definition(*table, plan, live, where + std::to_string(step));
    if (!change.cleared) {
      // What it tells of the change is the change.
      const ComputedColumn::Change& told = live.last_change();
      Bitmap changed(table->row_numbers());
      for (const std::uint32_t row : told.others) {
        EXPECT_FALSE(changed.test(row));
        changed.set(row);
        EXPECT_FALSE(same_cell(before, row, live.column(), row)) << where << step;
      }
      for (std::size_t i = 0; i < change.updated.size(); ++i) {
        changed.set(change.updated[i]);
        EXPECT_TRUE(same_cell(told.old_updated, i, before, change.updated[i])) << where << step;
      }
      for (const std::uint32_t row : change.inserted) changed.set(row);
      table->live_rows().for_each([&](std::size_t row) {
        EXPECT_TRUE(changed.test(row) || same_cell(before, row, live.column(), row)) << where << step;
      });
    }
    table->recycle();
  }
}

TEST(WindowRandom, FollowsTheDefinitionUnderUpdates) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    run_random_script(3 * seed, {.index = "k", .limit = std::nullopt});
    run_random_script(3 * seed + 1, {});
    run_random_script(3 * seed + 2, {.index = std::nullopt, .limit = 60});
    if (HasFatalFailure()) return;
  }
}

// --- costs, in positions looked at ---

const Schema kSchema({{"k", Storage::int64}, {"g", Storage::text}, {"x", Storage::float64}});
constexpr std::size_t kRows = 20'000;

/// Rows k = begin … end-1 of groups a and b by turns.
RowBatch rows_of(std::size_t begin, std::size_t end, double value) {
  std::vector<std::vector<Value>> rows;
  for (std::size_t k = begin; k < end; ++k) {
    rows.push_back(
        {static_cast<double>(k), std::string(k % 2 ? "a" : "b"), value + static_cast<double>(k % 7)});
  }
  return batch_of(kSchema, rows);
}

struct Case {
  const char* name;
  WindowPlan plan;
  std::size_t append;  ///< most positions for a row at the end
  std::size_t middle;  ///< … and for another value in the middle
};

std::vector<Case> cases() {
  WindowPlan base;
  base.source = 2;
  base.partition_by = {1};
  base.order_by = 0;
  const auto with = [&](auto change) {
    WindowPlan plan = base;
    change(plan);
    return plan;
  };
  constexpr std::size_t kHalf = kRows / 4 + 2 * kWindowStride;  // half a partition
  return {
      {"rows", with([](auto& p) { p.frame = WindowFrame::rows, p.rows = 20; }), 21, 41},
      {"rows min", with([](auto& p) { p.frame = WindowFrame::rows, p.rows = 20, p.op = WindowOp::min; }), 21,
       41},
      {"range", with([](auto& p) { p.frame = WindowFrame::range, p.range = 40; }), 21, 41},
      {"sum", base, kWindowStride, kHalf},
      {"max", with([](auto& p) { p.op = WindowOp::max; }), kWindowStride, kHalf},
      {"var", with([](auto& p) { p.op = WindowOp::var; }), kWindowStride, kHalf},
      {"ema", with([](auto& p) { p.op = WindowOp::ema, p.alpha = 0.1; }), kWindowStride, kHalf},
      {"lag", with([](auto& p) { p.op = WindowOp::lag, p.offset = 3; }), 1, 4},
      {"lead", with([](auto& p) { p.op = WindowOp::lead, p.offset = 3; }), 4, 4},
      {"diff", with([](auto& p) { p.op = WindowOp::diff; }), 2, 3},
      {"rate", with([](auto& p) { p.op = WindowOp::rate, p.frame = WindowFrame::range, p.range = 40; }), 21,
       41},
  };
}

TEST(WindowCost, IsThatOfTheFrame) {
  ThreadPool pool(1);
  for (Case& one : cases()) {
    SCOPED_TRACE(one.name);
    if (picks_cells(one.plan)) one.plan.result = Storage::float64;
    const std::shared_ptr<Table> table =
        Table::from_batch(kSchema, {.index = "k", .limit = std::nullopt}, rows_of(0, kRows, 1));
    WindowColumn window(table, one.plan, nullptr, pool);
    (void)window.column();
    EXPECT_GE(window.positions_seen(), kRows);

    for (std::size_t i = 0; i < 3; ++i) {
      window.apply(table->update(rows_of(kRows + i, kRows + i + 1, 5)));
      EXPECT_LE(window.positions_seen(), one.append);
      EXPECT_GE(window.positions_seen(), 1u);
    }
    // Another value in the middle costs what its frame reaches; the same value nothing.
    window.apply(table->update(rows_of(kRows / 2, kRows / 2 + 1, 100)));
    EXPECT_LE(window.positions_seen(), one.middle);
    window.apply(table->update(rows_of(kRows / 2, kRows / 2 + 1, 100)));
    EXPECT_EQ(window.positions_seen(), 0u);
    // So does a row that goes.
    Column gone(Storage::int64);
    gone.append<std::int64_t>(kRows / 2 + 5);
    window.apply(table->remove(gone));
    EXPECT_LE(window.positions_seen(), one.middle);
    WindowColumn fresh(table, one.plan, nullptr, pool);
    table->live_rows().for_each(
        [&](std::size_t row) { ASSERT_TRUE(same_cell(window.column(), row, fresh.column(), row)) << row; });
  }
}

/// Whatever slid out before, also where a sum lies halfway between two doubles.
TEST(WindowSums, DependOnTheFrameAlone) {
  ThreadPool pool(1);
  std::mt19937_64 random(5);
  const double choice[] = {1, 0x1p-53, 1e-40, -1, 0.1, 3, 1e20, -1e20, kInfinity, 1.5, 1e308, 0.25};
  const auto value = [&] { return choice[random() % (random() % 16 == 0 ? 12 : 7)]; };
  for (const WindowOp op : {WindowOp::sum, WindowOp::avg, WindowOp::var, WindowOp::stddev}) {
    std::vector<std::vector<Value>> rows;
    for (std::size_t k = 0; k < 2000; ++k)
      rows.push_back({static_cast<double>(k), std::string("a"), value()});
    const std::shared_ptr<Table> table = table_of(kSchema, rows, {.index = "k", .limit = std::nullopt});
    WindowPlan plan;
    plan.op = op;
    plan.source = 2;
    plan.frame = WindowFrame::rows;
    plan.rows = 4;
    WindowColumn window(table, plan, nullptr, pool);
    (void)window.column();
    for (int step = 0; step < 300; ++step) {
      const auto k = static_cast<double>(random() % 2000);
      window.apply(table->update(batch_of(kSchema, {{k, std::string("a"), value()}})));
    }
    WindowColumn fresh(table, plan, nullptr, pool);
    for (std::size_t row = 0; row < 2000; ++row)
      ASSERT_TRUE(same_cell(window.column(), row, fresh.column(), row)) << static_cast<int>(op) << ' ' << row;
  }
}

TEST(WindowCost, StaysLinearWhenSumsOverflow) {
  ThreadPool pool(1);
  std::vector<std::vector<Value>> rows;
  for (std::size_t k = 0; k < 100'000; ++k)
    rows.push_back({static_cast<double>(k), std::string("a"), k % 3 == 0 ? 1e308 : 1.0});
  const std::shared_ptr<Table> table = table_of(kSchema, rows);
  WindowPlan plan;
  plan.source = 2;
  plan.frame = WindowFrame::rows;
  plan.rows = 50'000;
  WindowColumn window(table, plan, nullptr, pool);
  EXPECT_EQ(window.column().value<double>(99'999), kInfinity);
  plan.rows = 1;
  WindowColumn narrow(table, plan, nullptr, pool);
  EXPECT_EQ(narrow.column().value<double>(99'998), 2.0);  // what overflowed before has left no trace
}

}  // namespace
}  // namespace parallax

// How long a view takes from nothing to its first screen, and outputs of a whole table, without Java and the
// protocol: first_screens trades.arrow [threads [name]]. Each figure is the best and the median of several
// runs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "emit/emit.h"
#include "ingest/ingest.h"
#include "storage/table.h"
#include "view/view_set.h"

namespace parallax {
namespace {

constexpr int kRuns = 15;

using Configs = std::vector<std::pair<std::string, ViewConfig>>;

ViewConfig price_and_size(std::vector<std::string> group_by, std::vector<std::string> split_by = {}) {
  ViewConfig config;
  config.group_by = std::move(group_by);
  config.split_by = std::move(split_by);
  config.columns = {{"price", "size"}};
  config.aggregates = {{"price", {"avg"}}, {"size", {"sum"}}};
  return config;
}

ViewConfig one_column(std::string group_by, const std::string& column, const std::string& aggregate) {
  ViewConfig config;
  config.group_by = {std::move(group_by)};
  config.columns = {{column}};
  config.aggregates = {{column, {aggregate}}};
  return config;
}

ViewConfig computed(const std::string& alias, const std::string& text, ViewConfig config) {
  config.expressions = {{alias, text}};
  return config;
}

/// Those of the benchmark that compares engines.
Configs configs() {
  ViewConfig filtered;
  filtered.filter = {{"price", ">", {5000.0}}, {"venue", "in", {"XNYS", "XLON", "XPAR"}}};
  filtered.sort = {{"price", SortOp::desc}};
  ViewConfig sorted;
  sorted.sort = {{"price", SortOp::desc}};
  ViewConfig group_sorted = one_column("trader", "size", "sum");
  group_sorted.sort = {{"size", SortOp::desc}};
  ViewConfig window;
  WindowSpec average;
  average.source = "price";
  average.op = "avg";
  average.partition_by = {"symbol"};
  average.order_by = WindowSpec::Order{"time", false};
  average.frame = std::uint32_t{20};
  window.windows = {{"w", average}};
  window.columns = {{"symbol", "w"}};
  return {{"group1", price_and_size({"symbol"})},
          {"group2", price_and_size({"venue", "symbol"})},
          {"group_high_cardinality", price_and_size({"trader"})},
          {"pivot", price_and_size({"symbol"}, {"side", "venue"})},
          {"group_sorted", group_sorted},
          {"filter_sort", filtered},
          {"sort", sorted},
          {"median", one_column("symbol", "price", "median")},
          {"distinct", one_column("symbol", "trader", "distinct count")},
          {"expression_numeric",
           computed("n", "\"price\" * \"size\" + sqrt(\"size\")", one_column("symbol", "n", "sum"))},
          {"expression_string", computed("s", "upper(\"venue\")", one_column("s", "size", "sum"))},
          {"expression_bucket", computed("b", "bucket(\"time\", 'm')", one_column("b", "size", "sum"))},
          {"window", window}};
}

void report(const std::string& name, const std::function<void()>& run) {
  std::vector<double> times;
  std::vector<double> cpu;  // of all threads
  for (int i = 0; i < kRuns; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t cpu_start = std::clock();
    run();
    cpu.push_back(1000.0 * static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC);
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  std::sort(cpu.begin(), cpu.end());
  std::printf("%-24s best %8.2f ms, median %8.2f ms; of processors %8.2f ms\n", name.c_str(), times.front(),
              times[times.size() / 2], cpu[cpu.size() / 2]);
}

void first_screen(const std::shared_ptr<const Table>& table, const ViewConfig& config, ThreadPool& pool) {
  ViewSet views(table, pool);
  const std::shared_ptr<View> view = views.make(config);
  const ViewSlice screen = view->slice({0, 100, 0, 30}, {});
  (void)to_columns_json(screen, {}, pool);
}

void run(const char* file, unsigned threads, const std::string& only) {
  ThreadPool pool(threads);
  const FileBytes bytes(file, pool);
  ParsedTable parsed = parse_table(InputFormat::arrow, Input(bytes), {}, ListFlatten::zip, pool);
  const std::shared_ptr<const Table> table =
      Table::from_batch(std::move(parsed.schema), {}, std::move(parsed.batch));
  const auto wanted = [&](const std::string& name) { return only.empty() || name == only; };
  for (const auto& [name, config] : configs()) {
    if (wanted(name)) report(name, [&] { first_screen(table, config, pool); });
  }
  ViewSet views(table, pool);
  const auto view = views.make({});
  const auto all = [&] { return view->slice({}, {}); };
  const auto part = [&] { return view->slice({0, 100'000, {}, {}}, {}); };
  if (wanted("arrow")) report("arrow", [&] { (void)to_arrow(all(), {}, pool); });
  if (wanted("columns_100k")) report("columns_100k", [&] { (void)to_columns_json(part(), {}, pool); });
  if (wanted("csv_100k")) report("csv_100k", [&] { (void)to_csv(part(), pool); });
}

}  // namespace
}  // namespace parallax

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "first_screens trades.arrow [threads [name]]\n");
    return 2;
  }
  parallax::run(argv[1], argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 0, argc > 3 ? argv[3] : "");
  return 0;
}

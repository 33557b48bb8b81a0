// How long expression and window columns take on made-up trades, beside hand-written loops over the same
// columns: computed_columns [rows]. Each figure is the best of several runs, taken in turns.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "expression/evaluator.h"
#include "expression/text_values.h"
#include "storage/table.h"
#include "view/window_column.h"

namespace parallax {
namespace {

constexpr int kRuns = 7;

void append_name(Column& column, char letter, std::size_t number) {
  char name[32];
  column.append_text(
      {name, static_cast<std::size_t>(std::snprintf(name, sizeof name, "%c%zu", letter, number))});
}

std::unique_ptr<Table> make_trades(std::size_t rows) {
  Schema schema({{"price", Storage::float64},
                 {"size", Storage::int32},
                 {"venue", Storage::text},
                 {"symbol", Storage::text},
                 {"time", Storage::datetime}});
  Column price(Storage::float64), size(Storage::int32), venue(Storage::text), symbol(Storage::text),
      time(Storage::datetime);
  for (std::size_t i = 0; i < rows; ++i) {
    price.append<double>(static_cast<double>(i * 13 % 100'000) / 100);
    size.append<std::int32_t>(static_cast<std::int32_t>(1 + i % 5000));
    append_name(venue, 'v', i % 12);
    append_name(symbol, 'S', i * 31 % 1000);
    time.append<std::int64_t>(1'700'000'000'000 + static_cast<std::int64_t>(i) * 250);
  }
  RowBatch batch;
  batch.rows = rows;
  Column* columns[] = {&price, &size, &venue, &symbol, &time};
  for (std::size_t c = 0; c < 5; ++c) batch.entries.push_back({c, std::move(*columns[c]), std::nullopt});
  return Table::from_batch(schema, {}, std::move(batch));
}

double seconds(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The loop that a programmer would write for `f(price, size)`, over the segments of the table's columns.
template <class F>
void loop_by_hand(const Table& table, Column& out, ThreadPool& pool, F&& f) {
  out.resize(table.row_numbers());
  pool.for_morsels(table.row_numbers(), [&](std::size_t begin, std::size_t end) {
    const std::size_t at = begin / kMorselRows;
    const auto* price = table.column(0).segment_values<double>(at);
    const auto* size = table.column(1).segment_values<std::int32_t>(at);
    Segment& segment = out.writable(at);
    auto* to = reinterpret_cast<double*>(segment.data());
    for (std::size_t i = 0; i < end - begin; ++i) to[i] = f(price[i], size[i]);
    for (std::size_t i = 0; i < end - begin; i += 64) segment.validity()[i / 64] = ~std::uint64_t{0};
  });
}

void by_expression(const Table& table, const Program& program, TextValues& texts, ThreadPool& pool) {
  Column out(program.result());
  compute_column(program, table, out, texts, pool);
}

std::shared_ptr<const Program> compiled(const Table& table, const char* source) {
  return Program::compile(source, RowModel{table.schema(), std::nullopt});
}

template <class F>
void beside_a_loop(const Table& table, const char* source, F&& f) {
  const auto program = compiled(table, source);
  for (const unsigned threads : {1u, 0u}) {
    ThreadPool pool(threads);
    double engine = 1e9, hand = 1e9;
    for (int run = 0; run < kRuns; ++run) {
      TextValues texts(program);
      engine = std::min(engine, seconds([&] { by_expression(table, *program, texts, pool); }));
      hand = std::min(hand, seconds([&] {
                        Column out(Storage::float64);
                        loop_by_hand(table, out, pool, f);
                      }));
    }
    std::printf("%-44s %u thread%s %8.2f ms, by hand %8.2f ms: %.2f times\n", source, pool.width(),
                pool.width() == 1 ? " " : "s", engine * 1e3, hand * 1e3, engine / hand);
  }
}

void alone(const Table& table, const char* source) {
  const auto program = compiled(table, source);
  ThreadPool pool;
  double engine = 1e9;
  for (int run = 0; run < kRuns; ++run) {
    TextValues texts(program);
    engine = std::min(engine, seconds([&] { by_expression(table, *program, texts, pool); }));
  }
  std::printf("%-44s %u threads %8.2f ms\n", source, pool.width(), engine * 1e3);
}

void window(const std::shared_ptr<const Table>& table, const char* name, const WindowPlan& plan) {
  ThreadPool pool;
  double engine = 1e9;
  for (int run = 0; run < kRuns; ++run) {
    WindowColumn column(table, plan, nullptr, pool);
    engine = std::min(engine, seconds([&] { (void)column.column(); }));
  }
  std::printf("%-44s %u threads %8.2f ms\n", name, pool.width(), engine * 1e3);
}

void windows(const std::shared_ptr<const Table>& table) {
  WindowPlan plan;
  plan.op = WindowOp::avg;
  plan.partition_by = {3};
  plan.order_by = 4;
  plan.frame = WindowFrame::rows;
  plan.rows = 20;
  window(table, "avg of 20 rows by symbol and time", plan);
  plan.op = WindowOp::max;
  window(table, "max of 20 rows by symbol and time", plan);
  plan.frame = WindowFrame::cumulative;
  plan.op = WindowOp::sum;
  window(table, "sum so far by symbol and time", plan);
  plan.order_by = 0;
  window(table, "sum so far by symbol and price", plan);
  plan.partition_by = {};
  window(table, "sum so far by price", plan);
}

void run(std::size_t rows) {
  const std::shared_ptr<const Table> table = make_trades(rows);
  std::printf("%zu rows\n", rows);
  beside_a_loop(*table, "\"price\" * \"size\" + sqrt(\"size\")",
                [](double price, double size) { return price * size + std::sqrt(size); });
  beside_a_loop(*table, "\"price\" * 2 - 1", [](double price, double) { return price * 2 - 1; });
  beside_a_loop(*table, "if (\"price\" > 500) \"price\"; else -\"size\"",
                [](double price, double size) { return price > 500 ? price : -size; });
  for (const char* source : {"upper(\"venue\")", "length(\"symbol\") * \"size\"", "match(\"symbol\", '7$')",
                             "\"venue\" == 'v3'", "concat(\"venue\", \"symbol\")", "bucket(\"time\", 'm')",
                             "bucket(\"time\", 'M')", "day_of_week(\"time\")", "string(\"size\")"})
    alone(*table, source);
  // Row by row.
  for (const char* source :
       {"var x := 0; if (\"price\" > 500) { x := \"size\" }; x",
        "var x := 0; for (var k := 0; k < 5; k += 1) { x += k * \"size\" }; x",
        "var v[3] := {\"price\", \"size\", 1}; sum(v)",
        "var s := \"venue\"; if (\"size\" > 9) { s := upper(concat(s, 'x')) }; length(s)"})
    alone(*table, source);
  windows(table);
}

}  // namespace
}  // namespace parallax

int main(int argc, char** argv) {
  parallax::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000);
  return 0;
}

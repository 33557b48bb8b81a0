#include "view/window_plan.h"

#include <array>

#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::array<std::pair<std::string_view, WindowOp>, 12> kOps{{
    {"sum", WindowOp::sum},
    {"avg", WindowOp::avg},
    {"count", WindowOp::count},
    {"min", WindowOp::min},
    {"max", WindowOp::max},
    {"stddev", WindowOp::stddev},
    {"var", WindowOp::var},
    {"lag", WindowOp::lag},
    {"lead", WindowOp::lead},
    {"diff", WindowOp::diff},
    {"rate", WindowOp::rate},
    {"ema", WindowOp::ema},
}};

std::size_t table_column(std::string_view field, const std::string& name, const Schema& columns,
                         std::size_t table_columns) {
  const auto position = columns.find(name);
  if (!position || *position >= table_columns) {
    throw Error("Window `" + std::string(field) + "` must be a `Table` column: " + name);
  }
  return *position;
}

void check_source(WindowPlan& plan, const WindowSpec& spec, const Schema& columns) {
  const auto source = columns.find(spec.source);
  if (!source) throw Error("Window `source` column not found: " + spec.source);
  plan.source = *source;
  const Storage storage = columns[*source].storage;
  switch (plan.op) {
    case WindowOp::count:
      plan.result = Storage::int64;
      return;
    case WindowOp::min:
    case WindowOp::max:
    case WindowOp::lag:
    case WindowOp::lead:
      plan.result = storage;
      return;
    default:
      if (!is_number(storage)) throw Error("Window op requires a numeric `source` column: " + spec.source);
  }
}

void check_frame(WindowPlan& plan, const WindowSpec& spec, const Schema& columns) {
  const bool framed = spec.frame.index() != 0;
  const bool shifts = plan.op == WindowOp::lag || plan.op == WindowOp::lead || plan.op == WindowOp::diff;
  if (shifts && framed) throw Error("Window `frame` is not applicable to `lag`/`lead`/`diff` (use `offset`)");
  if (const auto* rows = std::get_if<std::uint32_t>(&spec.frame)) {
    plan.frame = WindowFrame::rows;
    plan.rows = *rows;
  } else if (const auto* range = std::get_if<double>(&spec.frame)) {
    plan.frame = WindowFrame::range;
    plan.range = *range;
  }
  if (plan.op == WindowOp::rate && plan.frame != WindowFrame::range) {
    throw Error("Window `rate` requires a `range` frame");
  }
  if (plan.op == WindowOp::ema) {
    if (plan.frame != WindowFrame::cumulative) {
      throw Error("Window `ema` is cumulative; it does not accept a `rows` or `range` frame");
    }
    if (!spec.alpha || !(*spec.alpha > 0 && *spec.alpha <= 1))
      throw Error("Window `ema` requires `alpha` in (0, 1]");
    plan.alpha = *spec.alpha;
  }
  if (plan.frame != WindowFrame::range) return;
  if (!(plan.range > 0)) throw Error("Window `range` must be a positive interval");
  if (!plan.order_by) throw Error("Window `range` frames require an explicit `order_by`");
  const Storage key = columns[*plan.order_by].storage;
  if (!is_number(key) && key != Storage::date && key != Storage::datetime) {
    throw Error("Window `range` frames require a numeric or temporal `order_by` column: " +
                spec.order_by->column);
  }
}

}  // namespace

WindowPlan plan_window(std::string_view alias, const WindowSpec& spec, const Schema& columns,
                       std::size_t table_columns) {
  if (alias.empty()) throw Error("Window `name` must not be empty");
  if (columns.find(alias))
    throw Error("Window `name` collides with an existing column: " + std::string(alias));
  WindowPlan plan;
  bool known = false;
  for (const auto& [name, op] : kOps) {
    if (name != spec.op) continue;
    plan.op = op;
    known = true;
  }
  if (!known) throw Error("Window `op` not implemented in this build: " + spec.op);
  check_source(plan, spec, columns);
  for (const std::string& name : spec.partition_by) {
    plan.partition_by.push_back(table_column("partition_by", name, columns, table_columns));
  }
  if (spec.order_by) {
    plan.order_by = table_column("order_by", spec.order_by->column, columns, table_columns);
    plan.descending = spec.order_by->descending;
  }
  plan.offset = spec.offset.value_or(1);
  check_frame(plan, spec, columns);
  return plan;
}

}  // namespace parallax

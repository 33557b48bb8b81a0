#include "server/features.h"

#include <string>
#include <vector>

namespace parallax {

namespace {

using wire::AggregateArgs;
using wire::ColumnType;
using wire::WindowAggregateArgs;

constexpr ColumnType kTypes[] = {ColumnType::string,  ColumnType::date,     ColumnType::datetime,
                                 ColumnType::integer, ColumnType::floating, ColumnType::boolean};

std::vector<std::string> filter_ops(ColumnType type) {
  std::vector<std::string> ops{"==", "!=", ">", ">=", "<", "<="};
  if (type == ColumnType::string) {
    ops.insert(ops.end(), {"begins with", "not begins with", "contains", "not contains", "ends with",
                           "not ends with", "matches", "not matches", "in", "not in"});
  }
  ops.insert(ops.end(), {"is not null", "is null"});
  return ops;
}

std::vector<std::string> aggregate_names(ColumnType type) {
  switch (type) {
    case ColumnType::string:
      return {"count", "any",  "distinct count", "distinct leaf", "dominant",
              "first", "join", "last",           "last by index", "median",
              "q1",    "q3",   "unique"};
    case ColumnType::date:
    case ColumnType::datetime:
      return {"count", "any", "avg", "distinct count", "distinct leaf", "dominant", "first", "high",
              "low",   "min", "max", "last by index",  "last",          "median",   "q1",    "q3",
              "unique"};
    case ColumnType::integer:
    case ColumnType::floating:
      return {"sum",
              "abs sum",
              "any",
              "avg",
              "count",
              "distinct count",
              "distinct leaf",
              "dominant",
              "first",
              "gmv",
              "high",
              "low",
              "max",
              "min",
              "high minus low",
              "last by index",
              "last minus first",
              "last",
              "mean",
              "median",
              "mul",
              "q1",
              "q3",
              "pct sum parent",
              "pct sum total",
              "stddev",
              "sum abs",
              "sum not null",
              "unique",
              "var"};
    case ColumnType::boolean:
      break;
  }
  return {"count", "and",           "any", "distinct count", "distinct leaf", "dominant", "first",
          "last",  "last by index", "or",  "unique"};
}

bool is_number(ColumnType type) { return type == ColumnType::integer || type == ColumnType::floating; }

std::vector<AggregateArgs> aggregates(ColumnType type) {
  std::vector<AggregateArgs> list;
  for (auto& name : aggregate_names(type)) list.push_back({std::move(name), {}});
  if (is_number(type)) list.push_back({"weighted mean", {ColumnType::floating}});
  if (is_number(type) || type == ColumnType::string) {
    list.push_back({"min by", {ColumnType::floating}});
    list.push_back({"max by", {ColumnType::floating}});
  }
  return list;
}

std::vector<WindowAggregateArgs> windows(ColumnType type) {
  const std::vector<std::string> frames{"rows", "range", "cumulative"};
  const auto framed = [&](const char* name, std::optional<ColumnType> result) {
    return WindowAggregateArgs{name, frames, false, false, result};
  };
  const auto shifted = [](const char* name, std::optional<ColumnType> result) {
    return WindowAggregateArgs{name, {}, true, false, result};
  };
  const auto counted = framed("count", ColumnType::integer);
  const auto least = framed("min", {});
  const auto greatest = framed("max", {});
  const auto lag = shifted("lag", {});
  const auto lead = shifted("lead", {});
  if (!is_number(type)) return {counted, least, greatest, lag, lead};
  return {framed("sum", ColumnType::floating),
          framed("avg", ColumnType::floating),
          counted,
          least,
          greatest,
          framed("stddev", ColumnType::floating),
          framed("var", ColumnType::floating),
          lag,
          lead,
          shifted("diff", ColumnType::floating),
          {"rate", {"range"}, false, false, ColumnType::floating},
          {"ema", {}, false, true, ColumnType::floating}};
}

}  // namespace

wire::GetFeaturesResp features() {
  wire::GetFeaturesResp response;
  response.group_by = true;
  response.split_by = true;
  response.expressions = true;
  response.on_update = true;
  response.sort = true;
  for (const ColumnType type : kTypes) {
    response.filter_ops[type] = filter_ops(type);
    response.aggregates[type] = aggregates(type);
    response.window_aggregates[type] = windows(type);
  }
  response.group_rollup_mode = {wire::GroupRollupMode::rollup, wire::GroupRollupMode::flat,
                                wire::GroupRollupMode::total};
  response.split_rollup_mode = {wire::SplitRollupMode::flat, wire::SplitRollupMode::rollup};
  return response;
}

}  // namespace parallax

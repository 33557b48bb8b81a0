#include "fuzz/session_script.h"

#include <protozero/pbf_writer.hpp>

#include "fuzz/expression_text.h"
#include "protocol/view_config.h"

namespace parallax::fuzz {
namespace {

struct ScriptColumn {
  const char* name;
  wire::ColumnType type;
};

constexpr ScriptColumn kColumns[] = {{"k", wire::ColumnType::integer},  {"i", wire::ColumnType::integer},
                                     {"f", wire::ColumnType::floating}, {"s", wire::ColumnType::string},
                                     {"g", wire::ColumnType::string},   {"b", wire::ColumnType::boolean},
                                     {"d", wire::ColumnType::date},     {"t", wire::ColumnType::datetime}};

// Sums of these are exact, in whatever order.
constexpr const char* kIntegers[] = {"1", "2", "3", "-7", "0", "2000000000", "null", "4"};
constexpr const char* kFloats[] = {"0.5", "-1.25", "0", "1e6", "null", "3", "-0.0", "64.75"};
constexpr const char* kTexts[] = {"\"a\"",   "\"b\"",           "\"\"", "null", "\"é\"",
                                  "\"a|b\"", "\"c,\\\"d\\\"\"", "\"-\""};
constexpr const char* kBooleans[] = {"true", "false", "null"};
constexpr const char* kTimes[] = {"\"2024-02-29\"", "0", "-1", "1709214359123", "null", "\"1969-12-31\""};
constexpr const char* kMisfits[] = {"\"x\"", "1e300", "[1,2]", "{\"a\":1}", "[]", "99999999999"};

constexpr const char* kAggregates[] = {"sum",
                                       "count",
                                       "mean",
                                       "min",
                                       "max",
                                       "first",
                                       "last",
                                       "last by index",
                                       "unique",
                                       "distinct count",
                                       "any",
                                       "high",
                                       "low",
                                       "median",
                                       "q1",
                                       "q3",
                                       "join",
                                       "dominant",
                                       "sum abs",
                                       "abs sum",
                                       "mul",
                                       "or",
                                       "and",
                                       "min by",
                                       "max by",
                                       "last minus first",
                                       "high minus low",
                                       "distinct leaf",
                                       "stddev",
                                       "variance",
                                       "weighted mean",
                                       "pct sum parent",
                                       "pct sum grand total",
                                       "gmv",
                                       "sum not null"};
constexpr const char* kFilterOps[] = {
    "==",       "!=",        "<",  ">",      "<=",      ">=",          "begins with",
    "contains", "ends with", "in", "not in", "is null", "is not null", "bogus"};
constexpr const char* kWindowOps[] = {"sum",  "avg",  "count", "min", "max", "lag",
                                      "lead", "diff", "rate",  "ema", "var"};

const char* value_for(wire::ColumnType type, Choices& choices) {
  if (choices.rarely(60)) return choices.one_of(kMisfits);
  switch (type) {
    case wire::ColumnType::integer:
      return choices.one_of(kIntegers);
    case wire::ColumnType::floating:
      return choices.one_of(kFloats);
    case wire::ColumnType::string:
      return choices.one_of(kTexts);
    case wire::ColumnType::boolean:
      return choices.one_of(kBooleans);
    default:
      return choices.one_of(kTimes);
  }
}

std::string column_name(Choices& choices) {
  const std::size_t at = choices.below(std::size(kColumns) + 2);
  if (at < std::size(kColumns)) return kColumns[at].name;
  return at == std::size(kColumns) ? "e" : "w";  // the expression and the window, if there are any
}

wire::Scalar operand(Choices& choices) {
  switch (choices.below(5)) {
    case 0:
      return {};
    case 1:
      return choices.flip();
    case 2:
      return "a";
    case 3:
      return "2024-02-29";
    default:
      return static_cast<double>(choices.below(5)) / 2;
  }
}

wire::WindowSpec window(Choices& choices) {
  wire::WindowSpec spec;
  spec.source = column_name(choices);
  spec.op = choices.one_of(kWindowOps);
  if (choices.flip()) spec.partition_by.push_back(column_name(choices));
  if (choices.flip()) spec.order_by = wire::Order{column_name(choices), choices.flip()};
  switch (choices.below(4)) {
    case 0:
      spec.frame = wire::WindowSpec::Rows{static_cast<std::uint32_t>(choices.below(4))};
      break;
    case 1:
      spec.frame = wire::WindowSpec::Range{static_cast<double>(choices.below(4))};
      break;
    case 2:
      spec.frame = wire::WindowSpec::Cumulative{};
      break;
    default:
      break;
  }
  if (choices.rarely(3)) spec.offset = static_cast<std::uint32_t>(choices.below(3));
  if (choices.rarely(3)) spec.alpha = 0.5;
  return spec;
}

void add_columns(wire::ViewConfig& config, Choices& choices) {
  config.columns.emplace();
  for (std::size_t i = choices.below(4); i > 0; --i) config.columns->push_back(column_name(choices));
}

void add_aggregates(wire::ViewConfig& config, Choices& choices, bool& comparable) {
  for (const ScriptColumn& column : kColumns) {
    if (!choices.flip()) continue;
    std::vector<std::string> aggregate{choices.one_of(kAggregates)};
    const std::string name = aggregate[0];
    if (name == "weighted mean" || name.ends_with(" by")) aggregate.push_back(column_name(choices));
    // Kept up to date with another rounding than computed at once, or remembering what was.
    if (name == "stddev" || name == "variance" || name == "weighted mean" || name == "high" ||
        name == "low" || name == "high minus low" || name == "mul" || name == "last" ||
        name == "last minus first") {
      comparable = false;
    }
    config.aggregates[column.name] = std::move(aggregate);
  }
}

std::string message_of(const wire::ViewConfig& config) {
  std::string bytes;
  protozero::pbf_writer out{bytes};
  wire::write_view_config(out, config);
  return bytes;
}

}  // namespace

std::string script_schema() {
  std::string bytes;
  protozero::pbf_writer out{bytes};
  for (const ScriptColumn& column : kColumns) {
    protozero::pbf_writer pair{out, 1};
    pair.add_string(1, column.name);
    pair.add_enum(2, static_cast<std::int32_t>(column.type));
  }
  return bytes;
}

std::string script_rows(Choices& choices) {
  std::string rows = "[";
  for (std::size_t i = 1 + choices.below(4); i > 0; --i) {
    std::string record;
    for (const ScriptColumn& column : kColumns) {
      if (choices.rarely(4)) continue;
      if (!record.empty()) record += ',';
      record += '"' + std::string(column.name) + "\":" + value_for(column.type, choices);
    }
    if (choices.rarely(20)) record += std::string(record.empty() ? "" : ",") + "\"__INDEX__\":2";
    rows += (rows.size() > 1 ? ",{" : "{") + record + '}';
  }
  return rows + ']';
}

std::string script_keys(Choices& choices) {
  std::string keys = "[";
  for (std::size_t i = choices.below(4); i > 0; --i) {
    if (keys.size() > 1) keys += ',';
    keys += choices.one_of(kIntegers);
  }
  return keys + ']';
}

std::string script_config(Choices& choices, bool& comparable) {
  wire::ViewConfig config;
  if (choices.rarely(3)) {
    config.expressions["e"] = expression_text(choices);
    if (config.expressions["e"].find("now()") != std::string::npos) comparable = false;
  }
  if (choices.rarely(4)) {
    config.windows["w"] = window(choices);
    const std::string& op = config.windows["w"].op;
    if (op == "var" || op == "ema" || op == "avg") comparable = false;
  }
  for (std::size_t i = choices.below(3); i > 0; --i) config.group_by.push_back(column_name(choices));
  if (choices.rarely(3)) config.split_by.push_back(column_name(choices));
  if (choices.flip()) add_columns(config, choices);
  for (std::size_t i = choices.below(2); i > 0; --i) {
    config.filter.push_back({column_name(choices), choices.one_of(kFilterOps), {operand(choices)}});
  }
  for (std::size_t i = choices.below(3); i > 0; --i) {
    config.sort.push_back({column_name(choices), static_cast<wire::SortOp>(choices.below(9))});
  }
  if (!config.group_by.empty()) add_aggregates(config, choices, comparable);
  if (choices.rarely(4)) config.group_by_depth = static_cast<std::uint32_t>(choices.below(3));
  if (choices.rarely(4)) config.group_rollup_mode = static_cast<wire::GroupRollupMode>(choices.below(3));
  if (choices.rarely(4)) config.split_rollup_mode = static_cast<wire::SplitRollupMode>(choices.below(2));
  return message_of(config);
}

std::string script_window(Choices& choices) {
  std::string bytes;
  protozero::pbf_writer out{bytes};
  protozero::pbf_writer port{out, 1};
  for (std::uint32_t field = 1; field <= 4; ++field) {
    if (choices.flip()) port.add_uint32(field, static_cast<std::uint32_t>(choices.below(8)));
  }
  return bytes;
}

}  // namespace parallax::fuzz

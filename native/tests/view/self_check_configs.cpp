#include "self_check_configs.h"

#include "base/civil.h"
#include "view/aggregate_kind.h"

namespace parallax::testing {
namespace {

/// Every aggregate that fits the type, the water marks aside.
std::vector<AggregateKind> aggregates_of(Storage storage) {
  std::vector<AggregateKind> kinds;
  for (int i = 0; i <= static_cast<int>(AggregateKind::join); ++i) {
    const auto kind = static_cast<AggregateKind>(i);
    if (kind == AggregateKind::high || kind == AggregateKind::low) continue;
    if (aggregate_result(kind, storage)) kinds.push_back(kind);
  }
  return kinds;
}

bool may_be_marked(Storage storage) { return aggregate_result(AggregateKind::high, storage).has_value(); }

}  // namespace

std::string ConfigMaker::any() { return schema_[dice_.below(schema_.size())].name; }
std::string ConfigMaker::stored() { return stored_[dice_.below(stored_.size())].name; }

/// A column of numbers if luck finds one.
std::string ConfigMaker::number() {
  for (int i = 0; i < 10; ++i) {
    const Field& field = stored_[dice_.below(stored_.size())];
    if (is_number(field.storage)) return field.name;
  }
  return stored_[0].name;
}

ViewConfig ConfigMaker::config() {
  ViewConfig config;
  schema_ = stored_;
  if (dice_.chance(35)) add_computed(config);
  const unsigned shape = static_cast<unsigned>(dice_.below(10));
  if (shape >= 2) {
    for (std::size_t i = dice_.below(4); i-- > 0;) config.group_by.push_back(any());
  }
  if (shape >= 6) {
    for (std::size_t i = 1 + dice_.below(2); i-- > 0;) config.split_by.push_back(any());
  }
  choose_columns(config);
  choose_aggregates(config);
  for (std::size_t i = dice_.below(4); i-- > 0;) {
    config.sort.push_back({any(), static_cast<SortOp>(dice_.below(9))});
  }
  if (dice_.chance(50)) add_filters(config);
  if (dice_.chance(40)) config.group_rollup = static_cast<GroupRollup>(dice_.below(3));
  if (dice_.chance(40)) config.split_rollup = SplitRollup::rollup;
  if (dice_.chance(25)) config.group_by_depth = 1 + static_cast<std::uint32_t>(dice_.below(3));
  return config;
}

ViewConfig ConfigMaker::marks() {
  ViewConfig config;
  schema_ = stored_;
  config.columns.emplace();
  for (const Field& field : stored_.fields()) {
    if (!may_be_marked(field.storage) || config.columns->size() > 1) continue;
    config.columns->push_back(field.name);
    config.aggregates[field.name] = {dice_.chance(50) ? "high" : "low"};
  }
  for (std::size_t i = dice_.below(3); i-- > 0;) config.group_by.push_back(any());
  if (config.group_by.empty()) config.group_rollup = GroupRollup::total;
  if (dice_.chance(50)) add_filters(config);
  return config;
}

// --- computed columns ---

void ConfigMaker::add_computed(ViewConfig& config) {
  // Only the type of what can be told beforehand is known here; any() may name the rest nevertheless.
  if (dice_.chance(80)) {
    config.expressions["x"] = expression();
    schema_.add({"x", Storage::float64});
  }
  if (dice_.chance(30)) {
    config.expressions["y"] = expression();
    schema_.add({"y", Storage::float64});
  }
  if (dice_.chance(40)) {
    config.windows["w"] = window(config);
    schema_.add({"w", result_of(config.windows["w"])});
  }
}

std::string ConfigMaker::expression() {
  const auto quoted = [](const std::string& name) { return '"' + name + '"'; };
  const Field& field = stored_[dice_.below(stored_.size())];
  const std::string column = quoted(field.name);
  if (is_number(field.storage)) {
    const std::vector<std::string> texts{column + " * 2",
                                         column + " + " + quoted(number()),
                                         "bucket(" + column + ", 3)",
                                         "if (" + column + " > 1) 'big'; else 'small'",
                                         "is_null(" + column + ")",
                                         "string(" + column + ")",
                                         "var a := " + column + "; a - 1"};
    return dice_.pick(texts);
  }
  switch (field.storage) {
    case Storage::text: {
      const std::vector<std::string> texts{"upper(" + column + ")", "length(" + column + ")",
                                           "concat(" + column + ", '-')", column, column + " == 'cup'"};
      return dice_.pick(texts);
    }
    case Storage::date:
    case Storage::datetime: {
      const std::vector<std::string> texts{"bucket(" + column + ", 'M')", "day_of_week(" + column + ")",
                                           "month_of_year(" + column + ")", column};
      return dice_.pick(texts);
    }
    default:
      return column;
  }
}

WindowSpec ConfigMaker::window(const ViewConfig& config) {
  static const std::vector<std::string> kOps{"sum", "avg", "count", "min",  "max",  "stddev",
                                             "var", "lag", "lead",  "diff", "rate", "ema"};
  WindowSpec spec;
  spec.op = dice_.pick(kOps);
  spec.source = !config.expressions.empty() && dice_.chance(30) ? config.expressions.begin()->first
                : dice_.chance(70)                              ? number()
                                                                : stored();
  for (std::size_t i = dice_.below(3); i-- > 0;) spec.partition_by.push_back(stored());
  if (spec.op == "rate" || dice_.chance(50)) spec.order_by = WindowSpec::Order{stored(), dice_.chance(40)};
  if (spec.op == "ema") {
    spec.alpha = 0.5;
  } else if (spec.op == "lag" || spec.op == "lead" || spec.op == "diff") {
    if (dice_.chance(50)) spec.offset = static_cast<std::uint32_t>(dice_.below(4));
  } else if (spec.op == "rate" || (spec.order_by && dice_.chance(30))) {
    spec.frame = 0.5 + static_cast<double>(dice_.below(5));
  } else if (dice_.chance(50)) {
    spec.frame = static_cast<std::uint32_t>(1 + dice_.below(4));
  }
  return spec;
}

/// A window over an expression is taken for one over numbers.
Storage ConfigMaker::result_of(const WindowSpec& window) const {
  if (window.op == "count") return Storage::int64;
  const bool cell = window.op == "min" || window.op == "max" || window.op == "lag" || window.op == "lead";
  const auto source = stored_.find(window.source);
  return cell && source ? stored_[*source].storage : Storage::float64;
}

// --- what is shown ---

void ConfigMaker::choose_columns(ViewConfig& config) {
  if (dice_.chance(10)) return;
  config.columns.emplace();
  for (const Field& field : schema_.fields()) {
    if (dice_.chance(55)) config.columns->push_back(field.name);
  }
  if (!config.columns->empty() && dice_.chance(10)) config.columns->push_back(dice_.pick(*config.columns));
}

std::vector<std::string> ConfigMaker::aggregate(Storage storage) {
  const auto kinds = aggregates_of(storage);
  const AggregateKind kind = dice_.pick(kinds);
  std::vector<std::string> words{std::string(canonical_name(kind))};
  if (aggregate_arguments(kind) > 0) words.push_back(kind == AggregateKind::weighted_mean ? number() : any());
  return words;
}

void ConfigMaker::choose_aggregates(ViewConfig& config) {
  for (const Field& field : stored_.fields()) {
    if (!dice_.chance(15)) config.aggregates[field.name] = aggregate(field.storage);
  }
  static const std::vector<std::string> kForAnything{"count", "distinct count", "unique", "first",
                                                     "last",  "dominant",       "any",    "join"};
  for (std::size_t c = stored_.size(); c < schema_.size(); ++c) {
    const Field& field = schema_[c];
    const bool known =
        config.windows.count(field.name) > 0 && stored_.find(config.windows[field.name].source);
    auto& words = config.aggregates[field.name];
    words = known && dice_.chance(70) ? aggregate(field.storage) : std::vector{dice_.pick(kForAnything)};
  }
}

// --- filters ---

void ConfigMaker::add_filters(ViewConfig& config) {
  for (std::size_t i = 1 + dice_.below(2); i-- > 0;) config.filter.push_back(filter());
  if (dice_.chance(25)) config.filter_op = FilterOp::any;
}

FilterTerm ConfigMaker::filter() {
  static const std::vector<std::string> kOps{"==", "!=", "<",      "<=",      ">",
                                             ">=", "in", "not in", "is null", "is not null"};
  static const std::vector<std::string> kTextOps{"startswith",   "endswith",     "contains", "not startswith",
                                                 "not endswith", "not contains", "matches",  "not matches",
                                                 "begins with",  "not ends with"};
  const auto window = schema_.find("w");
  const Field& field = window && dice_.chance(30) ? schema_[*window] : stored_[dice_.below(stored_.size())];
  FilterTerm term{field.name, dice_.pick(kOps), {}};
  if (field.storage == Storage::text && dice_.chance(50)) term.op = dice_.pick(kTextOps);
  std::size_t operands = term.op == "in" || term.op == "not in" ? dice_.below(4) : 1;
  while (operands-- > 0) term.operands.push_back(dice_.chance(5) ? Scalar() : operand(field.storage));
  return term;
}

Scalar ConfigMaker::operand(Storage storage) {
  static const std::vector<std::string> kTexts{"",  "a",    "B",      "cup", "cup board",
                                               "é", "null", "fresh1", "key1"};
  switch (storage) {
    case Storage::text:
      return dice_.pick(kTexts);
    case Storage::boolean:
      return dice_.chance(50);
    case Storage::date:
      return (19'000.0 + static_cast<double>(dice_.below(40))) * static_cast<double>(kMsPerDay);
    case Storage::datetime:
      return 1.7e12 + static_cast<double>(dice_.below(6)) * 3'600'000.0;
    default:
      return static_cast<double>(dice_.below(10)) - 3;
  }
}

}  // namespace parallax::testing

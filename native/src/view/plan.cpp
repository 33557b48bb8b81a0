#include "view/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "parallax/error.h"
#include "view/filter_terms.h"

namespace parallax {
namespace {

/// Levels of a tree: more are a mistake, and each costs memory a group.
constexpr std::size_t kMaxLevels = 64;

bool is_row_sort(SortOp op) noexcept {
  return op == SortOp::asc || op == SortOp::desc || op == SortOp::asc_abs || op == SortOp::desc_abs;
}
bool is_column_sort(SortOp op) noexcept { return op != SortOp::none && !is_row_sort(op); }
bool is_descending(SortOp op) noexcept {
  return op == SortOp::desc || op == SortOp::desc_abs || op == SortOp::col_desc || op == SortOp::col_desc_abs;
}
bool is_absolute(SortOp op) noexcept {
  return op == SortOp::asc_abs || op == SortOp::desc_abs || op == SortOp::col_asc_abs ||
         op == SortOp::col_desc_abs;
}

bool contains(const std::vector<std::size_t>& columns, std::size_t column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

/// An aggregate as asked, checked but for the type of the column.
struct Request {
  AggregateKind kind;
  std::optional<std::size_t> argument;
};

class Planner {
 public:
  Planner(const ViewSource& source, ViewConfig config)
      : schema_(source.schema()), plan_(std::make_shared<ViewPlan>()), config_(plan_->config) {
    config_ = std::move(config);
  }

  std::shared_ptr<const ViewPlan> run() {
    plan_->group_by = levels(config_.group_by, "group_by");
    plan_->split_by = levels(config_.split_by, "split_by");
    read_columns();
    for (const auto& term : config_.sort) (void)find(term.column, "sorts");
    for (auto& term : config_.filter) term = complete_filter_term(schema_, std::move(term));
    read_requests();
    plan_sorts();
    plan_aggregates();
    complete_aggregates();
    for (std::size_t i = 0; i < plan_->columns.size(); ++i) {
      const Storage storage =
          plan_->grouped() ? plan_->aggregates[i].result : schema_[plan_->columns[i]].storage;
      plan_->types.push_back(column_type(storage));
    }
    for (const auto& [alias, text] : config_.expressions) {
      plan_->expression_types.emplace_back(alias, expression_type(*schema_.find(alias)));
    }
    return plan_;
  }

 private:
  /// Of its aggregate where it has one: shown or sorted by.
  [[nodiscard]] ColumnType expression_type(std::size_t column) const {
    const auto& all = plan_->aggregates;
    const auto used = std::find_if(all.begin(), all.end(), [&](const auto& a) { return a.column == column; });
    return column_type(used == all.end() ? schema_[column].storage : used->result);
  }

  [[nodiscard]] bool split_only() const { return !plan_->grouped() && !plan_->split_by.empty(); }

  [[nodiscard]] std::size_t find(const std::string& name, const char* where) const {
    const auto column = schema_.find(name);
    if (!column) throw Error("Invalid column '" + name + "' found in View " + where + ".");
    return *column;
  }

  std::vector<std::size_t> levels(const std::vector<std::string>& names, const char* where) const {
    if (names.size() > kMaxLevels) {
      throw Error(std::string("View ") + where + " has " + std::to_string(names.size()) +
                  " columns, the most are " + std::to_string(kMaxLevels));
    }
    std::vector<std::size_t> columns;
    for (const auto& name : names) columns.push_back(find(name, where));
    return columns;
  }

  void read_columns() {
    if (!config_.columns) {
      config_.columns.emplace();
      for (const auto& field : schema_.fields()) config_.columns->push_back(field.name);
    }
    // Cells of groups are found by column path, so there a column shows once.
    const bool once = plan_->grouped() || !plan_->split_by.empty();
    for (const auto& name : *config_.columns) {
      const std::size_t column = find(name, "columns");
      if (once && contains(plan_->columns, column)) continue;
      plan_->columns.push_back(column);
      plan_->names.push_back(name);
    }
    config_.columns = plan_->names;
  }

  void read_requests() {
    for (const auto& [name, words] : config_.aggregates) {
      const std::size_t column = find(name, "aggregates");
      const std::string word = words.empty() ? std::string() : words.front();
      const auto kind = find_aggregate(word);
      if (!kind) {
        throw Error((is_unimplemented_aggregate(word) ? "Unimplemented aggregate '" : "Invalid aggregate '") +
                    word + "' for column '" + name + "' found in View aggregates.");
      }
      requests_[column] = {*kind, argument(name, words, *kind)};
    }
  }

  [[nodiscard]] std::optional<std::size_t> argument(const std::string& name,
                                                    const std::vector<std::string>& words,
                                                    AggregateKind kind) const {
    if (aggregate_arguments(kind) == 0) return std::nullopt;
    if (words.size() < 2) {
      throw Error("Aggregate '" + words[0] + "' for column '" + name + "' requires a column argument.");
    }
    std::string joined = words[1];
    for (std::size_t i = 2; i < words.size(); ++i) joined += ',' + words[i];
    const auto column = words.size() == 2 ? schema_.find(joined) : std::nullopt;
    if (!column) {
      throw Error("Invalid column '" + joined + "' found in the '" + words[0] + "' aggregate for column '" +
                  name + "'.");
    }
    return column;
  }

  /// The aggregate of a column; `fallback` stands in where none was asked.
  [[nodiscard]] AggregatePlan aggregate_of(std::size_t column, AggregateKind fallback) const {
    const auto asked = requests_.find(column);
    Request request = asked == requests_.end() ? Request{fallback, std::nullopt} : asked->second;
    if (split_only()) request = {fallback, std::nullopt};
    const auto result = aggregate_result(request.kind, schema_[column].storage);
    if (!result) refuse_type(column, request.kind);
    if (request.kind == AggregateKind::weighted_mean && !is_number(schema_[*request.argument].storage)) {
      throw Error("Unexpected dtype: the weights of 'weighted mean' for column '" + schema_[column].name +
                  "' must be numbers, but column '" + schema_[*request.argument].name + "' is " +
                  std::string(type_name(column_type(schema_[*request.argument].storage))));
    }
    return {column, request.kind, request.argument, *result};
  }

  [[noreturn]] void refuse_type(std::size_t column, AggregateKind kind) const {
    const bool mean = aggregate_result(kind, Storage::int32) == Storage::float64 &&
                      kind != AggregateKind::pct_sum_parent && kind != AggregateKind::pct_sum_total;
    throw Error(std::string(mean ? "Unexpected dtype" : "Unexpected coltype") + ": aggregate '" +
                std::string(canonical_name(kind)) + "' does not fit column '" + schema_[column].name +
                "' of type " + std::string(type_name(column_type(schema_[column].storage))));
  }

  [[nodiscard]] AggregateKind shown_default(std::size_t column) const {
    return split_only() ? AggregateKind::any : default_aggregate(column_type(schema_[column].storage));
  }

  /// The aggregate of a column that is only sorted by. One that makes the groups it sorts does so by its
  /// value, whatever was asked for it.
  [[nodiscard]] AggregatePlan hidden_aggregate(std::size_t column) const {
    const bool makes_groups =
        std::any_of(config_.sort.begin(), config_.sort.end(), [&](const SortTerm& term) {
          return term.column == schema_[column].name &&
                 contains(is_column_sort(term.op) ? plan_->split_by : plan_->group_by, column);
        });
    if (makes_groups) return {column, AggregateKind::unique, std::nullopt, schema_[column].storage};
    return aggregate_of(column, shown_default(column));
  }

  void plan_sorts() {
    for (const auto& term : config_.sort) {
      if (term.op == SortOp::none) continue;
      const bool rows = is_row_sort(term.op);
      // A total has no rows to sort, and without a split there are no columns to sort.
      if (rows ? config_.group_rollup == GroupRollup::total : plan_->split_by.empty()) continue;
      auto& sorts = rows ? plan_->row_sorts : plan_->column_sorts;
      const std::size_t column = find(term.column, "sorts");
      if (std::none_of(sorts.begin(), sorts.end(), [&](const SortPlan& s) { return s.column == column; })) {
        sorts.push_back({column, is_descending(term.op), is_absolute(term.op)});
      }
    }
    if (!plan_->grouped()) {
      std::erase_if(plan_->row_sorts, [&](const SortPlan& sort) {
        return sort.absolute && !is_number(schema_[sort.column].storage);
      });
    }
  }

  void plan_aggregates() {
    if (!plan_->grouped() && plan_->column_sorts.empty()) return;
    for (const std::size_t column : plan_->columns) {
      plan_->aggregates.push_back(aggregate_of(column, shown_default(column)));
    }
    if (plan_->grouped()) attach(plan_->row_sorts);
    attach(plan_->column_sorts);
  }

  /// Gives each sort its aggregate, and drops those that ask for the absolute value of what is no number.
  void attach(std::vector<SortPlan>& sorts) {
    for (auto& sort : sorts) {
      auto& all = plan_->aggregates;
      auto at = std::find_if(all.begin(), all.end(),
                             [&](const AggregatePlan& aggregate) { return aggregate.column == sort.column; });
      if (at == all.end()) at = all.insert(at, hidden_aggregate(sort.column));
      sort.aggregate = static_cast<std::size_t>(at - all.begin());
    }
    std::erase_if(sorts, [&](const SortPlan& sort) {
      return sort.absolute && !is_number(plan_->aggregates[sort.aggregate].result);
    });
  }

  /// The entries that get_config shows: of a total that neither groups nor splits only what is no default.
  void complete_aggregates() {
    config_.aggregates.clear();
    if (!plan_->grouped() && plan_->split_by.empty()) return;
    const bool bare = plan_->group_by.empty() && plan_->split_by.empty();
    for (std::size_t i = 0; i < plan_->columns.size(); ++i) {
      const std::size_t column = plan_->columns[i];
      const AggregatePlan aggregate = aggregate_of(column, shown_default(column));
      if (bare && aggregate.kind == shown_default(column)) continue;
      name_aggregate(plan_->names[i], aggregate);
    }
    if (bare) return;
    for (const auto& term : config_.sort) {
      if (config_.aggregates.count(term.column)) continue;
      const std::size_t column = find(term.column, "sorts");
      name_aggregate(term.column,
                     split_only() ? aggregate_of(column, AggregateKind::any) : hidden_aggregate(column));
    }
  }

  void name_aggregate(const std::string& name, const AggregatePlan& aggregate) {
    auto& words = config_.aggregates[name];
    words = {std::string(canonical_name(aggregate.kind))};
    if (aggregate.argument) words.push_back(schema_[*aggregate.argument].name);
  }

  const Schema& schema_;
  std::shared_ptr<ViewPlan> plan_;
  ViewConfig& config_;
  std::map<std::size_t, Request> requests_;
};

}  // namespace

std::shared_ptr<const ViewPlan> plan_view(const ViewSource& source, ViewConfig config) {
  return Planner(source, std::move(config)).run();
}

}  // namespace parallax

#include "view/computed_set.h"

#include <cstring>

#include "expression/program.h"
#include "parallax/error.h"
#include "view/expression_column.h"
#include "view/window_column.h"
#include "view/window_plan.h"

namespace parallax {
namespace {

void append_number(std::string& key, double value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Names a window by what it computes, not by its alias.
std::string window_key(const WindowPlan& plan, const std::string& source_key) {
  std::string key = "window:" + source_key + '\0';
  for (const double value :
       {static_cast<double>(plan.op), static_cast<double>(plan.frame), static_cast<double>(plan.source),
        plan.order_by ? static_cast<double>(*plan.order_by) : -1.0, static_cast<double>(plan.descending),
        static_cast<double>(plan.rows), plan.range, static_cast<double>(plan.offset), plan.alpha}) {
    append_number(key, value);
  }
  for (const std::size_t column : plan.partition_by) append_number(key, static_cast<double>(column));
  return key;
}

}  // namespace

std::shared_ptr<ComputedColumn> ComputedSet::column(const std::string& key, const Maker& make) {
  std::erase_if(shared_, [](const auto& entry) { return entry.second.expired(); });
  std::erase_if(columns_, [](const auto& entry) { return entry.expired(); });
  if (const auto known = shared_.find(key); known != shared_.end()) {
    if (auto live = known->second.lock()) return live;
  }
  auto made = make();
  columns_.push_back(made);
  shared_.insert_or_assign(key, made);
  return made;
}

std::shared_ptr<ComputedColumn> ComputedSet::expression(std::string_view alias, const std::string& text) {
  const RowModel model{table_->schema(), table_->index_column()};
  if (model.schema.find(alias)) {
    throw Error("Value Error - expression \"" + std::string(alias) +
                "\" cannot overwrite an existing column.");
  }
  return column("expression:" + text, [&] {
    try {
      return std::make_shared<ExpressionColumn>(table_, Program::compile(text, model), pool_);
    } catch (const ExpressionError& error) {
      throw Error(error.what());
    }
  });
}

ViewSource ComputedSet::source(const ViewConfig& config) {
  if (config.expressions.empty() && config.windows.empty()) return ViewSource(table_);
  std::vector<ViewSource::Computed> computed;
  std::vector<std::string> keys;  // of the computed columns so far
  Schema schema = table_->schema();
  std::string source_key;
  const auto add = [&](const std::string& alias, const std::string& key,
                       std::shared_ptr<ComputedColumn> made) {
    schema.add({alias, made->storage()});
    source_key += std::to_string(alias.size()) + ':' + alias + std::to_string(key.size()) + ':' + key;
    keys.push_back(key);
    computed.push_back({alias, std::move(made)});
  };
  for (const auto& [alias, text] : config.expressions)
    add(alias, "expression:" + text, expression(alias, text));
  const Schema inputs = schema;
  const std::size_t stored = table_->schema().size();
  for (const auto& [alias, spec] : config.windows) {
    WindowPlan plan = plan_window(alias, spec, inputs, stored);
    std::shared_ptr<ComputedColumn> input;
    std::string input_key;
    if (plan.source >= stored) {
      input = computed[plan.source - stored].column;
      input_key = keys[plan.source - stored];
      plan.source = stored;  // windows over the same text are the same, whatever its alias
    }
    const std::string key = window_key(plan, input_key);
    add(alias, key, column(key, [&] { return std::make_shared<WindowColumn>(table_, plan, input, pool_); }));
  }
  return ViewSource(table_, std::move(computed), std::move(source_key));
}

std::exception_ptr ComputedSet::apply(const ChangeBatch& change) {
  std::exception_ptr failure;
  for (const auto& entry : columns_) {
    const auto live = entry.lock();
    if (!live) continue;
    try {
      live->apply(change);
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  }
  return failure;
}

}  // namespace parallax

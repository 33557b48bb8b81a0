#include "view/view_set.h"

#include <algorithm>
#include <utility>

#include "view/flat_core.h"
#include "view/flat_view.h"
#include "view/grouped_core.h"
#include "view/grouped_view.h"
#include "view/split_view.h"

namespace parallax {
namespace {

/// Writes the parts of a plan that a computation depends on, each with its length, so that no two plans
/// read alike.
class KeyWriter {
 public:
  void number(std::size_t value) { key_ += std::to_string(value) + ';'; }
  void text(const std::string& value) {
    number(value.size());
    key_ += value;
  }
  void texts(const std::vector<std::string>& values) {
    number(values.size());
    for (const auto& value : values) text(value);
  }
  void positions(const std::vector<std::size_t>& values) {
    number(values.size());
    for (const std::size_t value : values) number(value);
  }
  void scalar(const Scalar& value) {
    number(value.index());
    if (const auto* flag = std::get_if<bool>(&value)) number(*flag);
    if (const auto* real = std::get_if<double>(&value)) {
      key_.append(reinterpret_cast<const char*>(real), sizeof *real);
    }
    if (const auto* words = std::get_if<std::string>(&value)) text(*words);
  }
  void filter(const ViewConfig& config) {
    number(static_cast<std::size_t>(config.filter_op));
    number(config.filter.size());
    for (const auto& term : config.filter) {
      text(term.column);
      text(term.op);
      number(term.operands.size());
      for (const auto& operand : term.operands) scalar(operand);
    }
  }
  void sorts(const std::vector<SortPlan>& values) {
    number(values.size());
    for (const auto& sort : values) {
      number(sort.column);
      number(sort.descending);
      number(sort.absolute);
      number(sort.aggregate);
    }
  }
  void aggregates(const std::vector<AggregatePlan>& values) {
    number(values.size());
    for (const auto& aggregate : values) {
      number(aggregate.column);
      number(static_cast<std::size_t>(aggregate.kind));
      number(aggregate.argument ? *aggregate.argument + 1 : 0);
    }
  }
  std::string take() { return std::move(key_); }

 private:
  std::string key_;
};

std::string flat_key(const ViewSource& source, const ViewPlan& plan) {
  KeyWriter key;
  key.text("flat");
  key.text(source.key());
  key.filter(plan.config);
  key.sorts(plan.row_sorts);
  return key.take();
}

/// Empty for plans with water marks: those have a history of their own.
std::string grouped_key(const ViewSource& source, const ViewPlan& plan) {
  const bool marked = std::any_of(plan.aggregates.begin(), plan.aggregates.end(), [](const auto& aggregate) {
    return aggregate.kind == AggregateKind::high || aggregate.kind == AggregateKind::low;
  });
  if (marked) return {};
  KeyWriter key;
  key.text("grouped");
  key.text(source.key());
  key.number(static_cast<std::size_t>(plan.config.group_rollup));
  key.number(static_cast<std::size_t>(plan.config.split_rollup));
  key.positions(plan.group_by);
  key.positions(plan.split_by);
  key.positions(plan.columns);
  key.filter(plan.config);
  key.sorts(plan.row_sorts);
  key.sorts(plan.column_sorts);
  key.aggregates(plan.aggregates);
  return key.take();
}

/// What the split columns of an ungrouped view depend on: its rows are sorted by the flat part.
std::shared_ptr<const ViewPlan> columns_part(const ViewPlan& plan) {
  auto part = std::make_shared<ViewPlan>(plan);
  part->row_sorts.clear();
  return part;
}

}  // namespace

std::shared_ptr<View> ViewSet::make(ViewConfig config) {
  const ViewSource source = computed_.source(config);
  const std::shared_ptr<const ViewPlan> plan = plan_view(source, std::move(config));
  const auto flat = [&] {
    return std::static_pointer_cast<FlatCore>(
        core(flat_key(source, *plan), [&] { return std::make_shared<FlatCore>(source, *plan, pool_); }));
  };
  const auto grouped = [&](const std::shared_ptr<const ViewPlan>& part) {
    return std::static_pointer_cast<GroupedCore>(
        core(grouped_key(source, *part), [&] { return std::make_shared<GroupedCore>(source, part, pool_); }));
  };
  if (plan->grouped()) return std::make_shared<GroupedView>(plan, grouped(plan));
  if (plan->split_by.empty()) return std::make_shared<FlatView>(plan, flat());
  return std::make_shared<SplitView>(plan, flat(), grouped(columns_part(*plan)));
}

std::shared_ptr<ViewCore> ViewSet::core(const std::string& key,
                                        const std::function<std::shared_ptr<ViewCore>()>& make) {
  std::erase_if(shared_, [](const auto& entry) { return entry.second.expired(); });
  std::erase_if(cores_, [](const auto& entry) { return entry.expired(); });
  if (const auto known = shared_.find(key); known != shared_.end()) {
    if (auto live = known->second.lock()) return live;  // else its last view went just now
  }
  auto made = make();
  cores_.push_back(made);
  if (!key.empty()) shared_.insert_or_assign(key, made);
  return made;
}

void ViewSet::apply(const ChangeBatch& change) {
  std::exception_ptr failure = computed_.apply(change);
  const bool columns_lost = failure != nullptr;
  for (const auto& entry : cores_) {
    const auto live = entry.lock();
    if (!live) continue;
    if (columns_lost && live->source().computes()) {
      live->forget();
      continue;
    }
    try {
      live->source().translate(change);
      live->apply(change);
    } catch (...) {
      live->forget();
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

CoreWork ViewSet::last_work() const noexcept {
  CoreWork sum;
  for (const auto& entry : cores_) {
    const auto live = entry.lock();
    if (!live) continue;
    const CoreWork work = live->last_work();
    sum.rows += work.rows;
    sum.cells += work.cells;
  }
  return sum;
}

}  // namespace parallax

#include "view/grouped_core.h"

#include <algorithm>

#include "parallax/error.h"
#include "view/aggregate_set.h"
#include "view/group_cells.h"
#include "view/group_order.h"
#include "view/group_rows.h"
#include "view/grouped_delta.h"

namespace parallax {
namespace {

/// Column paths beyond this are no table anybody reads, but would exhaust memory.
constexpr std::size_t kMaxColumnPaths = 250'000;

}  // namespace

GroupedCore::GroupedCore(const ViewSource& source, std::shared_ptr<const ViewPlan> plan, ThreadPool& pool)
    : source_(source),
      plan_(std::move(plan)),
      pool_(pool),
      filter_(source_, plan_->config.filter, plan_->config.filter_op),
      history_(AggregateSet::has_history(*plan_)),
      rows_(std::make_unique<GroupTree>(source_, plan_->group_by)),
      splits_(std::make_unique<GroupTree>(source_, plan_->split_by)),
      cells_(std::make_unique<GroupCells>(*rows_, *splits_)),
      lists_(std::make_unique<GroupRows>(*rows_, *splits_, *cells_)),
      aggregates_(
          std::make_unique<AggregateSet>(CellContext{source_, *rows_, *splits_, *cells_, *lists_}, *plan_)),
      delta_(std::make_unique<Delta>()) {
  const auto sort_cells = [this](bool of_rows) {
    return [this, of_rows](std::size_t aggregate, std::span<const std::uint32_t> nodes) {
      std::vector<std::uint32_t> found;
      found.reserve(nodes.size());
      for (const std::uint32_t node : nodes) {
        found.push_back(of_rows ? cells_->find(node, 0) : cells_->find(0, node));
      }
      aggregates_->refresh(found, pool_);
      return aggregates_->render(aggregate, found);
    };
  };
  row_order_ = std::make_unique<GroupOrder>(*rows_, plan_->row_sorts, sort_cells(true));
  split_order_ = std::make_unique<GroupOrder>(*splits_, plan_->column_sorts, sort_cells(false));
  for (const auto* sorts : {&plan_->row_sorts, &plan_->column_sorts}) {
    for (const SortPlan& sort : *sorts) {
      orders_by_share_ = orders_by_share_ || aggregates_->is_share(sort.aggregate);
    }
  }
  find_columns();
  if (history_) compute();
}

GroupedCore::~GroupedCore() = default;

void GroupedCore::find_columns() {
  grouping_columns_.assign(source_.schema().size(), false);
  for (const std::size_t column : plan_->group_by) grouping_columns_[column] = true;
  for (const std::size_t column : plan_->split_by) grouping_columns_[column] = true;
  for (const FilterTerm& term : plan_->config.filter) {
    if (const auto column = source_.schema().find(term.column)) grouping_columns_[*column] = true;
  }
  used_columns_ = grouping_columns_;
  for (const AggregatePlan& aggregate : plan_->aggregates) {
    used_columns_[aggregate.column] = true;
    if (aggregate.argument) used_columns_[*aggregate.argument] = true;
  }
}

// --- computing ---

void GroupedCore::pin_texts() {
  pins_.clear();
  for (const AggregatePlan& aggregate : plan_->aggregates) {
    const bool mark = aggregate.kind == AggregateKind::high || aggregate.kind == AggregateKind::low;
    const auto& texts = source_.column(aggregate.column).dictionary();
    if (mark && texts) pins_.push_back(texts->pin());
  }
}

/// Computed columns may be worked out here, and fail here, not by a thread in the midst of a loop.
void GroupedCore::touch_columns() const {
  for (std::size_t column = 0; column < used_columns_.size(); ++column) {
    if (used_columns_[column]) (void)source_.column(column);
  }
}

void GroupedCore::compute() {
  if (computed_) return;
  touch_columns();
  if (history_) pin_texts();
  const Bitmap kept = filter_.keeps_all() ? source_.table().live_rows() : filter_.select(pool_);
  rows_->build(kept, pool_);
  splits_->build(kept, pool_);
  Array<std::uint32_t> base;
  CellFold fold;
  cells_->build(base, fold, pool_);
  aggregates_->build(cells_->split() ? std::span(base.begin(), base.size()) : rows_->leaves_of_rows(), fold,
                     pool_);
  lists_->drop();
  row_order_->clear();
  split_order_->clear();
  ++order_version_;
  computed_ = true;
}

/// Forgets everything; the next reader computes anew.
void GroupedCore::drop() {
  computed_ = false;
  lists_->drop();
  ++order_version_;
}

void GroupedCore::track(bool on) {
  if (!on) {
    --trackers_;
    return;
  }
  compute();
  if (trackers_++ == 0) refresh_everything();
}

// --- split columns ---

const std::vector<SplitColumn>& GroupedCore::split_columns() {
  if (split_columns_version_ != order_version_) {
    split_columns_.clear();
    list_splits(0, {});
    split_columns_version_ = order_version_;
  }
  return split_columns_;
}

bool GroupedCore::shown_split(std::uint32_t split) const noexcept {
  return splits_->is_leaf(split) || plan_->config.split_rollup == SplitRollup::rollup;
}

void GroupedCore::list_splits(std::uint32_t node, const std::string& prefix) {
  if (node != 0 && splits_->rows(node) == 0) return;
  if (shown_split(node)) {
    split_columns_.push_back({node, splits_->depth(node), prefix});
    if (split_columns_.size() * plan_->columns.size() > kMaxColumnPaths) {
      split_columns_.clear();
      throw Error(ErrorKind::resource_limit, "The split_by makes more than " +
                                                 std::to_string(kMaxColumnPaths) +
                                                 " columns; filter, or split by a column of fewer values");
    }
  }
  const std::vector<std::uint32_t> children = split_order_->children(node);
  for (const std::uint32_t child : children) {
    std::string path = prefix;
    splits_->coder(splits_->depth(node)).append_text(path, splits_->code(child));
    path += '|';
    list_splits(child, path);
  }
}

std::uint32_t GroupedCore::split_leaf(std::uint32_t row) const noexcept { return splits_->leaf(row); }

bool GroupedCore::split_covers(std::uint32_t node, std::uint32_t leaf) const noexcept {
  return leaf != kNoGroup && splits_->ancestor(leaf, splits_->depth(node)) == node;
}

// --- rows and cells ---

const std::vector<std::uint32_t>& GroupedCore::children(std::uint32_t node) {
  return row_order_->children(node);
}

void GroupedCore::find_cells(std::span<const std::uint32_t> rows, std::uint32_t split,
                             std::vector<std::uint32_t>& out) const {
  for (const std::uint32_t row : rows) out.push_back(cells_->find(row, split));
}

void GroupedCore::prepare(std::span<const std::uint32_t> rows, std::span<const SplitColumn> splits) {
  if (!aggregates_->any_dirty()) return;
  std::vector<std::uint32_t> found;
  for (const SplitColumn& split : splits) find_cells(rows, split.node, found);
  aggregates_->refresh(found, pool_);
}

Column GroupedCore::cells(std::size_t aggregate, std::span<const std::uint32_t> rows,
                          std::uint32_t split) const {
  if (!cells_->split()) return aggregates_->render(aggregate, rows);
  std::vector<std::uint32_t> found;
  found.reserve(rows.size());
  find_cells(rows, split, found);
  return aggregates_->render(aggregate, found);
}

std::vector<std::uint32_t> GroupedCore::table_rows(std::span<const std::uint32_t> groups,
                                                   std::vector<std::size_t>& offsets) {
  lists_->make();
  std::vector<std::uint32_t> out;
  std::vector<std::uint32_t> part;
  offsets.assign(1, 0);
  for (const std::uint32_t group : groups) {
    part.clear();
    lists_->collect(group, 0, part);
    if (rows_->is_leaf(group)) source_.table().sort_naturally(part);
    out.insert(out.end(), part.begin(), part.end());
    offsets.push_back(out.size());
  }
  return out;
}

}  // namespace parallax

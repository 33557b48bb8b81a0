#include "view/grouped_view.h"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <optional>

#include "parallax/error.h"
#include "view/flat_cells.h"

namespace parallax {

GroupedView::GroupedView(std::shared_ptr<const ViewPlan> plan, std::shared_ptr<GroupedCore> core)
    : View(std::move(plan)), core_(std::move(core)), expansion_(*core_, this->plan().config) {}

GroupedView::~GroupedView() {
  const std::lock_guard lock(core_->mutex);
  if (tracking_) core_->track(false);
}

// --- shape ---

Dimensions GroupedView::dimensions() {
  const std::lock_guard lock(core_->mutex);
  const std::size_t rows = expansion_.visible().size();
  return {rows, core_->split_columns().size() * plan().columns.size()};
}

Extent GroupedView::columns_of(const Viewport& window) {
  core_->compute();
  return window.columns(core_->split_columns().size() * plan().columns.size());
}

void GroupedView::add_names(std::vector<std::string>& out, Extent columns) {
  const auto& splits = core_->split_columns();
  const auto& names = plan().names;
  for (std::size_t at = columns.begin; at < columns.end; ++at) {
    out.push_back(splits[at / names.size()].prefix + names[at % names.size()]);
  }
}

std::vector<std::string> GroupedView::column_paths(const Viewport& window) {
  const std::lock_guard lock(core_->mutex);
  std::vector<std::string> out;
  add_names(out, columns_of(window));
  return out;
}

std::uint32_t GroupedView::expand(std::uint32_t row) {
  const std::lock_guard lock(core_->mutex);
  return expansion_.expand(row);
}
std::uint32_t GroupedView::collapse(std::uint32_t row) {
  const std::lock_guard lock(core_->mutex);
  return expansion_.collapse(row);
}
void GroupedView::set_depth(std::uint32_t depth) {
  const std::lock_guard lock(core_->mutex);
  expansion_.set_depth(depth);
}

// --- cells ---

ViewSlice GroupedView::slice(const Viewport& window, const SliceOptions& options) {
  const std::lock_guard lock(core_->mutex);
  const auto& visible = expansion_.visible();
  const Extent rows = window.rows(visible.size());
  const std::vector<std::uint32_t> groups(visible.begin() + static_cast<std::ptrdiff_t>(rows.begin),
                                          visible.begin() + static_cast<std::ptrdiff_t>(rows.end));
  ViewSlice out = take(groups, columns_of(window));
  out.bare_rows = !plan().split_by.empty();
  if (!plan().group_by.empty()) add_row_path(out, groups);
  if (options.index) add_index(out, groups);
  return out;
}

ViewSlice GroupedView::take(const std::vector<std::uint32_t>& groups, Extent columns) {
  ViewSlice out;
  out.rows = groups.size();
  if (columns.size() == 0) return out;
  const auto& splits = core_->split_columns();
  const std::size_t shown = plan().columns.size();
  const std::size_t first = columns.begin / shown;
  core_->prepare(groups, std::span(splits).subspan(first, (columns.end - 1) / shown + 1 - first));
  std::vector<std::optional<Column>> cells(columns.size());
  core_->pool().parallel_for(columns.size(), columns.size() * groups.size(), [&](std::size_t i) {
    const std::size_t at = columns.begin + i;
    cells[i] = core_->cells(at % shown, groups, splits[at / shown].node);
  });
  add_names(out.names, columns);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const AggregatePlan& aggregate = plan().aggregates[(columns.begin + i) % shown];
    const bool percents =
        aggregate.kind == AggregateKind::pct_sum_parent || aggregate.kind == AggregateKind::pct_sum_total;
    out.integer_percents.push_back(percents &&
                                   is_integer(core_->source().schema()[aggregate.column].storage));
    out.columns.push_back(std::move(*cells[i]));
  }
  return out;
}

void GroupedView::add_row_path(ViewSlice& out, const std::vector<std::uint32_t>& groups) const {
  const GroupTree& tree = core_->rows();
  out.has_row_path = true;
  out.depth.reserve(groups.size());
  for (const std::uint32_t group : groups) out.depth.push_back(tree.depth(group));
  std::vector<std::uint32_t> codes(groups.size());
  for (std::uint32_t level = 1; level <= tree.levels(); ++level) {
    for (std::size_t r = 0; r < groups.size(); ++r) {
      const bool has = tree.depth(groups[r]) >= level;
      codes[r] = has ? tree.code(tree.ancestor(groups[r], level)) : ValueCoder::kNull;
    }
    out.path.push_back(tree.coder(level - 1).cells(codes));
    out.path_names.push_back(core_->source().schema()[plan().group_by[level - 1]].name);
  }
}

void GroupedView::add_index(ViewSlice& out, const std::vector<std::uint32_t>& groups) {
  std::vector<std::uint32_t> rows = core_->table_rows(groups, out.index_offsets);
  for (std::size_t g = 0; g < groups.size(); ++g) {  // leaves: descending by key
    std::reverse(rows.begin() + static_cast<std::ptrdiff_t>(out.index_offsets[g]),
                 rows.begin() + static_cast<std::ptrdiff_t>(out.index_offsets[g + 1]));
  }
  out.index = core_->source().table().keys(rows.data(), rows.size());
}

// --- extremes ---

std::vector<std::uint32_t> GroupedView::deepest_rows() {
  const GroupTree& tree = core_->rows();
  const auto& visible = expansion_.visible();
  std::uint32_t deepest = 0;
  for (const std::uint32_t group : visible) deepest = std::max(deepest, tree.depth(group));
  // The total does not count as a level, unless it is all that there can be.
  if (deepest == 0 && plan().config.group_rollup == GroupRollup::rollup) return {};
  std::vector<std::uint32_t> out;
  for (const std::uint32_t group : visible) {
    if (tree.depth(group) == deepest) out.push_back(group);
  }
  return out;
}

std::pair<Scalar, Scalar> GroupedView::min_max(std::string_view column) {
  const auto& names = plan().names;
  const auto found = std::find(names.begin(), names.end(), column);
  if (found == names.end()) {
    throw Error("Could not find column index for `" + std::string(column) +
                "` as it does not exist in the schema.");
  }
  const auto aggregate = static_cast<std::size_t>(found - names.begin());
  const std::lock_guard lock(core_->mutex);
  const std::vector<std::uint32_t> groups = deepest_rows();
  std::vector<SplitColumn> leaves;
  for (const SplitColumn& split : core_->split_columns()) {
    if (split.depth == plan().split_by.size()) leaves.push_back(split);
  }
  core_->prepare(groups, leaves);
  std::optional<Column> all;
  for (const SplitColumn& leaf : leaves) {
    Column cells = core_->cells(aggregate, groups, leaf.node);
    if (all) {
      all->append_column(cells);
    } else {
      all = std::move(cells);
    }
  }
  if (!all) return {};
  std::vector<std::uint32_t> rows(all->size());
  std::iota(rows.begin(), rows.end(), 0u);
  return min_max_of(*all, std::move(rows), core_->pool());
}

// --- changes ---

void GroupedView::track_changes(bool on) {
  const std::lock_guard lock(core_->mutex);
  if (on != tracking_) core_->track(on);
  tracking_ = on;
}

ViewSlice GroupedView::delta(const ChangeBatch& /*change*/) {
  const std::lock_guard lock(core_->mutex);
  std::vector<std::uint32_t> groups;
  for (const std::uint32_t group : expansion_.visible()) {
    if (core_->changed(group)) groups.push_back(group);
  }
  return take(groups, columns_of({}));
}

}  // namespace parallax

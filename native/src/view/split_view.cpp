#include "view/split_view.h"

#include <mutex>
#include <optional>
#include <unordered_map>

#include "view/flat_cells.h"

namespace parallax {
namespace {

/// Positions in a list of rows, by the split leaf of the row.
using LeafPositions = std::unordered_map<std::uint32_t, std::vector<std::uint32_t>>;

LeafPositions positions_by_leaf(const GroupedCore& core, const std::vector<std::uint32_t>& rows) {
  LeafPositions positions;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    positions[core.split_leaf(rows[i])].push_back(static_cast<std::uint32_t>(i));
  }
  return positions;
}

/// The cells of the rows that the split node covers; null for the others.
Column covered_cells(const GroupedCore& core, const Column& source, std::uint32_t node,
                     const std::vector<std::uint32_t>& rows, const LeafPositions& positions) {
  Column out(source.storage(), source.dictionary());
  out.resize(rows.size());
  const auto copy = [&](const std::vector<std::uint32_t>& covered) {
    for (const std::uint32_t at : covered) out.copy_cell(at, source, rows[at]);
  };
  if (const auto own = positions.find(node); own != positions.end()) {
    copy(own->second);  // the node is a leaf
    return out;
  }
  for (const auto& [leaf, covered] : positions) {
    if (core.split_covers(node, leaf)) copy(covered);
  }
  return out;
}

}  // namespace

SplitView::SplitView(std::shared_ptr<const ViewPlan> plan, std::shared_ptr<FlatCore> rows,
                     std::shared_ptr<GroupedCore> splits)
    : View(std::move(plan)), rows_(std::move(rows)), splits_(std::move(splits)) {}

const std::vector<SplitColumn>& SplitView::split_columns() {
  splits_->compute();
  return splits_->split_columns();
}

Dimensions SplitView::dimensions() {
  const std::scoped_lock lock(rows_->mutex, splits_->mutex);
  return {rows_->size(), split_columns().size() * plan().columns.size()};
}

void SplitView::add_names(std::vector<std::string>& out, Extent columns) {
  const auto& splits = split_columns();
  for (std::size_t at = columns.begin; at < columns.end; ++at) {
    out.push_back(splits[at / plan().names.size()].prefix + plan().names[at % plan().names.size()]);
  }
}

std::vector<std::string> SplitView::column_paths(const Viewport& window) {
  const std::lock_guard lock(splits_->mutex);
  std::vector<std::string> out;
  add_names(out, window.columns(split_columns().size() * plan().columns.size()));
  return out;
}

void SplitView::add_columns(ViewSlice& out, Extent columns, const std::vector<std::uint32_t>& rows) {
  const auto& splits = split_columns();
  const std::size_t shown = plan().columns.size();
  const LeafPositions positions = positions_by_leaf(*splits_, rows);
  std::vector<std::optional<Column>> cells(columns.size());
  rows_->pool().parallel_for(columns.size(), columns.size() * rows.size(), [&](std::size_t i) {
    const std::size_t at = columns.begin + i;
    const Column& source = rows_->source().column(plan().columns[at % shown]);
    cells[i] = covered_cells(*splits_, source, splits[at / shown].node, rows, positions);
  });
  add_names(out.names, columns);
  for (auto& column : cells) out.columns.push_back(std::move(*column));
}

ViewSlice SplitView::slice(const Viewport& window, const SliceOptions& options) {
  const std::scoped_lock lock(rows_->mutex, splits_->mutex);
  const Extent cut = window.rows(rows_->size());
  const auto rows = rows_->range(cut.begin, cut.end);
  ViewSlice out;
  out.bare_rows = true;
  start_slice(out, rows_->source(), rows, options);
  add_columns(out, window.columns(split_columns().size() * plan().columns.size()), rows);
  return out;
}

std::pair<Scalar, Scalar> SplitView::min_max(std::string_view column) {
  const std::lock_guard lock(rows_->mutex);
  return flat_min_max(*rows_, column);
}

void SplitView::track_changes(bool on) {
  if (on) (void)dimensions();
}

ViewSlice SplitView::delta(const ChangeBatch& change) {
  const std::scoped_lock lock(rows_->mutex, splits_->mutex);
  const auto rows = written_rows(*rows_, change);
  ViewSlice out;
  start_slice(out, rows_->source(), rows, {});
  add_columns(out, {0, split_columns().size() * plan().columns.size()}, rows);
  return out;
}

}  // namespace parallax

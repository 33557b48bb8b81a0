#include "view/flat_view.h"

#include <mutex>
#include <optional>

#include "view/flat_cells.h"

namespace parallax {

FlatView::FlatView(std::shared_ptr<const ViewPlan> plan, std::shared_ptr<FlatCore> core)
    : View(std::move(plan)), core_(std::move(core)) {}

Dimensions FlatView::dimensions() {
  const std::lock_guard lock(core_->mutex);
  return {core_->size(), plan().columns.size()};
}

std::vector<std::string> FlatView::column_paths(const Viewport& window) {
  const Extent cut = window.columns(plan().names.size());
  const auto first = plan().names.begin();
  return {first + static_cast<std::ptrdiff_t>(cut.begin), first + static_cast<std::ptrdiff_t>(cut.end)};
}

void FlatView::add_columns(ViewSlice& out, const Viewport& window, const std::vector<std::uint32_t>& rows,
                           bool shared) const {
  const Extent cut = window.columns(plan().columns.size());
  std::vector<std::optional<Column>> cells(cut.size());
  core_->pool().parallel_for(cut.size(), shared ? 0 : cut.size() * rows.size(), [&](std::size_t i) {
    const Column& column = core_->source().column(plan().columns[cut.begin + i]);
    if (!shared) {
      cells[i] = column.gather(rows.data(), rows.size());
      return;
    }
    cells[i] = column;
    cells[i]->resize(out.rows);
  });
  for (std::size_t i = 0; i < cut.size(); ++i) {
    out.names.push_back(plan().names[cut.begin + i]);
    out.columns.push_back(std::move(*cells[i]));
  }
}

ViewSlice FlatView::slice(const Viewport& window, const SliceOptions& options) {
  ViewSlice out;
  std::vector<std::uint32_t> rows;
  bool shared;
  {
    const std::lock_guard lock(core_->mutex);
    const std::size_t count = core_->size();
    const Extent cut = window.rows(count);
    // Many first rows share the table's segments but for the last.
    const bool many = cut.begin == 0 && (cut.end == count || cut.end >= kMorselRows);
    shared = many && core_->is_whole_table();
    out.rows = cut.size();
    if (!shared || options.id || options.index) rows = core_->range(cut.begin, cut.end);
  }
  if (options.id || options.index) start_slice(out, core_->source(), rows, options);
  add_columns(out, window, rows, shared);
  return out;
}

std::pair<Scalar, Scalar> FlatView::min_max(std::string_view column) {
  const std::lock_guard lock(core_->mutex);
  return flat_min_max(*core_, column);
}

void FlatView::track_changes(bool on) {
  if (!on) return;
  const std::lock_guard lock(core_->mutex);
  (void)core_->size();
  // A window that was never computed could not say which rows a write changes.
  for (const std::size_t column : plan().columns) (void)core_->source().column(column);
}

ViewSlice FlatView::delta(const ChangeBatch& change) {
  std::vector<std::uint32_t> rows;
  {
    const std::lock_guard lock(core_->mutex);
    rows = written_rows(*core_, change);
  }
  ViewSlice out;
  out.rows = rows.size();
  add_columns(out, {}, rows, false);
  return out;
}

}  // namespace parallax

// A client's view of a table.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/thread_pool.h"
#include "storage/change_batch.h"
#include "view/plan.h"
#include "view/slice.h"

namespace parallax {

struct Dimensions {
  std::size_t rows = 0;     ///< visible rows
  std::size_t columns = 0;  ///< column paths
};

/// One view. What it shows is a function of the table's rows, its plan and which rows are expanded; it
/// computes nothing before the first read and keeps it up to date from then on. The computation may be shared
/// with other views of the same plan.
///
/// Threading: readers hold the table's lock shared, may run beside each other, and serialise inside; apply()
/// and refresh() (through ViewSet) run alone under the table's exclusive lock. plan() and schema() need no
/// lock.
class View {
 public:
  explicit View(std::shared_ptr<const ViewPlan> plan) : plan_(std::move(plan)) {}
  virtual ~View() = default;
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  [[nodiscard]] const ViewPlan& plan() const noexcept { return *plan_; }
  /// Source column -> type of its cells, each shown column once, in order.
  [[nodiscard]] std::vector<std::pair<std::string, ColumnType>> schema() const;

  [[nodiscard]] virtual Dimensions dimensions() = 0;
  /// Column paths [start, end) of the viewport's columns.
  [[nodiscard]] virtual std::vector<std::string> column_paths(const Viewport& window) = 0;
  [[nodiscard]] virtual ViewSlice slice(const Viewport& window, const SliceOptions& options) = 0;
  /// Least and greatest shown value; null if there is none. Throws Error for a column that is not there.
  [[nodiscard]] virtual std::pair<Scalar, Scalar> min_max(std::string_view column) = 0;

  /// Rows that appeared or vanished; 0 for views without a tree.
  virtual std::uint32_t expand(std::uint32_t /*row*/) { return 0; }
  virtual std::uint32_t collapse(std::uint32_t /*row*/) { return 0; }
  virtual void set_depth(std::uint32_t /*depth*/) {}

  /// Says whether delta() will be asked for. Turning it on computes the view, so that changes have a before.
  virtual void track_changes(bool on) = 0;
  /// Visible rows that the batch applied last changed: whole rows in view order, without row path. Only while
  /// tracking changes, between the end of ViewSet::apply and the next write.
  [[nodiscard]] virtual ViewSlice delta(const ChangeBatch& change) = 0;

 private:
  std::shared_ptr<const ViewPlan> plan_;
};

}  // namespace parallax

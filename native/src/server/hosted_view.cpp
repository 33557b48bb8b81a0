#include "server/hosted_view.h"

#include "parallax/error.h"
#include "server/convert.h"

namespace parallax {

HostedView::HostedView(std::string name, std::shared_ptr<HostedTable> table, std::shared_ptr<View> view,
                       std::shared_ptr<SessionState> owner)
    : name_(std::move(name)),
      table_(std::move(table)),
      owner_(std::move(owner)),
      view_(std::move(view)),
      config_(to_wire(view_->plan().config)),
      schema_(to_wire(view_->schema())) {}

wire::ColumnTypes HostedView::expression_schema() const {
  return to_wire(view_->plan().expression_types);
}

View& HostedView::open() const {
  if (!view_) throw Error(ErrorKind::unknown_view, "View not found");
  return *view_;
}

wire::ViewDimensionsResp HostedView::dimensions() {
  asked_ = true;
  {
    const std::lock_guard lock(snapshot_mutex_);
    if (snapshot_) return *snapshot_;
  }
  return read([&](View& view) {
    const std::lock_guard one_at_a_time(publish_mutex_);
    return publish(view);
  });
}

wire::ViewDimensionsResp HostedView::publish(View& view) {
  const Dimensions dimensions = view.dimensions();
  const wire::ViewDimensionsResp snapshot{
      static_cast<std::uint32_t>(table_->size()), static_cast<std::uint32_t>(table_->schema().size()),
      static_cast<std::uint32_t>(dimensions.rows), static_cast<std::uint32_t>(dimensions.columns)};
  const std::lock_guard lock(snapshot_mutex_);
  snapshot_ = snapshot;
  return snapshot;
}

void HostedView::refresh_dimensions() {
  const std::lock_guard one_at_a_time(publish_mutex_);
  if (asked_.exchange(false)) {
    (void)publish(open());
  } else {
    const std::lock_guard lock(snapshot_mutex_);
    snapshot_.reset();
  }
}

}  // namespace parallax

// A view under its name: what clients ask of it, who listens to it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "protocol/response.h"
#include "server/hosted_table.h"
#include "server/outbound.h"
#include "view/view.h"

namespace parallax {

struct SessionState;

/// One client's wish to hear of something. `active` is guarded by the registry's mutex.
struct Subscription {
  std::shared_ptr<Outbound> to;
  std::uint32_t id;                     ///< msg_id of the request that subscribed
  std::shared_ptr<const void> counted;  ///< by SessionState
  bool rows = false;
  bool active = true;
};

using Subscriptions = std::vector<std::shared_ptr<Subscription>>;

/// Lock order: see hosted_table.h.
class HostedView {
 public:
  /// Keeps what get_config and schema answer, so that they need no lock.
  HostedView(std::string name, std::shared_ptr<HostedTable> table, std::shared_ptr<View> view,
             std::shared_ptr<SessionState> owner);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::shared_ptr<HostedTable>& table() const noexcept { return table_; }
  [[nodiscard]] const std::shared_ptr<SessionState>& owner() const noexcept { return owner_; }
  [[nodiscard]] const wire::ViewConfig& config() const noexcept { return config_; }
  [[nodiscard]] const wire::ColumnTypes& schema() const noexcept { return schema_; }
  [[nodiscard]] wire::ColumnTypes expression_schema() const;

  /// From the last published snapshot, else computed.
  [[nodiscard]] wire::ViewDimensionsResp dimensions();

  /// Runs f(View&) as a reader, beside other readers. Throws Error (unknown_view) once deleted.
  template <class F>
  auto read(F&& f) {
    const std::shared_lock lock(table_->data_mutex());
    return std::forward<F>(f)(open());
  }

  /// As read, for what changes the visible rows: f says how many; publishes the dimensions that come of it.
  template <class F>
  std::uint32_t reshape(F&& f) {
    const std::shared_lock lock(table_->data_mutex());
    const std::lock_guard one_at_a_time(publish_mutex_);
    View& view = open();
    const std::uint32_t changed = std::forward<F>(f)(view);
    (void)publish(view);
    return changed;
  }

  // --- for HostedTable ---
  /// After a write, as a reader: brings the published dimensions up to date, or drops them if nobody asked
  /// for them since the last write.
  void refresh_dimensions();
  /// As a reader, or alone. Null once deleted.
  [[nodiscard]] View* view() const noexcept { return view_.get(); }
  /// Alone on the table: lets go of the view.
  void release() noexcept { view_.reset(); }
  /// Says whether deltas are kept; guarded by the table's writer mutex.
  bool tracking = false;

  // --- guarded by the registry's mutex ---
  Subscriptions on_update;
  Subscriptions on_remove;
  bool deleted = false;

 private:
  [[nodiscard]] View& open() const;
  wire::ViewDimensionsResp publish(View& view);

  const std::string name_;
  const std::shared_ptr<HostedTable> table_;
  const std::shared_ptr<SessionState> owner_;
  std::shared_ptr<View> view_;  // changed only alone on the table
  const wire::ViewConfig config_;
  const wire::ColumnTypes schema_;

  std::atomic<bool> asked_{false};
  std::mutex publish_mutex_;   // held from computing to publishing
  std::mutex snapshot_mutex_;  // innermost
  std::optional<wire::ViewDimensionsResp> snapshot_;
};

}  // namespace parallax

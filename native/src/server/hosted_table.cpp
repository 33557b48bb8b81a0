#include "server/hosted_table.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "emit/emit.h"
#include "parallax/error.h"
#include "server/hosted_view.h"
#include "server/registry.h"

namespace parallax {

/// What the subscribers of one view are to hear of a write.
struct HostedTable::Event {
  std::shared_ptr<HostedView> view;
  Listeners listeners;
  std::optional<ViewSlice> delta;
};

HostedTable::HostedTable(std::string name, std::unique_ptr<Table> table, ListFlatten list_flatten,
                         ThreadPool& pool)
    : name_(std::move(name)),
      pool_(pool),
      list_flatten_(list_flatten),
      table_(std::move(table)),
      view_set_(table_, pool),
      size_(table_->size()) {}

const Field& HostedTable::index_field() const {
  const auto index = table_->index_column();
  if (!index) throw Error("Cannot remove from unindexed Table\n");
  return schema()[*index];
}

void HostedTable::defer(Write write) {
  const std::lock_guard lock(deferred_mutex_);
  deferred_.push_back(std::move(write));
  ++deferred_count_;
}

void HostedTable::flush(Registry& registry, Outbox& outbox) {
  if (!has_deferred()) return;
  const auto writer = lock_writer();
  flush_locked(registry, outbox);
}

void HostedTable::flush_locked(Registry& registry, Outbox& outbox) {
  std::vector<Write> writes;
  {
    const std::lock_guard lock(deferred_mutex_);
    writes.swap(deferred_);
  }
  const std::size_t count = writes.size();
  std::exception_ptr failure;
  try {
    for (Write& write : conflate(std::move(writes), schema())) {
      try {
        write_locked(std::move(write), registry, outbox, [] {});
      } catch (...) {
        if (!failure) failure = std::current_exception();
      }
    }
  } catch (...) {
    failure = std::current_exception();
  }
  deferred_count_ -= count;
  if (failure) std::rethrow_exception(failure);
}

ChangeBatch HostedTable::apply(Write& write) {
  switch (write.kind) {
    case Write::Kind::update:
      return table_->update(std::move(write.rows));
    case Write::Kind::replace:
      return write.rows.rows == 0 ? table_->clear() : table_->replace(std::move(write.rows));
    case Write::Kind::remove:
      break;
  }
  return table_->remove(*write.keys);
}

ChangeBatch HostedTable::change_locked(Write& write, Registry& registry) {
  const std::lock_guard alone(data_mutex_);
  table_->recycle();  // of the write before: its deltas have been read
  for (const auto& view : views_) {
    if (view->tracking && !registry.wants_rows(*view)) {
      view->view()->track_changes(false);
      view->tracking = false;
    }
  }
  ChangeBatch change = apply(write);
  if (change.notify) view_set_.apply(change);
  size_.store(table_->size(), std::memory_order_release);
  return change;
}

void HostedTable::write_locked(Write write, Registry& registry, Outbox& outbox,
                               const std::function<void()>& applied) {
  const ChangeBatch change = change_locked(write, registry);
  std::vector<Event> events;
  std::exception_ptr failure;
  if (change.notify) {
    try {
      events = gather_events(change, registry);
    } catch (...) {
      failure = std::current_exception();
    }
  }
  applied();
  if (failure) std::rethrow_exception(failure);
  const auto removed = removed_keys(change, events);
  for (const Event& event : events) announce(event, removed, write.port, registry, outbox);
}

std::vector<HostedTable::Event> HostedTable::gather_events(const ChangeBatch& change, Registry& registry) {
  std::vector<Event> events;
  const std::shared_lock reader(data_mutex_);
  for (const auto& view : views_) {
    view->refresh_dimensions();
    Event event{view, registry.listeners(*view), std::nullopt};
    if (event.listeners.update.empty() && event.listeners.remove.empty()) continue;
    const bool rows = std::any_of(event.listeners.update.begin(), event.listeners.update.end(),
                                  [](const auto& listener) { return listener->rows; });
    if (rows) event.delta = view->view()->delta(change);
    events.push_back(std::move(event));
  }
  return events;
}

std::shared_ptr<const std::string> HostedTable::removed_keys(const ChangeBatch& change,
                                                             const std::vector<Event>& events) const {
  const bool heard =
      std::any_of(events.begin(), events.end(), [](const Event& e) { return !e.listeners.remove.empty(); });
  if (!heard || !change.removed_keys) return nullptr;
  return std::make_shared<const std::string>(keys_to_arrow(index_field().name, *change.removed_keys, pool_));
}

void HostedTable::announce(const Event& event, const std::shared_ptr<const std::string>& removed,
                           std::uint32_t port, Registry& registry, Outbox& outbox) const {
  std::vector<Registry::Notification> notifications;
  const auto add = [&](const std::shared_ptr<Subscription>& to, const wire::ResponseKind& news) {
    notifications.push_back({to, wire::encode_response(to->id, event.view->name(), news)});
  };
  if (removed) {
    for (const auto& listener : event.listeners.remove) add(listener, wire::ViewOnRemoveResp{removed, port});
  }
  std::shared_ptr<const std::string> delta;
  if (event.delta) delta = std::make_shared<const std::string>(to_arrow(*event.delta, {}, pool_));
  for (const auto& listener : event.listeners.update) {
    add(listener, wire::ViewOnUpdateResp{listener->rows ? delta : nullptr, port});
  }
  registry.notify(std::move(notifications), outbox);
}

std::shared_ptr<View> HostedTable::make_view_locked(ViewConfig config) {
  const std::lock_guard alone(data_mutex_);
  return view_set_.make(std::move(config));
}

void HostedTable::remove_view_locked(HostedView& view) {
  const std::lock_guard alone(data_mutex_);
  view.release();
  std::erase_if(views_, [&](const auto& entry) { return entry.get() == &view; });
}

void HostedTable::track_locked(HostedView& view) {
  if (view.tracking) return;
  view.read([](View& open) { open.track_changes(true); });
  view.tracking = true;
}

}  // namespace parallax

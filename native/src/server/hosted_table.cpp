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

/// What a write did to one table.
struct HostedTable::Changed {
  HostedTable* table;
  ChangeBatch change;
  std::vector<Event> events;
};

namespace {

std::uint64_t next_created() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

/// Runs a step that others must not depend on; keeps the first failure.
template <class F>
void attempt(std::exception_ptr& failure, F&& step) {
  try {
    step();
  } catch (...) {
    if (!failure) failure = std::current_exception();
  }
}

}  // namespace

HostedTable::HostedTable(std::string name, std::unique_ptr<Table> table, ListFlatten list_flatten,
                         ThreadPool& pool)
    : name_(std::move(name)),
      pool_(pool),
      list_flatten_(list_flatten),
      created_(next_created()),
      table_(std::move(table)),
      view_set_(table_, pool),
      size_(table_->size()) {}

HostedTable::HostedTable(std::string name, std::shared_ptr<HostedTable> left,
                         std::shared_ptr<HostedTable> right, const JoinConfig& config, ThreadPool& pool)
    : name_(std::move(name)),
      pool_(pool),
      list_flatten_(ListFlatten::zip),
      created_(next_created()),
      left_(std::move(left)),
      right_(std::move(right)),
      sources_(ancestry(left_, right_)),
      join_(std::make_unique<Join>(left_->table_, right_->table_, config)),
      table_(join_->table()),
      view_set_(table_, pool),
      size_(table_->size()) {}

// --- joins and their sources ---

WriterLock::WriterLock(HostedTable& table) {
  locks_.emplace_back(table.writer_mutex_);
  std::erase_if(table.joins_, [](const auto& entry) { return entry.expired(); });
  for (const auto& entry : table.joins_) {
    if (auto join = entry.lock()) joins_.push_back(std::move(join));
  }
  for (const auto& join : joins_) locks_.emplace_back(join->writer_mutex_);
}

std::vector<std::shared_ptr<HostedTable>> HostedTable::ancestry(const std::shared_ptr<HostedTable>& left,
                                                                const std::shared_ptr<HostedTable>& right) {
  std::vector<std::shared_ptr<HostedTable>> tables;
  for (const auto& table : {left, right}) {
    tables.push_back(table);
    tables.insert(tables.end(), table->sources_.begin(), table->sources_.end());
  }
  std::sort(tables.begin(), tables.end(),
            [](const auto& a, const auto& b) { return a->created_ < b->created_; });
  tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
  return tables;
}

std::vector<std::unique_lock<std::mutex>> HostedTable::lock_sources(
    const std::shared_ptr<HostedTable>& left, const std::shared_ptr<HostedTable>& right) {
  std::vector<std::unique_lock<std::mutex>> locks;
  for (const auto& table : ancestry(left, right)) locks.emplace_back(table->writer_mutex_);
  return locks;
}

void HostedTable::attach(const std::shared_ptr<HostedTable>& self) {
  for (const auto& source : sources_) {
    std::erase_if(source->joins_, [](const auto& entry) { return entry.expired(); });
    source->joins_.push_back(self);
  }
}

std::vector<std::shared_ptr<HostedTable>> HostedTable::joined() const {
  if (!join_) return {};
  if (left_ == right_) return {left_};
  return {left_, right_};
}

const Field& HostedTable::index_field() const {
  const auto index = table_->index_column();
  if (!index) throw Error("Cannot remove from unindexed Table\n");
  return schema()[*index];
}

void HostedTable::defer(Write write, std::size_t most) {
  const std::lock_guard lock(deferred_mutex_);
  if (deferred_.size() >= most) {
    throw Error(ErrorKind::resource_limit,
                "Table \"" + name_ + "\" has " + std::to_string(deferred_.size()) +
                    " changes that wait for a poll, as many as it may; poll first");
  }
  deferred_.push_back(std::move(write));
  ++deferred_count_;
}

void HostedTable::flush(Registry& registry, Outbox& outbox) {
  std::exception_ptr failure;
  for (const auto& source : sources_) attempt(failure, [&] { source->flush_own(registry, outbox); });
  attempt(failure, [&] { flush_own(registry, outbox); });
  if (failure) std::rethrow_exception(failure);
}

void HostedTable::flush_own(Registry& registry, Outbox& outbox) {
  if (!has_deferred()) return;
  const WriterLock writer = lock_writer();
  std::vector<Write> writes;
  {
    const std::lock_guard lock(deferred_mutex_);
    writes.swap(deferred_);
  }
  const std::size_t count = writes.size();
  std::exception_ptr failure;
  attempt(failure, [&] {
    for (Write& write : conflate(std::move(writes), schema())) {
      attempt(failure, [&] { write_locked(writer, std::move(write), registry, outbox, [] {}); });
    }
  });
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

void HostedTable::begin_change(Registry& registry) {
  table_->recycle();  // of the write before: its deltas have been read
  for (const auto& view : views_) {
    if (view->tracking && !registry.wants_rows(*view)) {
      view->view()->track_changes(false);
      view->tracking = false;
    }
  }
}

void HostedTable::finish_change(const ChangeBatch& change, std::exception_ptr& failure) {
  if (change.notify) attempt(failure, [&] { view_set_.apply(change); });
  size_.store(table_->size(), std::memory_order_release);
}

/// A join after its sources.
ChangeBatch HostedTable::follow(const std::vector<Changed>& changes, std::exception_ptr& failure) {
  const auto change_of = [&](const std::shared_ptr<HostedTable>& source) -> const ChangeBatch* {
    const auto found = std::find_if(changes.begin(), changes.end(),
                                    [&](const Changed& changed) { return changed.table == source.get(); });
    return found == changes.end() ? nullptr : &found->change;
  };
  try {
    return join_->apply(change_of(left_), change_of(right_));
  } catch (...) {
    if (!failure) failure = std::current_exception();
    return join_->give_up();
  }
}

std::vector<HostedTable::Changed> HostedTable::change_locked(const WriterLock& held, Write& write,
                                                             Registry& registry,
                                                             std::exception_ptr& failure) {
  std::vector<std::unique_lock<FairSharedMutex>> alone;
  alone.emplace_back(data_mutex_);
  for (const auto& join : held.joins()) alone.emplace_back(join->data_mutex_);
  begin_change(registry);
  for (const auto& join : held.joins()) join->begin_change(registry);
  std::vector<Changed> changes;
  changes.reserve(held.joins().size() + 1);
  changes.push_back({this, apply(write), {}});
  finish_change(changes.front().change, failure);
  if (!changes.front().change.notify) return changes;
  for (const auto& join : held.joins()) {
    changes.push_back({join.get(), join->follow(changes, failure), {}});
    join->finish_change(changes.back().change, failure);
  }
  return changes;
}

void HostedTable::write_locked(const WriterLock& held, Write write, Registry& registry, Outbox& outbox,
                               const std::function<void()>& applied) {
  std::exception_ptr failure;
  std::vector<Changed> changes = change_locked(held, write, registry, failure);
  for (Changed& changed : changes) {
    if (!changed.change.notify) continue;
    attempt(failure, [&] { changed.events = changed.table->gather_events(changed.change, registry); });
  }
  applied();
  for (const Changed& changed : changes) {
    attempt(failure, [&] {
      changed.table->announce(changed, changed.table == this ? write.port : 0, registry, outbox);
    });
  }
  if (failure) std::rethrow_exception(failure);
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

std::shared_ptr<const TextBuffer> HostedTable::removed_keys(const ChangeBatch& change,
                                                            const std::vector<Event>& events) const {
  const bool heard =
      std::any_of(events.begin(), events.end(), [](const Event& e) { return !e.listeners.remove.empty(); });
  if (!heard || !change.removed_keys) return nullptr;
  return std::make_shared<const TextBuffer>(keys_to_arrow(index_field().name, *change.removed_keys, pool_));
}

void HostedTable::announce(const Changed& changed, std::uint32_t port, Registry& registry,
                           Outbox& outbox) const {
  const auto removed = removed_keys(changed.change, changed.events);
  for (const Event& event : changed.events) announce(event, removed, port, registry, outbox);
}

void HostedTable::announce(const Event& event, const std::shared_ptr<const TextBuffer>& removed,
                           std::uint32_t port, Registry& registry, Outbox& outbox) const {
  std::vector<Registry::Notification> notifications;
  const auto add = [&](const std::shared_ptr<Subscription>& to, wire::ResponseKind news) {
    notifications.push_back({to, wire::encode_response(to->id, event.view->name(), std::move(news))});
  };
  if (removed) {
    for (const auto& listener : event.listeners.remove) add(listener, wire::ViewOnRemoveResp{removed, port});
  }
  std::shared_ptr<const TextBuffer> delta;
  if (event.delta) delta = std::make_shared<const TextBuffer>(to_arrow(*event.delta, {}, pool_));
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

// A table under its name, with its views, its lock and its pending changes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "ingest/ingest.h"
#include "server/fair_shared_mutex.h"
#include "server/outbound.h"
#include "server/write.h"
#include "storage/table.h"
#include "view/view_set.h"

namespace parallax {

class HostedView;
class Registry;

/// Whom to tell that a lazy delete is done.
struct Deleter {
  std::shared_ptr<Outbound> to;
  std::uint32_t id;
};

/// Lock order, outermost first; nobody waits for a handler while holding any of them:
///   1. a table's writer mutex: one write and the queueing of its notifications, or a change of its views
///   2. a table's data mutex: shared by readers, alone for a write
///   3. a view's publish mutex, the view's own locks
///   4. the registry's mutex: names, sessions, subscriptions
///   5. a session's Outbound
class HostedTable {
 public:
  HostedTable(std::string name, std::unique_ptr<Table> table, ListFlatten list_flatten, ThreadPool& pool);

  // --- immutable, no lock ---
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const Schema& schema() const noexcept { return table_->schema(); }
  [[nodiscard]] const TableOptions& options() const noexcept { return table_->options(); }
  /// The field of the index. Throws Error for a table without one.
  [[nodiscard]] const Field& index_field() const;
  [[nodiscard]] UpdateTarget update_target() const noexcept {
    return {table_->schema(), table_->index_column(), list_flatten_};
  }

  /// Rows after the last finished write; waits for nobody.
  [[nodiscard]] std::size_t size() const noexcept { return size_.load(std::memory_order_acquire); }

  std::uint32_t make_port() noexcept { return ++ports_; }
  [[nodiscard]] bool has_port(std::uint32_t port) const noexcept { return port <= ports_; }

  FairSharedMutex& data_mutex() noexcept { return data_mutex_; }
  [[nodiscard]] std::unique_lock<std::mutex> lock_writer() { return std::unique_lock(writer_mutex_); }

  /// Puts a change off until the next flush.
  void defer(Write write);
  [[nodiscard]] bool has_deferred() const noexcept { return deferred_count_ != 0; }
  /// Applies what is put off, in order of arrival, and queues the notifications. Throws the first failure
  /// after trying everything.
  void flush(Registry& registry, Outbox& outbox);

  // --- the caller holds the writer mutex ---
  void flush_locked(Registry& registry, Outbox& outbox);
  /// Applies one write to the table and all views, calls `applied`, then queues the notifications. An error
  /// before `applied` means that nothing was written.
  void write_locked(Write write, Registry& registry, Outbox& outbox, const std::function<void()>& applied);
  /// Throws Error for a wrong configuration.
  [[nodiscard]] std::shared_ptr<View> make_view_locked(ViewConfig config);
  /// Makes a view hear of changes, after the others.
  void add_view_locked(std::shared_ptr<HostedView> view) { views_.push_back(std::move(view)); }
  /// Ends a view, one that was never added too.
  void remove_view_locked(HostedView& view);
  /// Keeps row deltas of a view from now on.
  void track_locked(HostedView& view);

  // --- guarded by the registry's mutex ---
  bool deleted = false;
  std::size_t live_views = 0;
  /// Lazy deletes that wait for the last view; the table is marked as soon as there is one.
  std::vector<Deleter> deleters;

 private:
  struct Event;
  ChangeBatch apply(Write& write);
  ChangeBatch change_locked(Write& write, Registry& registry);
  std::vector<Event> gather_events(const ChangeBatch& change, Registry& registry);
  /// Encoded once for all who listen; null if nobody does, or nothing went.
  [[nodiscard]] std::shared_ptr<const std::string> removed_keys(const ChangeBatch& change,
                                                                const std::vector<Event>& events) const;
  void announce(const Event& event, const std::shared_ptr<const std::string>& removed, std::uint32_t port,
                Registry& registry, Outbox& outbox) const;

  const std::string name_;
  ThreadPool& pool_;
  const ListFlatten list_flatten_;
  const std::shared_ptr<Table> table_;
  ViewSet view_set_;
  std::vector<std::shared_ptr<HostedView>> views_;  // in order of creation; writer mutex

  std::mutex writer_mutex_;
  FairSharedMutex data_mutex_;
  std::atomic<std::size_t> size_;
  std::atomic<std::uint32_t> ports_{0};

  std::mutex deferred_mutex_;
  std::vector<Write> deferred_;
  std::atomic<std::size_t> deferred_count_{0};  // until applied
};

}  // namespace parallax

// A table or a join under its name, with its views, its lock and its pending changes.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
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
#include "view/join.h"
#include "view/view_set.h"

namespace parallax {

class HostedTable;
class HostedView;
class Registry;

/// Whom to tell that a lazy delete is done.
struct Deleter {
  std::shared_ptr<Outbound> to;
  std::uint32_t id;
};

/// A table and the joins over it, direct or not, in order of creation, each with its writer mutex held.
class WriterLock {
 public:
  explicit WriterLock(HostedTable& table);
  [[nodiscard]] const std::vector<std::shared_ptr<HostedTable>>& joins() const noexcept { return joins_; }

 private:
  std::vector<std::shared_ptr<HostedTable>> joins_;  // outlive their locks
  std::vector<std::unique_lock<std::mutex>> locks_;
};

/// Lock order, outermost first; nobody waits for a handler while holding any of them:
///   1. tables' writer mutexes: one write and the queueing of its notifications, or a change of its views
///   2. tables' data mutexes: shared by readers, alone for a write
///   3. a view's publish mutex, the view's own locks
///   4. the registry's mutex: names, sessions, subscriptions
///   5. a session's Outbound
/// Who takes several writer or data mutexes takes them in order of creation, sources before their joins. A
/// write takes both kinds of its table and of all joins over it, so holding either of a join keeps all tables
/// that it is made from as they are: its readers need no other lock.
class HostedTable {
 public:
  HostedTable(std::string name, std::unique_ptr<Table> table, ListFlatten list_flatten, ThreadPool& pool);
  /// A join. Needs the locks of lock_sources() until attach() is done. Throws Error as Join does.
  HostedTable(std::string name, std::shared_ptr<HostedTable> left, std::shared_ptr<HostedTable> right,
              const JoinConfig& config, ThreadPool& pool);

  // --- immutable, no lock ---
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const Schema& schema() const noexcept { return table_->schema(); }
  [[nodiscard]] const TableOptions& options() const noexcept { return table_->options(); }
  [[nodiscard]] bool read_only() const noexcept { return join_ != nullptr; }
  /// The tables that a join joins, each once; none for a table.
  [[nodiscard]] std::vector<std::shared_ptr<HostedTable>> joined() const;
  /// The field of the index. Throws Error for a table without one.
  [[nodiscard]] const Field& index_field() const;
  [[nodiscard]] UpdateTarget update_target() const noexcept {
    return {table_->schema(), table_->index_column(), list_flatten_};
  }

  /// Rows after the last finished write; waits for nobody.
  [[nodiscard]] std::size_t size() const noexcept { return size_.load(std::memory_order_acquire); }

  /// What the views' computations did in the last write, for tests of costs.
  [[nodiscard]] CoreWork last_work() {
    const std::shared_lock reader(data_mutex_);
    return view_set_.last_work();
  }

  std::uint32_t make_port() noexcept { return ++ports_; }
  [[nodiscard]] bool has_port(std::uint32_t port) const noexcept { return port <= ports_; }

  FairSharedMutex& data_mutex() noexcept { return data_mutex_; }
  /// For a change of this table's views.
  [[nodiscard]] std::unique_lock<std::mutex> lock_views() { return std::unique_lock(writer_mutex_); }
  /// For a write.
  [[nodiscard]] WriterLock lock_writer() { return WriterLock(*this); }
  /// The writer mutexes of both tables and of all that they are made from.
  [[nodiscard]] static std::vector<std::unique_lock<std::mutex>> lock_sources(
      const std::shared_ptr<HostedTable>& left, const std::shared_ptr<HostedTable>& right);
  /// Lets all tables that a join is made from know of it. They let go of it when it dies.
  void attach(const std::shared_ptr<HostedTable>& self);

  /// Puts a change off until the next flush. Throws Error if `most` of them wait already.
  void defer(Write write, std::size_t most);
  [[nodiscard]] bool has_deferred() const noexcept { return deferred_count_ != 0; }
  /// Applies what is put off, of a join: for all that it is made from, in order of arrival, and queues the
  /// notifications. Throws the first failure after trying everything.
  void flush(Registry& registry, Outbox& outbox);

  /// Applies one write to the table, the joins over it and all views, calls `applied`, then queues the
  /// notifications, those of the joins on port 0. An error before `applied` means that nothing was written.
  void write_locked(const WriterLock& held, Write write, Registry& registry, Outbox& outbox,
                    const std::function<void()>& applied);

  // --- the caller holds the writer mutex ---
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
  std::vector<std::string> joins;  ///< names of the joins that join this very table
  /// Lazy deletes that wait for the last view; the table is marked as soon as there is one.
  std::vector<Deleter> deleters;

 private:
  friend class WriterLock;
  struct Event;
  struct Changed;
  static std::vector<std::shared_ptr<HostedTable>> ancestry(const std::shared_ptr<HostedTable>& left,
                                                            const std::shared_ptr<HostedTable>& right);
  void flush_own(Registry& registry, Outbox& outbox);
  ChangeBatch apply(Write& write);
  [[nodiscard]] std::vector<Changed> change_locked(const WriterLock& held, Write& write, Registry& registry,
                                                   std::exception_ptr& failure);
  void begin_change(Registry& registry);
  void finish_change(const ChangeBatch& change, std::exception_ptr& failure);
  [[nodiscard]] ChangeBatch follow(const std::vector<Changed>& changes, std::exception_ptr& failure);
  std::vector<Event> gather_events(const ChangeBatch& change, Registry& registry);
  /// Encoded once for all who listen; null if nobody does, or nothing went.
  [[nodiscard]] std::shared_ptr<const TextBuffer> removed_keys(const ChangeBatch& change,
                                                               const std::vector<Event>& events) const;
  void announce(const Changed& changed, std::uint32_t port, Registry& registry, Outbox& outbox) const;
  void announce(const Event& event, const std::shared_ptr<const TextBuffer>& removed, std::uint32_t port,
                Registry& registry, Outbox& outbox) const;

  const std::string name_;
  ThreadPool& pool_;
  const ListFlatten list_flatten_;
  const std::uint64_t created_;  // counts up over all tables
  // Of a join: the two tables, and all that it is made from, those two too, in order of creation.
  const std::shared_ptr<HostedTable> left_;
  const std::shared_ptr<HostedTable> right_;
  const std::vector<std::shared_ptr<HostedTable>> sources_;
  const std::unique_ptr<Join> join_;
  const std::shared_ptr<Table> table_;
  ViewSet view_set_;
  std::vector<std::shared_ptr<HostedView>> views_;  // in order of creation; writer mutex

  std::vector<std::weak_ptr<HostedTable>> joins_;  // over this table, in order of creation; writer mutex

  std::mutex writer_mutex_;
  FairSharedMutex data_mutex_;
  std::atomic<std::size_t> size_;
  std::atomic<std::uint32_t> ports_{0};

  std::mutex deferred_mutex_;
  std::vector<Write> deferred_;
  std::atomic<std::size_t> deferred_count_{0};  // until applied
};

}  // namespace parallax

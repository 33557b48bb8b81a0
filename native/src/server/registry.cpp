#include "server/registry.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "parallax/error.h"

namespace parallax {

namespace {

/// Ends the subscriptions of one session that `matches`; the key of an unsubscribe is (session, msg_id).
template <class F>
void drop(Subscriptions& list, const Outbound* session, F&& matches) {
  std::erase_if(list, [&](const auto& entry) {
    if (entry->to.get() != session || !matches(*entry)) return false;
    entry->active = false;
    return true;
  });
}

void drop_id(Subscriptions& list, const Reply& reply, std::uint32_t id) {
  drop(list, reply.to().get(), [&](const Subscription& entry) { return entry.id == id; });
}

void drop_all(Subscriptions& list, const SessionState& session) {
  drop(list, session.out.get(), [](const Subscription&) { return true; });
}

/// Throws Error if the session has as many as it may.
std::shared_ptr<Subscription> subscription(const SessionState& session, std::uint32_t id, bool rows = false) {
  if (session.subscriptions() >= session.max_subscriptions) {
    throw Error(ErrorKind::resource_limit, "This session has " + std::to_string(session.subscriptions()) +
                                               " subscriptions, as many as it may; end some first");
  }
  return std::make_shared<Subscription>(Subscription{session.out, id, session.subscription_token, rows});
}

/// Remembers where to look when the session ends; from time to time forgets views that are gone, and that a
/// view was subscribed to again.
void note_subscribed(SessionState& session, const std::shared_ptr<HostedView>& view) {
  session.subscribed.push_back(view);
  if (session.subscribed.size() < session.prune_subscribed_at) return;
  auto& views = session.subscribed;
  std::erase_if(views, [](const auto& entry) { return entry.expired(); });
  std::sort(views.begin(), views.end(), std::owner_less<>());
  const auto same = [](const auto& a, const auto& b) { return !a.owner_before(b) && !b.owner_before(a); };
  views.erase(std::unique(views.begin(), views.end(), same), views.end());
  session.prune_subscribed_at = std::max<std::size_t>(64, session.subscribed.size() * 2);
}

void end_all(Subscriptions& list) {
  for (const auto& entry : list) entry->active = false;
  list.clear();
}

}  // namespace

std::shared_ptr<HostedTable> Registry::table(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = tables_.find(name);
  if (found == tables_.end()) throw Error(ErrorKind::unknown_table, "Table \"" + name + "\" not found");
  return found->second;
}

std::shared_ptr<HostedView> Registry::view(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = views_.find(name);
  if (found == views_.end()) throw Error(ErrorKind::unknown_view, "View not found");
  return found->second;
}

std::vector<std::shared_ptr<HostedTable>> Registry::tables() {
  const std::lock_guard lock(mutex_);
  return in_order_;
}

// --- tables ---

void Registry::check_table_name(const std::string& name) {
  if (name.empty()) throw Error("A table needs a name: the entity_id of make_table is empty");
  const std::lock_guard lock(mutex_);
  if (closed_) throw Error(ErrorKind::closed, "The engine is closed");
  if (tables_.contains(name)) throw Error("Table \"" + name + "\" already exists");
}

void Registry::add_table(std::shared_ptr<HostedTable> table, wire::ResponseKind answer, Reply& reply) {
  const std::string& name = table->name();
  check_table_name(name);
  const auto joined = table->joined();
  const std::lock_guard lock(mutex_);
  if (closed_) throw Error(ErrorKind::closed, "The engine is closed");
  for (const auto& source : joined) {
    if (source->deleted) throw Error(ErrorKind::unknown_table, "Table \"" + source->name() + "\" not found");
  }
  if (!tables_.emplace(name, table).second) throw Error("Table \"" + name + "\" already exists");
  for (const auto& source : joined) source->joins.push_back(name);
  in_order_.push_back(std::move(table));
  reply.send(std::move(answer));
  tell_hosted_tables(reply.outbox());
}

/// Takes the table off the list; a join frees the tables that it joins.
void Registry::erase_table(HostedTable& table) {
  table.deleted = true;
  tables_.erase(table.name());
  std::erase_if(in_order_, [&](const auto& entry) { return entry.get() == &table; });
  for (const auto& source : table.joined()) std::erase(source->joins, table.name());
}

/// Does what lazy deletes of the table, and then of those that it joins, wait for, once nothing uses them.
void Registry::finish_lazy_deletes(HostedTable& table, Outbox& outbox) {
  if (!table.deleted && !table.deleters.empty() && table.live_views == 0 && table.joins.empty()) {
    erase_table(table);
    tell_deleted(Subject::table, table.name(), outbox);
    for (const Deleter& deleter : std::exchange(table.deleters, {})) {
      outbox.send(deleter.to, wire::encode_response(deleter.id, table.name(), wire::TableDeleteResp{}));
    }
    tell_hosted_tables(outbox);
  }
  if (!table.deleted) return;
  for (const auto& source : table.joined()) finish_lazy_deletes(*source, outbox);
}

void Registry::delete_table(bool immediate, Reply& reply) {
  std::shared_ptr<HostedTable> table;  // outlives the lock: its memory is freed without it
  const std::lock_guard lock(mutex_);
  const auto found = tables_.find(reply.entity_id());
  if (found == tables_.end()) {
    reply.send(wire::TableDeleteResp{});
    return;
  }
  table = found->second;
  if (!table->joins.empty()) {
    throw Error("Cannot delete table: it is a source for join table \"" + table->joins.front() + "\"");
  }
  if (table->live_views == 0) {
    erase_table(*table);
    tell_deleted(Subject::table, table->name(), reply.outbox());
    reply.send(wire::TableDeleteResp{});
    tell_hosted_tables(reply.outbox());
    finish_lazy_deletes(*table, reply.outbox());
    return;
  }
  if (immediate) throw Error("Cannot delete table with views");
  table->deleters.push_back({reply.to(), reply.msg_id()});
  if (table->deleters.size() == 1) tell_hosted_tables(reply.outbox());
}

void Registry::close() {
  std::vector<std::shared_ptr<HostedTable>> tables;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  tables.swap(in_order_);
  tables_.clear();
}

// --- views ---

void Registry::require_room(const std::string& name, const SessionState& session,
                            std::size_t max_views) const {
  if (session.closed) throw Error(ErrorKind::closed, "The session is closed");
  if (views_.contains(name)) throw Error("View \"" + name + "\" already exists");
  if (session.views.size() >= max_views) {
    throw Error(ErrorKind::resource_limit, "This session has " + std::to_string(session.views.size()) +
                                               " views, as many as it may; delete some first");
  }
}

void Registry::check_view_name(const std::string& name, const SessionState& session, std::size_t max_views) {
  if (name.empty()) throw Error("A view needs a name: the view_id of table_make_view is empty");
  const std::lock_guard lock(mutex_);
  require_room(name, session, max_views);
}

void Registry::add_view(const std::shared_ptr<HostedView>& view, std::size_t max_views, Reply& reply) {
  HostedTable& table = *view->table();
  const std::lock_guard lock(mutex_);
  require_room(view->name(), *view->owner(), max_views);
  if (table.deleted) throw Error(ErrorKind::unknown_table, "Table \"" + table.name() + "\" not found");
  views_.emplace(view->name(), view);
  view->owner()->views.insert(view);
  ++table.live_views;
  reply.send(wire::TableMakeViewResp{view->name()});
}

bool Registry::remove_view(HostedView& view, Outbox& outbox, Reply* reply) {
  HostedTable& table = *view.table();
  const std::lock_guard lock(mutex_);
  if (view.deleted) return false;
  view.deleted = true;
  const auto named = views_.find(view.name());
  view.owner()->views.erase(named->second);
  views_.erase(named);
  end_all(view.on_update);
  end_all(view.on_remove);
  if (reply) {
    tell_deleted(Subject::view, view.name(), outbox);
    reply->send(wire::ViewDeleteResp{});
  } else {
    view_delete_listeners_.erase(view.name());
  }
  --table.live_views;
  finish_lazy_deletes(table, outbox);
  return true;
}

// --- subscriptions ---

void Registry::subscribe_view(const std::shared_ptr<HostedView>& view, Subscriptions HostedView::*list,
                              bool rows, SessionState& session, std::uint32_t msg_id) {
  const std::lock_guard lock(mutex_);
  if (view->deleted) throw Error(ErrorKind::unknown_view, "View not found");
  if (session.closed) return;
  auto added = subscription(session, msg_id, rows);
  note_subscribed(session, view);
  ((*view).*list).push_back(std::move(added));
}

void Registry::unsubscribe_view(Subscriptions HostedView::*list, std::uint32_t id, Reply& reply,
                                wire::ResponseKind answer) {
  const std::lock_guard lock(mutex_);
  const auto found = views_.find(reply.entity_id());
  if (found != views_.end()) drop_id((*found->second).*list, reply, id);
  reply.send(std::move(answer));
}

void Registry::subscribe_delete(Subject subject, SessionState& session, const Reply& request) {
  ByName& listeners = subject == Subject::table ? table_delete_listeners_ : view_delete_listeners_;
  const std::lock_guard lock(mutex_);
  if (session.closed) return;
  auto added = subscription(session, request.msg_id());
  listeners[request.entity_id()].push_back(std::move(added));
}

void Registry::unsubscribe_delete(Subject subject, std::uint32_t id, Reply& reply,
                                  wire::ResponseKind answer) {
  ByName& listeners = subject == Subject::table ? table_delete_listeners_ : view_delete_listeners_;
  const std::lock_guard lock(mutex_);
  if (const auto found = listeners.find(reply.entity_id()); found != listeners.end()) {
    drop_id(found->second, reply, id);
    if (found->second.empty()) listeners.erase(found);
  }
  reply.send(std::move(answer));
}

void Registry::subscribe_hosted_tables(SessionState& session, std::uint32_t msg_id) {
  const std::lock_guard lock(mutex_);
  if (session.closed) return;
  hosted_listeners_.push_back(subscription(session, msg_id));
}

void Registry::unsubscribe_hosted_tables(std::uint32_t id, Reply& reply) {
  const std::lock_guard lock(mutex_);
  drop_id(hosted_listeners_, reply, id);
  reply.send(wire::RemoveHostedTablesUpdateResp{});
}

wire::GetHostedTablesResp Registry::hosted_tables() {
  wire::GetHostedTablesResp response;
  const std::lock_guard lock(mutex_);
  for (const auto& table : in_order_) {
    if (!table->deleters.empty()) continue;
    response.table_infos.push_back({table->name(), table->options().index, table->options().limit});
  }
  return response;
}

void Registry::tell_deleted(Subject subject, const std::string& name, Outbox& outbox) {
  const bool is_table = subject == Subject::table;
  ByName& listeners = is_table ? table_delete_listeners_ : view_delete_listeners_;
  const auto found = listeners.find(name);
  if (found == listeners.end()) return;
  const Subscriptions once = std::move(found->second);
  listeners.erase(found);
  for (const auto& listener : once) {
    outbox.send(listener->to, is_table ? wire::encode_response(listener->id, name, wire::TableOnDeleteResp{})
                                       : wire::encode_response(listener->id, name, wire::ViewOnDeleteResp{}));
  }
}

void Registry::tell_hosted_tables(Outbox& outbox) {
  for (const auto& listener : hosted_listeners_) {
    outbox.send(listener->to, wire::encode_hosted_tables_changed(listener->id));
  }
}

// --- notifications of writes ---

bool Registry::wants_rows(const HostedView& view) {
  const std::lock_guard lock(mutex_);
  return std::any_of(view.on_update.begin(), view.on_update.end(),
                     [](const auto& listener) { return listener->rows; });
}

Listeners Registry::listeners(const HostedView& view) {
  const std::lock_guard lock(mutex_);
  return {view.on_update, view.on_remove};
}

void Registry::notify(std::vector<Notification> notifications, Outbox& outbox) {
  const std::lock_guard lock(mutex_);
  for (Notification& notification : notifications) {
    if (notification.to->active) outbox.send(notification.to->to, std::move(notification.frame));
  }
}

// --- sessions ---

std::vector<std::shared_ptr<HostedView>> Registry::end_session(SessionState& session) {
  const std::lock_guard lock(mutex_);
  session.closed = true;
  drop_all(hosted_listeners_, session);
  for (ByName* listeners : {&table_delete_listeners_, &view_delete_listeners_}) {
    for (auto entry = listeners->begin(); entry != listeners->end();) {
      drop_all(entry->second, session);
      entry = entry->second.empty() ? listeners->erase(entry) : std::next(entry);
    }
  }
  for (const auto& entry : std::exchange(session.subscribed, {})) {
    if (const auto view = entry.lock()) {
      drop_all(view->on_update, session);
      drop_all(view->on_remove, session);
    }
  }
  return {session.views.begin(), session.views.end()};
}

}  // namespace parallax

// Names, sessions and subscriptions of one engine: what exists, and who is to hear of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "protocol/request.h"
#include "protocol/response.h"
#include "server/hosted_table.h"
#include "server/hosted_view.h"
#include "server/outbound.h"

namespace parallax {

/// What a session owns. All but `out` is guarded by the registry's mutex.
struct SessionState {
  SessionState(ResponseHandler handler, std::size_t most_subscriptions)
      : out(std::make_shared<Outbound>(std::move(handler))), max_subscriptions(most_subscriptions) {}
  /// How many there are: each has a share in the token for as long as it lives.
  [[nodiscard]] std::size_t subscriptions() const noexcept {
    return static_cast<std::size_t>(subscription_token.use_count()) - 1;
  }
  const std::shared_ptr<Outbound> out;
  const std::size_t max_subscriptions;
  const std::shared_ptr<const void> subscription_token = std::make_shared<char>();
  bool closed = false;
  std::unordered_set<std::shared_ptr<HostedView>> views;  ///< made by this session
  std::vector<std::weak_ptr<HostedView>> subscribed;      ///< listened to, now or earlier
  std::size_t prune_subscribed_at = 64;
};

/// The answer to one request. Sends one response, in the request's name.
class Reply {
 public:
  Reply(std::shared_ptr<Outbound> to, wire::Envelope envelope, Outbox& outbox)
      : to_(std::move(to)), envelope_(std::move(envelope)), outbox_(outbox) {}

  void send(wire::ResponseKind kind) {
    outbox_.send(to_, wire::encode_response(envelope_.msg_id, envelope_.entity_id, std::move(kind)));
    sent_ = true;
  }
  [[nodiscard]] bool sent() const noexcept { return sent_; }
  [[nodiscard]] std::uint32_t msg_id() const noexcept { return envelope_.msg_id; }
  [[nodiscard]] const std::string& entity_id() const noexcept { return envelope_.entity_id; }
  [[nodiscard]] const std::shared_ptr<Outbound>& to() const noexcept { return to_; }
  [[nodiscard]] Outbox& outbox() const noexcept { return outbox_; }

 private:
  std::shared_ptr<Outbound> to_;
  wire::Envelope envelope_;
  Outbox& outbox_;
  bool sent_ = false;
};

/// Those who listen to a view, in the order in which they subscribed.
struct Listeners {
  Subscriptions update;
  Subscriptions remove;
};

/// Thread-safe; its mutex comes late in the lock order of hosted_table.h. Each operation is one step: its
/// response and the notifications it causes are appended together, in the order of the protocol.
class Registry {
 public:
  /// Throws Error (unknown_table, unknown_view).
  [[nodiscard]] std::shared_ptr<HostedTable> table(const std::string& name);
  [[nodiscard]] std::shared_ptr<HostedView> view(const std::string& name);
  /// All tables in the order of their creation, marked ones too.
  [[nodiscard]] std::vector<std::shared_ptr<HostedTable>> tables();

  // --- tables ---
  /// Throws Error if a new table cannot have this name.
  void check_table_name(const std::string& name);
  /// Hosts a table or a join and answers. Throws Error if the name was taken, or a table that is joined went,
  /// meanwhile.
  void add_table(std::shared_ptr<HostedTable> table, wire::ResponseKind answer, Reply& reply);
  /// table_delete; the answer of a lazy one may come later.
  void delete_table(bool immediate, Reply& reply);
  /// Ends everything; nothing can be added afterwards. Sessions are closed already.
  void close();

  // --- views; the caller holds the writer mutex of the view's table ---
  /// Throws Error if the session cannot have another view, or one of this name.
  void check_view_name(const std::string& name, const SessionState& session, std::size_t max_views);
  /// Puts the view under its name and answers. Throws Error if the name or the table went meanwhile.
  void add_view(const std::shared_ptr<HostedView>& view, std::size_t max_views, Reply& reply);
  /// Takes the view's name away; false if it was deleted before. With a reply: tells those who listen, and
  /// answers. Completes the lazy delete that waited for this view.
  bool remove_view(HostedView& view, Outbox& outbox, Reply* reply);

  // --- subscriptions; to subscribe throws Error if the session has as many as it may ---
  /// on_update or on_remove. The caller holds the writer mutex.
  void subscribe_view(const std::shared_ptr<HostedView>& view, Subscriptions HostedView::*list, bool rows,
                      SessionState& session, std::uint32_t msg_id);
  void unsubscribe_view(Subscriptions HostedView::*list, std::uint32_t id, Reply& reply,
                        wire::ResponseKind answer);
  enum class Subject : std::uint8_t { table, view };
  /// on_delete; the entity need not exist.
  void subscribe_delete(Subject subject, SessionState& session, const Reply& request);
  void unsubscribe_delete(Subject subject, std::uint32_t id, Reply& reply, wire::ResponseKind answer);
  void subscribe_hosted_tables(SessionState& session, std::uint32_t msg_id);
  void unsubscribe_hosted_tables(std::uint32_t id, Reply& reply);
  /// The answer to a plain get_hosted_tables.
  [[nodiscard]] wire::GetHostedTablesResp hosted_tables();

  // --- notifications of writes ---
  [[nodiscard]] bool wants_rows(const HostedView& view);
  [[nodiscard]] Listeners listeners(const HostedView& view);
  struct Notification {
    std::shared_ptr<Subscription> to;
    TextBuffer frame;
  };
  /// Sends what is still subscribed.
  void notify(std::vector<Notification> notifications, Outbox& outbox);

  // --- sessions ---
  /// Marks a session closed and drops its subscriptions; the views it leaves are the caller's to remove.
  [[nodiscard]] std::vector<std::shared_ptr<HostedView>> end_session(SessionState& session);

 private:
  using ByName = std::unordered_map<std::string, Subscriptions>;
  void erase_table(HostedTable& table);
  void finish_lazy_deletes(HostedTable& table, Outbox& outbox);
  void tell_deleted(Subject subject, const std::string& name, Outbox& outbox);
  void tell_hosted_tables(Outbox& outbox);
  void require_room(const std::string& name, const SessionState& session, std::size_t max_views) const;

  std::mutex mutex_;
  bool closed_ = false;
  std::vector<std::shared_ptr<HostedTable>> in_order_;
  std::unordered_map<std::string, std::shared_ptr<HostedTable>> tables_;
  std::unordered_map<std::string, std::shared_ptr<HostedView>> views_;
  Subscriptions hosted_listeners_;
  ByName table_delete_listeners_;
  ByName view_delete_listeners_;
};

}  // namespace parallax

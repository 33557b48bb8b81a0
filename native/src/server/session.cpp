#include "server/session.h"

#include <exception>
#include <new>
#include <utility>
#include <vector>

#include "parallax/error.h"

namespace parallax {

namespace {

/// What the exception in flight means to a client.
wire::ServerError current_error() {
  try {
    throw;
  } catch (const Error& error) {
    return {error.what(), error.kind() == ErrorKind::unknown_view ? wire::StatusCode::view_not_found
                                                                  : wire::StatusCode::server_error};
  } catch (const std::bad_alloc&) {
    return {"There is not enough memory for this request"};
  } catch (const std::exception& error) {
    return {std::string("The request failed inside the engine: ") + error.what()};
  } catch (...) {
    return {"The request failed inside the engine"};
  }
}

/// Tells of the exception in flight: in the request's name or, once that is answered, in nobody's (msg_id 0).
void report(Reply& reply) noexcept {
  try {
    const wire::ServerError error = current_error();
    if (reply.sent()) {
      reply.outbox().send(reply.to(), wire::encode_response(0, reply.entity_id(), error));
    } else {
      reply.send(error);
    }
  } catch (...) {
    // Not even memory for the message: nothing is left to try.
  }
}

}  // namespace

SessionImpl::SessionImpl(std::shared_ptr<EngineImpl> engine, ResponseHandler handler)
    : engine_(std::move(engine)),
      state_(std::make_shared<SessionState>(std::move(handler),
                                            engine_->state().options.max_subscriptions_per_session)) {}

SessionImpl::~SessionImpl() { close(); }

void SessionImpl::handle_request(std::span<const std::byte> request) { handle(request, nullptr); }

void SessionImpl::handle_request(std::span<const std::byte> request, Payload payload) {
  handle(request, &payload);
}

void SessionImpl::handle(std::span<const std::byte> request, Payload* payload) {
  if (state_->out->closed()) return;
  Outbox outbox;
  bool poll_wanted = false;
  run(request, payload, outbox, poll_wanted);
  outbox.deliver();
  if (poll_wanted) engine_->request_poll();
}

void SessionImpl::run(std::span<const std::byte> request, Payload* payload, Outbox& outbox,
                      bool& poll_wanted) noexcept {
  EngineState& engine = engine_->state();
  const SystemInfo::Timing timing(engine.system_info);
  wire::Envelope envelope;
  std::optional<wire::RequestKind> kind;
  std::exception_ptr fault;
  try {
    if (request.size() > engine.options.max_request_bytes) {
      envelope = wire::peek_envelope(request);
      throw Error(ErrorKind::resource_limit, "The request has " + std::to_string(request.size()) +
                                                 " bytes, more than the " +
                                                 std::to_string(engine.options.max_request_bytes) +
                                                 " that this server takes; send the data in parts");
    }
    kind = wire::decode_request(request, envelope);
  } catch (...) {
    fault = std::current_exception();
  }
  Reply reply(state_->out, std::move(envelope), outbox);
  try {
    if (fault) std::rethrow_exception(fault);
    RequestData data;
    if (payload != nullptr) data.attach(*kind, std::move(*payload));
    RequestContext context{engine, state_, reply, poll_wanted, data};
    run_request(context, std::move(*kind));
  } catch (...) {
    report(reply);
  }
}

void SessionImpl::poll() {
  if (!state_->out->closed()) engine_->poll_for(state_->out);
}

void SessionImpl::close() noexcept {
  if (closing_.exchange(true)) return;
  state_->out->close();
  Outbox outbox;
  try {
    Registry& registry = engine_->state().registry;
    for (const auto& view : registry.end_session(*state_)) {
      const auto lock = view->table()->lock_views();
      if (registry.remove_view(*view, outbox, nullptr)) view->table()->remove_view_locked(*view);
    }
  } catch (...) {
    // Only memory can fail here; what is left stays until the engine closes.
  }
  engine_->forget(*this);
  outbox.deliver();
}

// --- the engine ---

std::shared_ptr<Engine> Engine::create(EngineOptions options) {
  if (options.max_request_bytes == 0) throw Error("max_request_bytes is 0: no request could be taken");
  if (options.threads > 1024) {
    throw Error("threads is " + std::to_string(options.threads) + ", at most 1024 make sense");
  }
  return std::make_shared<EngineImpl>(std::move(options));
}

std::shared_ptr<Session> EngineImpl::open_session(ResponseHandler handler) {
  if (!handler) throw Error("A session needs a response handler");
  auto session = std::make_shared<SessionImpl>(shared_from_this(), std::move(handler));
  {
    const std::lock_guard lock(sessions_mutex_);
    if (!closed_) {
      sessions_.emplace(session.get(), session);
      state_.system_info.session_opened();
      return session;
    }
  }
  throw Error(ErrorKind::closed, "The engine is closed");
}

void EngineImpl::poll_for(const std::shared_ptr<Outbound>& session) noexcept {
  Outbox outbox;
  try {
    for (const auto& table : state_.registry.tables()) {
      Reply reply(session, {}, outbox);
      try {
        table->flush(state_.registry, outbox);
      } catch (...) {
        if (session) report(reply);
      }
    }
  } catch (...) {
    // Not enough memory to list the tables: the changes wait for the next poll.
  }
  outbox.deliver();
}

void EngineImpl::request_poll() noexcept {
  try {
    state_.options.on_poll_request();
  } catch (...) {
    // The host's function failed; the changes wait for the next request or poll.
  }
}

void EngineImpl::forget(const SessionImpl& session) noexcept {
  const std::lock_guard lock(sessions_mutex_);
  sessions_.erase(&session);
}

void EngineImpl::close() noexcept {
  std::vector<std::shared_ptr<SessionImpl>> open;
  {
    const std::lock_guard lock(sessions_mutex_);
    closed_ = true;
    for (const auto& entry : sessions_) {
      if (auto session = entry.second.lock()) open.push_back(std::move(session));
    }
  }
  for (const auto& session : open) session->close();
  state_.registry.close();
}

}  // namespace parallax

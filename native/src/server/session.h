// The engine's public face, made real.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "parallax/engine.h"
#include "server/request_context.h"

namespace parallax {

class EngineImpl;

class SessionImpl final : public Session {
 public:
  SessionImpl(std::shared_ptr<EngineImpl> engine, ResponseHandler handler);
  ~SessionImpl() override;

  void handle_request(std::span<const std::byte> request) override;
  void handle_request(std::span<const std::byte> request, Payload payload) override;
  void poll() override;
  void close() noexcept override;

 private:
  void handle(std::span<const std::byte> request, Payload* payload);
  void run(std::span<const std::byte> request, Payload* payload, Outbox& outbox, bool& poll_wanted) noexcept;

  const std::shared_ptr<EngineImpl> engine_;
  const std::shared_ptr<SessionState> state_;
  std::atomic<bool> closing_{false};
};

class EngineImpl final : public Engine, public std::enable_shared_from_this<EngineImpl> {
 public:
  explicit EngineImpl(EngineOptions options) : state_(std::move(options)) {}

  std::shared_ptr<Session> open_session(ResponseHandler handler) override;
  void poll() override { poll_for(nullptr); }
  void close() noexcept override;

  /// Applies what is put off; failures are told to the session that polls, if there is one.
  void poll_for(const std::shared_ptr<Outbound>& session) noexcept;
  void request_poll() noexcept;
  void forget(const SessionImpl& session) noexcept;
  [[nodiscard]] EngineState& state() noexcept { return state_; }

 private:
  EngineState state_;
  std::mutex sessions_mutex_;  // held alone
  bool closed_ = false;
  std::unordered_map<const SessionImpl*, std::weak_ptr<SessionImpl>> sessions_;
};

}  // namespace parallax

// The engine's whole public face: requests in, responses out.
//
// Threading: every function may be called from any thread. No engine lock is held while a handler runs,
// so a handler may call straight back into any session.
// Errors: a request that fails is answered with a server_error message; nothing a client sends makes these
// functions throw. They throw parallax::Error only for misuse by the host (a closed engine).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "parallax/payload.h"

namespace parallax {

/// Receives one encoded Response. The bytes are valid during the call only. Calls for one session come one at
/// a time and in order, from whichever thread caused them. An exception that leaves the handler is swallowed.
using ResponseHandler = std::function<void(std::span<const std::byte> response)>;

/// Asks the host to arrange a later poll(); may be called from any thread, with no engine lock held.
using PollRequestHandler = std::function<void()>;

struct EngineOptions {
  /// Worker threads for loading, grouping, sorting and output, the caller's included; 0 = one per core.
  unsigned threads = 0;
  /// Absent: every request is followed by a poll (immediate mode). Present: changes wait for a poll().
  PollRequestHandler on_poll_request = nullptr;
  /// Where tables that page to disk keep their files; empty = $TMPDIR or, without it, /var/tmp. The files
  /// have no names: nothing of them shows in the directory, and none outlives the process.
  std::string page_directory = {};
  /// Largest accepted request, in bytes.
  std::size_t max_request_bytes = std::size_t{1} << 31;
  /// Most views one session may hold at a time.
  std::size_t max_views_per_session = 10'000;
  /// Most subscriptions one session may hold at a time, of all kinds together.
  std::size_t max_subscriptions_per_session = 100'000;
  /// Most changes of one table that may wait for a poll(); further ones are refused until then.
  std::size_t max_waiting_changes_per_table = 100'000;
};

/// One connected client. Its views and subscriptions die with close(); tables belong to the engine.
class Session {
 public:
  virtual ~Session() = default;

  /// Decodes and runs one Request. Responses go to the sessions they are addressed to, this one's before the
  /// call returns unless another thread is delivering to it (then that thread delivers them).
  /// The bytes are not referred to after the call. After close() this does nothing.
  virtual void handle_request(std::span<const std::byte> request) = 0;

  /// The same for a request whose data lies elsewhere: one that makes, updates or replaces a table or removes
  /// rows, with the right member of the data oneof set but empty. The payload stands in for it, of any size:
  /// what the host itself brings is not limited. Every other request is answered with an error. Arrow arrays
  /// are released before the call returns, whatever becomes of it.
  virtual void handle_request(std::span<const std::byte> request, Payload payload) = 0;

  /// Processes what earlier requests of any session left pending and delivers the notifications.
  virtual void poll() = 0;

  /// Frees the views and subscriptions of this session. Idempotent; may run inside a handler. No handler call
  /// starts after it returns, one already running on another thread may still finish.
  virtual void close() noexcept = 0;
};

/// Owns tables, views, sessions and the thread pool.
class Engine {
 public:
  /// Throws parallax::Error if the options make no sense.
  static std::shared_ptr<Engine> create(EngineOptions options = {});

  virtual ~Engine() = default;

  /// Registers a handler; sends nothing. Throws parallax::Error after close().
  virtual std::shared_ptr<Session> open_session(ResponseHandler handler) = 0;

  /// As Session::poll, for a host that has no session at hand.
  virtual void poll() = 0;

  /// Closes every session and frees every table. Idempotent.
  virtual void close() noexcept = 0;
};

}  // namespace parallax

// The way out: each session's queue of responses, delivered in order with no lock held.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "base/text_buffer.h"
#include "parallax/engine.h"

namespace parallax {

/// What waits for one session's handler. Thread-safe; its mutex is the innermost of the engine's locks, so
/// that whoever changes state appends the news under the lock of that state: order of delivery = order of
/// changes.
class Outbound {
 public:
  explicit Outbound(ResponseHandler handler) : handler_(std::move(handler)) {}

  /// Adds an encoded response. Dropped after close().
  void append(TextBuffer frame);

  /// Runs the handler until the queue is empty. Returns at once if a delivery is under way, on another thread
  /// or further up this one: that one takes what was appended. Call it without any lock. What the handler
  /// throws is swallowed.
  void deliver() noexcept;

  /// Empties the queue; no handler call begins from now on. The handler is destroyed as soon as it is idle.
  void close() noexcept;

  [[nodiscard]] bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }

 private:
  std::mutex mutex_;
  std::deque<TextBuffer> queue_;
  ResponseHandler handler_;
  bool delivering_ = false;
  std::atomic<bool> closed_{false};
};

/// The queues that one request or poll appended to; lives outside of all locks and keeps them alive.
class Outbox {
 public:
  /// Appends now, delivers later.
  void send(const std::shared_ptr<Outbound>& to, TextBuffer frame);
  /// Delivers to everybody who was sent something. Call it without any lock.
  void deliver() noexcept;

 private:
  std::vector<std::shared_ptr<Outbound>> touched_;
};

}  // namespace parallax

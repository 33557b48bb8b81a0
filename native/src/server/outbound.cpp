#include "server/outbound.h"

#include <span>
#include <utility>

namespace parallax {

void Outbound::append(TextBuffer frame) {
  const std::lock_guard lock(mutex_);
  if (!closed()) queue_.push_back(std::move(frame));
}

void Outbound::deliver() noexcept {
  std::unique_lock lock(mutex_);
  if (delivering_) return;
  delivering_ = true;
  while (!queue_.empty()) {
    const TextBuffer frame = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    try {
      handler_(std::as_bytes(std::span(frame.view())));
    } catch (...) {
      // By contract: a handler that fails loses this response and gets the next one.
    }
    lock.lock();
  }
  delivering_ = false;
  ResponseHandler idle;
  if (closed()) idle.swap(handler_);
  lock.unlock();
}

void Outbound::close() noexcept {
  ResponseHandler idle;
  std::deque<TextBuffer> dropped;
  const std::lock_guard lock(mutex_);
  closed_.store(true, std::memory_order_release);
  dropped.swap(queue_);
  if (!delivering_) idle.swap(handler_);
}

void Outbox::send(const std::shared_ptr<Outbound>& to, TextBuffer frame) {
  if (touched_.empty() || touched_.back() != to) touched_.push_back(to);
  to->append(std::move(frame));
}

void Outbox::deliver() noexcept {
  for (const auto& queue : touched_) queue->deliver();
  touched_.clear();
}

}  // namespace parallax

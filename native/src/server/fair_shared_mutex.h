// A shared mutex whose writers are not starved.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace parallax {

/// As std::shared_mutex, but readers that come while a writer waits queue up behind it. (The system's lock
/// lets readers overtake, so dashboards that poll could keep an update out for ever.)
class FairSharedMutex {
 public:
  void lock() {
    const std::lock_guard turn(turn_);
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared() {
    const std::lock_guard turn(turn_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex turn_;
  std::shared_mutex mutex_;
};

}  // namespace parallax

// Handles that Java holds instead of pointers: a stale one is found out, never followed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

namespace parallax::jni {

/// Slots of shared pointers, addressed by generation << 32 | slot. A handle is positive, never 0, and never
/// given out twice. Every function may be called from any thread; an object dies when the last pointer got
/// from here is dropped, never under the table's lock.
template <class T>
class HandleTable {
 public:
  std::int64_t insert(std::shared_ptr<T> object) {
    const std::unique_lock lock(mutex_);
    std::uint32_t slot = 0;
    if (free_.empty()) {
      slots_.push_back(Slot{1, nullptr});
      // remove() must not have to allocate.
      free_.reserve(slots_.capacity());
      slot = static_cast<std::uint32_t>(slots_.size() - 1);
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    slots_[slot].object = std::move(object);
    ++live_;
    return static_cast<std::int64_t>(std::uint64_t{slots_[slot].generation} << 32 | slot);
  }

  /// Null if the handle was removed or never existed.
  [[nodiscard]] std::shared_ptr<T> get(std::int64_t handle) const {
    const std::shared_lock lock(mutex_);
    const Slot* slot = find(handle);
    return slot == nullptr ? nullptr : slot->object;
  }

  /// Takes the object out; null if another caller was faster. Exactly one caller gets each object.
  std::shared_ptr<T> remove(std::int64_t handle) noexcept {
    const std::unique_lock lock(mutex_);
    return find(handle) == nullptr ? nullptr : take(static_cast<std::uint32_t>(handle));
  }

  /// Takes out every object the predicate accepts; it runs under the lock.
  template <class Predicate>
  std::vector<std::shared_ptr<T>> remove_if(Predicate&& accept) {
    std::vector<std::shared_ptr<T>> removed;
    const std::unique_lock lock(mutex_);
    removed.reserve(live_);
    for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot].object != nullptr && accept(*slots_[slot].object)) removed.push_back(take(slot));
    }
    return removed;
  }

  [[nodiscard]] std::size_t size() const {
    const std::shared_lock lock(mutex_);
    return live_;
  }

 private:
  struct Slot {
    std::uint32_t generation;
    std::shared_ptr<T> object;
  };
  static constexpr std::uint32_t kLastGeneration = 0x7fffffff;

  const Slot* find(std::int64_t handle) const noexcept {
    const auto bits = static_cast<std::uint64_t>(handle);
    const auto slot = static_cast<std::uint32_t>(bits);
    if (slot >= slots_.size() || slots_[slot].generation != bits >> 32) return nullptr;
    return slots_[slot].object == nullptr ? nullptr : &slots_[slot];
  }

  std::shared_ptr<T> take(std::uint32_t slot) noexcept {
    std::shared_ptr<T> object = std::exchange(slots_[slot].object, nullptr);
    --live_;
    // A slot whose generations are used up is not used again.
    if (slots_[slot].generation++ < kLastGeneration) free_.push_back(slot);
    return object;
  }

  mutable std::shared_mutex mutex_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::size_t live_ = 0;
};

}  // namespace parallax::jni

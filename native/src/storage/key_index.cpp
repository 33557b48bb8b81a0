#include "storage/key_index.h"

#include <algorithm>
#include <bit>

namespace parallax {
namespace {

std::size_t mix(std::uint64_t key) noexcept {
  // Finalizer of MurmurHash3.
  key ^= key >> 33;
  key *= 0xff51afd7ed558ccdULL;
  key ^= key >> 33;
  key *= 0xc4ceb9fe1a85ec53ULL;
  key ^= key >> 33;
  return key;
}

/// A dense array may waste this many places per key.
constexpr std::size_t kDenseSlack = 4;
constexpr std::size_t kDenseFree = 1024;

}  // namespace

std::uint64_t KeyIndex::image(const Column& column, std::size_t row) noexcept {
  return with_storage(column.storage(),
                      [&](auto type) { return image(column.value<typename decltype(type)::type>(row)); });
}

std::size_t KeyIndex::slot_of(std::uint64_t key) const noexcept {
  const std::size_t mask = keys_.size() - 1;
  std::size_t slot = mix(key) & mask;
  while (rows_[slot] != kNone && keys_[slot] != key) slot = (slot + 1) & mask;
  return slot;
}

std::uint32_t KeyIndex::find(std::uint64_t key) const noexcept {
  if (!sparse_) return dense_covers(key) ? dense_[key - base_] : kNone;
  return rows_[slot_of(key)];
}

bool KeyIndex::widen_dense(std::uint64_t key) {
  const std::size_t most = (count_ + 1) * kDenseSlack + kDenseFree;
  if (dense_.empty()) {
    base_ = key;
    dense_.resize(1, kNone);
    return true;
  }
  if (key - base_ < most) {  // above, near enough
    dense_.resize(static_cast<std::size_t>(key - base_) + 1, kNone);
    return true;
  }
  const std::uint64_t below = base_ - key;
  if (below >= most || below + dense_.size() > most) return false;
  // Room in front grows geometrically, so that descending keys cost no more than ascending ones.
  const std::size_t room = std::max(static_cast<std::size_t>(below), dense_.size() / 2);
  Array<std::uint32_t> wider = dense_.another();
  wider.reserve(room + dense_.size());
  wider.resize(room, kNone);
  wider.append(dense_.data(), dense_.size());
  dense_ = std::move(wider);
  base_ -= room;
  return true;
}

void KeyIndex::make_sparse() {
  Array<std::uint32_t> dense = dense_.another();
  std::swap(dense, dense_);
  sparse_ = true;
  keys_.clear();
  rows_.clear();
  const std::size_t keys = count_;
  rehash(std::bit_ceil(std::max<std::size_t>(16, keys * 2)));
  for (std::size_t i = 0; i < dense.size(); ++i) {
    if (dense[i] == kNone) continue;
    const std::size_t slot = slot_of(base_ + i);
    keys_[slot] = base_ + i;
    rows_[slot] = dense[i];
  }
}

void KeyIndex::rehash(std::size_t slots) {
  Array<std::uint64_t> keys = keys_.another();
  Array<std::uint32_t> rows = rows_.another();
  keys.resize(slots);
  rows.resize(slots, kNone);
  std::swap(keys, keys_);
  std::swap(rows, rows_);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == kNone) continue;
    const std::size_t slot = slot_of(keys[i]);
    keys_[slot] = keys[i];
    rows_[slot] = rows[i];
  }
}

void KeyIndex::put(std::uint64_t key, std::uint32_t row) {
  if (!sparse_) {
    if (dense_covers(key) || widen_dense(key)) {
      std::uint32_t& place = dense_[key - base_];
      count_ += place == kNone;
      place = row;
      return;
    }
    make_sparse();
  }
  if ((count_ + 1) * 3 > keys_.size() * 2) rehash(keys_.size() * 2);
  const std::size_t slot = slot_of(key);
  count_ += rows_[slot] == kNone;
  keys_[slot] = key;
  rows_[slot] = row;
}

void KeyIndex::erase(std::uint64_t key) noexcept {
  if (!sparse_) {
    if (!dense_covers(key) || dense_[key - base_] == kNone) return;
    dense_[key - base_] = kNone;
    --count_;
    return;
  }
  std::size_t hole = slot_of(key);
  if (rows_[hole] == kNone) return;
  --count_;
  // Backward-shift deletion: close the gap so that probes need no tombstones.
  const std::size_t mask = keys_.size() - 1;
  for (std::size_t next = (hole + 1) & mask; rows_[next] != kNone; next = (next + 1) & mask) {
    const std::size_t home = mix(keys_[next]) & mask;
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      keys_[hole] = keys_[next];
      rows_[hole] = rows_[next];
      hole = next;
    }
  }
  rows_[hole] = kNone;
}

void KeyIndex::clear() noexcept {
  sparse_ = false;
  dense_.clear();
  keys_.clear();
  rows_.clear();
  count_ = 0;
  null_row_ = kNone;
}

std::size_t KeyIndex::pages_to_add(std::size_t keys) const noexcept {
  const PageFile* pages = dense_.pages().get();
  if (pages == nullptr) return 0;
  const std::size_t slots = std::bit_ceil((count_ + keys) * 2);
  const std::size_t sparse =
      pages->block_size(slots * sizeof(std::uint64_t)) + pages->block_size(slots * sizeof(std::uint32_t));
  if (sparse_) return slots > keys_.size() ? sparse : 0;
  if (dense_.size() + keys <= dense_.memory() / sizeof(std::uint32_t)) return 0;
  return pages->block_size((dense_.size() + keys) * 3 / 2 * sizeof(std::uint32_t));
}

std::size_t KeyIndex::memory() const noexcept { return dense_.memory() + keys_.memory() + rows_.memory(); }

}  // namespace parallax

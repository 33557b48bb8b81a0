// Disk space that stands in for memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace parallax {

/// Blocks of memory that the system writes to a file when it needs their room, and reads back when they are
/// touched. The file is made with the first block and has no name, so it is gone with its last user however
/// the process ends, and nobody has to clean up. Every block has its place on the disk before it is handed
/// out: a full disk is an error here, never a signal at the first write. Thread-safe.
class PageFile {
 public:
  /// An empty `directory` stands for $TMPDIR or, without it, /var/tmp. Blocks below `least_block` are not
  /// worth a place in the file. Throws Error if files cannot be made there.
  explicit PageFile(std::string directory, std::size_t least_block = std::size_t{64} << 10);
  PageFile(const PageFile&) = delete;
  PageFile& operator=(const PageFile&) = delete;
  ~PageFile();

  /// Bytes that a block of `bytes` takes on the disk; 0 if it is better placed in ordinary memory.
  [[nodiscard]] std::size_t block_size(std::size_t bytes) const noexcept;

  /// Makes sure that blocks of so many bytes in all (see block_size()) can be had. Throws Error
  /// (resource_limit) if the disk has no room for them.
  void require(std::size_t bytes);
  /// A block of zeros, aligned to pages; null if there is no room.
  [[nodiscard]] std::byte* allocate(std::size_t bytes) noexcept;
  /// Gives a block of allocate(bytes) back, and its room on the disk.
  void release(std::byte* block, std::size_t bytes) noexcept;
  /// Bytes in blocks.
  [[nodiscard]] std::size_t used() const noexcept;

 private:
  struct Window {
    std::uint64_t offset;  // in the file
    std::size_t size;
  };

  int open_file() noexcept;
  void close() noexcept;
  int secure(std::uint64_t& secured, std::uint64_t end) noexcept;
  bool discard(std::uint64_t begin, std::uint64_t end) noexcept;
  [[nodiscard]] std::byte* reuse(std::size_t bytes) noexcept;
  [[nodiscard]] std::byte* carve(std::size_t bytes) noexcept;
  [[nodiscard]] std::byte* map_whole(std::size_t bytes) noexcept;
  [[nodiscard]] std::byte* open_window(std::size_t bytes) noexcept;
  [[nodiscard]] std::uint64_t offset_of(const std::byte* block) const noexcept;

  const std::string directory_;
  const std::size_t least_block_;
  mutable std::mutex mutex_;
  int file_ = -1;
  std::map<const std::byte*, Window> windows_;   // where parts of the file are mapped
  std::multimap<std::size_t, std::byte*> free_;  // blocks given back, by size; without room on the disk
  std::byte* next_ = nullptr;                    // small blocks are carved here: cursor_ of the file …
  std::uint64_t cursor_ = 0;
  std::uint64_t end_ = 0;           // … up to this offset …
  std::uint64_t secured_ = 0;       // … and have room on the disk up to this one
  std::uint64_t tail_ = 0;          // offset of the next window …
  std::uint64_t tail_secured_ = 0;  // … which has room up to this one already
  std::size_t used_ = 0;
};

}  // namespace parallax

#include "base/page_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::size_t kPage = 4096;
/// Address space mapped at a time; the number of mappings a process may have is limited.
constexpr std::size_t kWindow = std::size_t{64} << 20;
/// Blocks that do not fit in what is left of a window waste that.
constexpr std::size_t kSlack = std::size_t{1} << 20;

std::size_t round_up(std::size_t bytes, std::size_t unit) noexcept {
  return (bytes + unit - 1) / unit * unit;
}

std::string default_directory() {
  const char* named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/var/tmp";
}

}  // namespace

PageFile::PageFile(std::string directory, std::size_t least_block)
    : directory_(directory.empty() ? default_directory() : std::move(directory)), least_block_(least_block) {
  if (::access(directory_.c_str(), W_OK | X_OK) == 0) return;
  throw Error("Cannot page a table to disk in \"" + directory_ + "\": " + std::strerror(errno) +
              "; name a page directory that exists and can be written to");
}

PageFile::~PageFile() { close(); }

/// Lets go of the file; the next block makes another.
void PageFile::close() noexcept {
  for (const auto& [start, window] : windows_) ::munmap(const_cast<std::byte*>(start), window.size);
  if (file_ >= 0) ::close(file_);
  file_ = -1;
  windows_.clear();
  free_.clear();
  next_ = nullptr;
  cursor_ = end_ = secured_ = tail_ = tail_secured_ = 0;
}

std::size_t PageFile::block_size(std::size_t bytes) const noexcept {
  return bytes < least_block_ ? 0 : round_up(bytes, kPage);
}

/// 0, or the reason why not.
int PageFile::open_file() noexcept {
  if (file_ >= 0) return 0;
  file_ = ::open(directory_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ >= 0) return 0;
  // Not every file system has files without a name: take it away at once.
  std::string name = directory_ + "/parallax-XXXXXX";
  file_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (file_ < 0) return errno;
  ::unlink(name.c_str());
  return 0;
}

/// Room on the disk from `secured` up to `end`: 0, or the reason why not.
int PageFile::secure(std::uint64_t& secured, std::uint64_t end) noexcept {
  if (end <= secured) return 0;
  const int error = ::posix_fallocate(file_, static_cast<off_t>(secured), static_cast<off_t>(end - secured));
  if (error == 0) secured = end;
  return error;
}

/// Gives room on the disk back; the part reads as zeros from then on. Not every file system can.
bool PageFile::discard(std::uint64_t begin, std::uint64_t end) noexcept {
  return ::fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(begin),
                     static_cast<off_t>(end - begin)) == 0;
}

void PageFile::require(std::size_t bytes) {
  if (bytes == 0) return;
  const std::lock_guard lock(mutex_);
  int error = open_file();
  const std::uint64_t here = bytes < kWindow ? std::min<std::uint64_t>(bytes, end_ - cursor_) : 0;
  if (error == 0) error = secure(secured_, cursor_ + here);
  if (error == 0 && here < bytes) error = secure(tail_secured_, tail_ + (bytes - here) + kSlack);
  if (error == 0) return;
  throw Error(ErrorKind::resource_limit,
              "The table needs " + std::to_string((bytes >> 20) + 1) + " MiB more in the page directory \"" +
                  directory_ + "\": " + std::strerror(error) + "; make room there, or remove rows first");
}

std::byte* PageFile::allocate(std::size_t bytes) noexcept {
  bytes = round_up(bytes, kPage);
  const std::lock_guard lock(mutex_);
  if (open_file() != 0) return nullptr;
  std::byte* block = reuse(bytes);
  if (block == nullptr) block = bytes < kWindow ? carve(bytes) : map_whole(bytes);
  if (block != nullptr) used_ += bytes;
  return block;
}

std::byte* PageFile::reuse(std::size_t bytes) noexcept {
  const auto found = free_.find(bytes);
  if (found == free_.end()) return nullptr;
  std::byte* block = found->second;
  std::uint64_t offset = offset_of(block);
  if (secure(offset, offset + bytes) != 0) return nullptr;
  free_.erase(found);
  return block;
}

std::byte* PageFile::carve(std::size_t bytes) noexcept {
  if (cursor_ + bytes > end_) {
    const std::uint64_t offset = tail_;
    std::byte* window = open_window(kWindow);
    if (window == nullptr) return nullptr;
    if (cursor_ < secured_) (void)discard(cursor_, secured_);  // the rest of the window before
    next_ = window;
    cursor_ = offset;
    end_ = offset + kWindow;
    secured_ = std::min(tail_secured_, end_);
    tail_secured_ = std::max(tail_secured_, tail_);
  }
  if (secure(secured_, cursor_ + bytes) != 0) return nullptr;
  cursor_ += bytes;
  return std::exchange(next_, next_ + bytes);
}

/// A block with a window of its own.
std::byte* PageFile::map_whole(std::size_t bytes) noexcept {
  const std::uint64_t end = tail_ + bytes;
  if (secure(tail_secured_, end) != 0) return nullptr;
  return open_window(bytes);
}

std::byte* PageFile::open_window(std::size_t bytes) noexcept {
  void* start = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, static_cast<off_t>(tail_));
  if (start == MAP_FAILED) return nullptr;
  auto* window = static_cast<std::byte*>(start);
  windows_.emplace(window, Window{tail_, bytes});
  tail_ += bytes;
  return window;
}

std::uint64_t PageFile::offset_of(const std::byte* block) const noexcept {
  const auto& [start, window] = *std::prev(windows_.upper_bound(block));
  return window.offset + static_cast<std::uint64_t>(block - start);
}

void PageFile::release(std::byte* block, std::size_t bytes) noexcept {
  bytes = round_up(bytes, kPage);
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  if (used_ == 0) {
    close();
    return;
  }
  const std::uint64_t offset = offset_of(block);
  if (!discard(offset, offset + bytes)) std::memset(block, 0, bytes);
  free_.emplace(bytes, block);
}

std::size_t PageFile::used() const noexcept {
  const std::lock_guard lock(mutex_);
  return used_;
}

}  // namespace parallax

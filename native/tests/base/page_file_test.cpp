#include "base/page_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <memory>
#include <vector>

#include "base/array.h"
#include "base/buffer.h"
#include "parallax/error.h"

namespace parallax {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

bool all(const std::byte* bytes, std::size_t count, unsigned char value) {
  return std::all_of(bytes, bytes + count, [&](std::byte byte) { return byte == std::byte{value}; });
}

TEST(PageFile, RefusesADirectoryThatIsNot) {
  try {
    PageFile pages("/nowhere/at/all");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/at/all"), std::string::npos);
  }
}

TEST(PageFile, BlocksAreZeroAndApart) {
  PageFile pages("");
  std::vector<std::byte*> blocks;
  for (unsigned i = 0; i < 200; ++i) {  // several windows
    std::byte* block = pages.allocate(kMiB + i);
    ASSERT_NE(block, nullptr);
    EXPECT_TRUE(all(block, kMiB + i, 0));
    std::memset(block, static_cast<int>(i), kMiB + i);
    blocks.push_back(block);
  }
  for (unsigned i = 0; i < 200; ++i) EXPECT_TRUE(all(blocks[i], kMiB + i, static_cast<unsigned char>(i)));
  EXPECT_GE(pages.used(), 200 * kMiB);
  for (unsigned i = 0; i < 200; ++i) pages.release(blocks[i], kMiB + i);
  EXPECT_EQ(pages.used(), 0u);
}

TEST(PageFile, UsesBlocksAgain) {
  PageFile pages("");
  std::byte* other = pages.allocate(kMiB);
  std::byte* first = pages.allocate(kMiB);
  std::memset(first, 1, kMiB);
  pages.release(first, kMiB);
  std::byte* second = pages.allocate(kMiB);
  EXPECT_EQ(second, first);
  EXPECT_TRUE(all(second, kMiB, 0));
  pages.release(second, kMiB);
  pages.release(other, kMiB);
  EXPECT_TRUE(all(pages.allocate(kMiB), kMiB, 0));  // in a file of its own
}

TEST(PageFile, HoldsBlocksLargerThanAWindow) {
  PageFile pages("");
  std::byte* small = pages.allocate(kMiB);
  std::byte* large = pages.allocate(100 * kMiB);
  ASSERT_NE(large, nullptr);
  large[0] = large[100 * kMiB - 1] = std::byte{1};
  std::byte* next = pages.allocate(kMiB);
  EXPECT_TRUE(all(small, kMiB, 0));
  EXPECT_TRUE(all(next, kMiB, 0));
}

/// What a process with files of at most 8 MiB, as on a full disk, makes of it: 0 = all as it should be.
int run_on_a_full_disk() {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{8 * kMiB, 8 * kMiB};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
  const auto pages = std::make_shared<PageFile>("");
  pages->require(4 * kMiB);
  std::vector<Buffer> buffers;
  for (int i = 0; i < 4; ++i) buffers.emplace_back(kMiB, pages);
  try {
    pages->require(8 * kMiB);
    return 2;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::resource_limit) return 3;
  }
  // Who does not ask gets ordinary memory.
  while (buffers.size() < 16) buffers.emplace_back(kMiB, pages);
  for (Buffer& buffer : buffers) std::memset(buffer.data(), 1, buffer.bytes());
  if (pages->used() > 8 * kMiB) return 4;
  buffers.clear();
  return pages->used() == 0 ? 0 : 5;
}

TEST(PageFileDeathTest, SaysWhenTheDiskIsFull) {
  EXPECT_EXIT(std::exit(run_on_a_full_disk()), ::testing::ExitedWithCode(0), "");
}

TEST(Array, GrowsInAFile) {
  for (const auto& pages : {std::shared_ptr<PageFile>(), std::make_shared<PageFile>("", 1)}) {
    Array<std::uint32_t> array(pages);
    for (std::uint32_t i = 0; i < 100'000; ++i) array.push_back(i);
    Array<std::uint32_t> other = array.another();
    other.append(array.data() + 10, 5);
    std::swap(array, other);
    EXPECT_EQ(array.size(), 5u);
    EXPECT_EQ(array[4], 14u);
    for (std::uint32_t i = 0; i < other.size(); ++i) ASSERT_EQ(other[i], i);
    other.clear();
    EXPECT_EQ(other.memory(), 0u);
  }
}

}  // namespace
}  // namespace parallax

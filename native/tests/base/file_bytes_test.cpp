#include "base/file_bytes.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "parallax/error.h"

namespace parallax {
namespace {

std::string fault(const std::string& path) {
  ThreadPool pool(2);
  try {
    const FileBytes file(path, pool);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

class FileBytesTest : public testing::Test {
 protected:
  void write(const std::string& content) { std::ofstream(path_, std::ios::binary) << content; }
  void TearDown() override { ::unlink(path_.c_str()); }

  const std::string path_ = testing::TempDir() + "parallax file bytes é " + std::to_string(::getpid());
  ThreadPool pool_{2};
};

TEST_F(FileBytesTest, ReadsTheWholeFile) {
  std::string content(20'000'011, '\0');  // several parts
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 + i / 4096);
  write(content);
  const FileBytes file(path_, pool_);
  EXPECT_TRUE(file.bytes() == content);
}

TEST_F(FileBytesTest, AnEmptyFileIsEmpty) {
  write("");
  EXPECT_EQ(FileBytes(path_, pool_).bytes().size(), 0u);
}

TEST_F(FileBytesTest, LivesOnWhenTheFileIsCut) {
  write(std::string(100'000, 'x'));
  const FileBytes file(path_, pool_);
  ASSERT_EQ(::truncate(path_.c_str(), 10), 0);
  EXPECT_EQ(file.bytes().back(), 'x');
}

TEST_F(FileBytesTest, ReleasesWholePagesOnly) {
  write(std::string(100'000, 'x'));
  const FileBytes file(path_, pool_);
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  file.release(file.bytes().substr(1, 3 * page));
  EXPECT_EQ(file.bytes().substr(0, page), std::string(page, 'x'));
  EXPECT_EQ(file.bytes().substr(page, 2 * page), std::string(2 * page, '\0'));
  EXPECT_EQ(file.bytes()[3 * page], 'x');
  file.release(file.bytes().substr(5 * page, page - 1));
  EXPECT_EQ(file.bytes()[5 * page], 'x');
}

TEST_F(FileBytesTest, SaysWhatIsWrong) {
  EXPECT_EQ(fault(path_), "Cannot read the file \"" + path_ + "\": No such file or directory");
  EXPECT_EQ(fault(testing::TempDir()),
            "Cannot read \"" + testing::TempDir() + "\": it is a directory or a device, not a regular file");
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_NE(fault(path_).find("not a regular file"), std::string::npos);  // and does not wait for a writer
}

TEST(FileBytesCut, AFileShorterThanItSaysIsRefused) {
  // The kernel's own files claim a page and have less.
  const std::string path = "/sys/devices/system/cpu/online";
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || status.st_size < 4096) GTEST_SKIP() << "no such file here";
  EXPECT_EQ(fault(path), "The file \"" + path + "\" was cut short while it was read");
}

}  // namespace
}  // namespace parallax

#include "base/text_buffer.h"

#include <gtest/gtest.h>

namespace parallax {
namespace {

TEST(TextBuffer, GrowsByWhatIsWrittenIntoItsRoom) {
  TextBuffer text;
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(text.view(), "");
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    char* to = text.room(8);
    to[0] = static_cast<char>('a' + i % 26);
    text.end_at(to + 1);
    text += "-";
    text.append(2, '.');
    expected += std::string(1, static_cast<char>('a' + i % 26)) + "-..";
  }
  EXPECT_EQ(text, expected);
  const char* place = text.data();
  text.clear();
  text += 'x';
  EXPECT_EQ(text, "x");
  EXPECT_EQ(text.data(), place);
}

TEST(TextBuffer, PutsTextInFront) {
  TextBuffer text(4);
  text.append("body");
  const char* place = text.data();
  text.prepend("ab");
  EXPECT_EQ(text, "abbody");
  EXPECT_EQ(text.data(), place - 2);
  text.prepend("");
  text.prepend("xyz");  // more than what is left
  EXPECT_EQ(text, "xyzabbody");
  TextBuffer empty(8);
  empty.prepend("h");
  EXPECT_EQ(empty, "h");
}

TEST(TextBuffer, MovesWithItsMemory) {
  TextBuffer from(std::string_view("text"));
  const char* place = from.data();
  TextBuffer to = std::move(from);
  EXPECT_EQ(to.data(), place);
  EXPECT_TRUE(from.empty());  // NOLINT: moved from, and empty by contract
  to = TextBuffer(std::string_view("other"));
  EXPECT_EQ(to.str(), "other");
}

}  // namespace
}  // namespace parallax

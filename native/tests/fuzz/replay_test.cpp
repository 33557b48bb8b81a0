// What the fuzzers once found, and the seeds they started from.
#include <dirent.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/targets.h"

namespace parallax::fuzz {
namespace {

struct Target {
  const char* name;
  void (*run)(Bytes);
};

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> files;
  DIR* const listing = opendir(folder.c_str());
  if (listing == nullptr) return files;
  while (const dirent* entry = readdir(listing)) {
    if (entry->d_name[0] != '.') files.push_back(folder + '/' + entry->d_name);
  }
  closedir(listing);
  std::sort(files.begin(), files.end());
  return files;
}

class Corpus : public ::testing::TestWithParam<Target> {};

TEST_P(Corpus, KeepsEveryPromise) {
  const auto files = files_in(std::string(PARALLAX_CORPUS_DIR "/") + GetParam().name);
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_NO_THROW(GetParam().run({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}))
        << file;
  }
}

constexpr Target kTargets[] = {{"arrow", fuzz_arrow},     {"csv", fuzz_csv},
                               {"json", fuzz_json},       {"wire", fuzz_wire},
                               {"session", fuzz_session}, {"expression", fuzz_expression}};

INSTANTIATE_TEST_SUITE_P(Fuzz, Corpus, ::testing::ValuesIn(kTargets),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace parallax::fuzz

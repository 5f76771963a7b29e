// SPDX-License-Identifier: Apache-2.0
// Runs every golden case, and holds that every artifact has one, and a hostile one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "artifacts/golden.h"
#include "bridle/artifact.h"

namespace bridle::test {
namespace {

namespace fs = std::filesystem;
const fs::path kData = fs::path(BRIDLE_SOURCE_DIR) / "tests" / "data";

struct Case {
  std::string artifact, name;
  fs::path folder;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.artifact << "/" << c.name; }

std::vector<Case> all_cases() {
  std::vector<Case> out;
  for (const auto& platform : fs::directory_iterator(kData))
    for (const auto& artifact : fs::directory_iterator(platform))
      for (const auto& one : fs::directory_iterator(artifact))
        out.push_back({platform.path().filename().string() + "." + artifact.path().filename().string(),
                       one.path().filename().string(), one.path()});
  std::ranges::sort(out, {}, &Case::folder);
  return out;
}

class Golden : public testing::TestWithParam<Case> {};

TEST_P(Golden, ReadsAsExpected) {
  const Case& one = GetParam();
  std::string got;
  for (const std::string& line : read_as_json(one.artifact, load_inputs(one.folder / "input"))) got += line + "\n";
  const fs::path expected = one.folder / "expected.jsonl";
  if (std::getenv("BRIDLE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected) << got;
    return;
  }
  std::ifstream in(expected);
  const std::string want{std::istreambuf_iterator<char>(in), {}};
  EXPECT_FALSE(want.empty()) << "no expected.jsonl";
  EXPECT_EQ(got, want);
}

std::string test_name(const testing::TestParamInfo<Case>& one) {
  std::string name = one.param.artifact + "_" + one.param.name;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(all_cases()), test_name);

TEST(Golden, EveryArtifactHasACaseAndAHostileCase) {
  for (const Artifact* a : all_artifacts()) {
    std::string path(a->id);
    path[path.find('.')] = '/';
    bool any = false, hostile = false;
    if (fs::exists(kData / path))
      for (const auto& one : fs::directory_iterator(kData / path)) {
        any = true;
        hostile = hostile || one.path().filename().string().starts_with("hostile");
      }
    EXPECT_TRUE(any && hostile) << a->id << " needs tests/data/" << path << "/<case> and .../hostile_<what>";
    EXPECT_TRUE(fs::exists(fs::path(BRIDLE_SOURCE_DIR) / a->reference)) << a->id << ": no page " << a->reference;
  }
}

}  // namespace
}  // namespace bridle::test

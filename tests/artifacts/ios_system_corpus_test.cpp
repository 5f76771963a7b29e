// SPDX-License-Identifier: Apache-2.0
// Artifacts of the system against files of real phones, and against what another program read from them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "artifacts/golden.h"

namespace bridle::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const fs::path kShared = fs::path(BRIDLE_SOURCE_DIR) / ".." / "shared";
const fs::path kBackup = kShared / "corpus/ios_backup/mvt_ios14.3";

class IosSystemCorpus : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kBackup)) GTEST_SKIP() << "no ../shared beside the source folder";
  }
};

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Json golden(const std::string& name) { return Json::parse(slurp(kShared / "golden/mvt/ios_check_backup" / (name + ".json"))); }

struct Read {
  std::vector<Json> records, problems;
};

Read read(std::string_view artifact, const std::map<std::string, std::string>& files) {
  Read out;
  for (const std::string& line : read_as_json(artifact, files)) {
    Json json = Json::parse(line);
    (json.contains("problem") ? out.problems : out.records).push_back(std::move(json));
  }
  return out;
}

Read read(std::string_view artifact, const std::string& path, const fs::path& file) {
  return read(artifact, {{path, slurp(file)}});
}

/// "2021-01-14 20:44:11.000000" as Bridle writes it; fractions of a second are cut.
std::string to_second(const std::string& text) { return text.substr(0, 10) + "T" + text.substr(11, 8); }
std::string to_second(const Json& record, const char* key) {
  return record.contains(key) && record[key].is_string() ? to_second(record[key].get<std::string>()) : "";
}

/// Text of a field, "" if the record has none.
std::string text(const Json& record, const char* key) {
  return record.contains(key) && record[key].is_string() ? record[key].get<std::string>() : "";
}

TEST_F(IosSystemCorpus, Tcc) {
  const Read got = read("ios.tcc", "/private/var/mobile/Library/TCC/TCC.db", kBackup / "64/64d0019cb3d46bfc8cce545a8ba54b93e7ea9347");
  EXPECT_THAT(got.problems, testing::IsEmpty());
  ASSERT_EQ(got.records.size(), 11U);
  std::multiset<std::string> ours, theirs;
  for (const Json& r : got.records) {
    const std::string reason = text(r, "reason");
    ours.insert(text(r, "service") + " " + text(r, "client") + " " + text(r, "client_type") + " " + text(r, "decision") + " " +
                (reason == "unknown(0)" ? "unknown" : reason) + " " + to_second(r, "changed_at"));
  }
  for (const Json& r : golden("tcc"))
    theirs.insert(text(r, "service") + " " + text(r, "client") + " " + text(r, "client_type") + " " + text(r, "auth_value") + " " +
                  text(r, "auth_reason_desc") + " " + to_second(r, "last_modified"));
  EXPECT_EQ(ours, theirs);
}

}  // namespace
}  // namespace bridle::test

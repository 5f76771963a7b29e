// SPDX-License-Identifier: Apache-2.0
// Artifacts of the system against files of real phones, and against what another program read from them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

/// What one reading has and the other has not, in both directions.
std::string difference(const std::multiset<std::string>& ours, const std::multiset<std::string>& theirs) {
  std::string out;
  std::vector<std::string> only;
  std::ranges::set_difference(ours, theirs, std::back_inserter(only));
  for (const std::string& s : only) out += "only ours: " + s + "\n";
  only.clear();
  std::ranges::set_difference(theirs, ours, std::back_inserter(only));
  for (const std::string& s : only) out += "only theirs: " + s + "\n";
  return out;
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
  EXPECT_EQ(difference(ours, theirs), "");
}

TEST_F(IosSystemCorpus, DataUsage) {
  const Read got = read("ios.data_usage", "/private/var/wireless/Library/Databases/DataUsage.sqlite",
                        kBackup / "0d/0d609c54856a9bb2d56729df1d68f2958a88426b");
  EXPECT_THAT(got.problems, testing::IsEmpty());
  const auto counters = [](const Json& r, const char* id, const char* in, const char* out) {
    const auto number = [&](const char* key) { return !r.contains(key) || r[key].is_null() ? "-" : std::to_string(r[key].get<std::int64_t>()); };
    return number(id) + " " + number(in) + " " + number(out);
  };
  std::multiset<std::string> ours, theirs, our_counters, their_counters;
  for (const Json& r : got.records) {
    our_counters.insert(counters(r, "live_usage_id", "wwan_in", "wwan_out"));
    if (text(r, "kind") == "process")
      ours.insert(text(r, "process") + " " + text(r, "bundle_id") + " " + text(r, "first_seen_at").substr(0, 19) + " " + text(r, "last_seen_at").substr(0, 19));
  }
  EXPECT_EQ(ours.size(), 40U);
  std::set<std::int64_t> seen;
  for (const Json& r : golden("datausage")) {
    if (text(r, "proc_name").starts_with("MISSING")) continue;  // no row: its reader's mark for a gap in the numbers
    their_counters.insert(counters(r, "live_id", "wwan_in", "wwan_out"));
    if (seen.insert(r["proc_id"].get<std::int64_t>()).second)
      theirs.insert(text(r, "proc_name") + " " + text(r, "bundle_id") + " " + to_second(r, "first_isodate") + " " + to_second(r, "isodate"));
  }
  EXPECT_EQ(difference(ours, theirs), "");
  EXPECT_EQ(difference(our_counters, their_counters), "");
}

TEST_F(IosSystemCorpus, NetUsage) {
  const Read got = read("ios.data_usage", "/private/var/networkd/db/netusage.sqlite",
                        kShared / "corpus/ios_artifacts/_loose/plaso/netusage.sqlite");
  EXPECT_THAT(got.problems, testing::IsEmpty());
  EXPECT_EQ(got.records.size(), 335U);  // 260 processes, some with two counters
  EXPECT_EQ(std::ranges::count_if(got.records, [](const Json& r) { return text(r, "kind") == "process"; }), 260);
}

TEST_F(IosSystemCorpus, InstalledApps) {
  const Read got = read("ios.installed_apps", "/backup/Info.plist", kBackup / "Info.plist");
  EXPECT_THAT(got.problems, testing::IsEmpty());
  std::multiset<std::string> ours, theirs;
  for (const Json& r : got.records) ours.insert(text(r, "bundle_id"));
  const Json info = golden("backup_info");
  for (const Json& id : info["Installed Applications"]) theirs.insert(id.get<std::string>());
  EXPECT_EQ(ours.size(), 6U);
  EXPECT_EQ(difference(ours, theirs), "");
}

TEST_F(IosSystemCorpus, BackupInfo) {
  const Read got = read("ios.backup_info", "/backup/Info.plist", kBackup / "Info.plist");
  EXPECT_THAT(got.problems, testing::IsEmpty());
  std::map<std::string, std::string> ours;
  for (const Json& r : got.records) ours[text(r, "key")] = text(r, "value");
  const Json theirs = golden("backup_info");
  for (const auto& [key, value] : theirs.items()) {
    if (!value.is_string()) continue;  // not in the file, or the list of apps
    EXPECT_EQ(ours[key], key == "Last Backup Date" ? to_second(theirs, "Last Backup Date") + "Z" : value.get<std::string>()) << key;
  }
}

TEST_F(IosSystemCorpus, IdStatusCache) {
  const Read got = read("ios.id_status_cache", "/private/var/mobile/Library/Preferences/com.apple.identityservices.idstatuscache.plist",
                        kShared / "corpus/ios_artifacts/_loose/plaso/com.apple.identityservices.idstatuscache.plist");
  EXPECT_THAT(got.problems, testing::IsEmpty());
  std::set<std::string> madrid;
  for (const Json& r : got.records) {
    EXPECT_NE(text(r, "lookup_at"), "");
    EXPECT_EQ(text(r, "user").starts_with("tel:"), r.contains("phone"));
    EXPECT_EQ(text(r, "user").starts_with("mailto:"), r.contains("email"));
    if (text(r, "app") == "com.apple.madrid") madrid.insert(text(r, "phone"));
  }
  EXPECT_THAT(madrid, testing::ElementsAre("+14693560062", "+19192895850", "+19195794674", "+19198887386"));
}

TEST_F(IosSystemCorpus, SafariTabs) {
  const Read got = read("ios.safari_tabs", "/private/var/mobile/Library/Safari/BrowserState.db", kBackup / "3a/3a47b0981ed7c10f3e2800aa66bac96a3b5db28e");
  EXPECT_THAT(got.problems, testing::IsEmpty());
  ASSERT_EQ(got.records.size(), 1U);
  const Json theirs = golden("safari_browser_state")[0];
  EXPECT_EQ(text(got.records[0], "title"), text(theirs, "tab_title"));
  EXPECT_EQ(text(got.records[0], "url"), text(theirs, "tab_url"));
  EXPECT_EQ(text(got.records[0], "viewed_at").substr(0, 19), to_second(theirs, "last_viewed_timestamp"));
}

/// The listing that the evidence layer makes of a backup's folder.
std::string stored_files(const fs::path& backup) {
  std::string out;
  for (const auto& entry : fs::recursive_directory_iterator(backup)) {
    const std::string path = fs::relative(entry.path(), backup).generic_string();
    if (entry.is_regular_file() && path != "Manifest.db" && path != "Info.plist")
      out += path + "\t" + std::to_string(entry.file_size()) + "\n";
  }
  return out;
}

TEST_F(IosSystemCorpus, Manifest) {
  const Read got = read("ios.manifest", {{"/backup/Manifest.db", slurp(kBackup / "Manifest.db")}, {"/backup/files", stored_files(kBackup)}});
  std::multiset<std::string> ours, theirs;
  std::set<std::string> orphans, stored;
  const auto number = [](const Json& r, const char* key) { return r.contains(key) && r[key].is_number() ? r[key].dump() : "-"; };
  for (const Json& r : got.records) {
    if (r.value("stored", 0) == 1 && text(r, "kind") == "file") stored.insert(text(r, "file_id"));
    if (text(r, "kind") == "orphan") {
      orphans.insert(text(r, "file_id"));
      continue;
    }
    const std::string kind = text(r, "kind");
    ours.insert(text(r, "file_id") + " " + text(r, "domain") + " " + text(r, "relative_path") + " " +
                (kind == "file" ? "1" : kind == "directory" ? "2" : kind == "symlink" ? "4" : kind) + " " + text(r, "created_at") + " " +
                text(r, "modified_at") + " " + text(r, "changed_at") + " 0o" + text(r, "mode") + " " + number(r, "owner") + " " + number(r, "size"));
    EXPECT_FALSE(text(r, "path").empty() || text(r, "path").starts_with("/unknown")) << text(r, "domain");
  }
  const Json entries = golden("manifest");
  for (const Json& r : entries)
    theirs.insert(text(r, "file_id") + " " + text(r, "domain") + " " + text(r, "relative_path") + " " + number(r, "flags") + " " +
                  to_second(r, "created") + "Z " + to_second(r, "modified") + "Z " + to_second(r, "status_changed") + "Z " + text(r, "mode") + " " +
                  number(r, "owner") + " " + number(r, "size"));
  EXPECT_EQ(ours.size(), 3721U);
  EXPECT_EQ(difference(ours, theirs), "");
  EXPECT_TRUE(orphans.contains("e794f6ffcc3c222535f47684a63d5178da3c4500"));
  EXPECT_EQ(stored.size(), 10U);
  // The sample keeps few of its stored files: 20 are named, the rest counted. No other kind of problem.
  std::map<std::string, int> problems;
  for (const Json& p : got.problems) {
    const std::string what = text(p, "problem");
    ++problems[what.starts_with("row ") ? what.substr(what.find(": ") + 2) : what];
  }
  EXPECT_EQ(problems["the stored file is missing"], 20);
  EXPECT_EQ(problems["1059 more entries have no stored file"], 1);
  EXPECT_EQ(problems.size(), 3U);  // and the orphan
}

}  // namespace
}  // namespace bridle::test

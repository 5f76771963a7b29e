// SPDX-License-Identifier: Apache-2.0
// The whole chain on forged phones: what was planted is found, what only looks like it is not, and faults cost what they
// touch.
#include "engine/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "case/case_file.h"
#include "forge/forge.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;

class Quiet : public Progress {
 public:
  void stage(std::string_view name, std::uint64_t) override { if (on_stage) on_stage(name); }
  void advance(std::uint64_t) override {}
  std::function<void(std::string_view)> on_stage;
};

class CheckTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "bridle-check-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(dir_); }

  forge::Forged forge(const forge::Spec& spec, const std::string& name = "phone") {
    auto made = forge::forge_backup(dir_ / name, spec);
    if (!made) ADD_FAILURE() << to_string(made.error());
    return made ? *made : forge::Forged{};
  }
  CheckOptions options(const forge::Forged& phone, const std::string& name = "a") const {
    return {.sources = {phone.backup.string()}, .case_path = (dir_ / (name + ".bridle")).string(), .workers = 2, .command = "test"};
  }
  static std::vector<std::string> column(const std::string& case_path, const std::string& sql) {
    auto db = CaseDb::open(case_path, CaseDb::Mode::read);
    if (!db) return {to_string(db.error())};
    auto rows = db->prepare(sql);
    if (!rows) return {to_string(rows.error())};
    std::vector<std::string> out;
    for (auto row = rows->step(); row && *row; row = rows->step()) out.emplace_back(rows->text(0));
    return out;
  }
  fs::path dir_;
  Quiet quiet_;
};

std::vector<nlohmann::json> truth_of(const forge::Forged& phone) {
  std::vector<nlohmann::json> out;
  std::ifstream in(phone.truth);
  for (std::string line; std::getline(in, line);) out.push_back(nlohmann::json::parse(line));
  return out;
}

TEST_F(CheckTest, FindsWhatWasPlantedAndOnlyThat) {
  const auto phone = forge(forge::Spec::demo());
  auto with_list = options(phone);
  with_list.indicator_paths = {(dir_ / "emails.txt").string()};  // two that Amnesty published in 2021; not built in
  std::ofstream(dir_ / "emails.txt") << "bekkerfredi@gmail.com\nk.williams.enny74@gmail.com\n";
  const auto result = check(with_list, quiet_);
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_FALSE(result->changed);
  const auto rules = column(result->case_path, "SELECT rule FROM finding");
  const auto indicators = column(result->case_path, "SELECT f.artifact || ' ' || i.kind || ' ' || i.value FROM finding f JOIN indicator i USING(indicator_id)");
  const auto matched = column(result->case_path, "SELECT matched FROM \"match\"");
  std::size_t wanted = 0;
  for (const auto& plant : truth_of(phone)) {
    const std::vector<std::string> found_by = plant.value("found_by", std::vector<std::string>{});
    for (const std::string& by : found_by) {
      ++wanted;
      const bool rule = by.starts_with("rule ");
      std::string key = rule ? by.substr(5) : plant.at("artifact").get<std::string>() + by.substr(by.find(' '));
      if (by.starts_with("indicator profile_id")) key = ascii_lower(key);  // the case holds the value as compared
      EXPECT_TRUE(std::ranges::find(rule ? rules : indicators, key) != (rule ? rules : indicators).end()) << "not found: " << plant.dump();
    }
    const bool found = std::ranges::find(matched, plant.value("value", "")) != matched.end();
    EXPECT_FALSE(found_by.empty() && found) << "found: " << plant.dump();
  }
  EXPECT_GT(wanted, 8U);
}

TEST_F(CheckTest, EveryRecordNamesItsFile) {
  const auto result = check(options(forge(forge::Spec::demo())), quiet_);
  ASSERT_TRUE(result) << to_string(result.error());
  for (const std::string& table : column(result->case_path, "SELECT table_name FROM artifact"))
    EXPECT_EQ(column(result->case_path, "SELECT count(*) FROM readable_" + table + " WHERE _path IS NULL OR _locator IS NULL"),
              std::vector<std::string>{"0"}) << table;
}

TEST_F(CheckTest, EveryRowIsCounted) {
  const auto phone = forge(forge::Spec::demo());
  const auto result = check(options(phone), quiet_);
  ASSERT_TRUE(result) << to_string(result.error());
  std::map<std::string, std::uint64_t> rows;
  for (const auto& [key, n] : phone.rows) rows[key.substr(0, key.find('/'))] += n;
  for (const auto& [artifact, n] : rows) {
    if (artifact == "ios.data_usage" || artifact == "ios.manifest") continue;  // one record for several rows
    const auto got = column(result->case_path, "SELECT records FROM coverage WHERE artifact = '" + artifact + "'");
    if (got.empty()) continue;  // a database no artifact reads yet
    EXPECT_EQ(got, std::vector<std::string>{std::to_string(n)}) << artifact;
  }
  EXPECT_EQ(column(result->case_path, "SELECT artifact || ' ' || what FROM problem"), std::vector<std::string>{});
}

TEST_F(CheckTest, AnEncryptedPhoneGivesTheSameRecordsAndLeavesNoPlaintext) {
  auto spec = forge::Spec::demo();
  const auto plain = check(options(forge(spec), "plain"), quiet_);
  spec.password = "correct horse";
  const auto phone = forge(spec, "encrypted");
  auto encrypted = options(phone, "encrypted");
  std::set<fs::path> before;
  for (const auto& e : fs::recursive_directory_iterator(dir_)) before.insert(e.path());
  encrypted.password = [](int attempt) { return attempt == 0 ? std::optional<std::string>("wrong") : std::optional<std::string>("correct horse"); };
  const auto result = check(encrypted, quiet_);
  ASSERT_TRUE(plain && result) << to_string(result.error());
  std::set<fs::path> made;
  for (const auto& e : fs::recursive_directory_iterator(dir_))
    if (!before.contains(e.path())) made.insert(e.path());
  EXPECT_EQ(made, std::set<fs::path>{encrypted.case_path});
  for (const char* table : {"ios_messages", "ios_safari_history", "ios_data_usage", "ios_whatsapp_messages"})
    EXPECT_EQ(column(plain->case_path, std::string("SELECT quote(record_id) || quote(_at) || quote(_wal_only) FROM ") + table),
              column(result->case_path, std::string("SELECT quote(record_id) || quote(_at) || quote(_wal_only) FROM ") + table));
  EXPECT_EQ(plain->findings, result->findings);
}

TEST_F(CheckTest, AWrongPasswordWritesNothing) {
  auto spec = forge::Spec::demo();
  spec.password = "correct horse";
  auto with = options(forge(spec));
  with.password = [](int attempt) { return attempt < 3 ? std::optional<std::string>("wrong") : std::nullopt; };
  const auto result = check(with, quiet_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::password);
  EXPECT_FALSE(fs::exists(with.case_path) || fs::exists(with.case_path + ".partial"));
}

TEST_F(CheckTest, TheNumberOfWorkersDoesNotChangeTheCase) {
  const auto phone = forge(forge::Spec::demo());
  auto one = options(phone, "one"), many = options(phone, "many");
  one.workers = 1, many.workers = 7;
  ASSERT_TRUE(check(one, quiet_) && check(many, quiet_));
  for (const std::string& table : column(one.case_path, "SELECT table_name FROM artifact")) {
    const std::string sql = "SELECT record_id || ' ' || _at || ' ' || (SELECT path FROM file JOIN place USING(file_id) WHERE place_id = _place) FROM " + table;
    EXPECT_EQ(column(one.case_path, sql), column(many.case_path, sql)) << table;
  }
  EXPECT_EQ(column(one.case_path, "SELECT finding_id || summary FROM finding"), column(many.case_path, "SELECT finding_id || summary FROM finding"));
}

TEST_F(CheckTest, AnInputThatChangesDuringTheRunIsNamed) {
  const auto phone = forge(forge::Spec::demo());
  const auto sms = phone.backup / "3d" / "3d0d7e5fb2ce288813306e4d4636395e047a3d28";
  ASSERT_TRUE(fs::exists(sms));
  quiet_.on_stage = [&](std::string_view stage) {
    if (stage == "Hashing again") std::ofstream(sms, std::ios::app) << "x";
  };
  const auto result = check(options(phone), quiet_);
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_TRUE(result->changed);
  EXPECT_EQ(column(result->case_path, "SELECT path FROM problem WHERE code = 'changed'"), std::vector<std::string>{"/private/var/mobile/Library/SMS/sms.db"});
  EXPECT_EQ(column(result->case_path, "SELECT exit_code FROM run"), std::vector<std::string>{"6"});
}

TEST_F(CheckTest, ADamagedFileCostsItsArtifactAndNothingElse) {
  const auto phone = forge(forge::Spec::demo());
  const auto sms = phone.backup / "3d" / "3d0d7e5fb2ce288813306e4d4636395e047a3d28";
  std::ofstream(sms, std::ios::trunc) << "not a database";
  const auto result = check(options(phone), quiet_);
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_TRUE(result->partial);
  EXPECT_EQ(column(result->case_path, "SELECT outcome FROM coverage WHERE artifact = 'ios.messages'"), std::vector<std::string>{"failed"});
  EXPECT_EQ(column(result->case_path, "SELECT outcome FROM coverage WHERE artifact = 'ios.safari_history'"), std::vector<std::string>{"read"});
}

TEST_F(CheckTest, AStoredCaseIsMatchedAgainAndSaysWhatIsNew) {
  const auto phone = forge(forge::Spec::demo());
  auto without = options(phone);
  without.builtin_indicators = false;
  const auto first = check(without, quiet_);
  ASSERT_TRUE(first) << to_string(first.error());
  const auto again = recheck({.case_path = first->case_path, .builtin_indicators = true, .workers = 2, .command = "again"}, quiet_);
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_GT(again->new_findings, 5);
  EXPECT_EQ(again->findings, first->findings + again->new_findings);
  const auto third = recheck({.case_path = first->case_path, .builtin_indicators = true, .workers = 1, .command = "again"}, quiet_);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->new_findings, 0);
  // The same matches as when the evidence was read with the indicators at hand.
  const auto direct = check(options(phone, "direct"), quiet_);
  const char* matches = "SELECT DISTINCT artifact || ' ' || record_id || ' ' || field || ' ' || matched FROM \"match\" ORDER BY 1";
  EXPECT_EQ(column(first->case_path, matches), column(direct->case_path, matches));
  auto db = CaseDb::open(first->case_path, CaseDb::Mode::read);
  EXPECT_TRUE(verify_audit(*db));
}

TEST_F(CheckTest, TwoDevicesDoNotShareACase) {
  const auto one = forge(forge::Spec::demo(), "one"), two = forge(forge::Spec::demo(), "two");
  auto both = options(one);
  both.sources.push_back(two.backup.string());
  ASSERT_TRUE(check(both, quiet_)) << "two backups of one device";

  // The forge's phones are all one device; the second gets another identity by hand.
  for (const char* name : {"Info.plist", "Manifest.plist"}) {
    std::ifstream in(two.backup / name, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string udid = one.backup.filename();
    for (std::size_t at = 0; (at = text.find(udid, at)) != std::string::npos;) text.replace(at, udid.size(), "11118110" + udid.substr(8));
    std::ofstream(two.backup / name, std::ios::binary) << text;
  }
  both.case_path += "2";
  const auto result = check(both, quiet_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::usage);
  EXPECT_FALSE(fs::exists(both.case_path) || fs::exists(both.case_path + ".partial"));
}

TEST_F(CheckTest, ARealBackupIsReadAsOtherToolsReadIt) {
  const fs::path real = fs::path(BRIDLE_SOURCE_DIR) / "../shared/corpus/ios_backup/mvt_ios14.3";
  if (!fs::exists(real)) GTEST_SKIP() << "no ../shared/corpus";
  const auto result = check({.sources = {real.string()}, .case_path = (dir_ / "r.bridle").string(), .command = "test"}, quiet_);
  ASSERT_TRUE(result) << to_string(result.error());
  const auto records = [&](const std::string& artifact) {
    return column(result->case_path, "SELECT records FROM coverage WHERE artifact = '" + artifact + "'");
  };
  EXPECT_EQ(records("ios.tcc"), std::vector<std::string>{"11"});
  EXPECT_EQ(records("ios.whatsapp_messages"), std::vector<std::string>{"3"});
  EXPECT_EQ(records("ios.safari_tabs"), std::vector<std::string>{"1"});
  EXPECT_EQ(column(result->case_path, "SELECT count(DISTINCT process_id) FROM ios_data_usage WHERE kind = 'process'"), std::vector<std::string>{"40"});
  EXPECT_EQ(column(result->case_path, "SELECT count(*) FROM ios_manifest WHERE kind <> 'orphan'"), std::vector<std::string>{"3721"});
}

}  // namespace
}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
// Each rule of rules/<platform>/<name>.sql has tests/rules/<platform>/<name>/{fires.sql, silent.sql, expected.jsonl}: records
// that it must find, records that it must leave alone, and what it says of the first. BRIDLE_UPDATE_GOLDEN=1 writes
// expected.jsonl.
#include "rules/rule.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "bridle/artifact.h"
#include "case/case_file.h"
#include "rules/conclude.h"
#include "rules/run_rules.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class TempCase {
 public:
  TempCase() {
    std::string name = (fs::temp_directory_path() / "bridle-rules-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
    file_.emplace(std::move(*CaseFile::create((dir_ / "t.bridle").string())));
    for (const Artifact* a : all_artifacts()) EXPECT_TRUE(file_->add_artifact(*a));
  }
  ~TempCase() {
    file_.reset();
    fs::remove_all(dir_);
  }
  CaseFile& file() { return *file_; }

 private:
  fs::path dir_;
  std::optional<CaseFile> file_;
};

std::vector<Rule> builtin() {
  std::vector<Error> errors;
  std::vector<Rule> rules = load_rules({}, errors);
  for (const Error& e : errors) ADD_FAILURE() << to_string(e);
  return rules;
}

fs::path folder_of(const Rule& rule) {
  std::string path = rule.id;
  path[path.find('.')] = '/';
  return fs::path(BRIDLE_SOURCE_DIR) / "tests" / "rules" / path;
}

/// What a rule says of the records that `sql` puts into a case.
std::string findings_of(const Rule& rule, const fs::path& sql) {
  TempCase c;
  const auto filled = c.file().db().exec(slurp(sql));
  if (!filled) ADD_FAILURE() << sql << ": " << filled.error().what;
  const auto found = run_rules(c.file(), 1, {&rule, 1});
  if (!found) ADD_FAILURE() << found.error().what;
  auto failed = c.file().db().prepare("SELECT what FROM problem");
  for (auto row = failed->step(); row && *row; row = failed->step()) ADD_FAILURE() << failed->text(0);
  std::string out;
  for (const Finding& f : *found) {
    nlohmann::ordered_json line{{"class", name(f.finding_class)}, {"level", name(f.level)}, {"strength", f.strength},
                                {"summary", f.summary}, {"records", f.records}};
    if (f.time) line["time"] = to_iso(*f.time);
    for (const RecordRef& ref : f.refs) line["refs"].push_back(ref.artifact + " " + std::to_string(ref.record_id));
    out += line.dump() + "\n";
  }
  return out;
}

TEST(Rules, EachFiresAndIsSilentAsItShould) {
  for (const Rule& rule : builtin()) {
    SCOPED_TRACE(rule.id);
    const fs::path folder = folder_of(rule);
    ASSERT_TRUE(fs::exists(folder / "fires.sql") && fs::exists(folder / "silent.sql")) << "no test in " << folder;
    const std::string fired = findings_of(rule, folder / "fires.sql");
    EXPECT_NE(fired, "");
    if (std::getenv("BRIDLE_UPDATE_GOLDEN") != nullptr) std::ofstream(folder / "expected.jsonl") << fired;
    EXPECT_EQ(fired, slurp(folder / "expected.jsonl"));
    EXPECT_EQ(findings_of(rule, folder / "silent.sql"), "");
  }
}

TEST(Rules, FileNameIsTheIdAndTextsDoNotOverclaim) {
  for (const Rule& rule : builtin()) {
    std::string path = rule.id + ".sql";
    path[path.find('.')] = '/';
    EXPECT_EQ(rule.origin, "rules/" + path);
    for (const std::string* text : {&rule.finding, &rule.why, &rule.innocent, &rule.confirm})
      EXPECT_TRUE(overclaims(*text).empty()) << rule.id << ": " << overclaims(*text).front();
  }
}

TEST(Rules, OverclaimsAreFound) {
  EXPECT_EQ(overclaims("This proves that the phone is infected."), (std::vector<std::string>{"proves", "infected"}));
  EXPECT_EQ(overclaims("With 95% confidence"), std::vector<std::string>{"a percentage"});
  EXPECT_TRUE(overclaims("No known trace found. This does not mean that the phone is clean.").empty());
  EXPECT_TRUE(overclaims("cleaned up, unsafe, %d").empty());
}

TEST(Rules, AMissingKeyIsNamed) {
  const auto rule = parse_rule("-- rule: x.y\n-- level: low\nSELECT 1", "x.sql");
  ASSERT_FALSE(rule);
  EXPECT_EQ(rule.error().what, "the rule has no \"-- class:\" line");
  EXPECT_EQ(rule.error().where, "x.sql");
}

Rule rule_of(std::string sql) {
  Rule rule{.id = "t.rule", .finding = "x", .needs = {"ios.safari_history"}};
  rule.sql = std::move(sql);
  return rule;
}

TEST(Rules, ARuleThatWritesOrFailsIsAProblemAndStopsNoOther) {
  TempCase c;
  ASSERT_TRUE(c.file().db().exec("INSERT INTO ios_safari_history(record_id, url, visited_at) VALUES (1, 'a', 5)"));
  const std::vector<Rule> rules{rule_of("DELETE FROM ios_safari_history"), rule_of("SELECT no_such_column FROM ios_safari_history"),
                                rule_of("SELECT record_id AS ios_safari_history_record, visited_at AS time FROM ios_safari_history")};
  const auto found = run_rules(c.file(), 1, rules);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().time, Time{5});
  EXPECT_EQ(found->front().refs.front().record_id, 1);
  auto problems = c.file().db().prepare("SELECT count(*) FROM problem");
  ASSERT_TRUE(*problems->step());
  EXPECT_EQ(problems->integer(0), 2);
}

TEST(Rules, AnOddRowDoesNotDisableARule) {
  TempCase c;
  ASSERT_TRUE(c.file().db().exec("INSERT INTO ios_data_usage(record_id, kind, process_id) VALUES (1, 'process', NULL), "
                                 "(2, 'process', 3), (3, 'live_usage_without_process', NULL), (4, 'live_usage_without_process', 9)"));
  for (const Rule& rule : builtin()) {
    if (rule.id != "ios.data_usage_process_deleted") continue;
    const auto found = run_rules(c.file(), 1, {&rule, 1});
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().records, 2);
  }
}

const char* const kTwoStores = R"sql(
  INSERT INTO ios_safari_history(record_id, url, visited_at) VALUES (1, 'https://evil.example/', 1600000000000000000);
  INSERT INTO indicator(indicator_id, run_id, kind, value, malware, set_name) VALUES (1, 1, 'domain', 'evil.example', 'Pegasus', 'a');
  INSERT INTO "match"(run_id, artifact, record_id, field, indicator_id, matched, truncated)
    VALUES (1, 'ios.safari_history', 1, 'url', 1, 'evil.example', 0);
)sql";

TEST(Conclude, StoresAFindingOnceAndCountsWhatIsNew) {
  TempCase c;
  ASSERT_TRUE(c.file().db().exec(kTwoStores));
  const auto first = conclude(c.file(), 1, {});
  ASSERT_TRUE(first) << first.error().what;
  EXPECT_EQ(first->findings, 1);
  EXPECT_EQ(first->added, 1);
  const auto second = conclude(c.file(), 1, {});
  EXPECT_EQ(second->findings, 1);
  EXPECT_EQ(second->added, 0);
  auto row = c.file().db().prepare("SELECT finding_id, class, strength, level, summary, strength_why FROM finding");
  ASSERT_TRUE(*row->step());
  EXPECT_EQ(row->text(0), "f-0001");
  EXPECT_EQ(row->text(1), "contact");
  EXPECT_EQ(row->text(2), "S2");
  EXPECT_EQ(row->text(3), "high");
  EXPECT_EQ(row->text(4), "Address evil.example, published as belonging to Pegasus (a) seen in ios.safari_history");
}

TEST(Conclude, StoresOfTwoDaemonsWithinADayAreStrong) {
  TempCase c;
  ASSERT_TRUE(c.file().db().exec(R"sql(
    INSERT INTO ios_data_usage(record_id, kind, process, first_seen_at) VALUES (1, 'process', 'bh', 1600000000000000000);
    INSERT INTO ios_os_analytics_daily(record_id, process, counted_at) VALUES (1, 'bh', 1600000100000000000);
    INSERT INTO indicator(indicator_id, run_id, kind, value, malware, set_name) VALUES (1, 1, 'process', 'bh', 'Pegasus', 'a');
    INSERT INTO "match"(run_id, artifact, record_id, field, indicator_id, matched, truncated) VALUES
      (1, 'ios.data_usage', 1, 'process', 1, 'bh', 0), (1, 'ios.os_analytics_daily', 1, 'process', 1, 'bh', 0);
  )sql"));
  ASSERT_TRUE(conclude(c.file(), 1, {}));
  auto row = c.file().db().prepare("SELECT strength, level, class FROM finding ORDER BY finding_id");
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(*row->step());
    EXPECT_EQ(row->text(0), "S4");
    EXPECT_EQ(row->text(1), "critical");
    EXPECT_EQ(row->text(2), "execution");
  }
}

TEST(Conclude, ANameCutShortStaysWeak) {
  TempCase c;
  ASSERT_TRUE(c.file().db().exec(R"sql(
    INSERT INTO ios_data_usage(record_id, kind, process, first_seen_at) VALUES (1, 'process', 'com.apple.WebKit', 1600000000000000000);
    INSERT INTO indicator(indicator_id, run_id, kind, value, malware, set_name) VALUES (1, 1, 'process', 'com.apple.WebKitty', 'X', 'a');
    INSERT INTO "match"(run_id, artifact, record_id, field, indicator_id, matched, truncated) VALUES
      (1, 'ios.data_usage', 1, 'process', 1, 'com.apple.WebKit', 1);
  )sql"));
  ASSERT_TRUE(conclude(c.file(), 1, {}));
  auto row = c.file().db().prepare("SELECT strength FROM finding");
  ASSERT_TRUE(*row->step());
  EXPECT_EQ(row->text(0), "S1");
}

}  // namespace
}  // namespace bridle

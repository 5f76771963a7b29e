// SPDX-License-Identifier: Apache-2.0
// The fields that docs/json.md promises.
#include "report/json.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "sample_case.h"

namespace bridle::report {
namespace {

using test::Workplace;
using test::write_sample;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

class JsonLines : public ::testing::Test {
 protected:
  JsonLines() {
    write_sample();
    auto opened = CaseReader::open("sample.bridle");
    EXPECT_TRUE(opened.has_value());
    reader.emplace(std::move(*opened));
    auto every = CaseRecords::open(*reader);
    EXPECT_TRUE(every.has_value());
    records.emplace(std::move(*every));
  }
  Json record(const char* artifact, std::int64_t id) {
    const auto found = records->find({artifact, id});
    EXPECT_TRUE(found.has_value() && *found != nullptr);
    return Json::parse(json_line(to_json(**found)));
  }

  Workplace workplace;
  std::optional<CaseReader> reader;
  std::optional<CaseRecords> records;
};

TEST_F(JsonLines, AFindingCarriesAll) {
  const auto finding = reader->finding("f-0001");
  ASSERT_TRUE(finding.has_value());
  const auto made = to_json(*finding, *records);
  ASSERT_TRUE(made.has_value());
  const Json j = Json::parse(json_line(*made));
  EXPECT_THAT(keys(j), ::testing::ElementsAre("schema", "id", "class", "strength", "level", "time", "clock", "artifact", "rule", "indicator",
                                              "summary", "record_count", "records", "why", "innocent", "confirm", "forgeable", "reference",
                                              "strength_why", "run"));
  EXPECT_EQ(j["schema"], "bridle.finding/1");
  EXPECT_EQ(j["id"], "f-0001");
  EXPECT_EQ(j["time"], "2021-07-06T05:10:11Z");
  EXPECT_EQ(j["indicator"]["kind"], "domain");
  EXPECT_EQ(j["indicator"]["value"], "bad.example");
  EXPECT_EQ(j["indicator"]["malware"], "Pegasus");
  EXPECT_EQ(j["indicator"]["set"], "NSO report");
  ASSERT_EQ(j["records"].size(), 1U);
  EXPECT_THAT(keys(j["records"][0]), ::testing::ElementsAre("artifact", "record_id", "path", "locator", "wal_only", "values"));
  EXPECT_EQ(j["records"][0]["wal_only"], true);
  EXPECT_EQ(j["records"][0]["locator"]["unit"], "history_visits");
  EXPECT_EQ(j["records"][0]["locator"]["number"], 8);
  EXPECT_EQ(j["records"][0]["values"]["url"], "https://bad.example/x?[/x]");
}

TEST_F(JsonLines, AFindingOfARuleHasNoIndicator) {
  const auto made = to_json(*reader->finding("f-0002"), *records);
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE((*made)["indicator"].is_null());
  EXPECT_TRUE((*made)["time"].is_null());
  EXPECT_EQ((*made)["records"].size(), 2U);
}

TEST_F(JsonLines, TimesKeepTheirRawValue) {
  const Json j = record("test.visits", 1);
  EXPECT_EQ(j["schema"], "bridle.record/1");
  EXPECT_EQ(j["values"]["visited_at"], (Json{{"utc", "2021-07-06T05:09:11Z"}, {"raw", 647'240'951}, {"unit", "cocoa_seconds"}, {"clock", "utc"}}));
  EXPECT_EQ(record("test.processes", 1)["values"]["last_seen"]["clock"], "device_local");
  EXPECT_TRUE(record("test.processes", 2)["values"]["last_seen"].is_null());
}

TEST_F(JsonLines, BytesAndInvalidUtf8AreBase64) {
  EXPECT_EQ(record("test.processes", 1)["values"]["token"], (Json{{"b64", "AAH+"}}));
  const Json url = record("test.visits", 3)["values"]["url"];
  EXPECT_EQ(url, (Json{{"b64", "aHR0cHM6Ly9vZGQuZXhhbXBsZS//AGVuZA=="}}));
  EXPECT_EQ(json_bytes({}), (Json{{"b64", ""}}));
  EXPECT_EQ(json_bytes(as_bytes("a")), (Json{{"b64", "YQ=="}}));
  EXPECT_EQ(json_bytes(as_bytes("ab")), (Json{{"b64", "YWI="}}));
}

TEST_F(JsonLines, ListsAreArrays) {
  EXPECT_EQ(record("test.processes", 1)["values"]["bundles"], (Json{"com.example.one", "com.example.\"two\""}));
}

TEST_F(JsonLines, ALineIsHarmlessAndLosesNothing) {
  const auto found = records->find({"test.visits", 2});
  ASSERT_TRUE(found.has_value());
  const std::string line = json_line(to_json(**found));
  for (const char c : line.substr(0, line.size() - 1)) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  EXPECT_THAT(line, HasSubstr("\\u202e"));
  EXPECT_THAT(line, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_EQ(Json::parse(line)["values"]["title"], "\x1b]0;gotcha\x07\xE2\x80\xAEtxt.exe");
  const Json odd = {{"t", "\x7f \xC2\x9B \xF3\xA0\x81\x81 \xD9\x85 \xF0\x9F\x98\x80"}};
  const std::string odd_line = json_line(odd);
  EXPECT_THAT(odd_line, HasSubstr("\\u007f \\u009b \\udb40\\udc41 \xD9\x85 \xF0\x9F\x98\x80"));
  EXPECT_EQ(Json::parse(odd_line), odd);
}

TEST_F(JsonLines, TheSummaryCountsCoverageFindingsAndLimits) {
  const auto s = summarise(*reader);
  ASSERT_TRUE(s.has_value());
  const Json j = Json::parse(json_line(to_json(*s)));
  EXPECT_EQ(j["schema"], "bridle.summary/1");
  EXPECT_EQ(j["coverage"], (Json{{"absent", 1}, {"failed", 1}, {"partly", 1}, {"read", 1}}));
  EXPECT_EQ(j["records"], 6);
  EXPECT_EQ(j["wal_only"], 1);
  EXPECT_EQ(j["problems"], 2);
  EXPECT_EQ(j["rows_lost"], 12);
  EXPECT_EQ(j["findings"]["total"], 2);
  EXPECT_EQ(j["findings"]["strongest"], "S4");
  EXPECT_EQ(j["findings"]["by_class"], (Json{{"anomaly", 1}, {"contact", 1}}));
  EXPECT_EQ(j["sources"][0]["properties"]["product_type"], "iPhone14,5");
  EXPECT_EQ(j["run"]["exit_code"], 3);
  EXPECT_EQ(j["limits"][0]["id"], "L1");
  EXPECT_EQ(j["sentence"], "A match is a lead, not a verdict.");
}

TEST_F(JsonLines, CoverageProblemsAndSets) {
  const auto coverage = reader->coverage();
  ASSERT_TRUE(coverage.has_value());
  const Json notes = to_json(coverage->at(1));
  EXPECT_EQ(notes["schema"], "bridle.coverage/1");
  EXPECT_EQ(notes["outcome"], "failed");
  EXPECT_EQ(notes["why"], "the file is not a database");
  std::vector<Json> problems;
  ASSERT_TRUE(reader->problems([&](const ProblemRow& p) {
                      problems.push_back(to_json(p));
                      return true;
                    }).has_value());
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0]["schema"], "bridle.problem/1");
  EXPECT_EQ(problems[0]["offset"], 28'672);
  EXPECT_EQ(problems[0]["rows_lost"], 12);
  const auto sets = reader->indicator_sets();
  ASSERT_TRUE(sets.has_value());
  EXPECT_EQ(to_json(sets->front())["skipped_why"], (Json{{"expired", 2}}));
}

TEST_F(JsonLines, AnArtifactsDeclaration) {
  const Json j = to_json(test::kProcesses);
  EXPECT_EQ(j["schema"], "bridle.artifact/1");
  EXPECT_EQ(j["id"], "test.processes");
  EXPECT_EQ(j["fields"][0]["observables"], Json({"process"}));
  EXPECT_EQ(j["fields"][2]["clock"], "device_local");
  EXPECT_EQ(j["fields"][1]["unit"], "unix_seconds");
  EXPECT_TRUE(j["fields"][0]["unit"].is_null());
}

}  // namespace
}  // namespace bridle::report

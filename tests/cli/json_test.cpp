// SPDX-License-Identifier: Apache-2.0
// Every object that --json prints is one that docs/json.md shows: the same schema, the same keys.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "base/text.h"
#include "forge/forge.h"
#include "run_bridle.h"

namespace bridle::cli {
namespace {

using Json = nlohmann::ordered_json;
using test::Place;
using test::Ran;

std::set<std::string> keys(const Json& object) {
  std::set<std::string> out;
  for (const auto& [key, value] : object.items()) out.insert(key);
  return out;
}

/// The examples of the page by schema.
std::map<std::string, Json> documented() {
  std::map<std::string, Json> out;
  const std::string page = test::read_file(std::string(BRIDLE_SOURCE_DIR) + "/docs/json.md");
  Lines lines(page);
  while (const auto line = lines.next()) {
    if (!line->starts_with("{\"schema\"")) continue;
    Json example = Json::parse(*line, nullptr, false);
    EXPECT_FALSE(example.is_discarded()) << *line;
    if (!example.is_discarded()) out[example["schema"].get<std::string>()] = example;
  }
  return out;
}

class JsonOutput : public ::testing::Test {
 protected:
  JsonOutput() {
    const auto forged = forge::forge_backup(place / "phone", forge::Spec::demo());
    EXPECT_TRUE(forged.has_value());
    phone = forged->backup.string();
  }

  std::vector<Json> lines(const std::vector<std::string>& arguments, int code = 0) {
    const Ran ran = place(arguments);
    EXPECT_EQ(ran.code, code) << ::testing::PrintToString(arguments) << ran.err;
    const auto objects = ran.json();
    for (const Json& object : objects) {
      const std::string schema = object.value("schema", "none");
      seen.insert(schema);
      EXPECT_TRUE(examples.contains(schema)) << schema;
      EXPECT_EQ(keys(object), keys(examples[schema])) << schema;
    }
    return objects;
  }

  Place place;
  std::string phone;
  std::map<std::string, Json> examples = documented();
  std::set<std::string> seen;
};

TEST_F(JsonOutput, IsWhatThePageSays) {
  const auto check = lines({"check", phone, "--case", "a.bridle", "--json"});
  ASSERT_GT(check.size(), 3U);
  EXPECT_EQ(check[0]["schema"], "bridle.summary/1");
  EXPECT_EQ(check[1]["schema"], "bridle.coverage/1");
  EXPECT_EQ(check.back()["schema"], "bridle.finding/1");
  EXPECT_EQ(check[0]["findings"]["total"], std::ranges::count(check, "bridle.finding/1", [](const Json& j) { return j["schema"]; }));

  const auto findings = lines({"show", "findings", "a.bridle", "--json"});
  EXPECT_EQ(findings.size(), check[0]["findings"]["total"].get<std::size_t>());
  lines({"show", "summary", "a.bridle", "--json"});
  lines({"show", "coverage", "a.bridle", "--json"});
  lines({"show", "sources", "a.bridle", "--json"});
  lines({"show", "sets", "a.bridle", "--json"});
  lines({"explain", "a.bridle", findings[0]["id"].get<std::string>(), "--json"});
  lines({"timeline", "a.bridle", "--json", "--limit", "20"});
  lines({"artifacts", "--json"});
  lines({"rules", "--json"});
  lines({"indicators", "list", "--json"});
  EXPECT_FALSE(lines({"indicators", "test", "https://free247downloads.com/x", "--json"}).empty());
  EXPECT_TRUE(lines({"indicators", "test", "https://www.example.org/", "--json"}).empty());
  std::ofstream(place / "own.txt") << "not-a-real-host.com\nneither-is-this.org\n";
  lines({"indicators", "import", "own.txt", "--json"});
  std::ofstream(place / "faulty.sql") << "-- rule: x\nSELECT 1\n";
  lines({"rules", "lint", "faulty.sql", "--json"}, 2);
  lines({"decrypt", phone, "-d", "clear", "--json"});
  lines({"doctor", "--json"});
  lines({"version", "--json"});

  // A damaged file gives a problem and a file that cannot be written out whole.
  std::filesystem::resize_file(std::filesystem::path(phone) / "3d/3d0d7e5fb2ce288813306e4d4636395e047a3d28", 100);
  lines({"check", phone, "--case", "b.bridle", "--json"}, 3);
  lines({"show", "problems", "b.bridle", "--json"});
  lines({"decrypt", phone, "-d", "clear2", "--json"}, 3);
  lines({"show", "records", "ios.tcc", "a.bridle", "--json"});
  for (const auto& [schema, example] : examples) EXPECT_TRUE(seen.contains(schema)) << schema << " is documented and was never printed";
}

TEST_F(JsonOutput, RecordsAreOneALine) {
  const auto check = lines({"check", phone, "--case", "a.bridle", "--json"});
  for (const Json& coverage : check) {
    if (coverage["schema"] != "bridle.coverage/1") continue;
    const auto artifact = coverage["artifact"].get<std::string>();
    const auto records = lines({"show", "records", artifact, "a.bridle", "--json"});
    EXPECT_EQ(records.size(), coverage["records"].get<std::size_t>()) << artifact;
    std::set<std::string> fields;
    const Json declared = lines({"artifacts", artifact, "--json"})[0];
    for (const auto& field : declared["fields"]) fields.insert(field["name"].get<std::string>());
    for (const Json& record : records) EXPECT_EQ(keys(record["values"]), fields) << artifact;
  }
}

TEST_F(JsonOutput, RecordsAreNarrowed) {
  lines({"check", phone, "--case", "a.bridle", "--json"});
  const auto all = lines({"show", "records", "ios.safari_history", "a.bridle", "--json"});
  ASSERT_GT(all.size(), 5U);
  const auto some = lines({"show", "records", "ios.safari_history", "a.bridle", "--json", "--offset", "2", "--limit", "3"});
  ASSERT_EQ(some.size(), 3U);
  EXPECT_EQ(some[0], all[2]);
  EXPECT_EQ(lines({"show", "records", "ios.safari_history", "a.bridle", "--json", "--id", "4"}), (std::vector<Json>{all[3]}));
  const auto met = lines({"show", "records", "ios.safari_history", "a.bridle", "--json", "--grep", "FREE247downloads"});
  EXPECT_FALSE(met.empty());
  for (const Json& record : met) EXPECT_NE(record.dump().find("free247downloads"), std::string::npos);
  lines({"show", "records", "ios.safari_history", "a.bridle", "--json", "--id", "999999"}, 5);
  lines({"show", "records", "ios.nothing", "a.bridle", "--json"}, 5);
}

TEST_F(JsonOutput, ASecondMatchingSaysWhatIsNew) {
  lines({"check", phone, "--case", "a.bridle", "--no-builtin", "--json"});
  const auto first = lines({"show", "summary", "a.bridle", "--json"})[0];
  std::ofstream(place / "own.txt") << "free247downloads.com\n";
  const auto second = lines({"check", "a.bridle", "--no-builtin", "-i", "own.txt", "--json"})[0];
  EXPECT_EQ(second["runs"], 2);
  EXPECT_GT(second["findings"]["new"].get<int>(), 0);
  EXPECT_EQ(second["findings"]["total"].get<int>(), first["findings"]["total"].get<int>() + second["findings"]["new"].get<int>());
  const auto third = lines({"check", "a.bridle", "--no-builtin", "-i", "own.txt", "--json"})[0];
  EXPECT_EQ(third["findings"]["new"], 0);
}

TEST_F(JsonOutput, DemoIsSyntheticAndWhole) {
  const Ran ran = place({"demo", "there"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, ::testing::HasSubstr("synthetic"));
  EXPECT_THAT(ran.out, ::testing::HasSubstr("HOW TO CONFIRM"));
  EXPECT_TRUE(std::filesystem::exists(place / "there/demo.bridle"));
  EXPECT_EQ(place({"demo", "there"}).code, 2);  // the folder is not empty
  EXPECT_EQ(place({"demo"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(place / "bridle-demo/demo.bridle"));
  EXPECT_EQ(place({"demo"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(place / "bridle-demo-2/demo.bridle"));
}

TEST_F(JsonOutput, TimelineOptions) {
  lines({"check", phone, "--case", "a.bridle", "--json"});
  const auto all = lines({"timeline", "a.bridle", "--json"});
  ASSERT_GT(all.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, [](const Json& j) { return j["time"].get<std::string>().substr(0, 19); }));
  for (const Json& event : lines({"timeline", "a.bridle", "--json", "--artifact", "ios.whatsapp_*"}))
    EXPECT_TRUE(event["artifact"].get<std::string>().starts_with("ios.whatsapp_"));
  const auto day = lines({"timeline", "a.bridle", "--json", "--from", "2024-03-12", "--to", "2024-03-12"});
  EXPECT_FALSE(day.empty());
  for (const Json& event : day) EXPECT_TRUE(event["time"].get<std::string>().starts_with("2024-03-12"));
  EXPECT_EQ(lines({"timeline", "a.bridle", "--json", "--limit", "7"}).size(), 7U);
  lines({"timeline", "a.bridle", "--json", "--from", "yesterday"}, 2);
  lines({"timeline", "a.bridle", "--json", "--around", "f-9999"}, 5);
  EXPECT_LE(lines({"timeline", "a.bridle", "--json", "--around", "f-0001:1s"}).size(), lines({"timeline", "a.bridle", "--json", "--around", "f-0001:2d"}).size());
  EXPECT_FALSE(lines({"timeline", "a.bridle", "--json", "--around", all[50]["time"].get<std::string>() + ":1s"}).empty());
}

}  // namespace
}  // namespace bridle::cli

// SPDX-License-Identifier: Apache-2.0
// The store, and fetching into it from a real server on this machine.
#include "indicators/update.h"

#include <gmock/gmock.h>

#include "base/hash.h"
#include "indicators/fetch.h"
#include "indicators/http_server.h"
#include "indicators/indicators_testing.h"

namespace bridle::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kBundle = nlohmann::json{{"objects", {indicator("[domain-name:value='evil.com']")}}}.dump();
const std::string kOther = nlohmann::json{{"objects", {indicator("[domain-name:value='other.com']")}}}.dump();

std::string github_entry(const std::string& name, const std::string& path) {
  return "  -\n    type: github\n    name: " + name +
         "\n    sources:\n      - Somebody\n    github:\n      owner: o\n      repo: r\n" +
         "      branch: main\n      path: " + path + "\n";
}

class Update : public ::testing::Test {
 protected:
  Result<UpdateReport> update(std::uint64_t max_bytes = limits::kDownloadBytes) {
    UpdateOptions options;
    options.index = server_.url("/indicators.yaml");
    options.github_base = server_.url();
    options.max_bytes = max_bytes;
    options.timeout_seconds = 10;
    return update_indicators(store_, options, kToday);
  }
  void index(const std::string& entries) { server_.ok("/indicators.yaml", "indicators:\n" + entries); }
  std::vector<std::string> stored() const {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "store"))
      if (!entry.path().filename().string().starts_with(".store")) out.push_back(read_file(entry.path()));
    return out;
  }
  TempFolder folder_;
  IndicatorStore store_{folder_.path() / "store"};
  HttpServer server_;
};

TEST_F(Update, FetchesWhatTheIndexNamesAndRecordsIt) {
  index(github_entry("Set one", "2021/one.stix2") +
        "  -\n    type: download\n    name: Set two\n    download_url: " + server_.url("/two.json?x=1") + "\n");
  server_.ok("/o/r/main/2021/one.stix2", kBundle);
  server_.ok("/two.json?x=1", kOther);
  const auto report = update();
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_THAT(report->failed, IsEmpty());
  const auto files = store_.files();
  ASSERT_TRUE(files);
  ASSERT_THAT(*files, SizeIs(2));
  EXPECT_EQ((*files)[0].name, "Set one");
  EXPECT_EQ((*files)[0].source, server_.url("/o/r/main/2021/one.stix2"));
  EXPECT_EQ((*files)[0].sha256, sha256_hex(as_bytes(kBundle)));
  EXPECT_EQ((*files)[0].date, to_iso(kToday));
  EXPECT_EQ((*files)[0].bytes, kBundle.size());
  EXPECT_EQ(read_file(store_.folder() / (*files)[1].file), kOther);

  IndicatorSetBuilder builder;  // and the store as a whole is a folder of indicators
  ASSERT_TRUE(builder.add_path(store_.folder(), kToday));
  const auto set = std::move(builder).build();
  EXPECT_EQ(set.sets().size(), 2U);
  EXPECT_THAT(set.skipped_files(), IsEmpty());
  EXPECT_THAT(met(set, Observable::domain, "evil.com"), ElementsAre("evil.com"));
}

TEST_F(Update, ReplacesTheFileOfTheSameSource) {
  index(github_entry("Set", "one.stix2"));
  server_.ok("/o/r/main/one.stix2", kBundle);
  ASSERT_TRUE(update());
  server_.ok("/o/r/main/one.stix2", kOther);
  ASSERT_TRUE(update());
  EXPECT_THAT(stored(), ElementsAre(kOther));
  EXPECT_THAT(*store_.files(), SizeIs(1));
}

TEST_F(Update, AFailureKeepsTheOldFileAndIsNamed) {
  index(github_entry("Set", "one.stix2") + github_entry("Later", "two.stix2"));
  server_.ok("/o/r/main/one.stix2", kBundle);
  server_.ok("/o/r/main/two.stix2", kOther);
  ASSERT_TRUE(update());
  const auto before = *store_.files();

  const std::vector<std::pair<std::string, std::string>> answers{
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "server answered 404"},
      {"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "server answered 500"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n" + kBundle, "answer ended early"},
      {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + kBundle.substr(0, 40), "JSON"},
      {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>Sign in</html>", "XML"},
      {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"objects\": []}", "file holds no indicators"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\nConnection: close\r\n\r\n" + std::string(4096, ' '),
       "answer is longer than 2000 bytes"},
      {"garbage\r\n\r\n", ""},
      {"", ""},
      {"HTTP/1.1 302 Found\r\nLocation: http://localhost:" + std::to_string(server_.port()) +
           "/x\r\nContent-Length: 0\r\n\r\n",
       "redirected to another host, localhost"},
      {"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/x\r\nContent-Length: 0\r\n\r\n",
       "redirected to another host, 192.0.2.1"},
      {"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
       "not an http or https address"},
      {"HTTP/1.1 302 Found\r\nLocation: /o/r/main/one.stix2\r\nContent-Length: 0\r\n\r\n", "too many redirects"},
  };
  for (const auto& [answer, reason] : answers) {
    server_.answer("/o/r/main/one.stix2", answer);
    const auto report = update(2'000);
    ASSERT_TRUE(report);
    EXPECT_THAT(report->stored, SizeIs(1)) << reason;  // the other entry is fetched all the same
    ASSERT_THAT(report->failed, SizeIs(1)) << reason;
    EXPECT_THAT(report->failed[0].what, HasSubstr(reason));
    EXPECT_THAT(report->failed[0].what, HasSubstr("Set: "));
    EXPECT_THAT(stored(), ::testing::UnorderedElementsAre(kBundle, kOther)) << reason;
    EXPECT_EQ((*store_.files())[0].sha256, before[0].sha256);
  }
}

TEST_F(Update, FollowsARedirectOfTheSameHost) {
  index(github_entry("Set", "one.stix2"));
  server_.redirect("/o/r/main/one.stix2", "/moved.stix2");
  server_.ok("/moved.stix2", kBundle);
  const auto report = update();
  ASSERT_TRUE(report);
  EXPECT_THAT(report->failed, IsEmpty());
  EXPECT_THAT(stored(), ElementsAre(kBundle));
}

TEST_F(Update, NoServerAndNoIndex) {
  EXPECT_EQ(update().error().code, Errc::not_found);
  server_.ok("/indicators.yaml", "just text");
  EXPECT_EQ(update().error().code, Errc::malformed);
  server_.ok("/indicators.yaml", "a: [");
  EXPECT_EQ(update().error().code, Errc::malformed);
  UpdateOptions options;
  options.index = "http://127.0.0.1:1/indicators.yaml";
  EXPECT_EQ(update_indicators(store_, options, kToday).error().code, Errc::io);
  EXPECT_FALSE(std::filesystem::exists(store_.folder()));
}

TEST_F(Update, IndexFromAFile) {
  UpdateOptions options;
  options.index = folder_.write("index.yaml", "indicators:\n" + github_entry("Set", "one.stix2")).string();
  options.github_base = server_.url();
  server_.ok("/o/r/main/one.stix2", kBundle);
  const auto report = update_indicators(store_, options, kToday);
  ASSERT_TRUE(report);
  EXPECT_THAT(report->stored, SizeIs(1));
  options.index = "/nonexistent/index.yaml";
  EXPECT_EQ(update_indicators(store_, options, kToday).error().code, Errc::not_found);
}

TEST(Index, EntriesOfNoUseAreNamed) {
  const auto entries = parse_index(
      "indicators:\n"
      "  - {type: github, name: climbs, github: {owner: o, repo: r, branch: main, path: ../../x}}\n"
      "  - {type: github, name: odd, github: {owner: 'o o', repo: r, branch: main, path: x}}\n"
      "  - {type: github, name: lacks}\n"
      "  - {type: download, name: nothing}\n"
      "  - just text\n"
      "  - {type: github, name: good, github: {owner: o, repo: r, branch: v1.0, path: a/b.stix2}}\n",
      "https://example.org");
  ASSERT_TRUE(entries);
  ASSERT_THAT(*entries, SizeIs(6));
  for (std::size_t i = 0; i < 5; ++i) EXPECT_FALSE((*entries)[i].why.empty()) << i;
  EXPECT_EQ((*entries)[5].url, "https://example.org/o/r/v1.0/a/b.stix2");
}

TEST(Index, HostileYaml) {
  EXPECT_FALSE(parse_index(std::string(200'000, '['), "https://example.org"));
  EXPECT_FALSE(parse_index("indicators: {a: b}", "https://example.org"));
  EXPECT_FALSE(parse_index("", "https://example.org"));
  EXPECT_FALSE(parse_index("indicators: &a [*a]\n  x", "https://example.org"));
  std::string many = "indicators:\n";
  for (int i = 0; i < 1'001; ++i) many += "  - x\n";
  EXPECT_EQ(parse_index(many, "https://example.org").error().code, Errc::limit);
}

TEST(Fetch, OnlyHttpsBeyondThisMachine) {
  for (const auto* url :
       {"http://192.0.2.1/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "gopher://127.0.0.1/", "x", ""})
    EXPECT_EQ(fetch(url, {.max_bytes = 1'000, .timeout_seconds = 1}).error().code, Errc::usage) << url;
}

TEST(Store, ImportsAFileOfThisMachine) {
  const TempFolder folder;
  IndicatorStore store(folder.path() / "a/b/store");
  EXPECT_THAT(*store.files(), IsEmpty());
  const auto imported = store.import_file(folder.write("my domains.txt", "evil.com\n"), kToday);
  ASSERT_TRUE(imported) << to_string(imported.error());
  EXPECT_EQ(imported->name, "my domains.txt");
  EXPECT_THAT(imported->source, HasSubstr("my domains.txt"));
  EXPECT_EQ(imported->sha256, sha256_hex(as_bytes("evil.com\n")));
  EXPECT_EQ(read_file(store.folder() / imported->file), "evil.com\n");
  EXPECT_FALSE(store.import_file(folder.write("README.md", "evil.com"), kToday));
  EXPECT_EQ(store.import_file(folder.path() / "missing", kToday).error().code, Errc::not_found);
  EXPECT_THAT(*store.files(), SizeIs(1));
}

TEST(Store, FolderFollowsTheEnvironment) {
  ::setenv("XDG_DATA_HOME", "/data/home", 1);
  EXPECT_EQ(IndicatorStore::default_folder(), "/data/home/bridle/indicators");
  ::unsetenv("XDG_DATA_HOME");
  ::setenv("HOME", "/home/x", 1);
  EXPECT_EQ(IndicatorStore::default_folder(), "/home/x/.local/share/bridle/indicators");
}

TEST(Store, DamagedRecordIsNamed) {
  const TempFolder folder;
  folder.write("store/.store.tsv", "header\nonly one column\n");
  const auto files = IndicatorStore(folder.path() / "store").files();
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, Errc::malformed);
}

}  // namespace
}  // namespace bridle::testing

// SPDX-License-Identifier: Apache-2.0
// Real indicator files and the file listing of a real phone, both read from beside the project.
#include <gmock/gmock.h>

#include <cstdio>
#include <map>
#include <memory>

#include "indicators/indicators_testing.h"

namespace bridle::testing {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

const std::filesystem::path kCorpus = std::filesystem::path(BRIDLE_SOURCE_DIR) / "../shared/corpus";

IndicatorSet load_corpus() {
  IndicatorSetBuilder builder;
  builder.add_builtin();
  EXPECT_TRUE(builder.add_path(kCorpus / "ioc", kToday));
  return std::move(builder).build();
}

TEST(Corpus, EveryFileIsReadOrNamed) {
  if (!std::filesystem::exists(kCorpus / "ioc")) GTEST_SKIP() << "no ../shared/corpus/ioc";
  const auto set = load_corpus();
  std::map<std::string, std::uint64_t> formats, loaded, skipped;
  for (const IndicatorSetInfo& info : set.sets()) {
    ++formats[info.format];
    loaded[std::filesystem::path(info.path).parent_path().filename().string() + "/" +
           std::filesystem::path(info.path).filename().string()] = info.loaded;
    for (const auto& [why, count] : info.skipped_by_reason) skipped[why] += count;
  }
  EXPECT_THAT(formats, UnorderedElementsAre(Pair("STIX", 10), Pair("MISP", 5), Pair("CSV", 12), Pair("list", 35),
                                            Pair("built-in", 1)));
  EXPECT_EQ(loaded["2021-07-18_nso/pegasus.stix2"], 1'549U);
  EXPECT_EQ(loaded["mvt_tests/pegasus_old.stix2"], 1'547U);
  EXPECT_EQ(loaded["mvt_tests/cytrox.stix2"], 343U);
  EXPECT_EQ(loaded["2024-12-16_serbia_novispy/novispy.stix2"], 18U);
  EXPECT_EQ(loaded["2023-04-11_quadream/kingspawn.stix2"], 167U);
  EXPECT_EQ(loaded["2026-03-03_coruna_cryptowaters/coruna.stix2"], 216U);
  EXPECT_EQ(loaded["2023-06_01_operation_triangulation/operation_triangulation.stix2"], 112U);
  EXPECT_EQ(loaded["intellexa_predator/predator.stix2"],
            581U);  // 585: three paths come twice, one domain has one label
  EXPECT_EQ(loaded["cellebrite/cellebrite.stix2"], 1U);
  EXPECT_EQ(loaded["generated/network.csv"], 1'025U);
  EXPECT_EQ(loaded["201608_NSO_Group/iocs.csv"], 62U);
  EXPECT_EQ(loaded["201611_KeyBoy/misp.json"], 52U);
  EXPECT_THAT(skipped,
              UnorderedElementsAre(Pair("host name has one label", 2), Pair("type link", 17), Pair("type text", 7),
                                   Pair("type threat-actor", 2), Pair("type vulnerability", 4), Pair("type regkey", 2),
                                   Pair("type yara", 18), Pair("type whois-registrant-email", 12),
                                   Pair("type whois-registrant-name", 2), Pair("type whois-registrant-phone", 2)));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kCorpus / "ioc"))
    files += entry.is_regular_file() ? 1U : 0U;
  EXPECT_EQ(set.sets().size() - 1 + set.skipped_files().size(), files);
}

TEST(Corpus, PublishedValuesMeetThemselves) {
  if (!std::filesystem::exists(kCorpus / "ioc")) GTEST_SKIP() << "no ../shared/corpus/ioc";
  const auto set = load_corpus();
  const std::map<IndicatorKind, Observable> field{{IndicatorKind::domain, Observable::text},
                                                  {IndicatorKind::url, Observable::url},
                                                  {IndicatorKind::ip, Observable::text},
                                                  {IndicatorKind::process, Observable::process},
                                                  {IndicatorKind::email, Observable::text},
                                                  {IndicatorKind::file_name, Observable::file_path},
                                                  {IndicatorKind::file_path, Observable::file_path},
                                                  {IndicatorKind::hash, Observable::hash},
                                                  {IndicatorKind::app_id, Observable::app_id},
                                                  {IndicatorKind::certificate_hash, Observable::certificate_hash},
                                                  {IndicatorKind::profile_id, Observable::profile_id}};
  std::size_t missed = 0;
  for (std::uint32_t i = 0; i < set.size(); ++i) {
    const Indicator& indicator = set.indicator(i);
    // Two published sender addresses have no dot; in free text they are no addresses.
    const bool undotted = indicator.kind == IndicatorKind::email &&
                          indicator.value.substr(indicator.value.find('@')).find('.') == std::string_view::npos;
    const Observable observable = undotted ? Observable::email : field.at(indicator.kind);
    const auto values = met(set, observable, indicator.original);
    if (std::ranges::find(values, indicator.value) == values.end()) {
      ++missed;
      ADD_FAILURE() << name(indicator.kind) << " " << indicator.original;
    }
  }
  EXPECT_EQ(missed, 0U);
}

/// The first column of the listing, unpacked by the unzip program.
std::vector<std::string> listed_paths(const std::filesystem::path& archive) {
  const std::string command = "unzip -p '" + archive.string() + "' '*.csv' -x '__MACOSX/*'";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
  std::string text;
  std::vector<char> buffer(1 << 16);
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) text.append(buffer.data(), n);
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    out.push_back("/" +
                  (line.starts_with('"') ? line.substr(1, line.find('"', 1) - 1) : line.substr(0, line.find(','))));
    at = end + 1;
  }
  return out;
}

TEST(Corpus, ARealPhonesFilesMeetNoIndicator) {
  const auto archive = kCorpus / "ios_filelists/belkasoft_ctf6_ios_device1.csv.zip";
  if (!std::filesystem::exists(archive)) GTEST_SKIP() << "no ../shared/corpus/ios_filelists";
  const auto paths = listed_paths(archive);
  if (paths.size() < 10) GTEST_SKIP() << "no unzip program";
  ASSERT_EQ(paths.size(), 65'625U);
  EXPECT_NE(std::ranges::find(paths, "/private/var/logs/keybagd.log.0"), paths.end());
  const auto set = load_corpus();
  Matches matches(set);
  for (const std::string& path : paths) set.match(Observable::file_path, path, matches);
  EXPECT_THAT(matches.texts, ::testing::IsEmpty());
}

}  // namespace
}  // namespace bridle::testing

// SPDX-License-Identifier: Apache-2.0
// Loaders: what is read, what is skipped and how it is named. Every file is written by hand.
#include <gmock/gmock.h>

#include "base/limits.h"
#include "indicators/indicators_testing.h"

namespace bridle::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Json = nlohmann::json;

/// The set of one file.
IndicatorSet load(const std::string& name, const std::string& bytes) {
  const TempFolder folder;
  IndicatorSetBuilder builder;
  const auto added = builder.add_path(folder.write(name, bytes), kToday);
  EXPECT_TRUE(added) << (added ? "" : to_string(added.error()));
  return std::move(builder).build();
}

Errc refusal(const std::string& name, const std::string& bytes) {
  const TempFolder folder;
  IndicatorSetBuilder builder;
  const auto added = builder.add_path(folder.write(name, bytes), kToday);
  EXPECT_FALSE(added) << name;
  EXPECT_EQ(std::move(builder).build().sets().size(), 0U) << name;
  return added ? Errc::internal : added.error().code;
}

std::vector<std::string> values(const IndicatorSet& set) {
  std::vector<std::string> out;
  for (std::uint32_t i = 0; i < set.size(); ++i)
    out.push_back(std::string(name(set.indicator(i).kind)) + " " + std::string(set.indicator(i).value));
  return out;
}

TEST(LoadStix, NamesMalwareThroughRelationshipsOfAnyKindAndDirection) {
  const Json relations = Json::array({indicator("[domain-name:value='a.com']", "indicator--a"),
                                      {{"type", "relationship"},
                                       {"id", "relationship--1"},
                                       {"relationship_type", "indicates"},
                                       {"source_ref", "indicator--a"},
                                       {"target_ref", "malware--m"}},
                                      {{"type", "relationship"},
                                       {"id", "relationship--2"},
                                       {"relationship_type", "related-to"},
                                       {"source_ref", "campaign--c"},
                                       {"target_ref", "indicator--b"}},
                                      {{"type", "relationship"},
                                       {"id", "relationship--3"},
                                       {"relationship_type", "attributed-to"},
                                       {"source_ref", "indicator--c"},
                                       {"target_ref", "threat-actor--t"}},
                                      {{"type", "relationship"},
                                       {"id", "relationship--4"},
                                       {"relationship_type", "indicates"},
                                       {"source_ref", "indicator--c"},
                                       {"target_ref", "malware--m"}},
                                      indicator("[domain-name:value='b.com']", "indicator--b"),
                                      indicator("[domain-name:value='c.com']", "indicator--c"),
                                      indicator("[domain-name:value='d.com']", "indicator--d"),
                                      {{"type", "malware"}, {"id", "malware--m"}, {"name", "Mal"}},
                                      {{"type", "campaign"}, {"id", "campaign--c"}, {"name", "Camp"}},
                                      {{"type", "threat-actor"}, {"id", "threat-actor--t"}, {"name", "Actor"}}});
  const auto set = load("x.json", Json{{"type", "bundle"}, {"objects", relations}}.dump());
  ASSERT_EQ(set.size(), 4U);
  EXPECT_EQ(set.indicator(0).malware, "Mal");
  EXPECT_EQ(set.indicator(1).malware, "Camp");
  EXPECT_EQ(set.indicator(2).malware, "Mal");  // malware tells more than its actor
  EXPECT_EQ(set.indicator(3).malware, "");
  EXPECT_EQ(set.indicator(2).id, "indicator--c");
  EXPECT_EQ(set.sets()[0].format, "STIX");
  EXPECT_EQ(set.sets()[0].sha256.size(), 64U);
}

TEST(LoadStix, ExpiredRevokedAndOlderVersionsAreSkippedAndNamed) {
  Json list = Json::array();
  const auto add = [&](const char* id, const char* domain, Json more) {
    Json object = indicator("[domain-name:value='" + std::string(domain) + "']", id);
    object.update(more);
    list.push_back(object);
  };
  add("indicator--1", "old.com", {{"valid_until", "2024-01-01T00:00:00Z"}});
  add("indicator--2", "valid.com",
      {{"valid_from", "2020-01-01T00:00:00.5Z"}, {"valid_until", "2030-01-01T00:00:00.000Z"}});
  add("indicator--3", "revoked.com", {{"revoked", true}});
  add("indicator--4", "first.com", {{"modified", "2021-01-01T00:00:00.000Z"}});
  add("indicator--4", "second.com", {{"modified", "2022-01-01T00:00:00.000Z"}, {"revoked", true}});
  add("indicator--5", "yara.com", {{"pattern_type", "yara"}});
  list.push_back({{"type", "indicator"}, {"id", "indicator--6"}});
  list.push_back(indicator("[domain-name:value != 'x.com']", "indicator--7"));
  list.push_back(7);
  const auto set = load("x.stix", Json{{"objects", list}}.dump());
  EXPECT_THAT(values(set), ElementsAre("domain valid.com"));
  EXPECT_EQ(to_iso(*set.indicator(0).valid_from), "2020-01-01T00:00:00.5Z");
  const IndicatorSetInfo& info = set.sets()[0];
  EXPECT_EQ(info.loaded, 1U);
  EXPECT_EQ(info.skipped, 7U);
  EXPECT_THAT(info.skipped_by_reason,
              UnorderedElementsAre(Pair("expired", 1), Pair("revoked", 2), Pair("older version of an indicator", 1),
                                   Pair("pattern type yara", 1), Pair("no pattern", 1), Pair("operator !=", 1)));
  ASSERT_EQ(info.skipped_list.size(), 7U);
  EXPECT_EQ(info.skipped_list[0].where, "indicator--4");
}

TEST(LoadStix, ValueWithAnEqualsSignLosesNothingElse) {
  const auto set =
      set_of({{"domain-name:value", "a.com"}, {"url:value", "http://b.com/?x=1&y=2"}, {"domain-name:value", "c.com"}});
  EXPECT_EQ(set.size(), 3U);
}

TEST(LoadStix, AlternativesShareTheirId) {
  const auto set = set_of_patterns({"[domain-name:value='a.com' OR domain-name:value='b.com' OR file:size=3]"});
  EXPECT_THAT(values(set), ElementsAre("domain a.com", "domain b.com"));
  EXPECT_EQ(set.indicator(0).id, set.indicator(1).id);
  EXPECT_THAT(set.sets()[0].skipped_by_reason, ElementsAre(Pair("object path file:size", 1)));
}

TEST(LoadStix, BadExpressionsAreSkipped) {
  const auto set = set_of_patterns({"[file:name MATCHES '(']", "[file:name MATCHES '((a{1000}){1000})']",
                                    "[file:name MATCHES 'a+']", "[process:name='p' AND file:name MATCHES '[']"});
  EXPECT_EQ(set.size(), 1U);
  EXPECT_FALSE(set.has_conjunctions());
  EXPECT_EQ(set.sets()[0].skipped, 3U);
}

TEST(LoadStix, ManySkippedAreCountedAndSomeListed) {
  std::vector<std::string> patterns;
  for (int i = 0; i < 2'500; ++i) patterns.push_back("[x-thing" + std::to_string(i) + ":value='a']");
  const auto set = set_of_patterns(patterns);
  const IndicatorSetInfo& info = set.sets()[0];
  EXPECT_EQ(info.skipped, 2'500U);
  EXPECT_EQ(info.skipped_list.size(), limits::kSkippedListed);
  EXPECT_LE(info.skipped_by_reason.size(), limits::kSkippedReasons + 1);
  std::uint64_t sum = 0;
  for (const auto& [why, count] : info.skipped_by_reason) sum += count;
  EXPECT_EQ(sum, info.skipped);
}

TEST(LoadStix, ListOfObjectsAndByteOrderMark) {
  EXPECT_EQ(load("x.json", Json::array({indicator("[domain-name:value='a.com']")}).dump()).size(), 1U);
  EXPECT_EQ(
      load("x.json", "\xEF\xBB\xBF" + Json{{"objects", {indicator("[domain-name:value='a.com']")}}}.dump()).size(), 1U);
}

TEST(LoadMisp, AttributesAndObjects) {
  const auto attribute = [](const char* type, const char* value) {
    return Json{{"uuid", "u"},    {"type", type},     {"value", value},
                {"to_ids", true}, {"deleted", false}, {"comment", "c"}};
  };
  Json gone = attribute("domain", "gone.com"), context = attribute("domain", "context.com"),
       tagged = attribute("domain", "tagged.com");
  gone["deleted"] = "1";
  context["to_ids"] = "0";
  tagged["Tag"] = Json::array({{{"name", "misp-galaxy:malware=\"Other\""}}});
  const Json process{{"name", "process"},
                     {"Attribute",
                      {{{"type", "text"}, {"object_relation", "name"}, {"value", "bh"}},
                       {{"type", "text"}, {"object_relation", "command-line"}, {"value", "bh -x"}}}}};
  const Json event{
      {"info", "Some campaign"},
      {"Attribute",
       {attribute("domain", "a.com"), attribute("hostname|port", "h.b.com|443"),
        attribute("domain|ip", "c.com|198.51.100.7"), attribute("ip-dst|port", "198.51.100.8|80"),
        attribute("filename|md5", "x.apk|0123456789abcdef0123456789abcdef"), attribute("email-src", "a@b.com"),
        attribute("mobile-application-id", "com.x"), attribute("phone-number", "+14155550123"),
        attribute("x509-fingerprint-sha1", "0123456789012345678901234567890123456789"), attribute("regkey", "HKLM"),
        attribute("link", "https://report.example/"), attribute("filename|md5", "nohash"), gone, context, tagged}},
      {"Object", {process}}};
  const auto set = load("x.json", Json{{"response", Json::array({{{"Event", event}}})}}.dump());
  EXPECT_THAT(values(set),
              ElementsAre("domain a.com", "domain h.b.com", "domain c.com", "ip 198.51.100.7", "ip 198.51.100.8",
                          "hash 0123456789abcdef0123456789abcdef", "email a@b.com", "app_id com.x", "phone 14155550123",
                          "certificate_hash 0123456789012345678901234567890123456789", "domain context.com",
                          "domain tagged.com", "process bh"));
  EXPECT_THAT(set.sets()[0].skipped_by_reason,
              UnorderedElementsAre(Pair("type regkey", 1), Pair("type link", 1), Pair("deleted by its publisher", 1),
                                   Pair("value of two parts has one", 1), Pair("type text", 1)));
  EXPECT_EQ(set.sets()[0].name, "Some campaign");
  EXPECT_EQ(set.sets()[0].format, "MISP");
  EXPECT_EQ(set.indicator(0).malware, "Some campaign");
  EXPECT_TRUE(set.indicator(0).for_matching);
  EXPECT_FALSE(set.indicator(10).for_matching);
  EXPECT_EQ(set.indicator(11).malware, "Other");
}

TEST(LoadMisp, OneEventWithoutWrapping) {
  const Json attribute{{"type", "domain"}, {"value", "a.com"}};
  EXPECT_EQ(load("x.json", Json{{"Event", {{"Attribute", {attribute}}}}}.dump()).size(), 1U);
  EXPECT_EQ(load("x.json", Json::array({{{"Event", {{"Attribute", {attribute}}}}}}).dump()).size(), 1U);
  EXPECT_EQ(load("x.json", Json{{"response", {{"Attribute", {attribute}}}}}.dump()).size(), 1U);
}

TEST(LoadCsv, TypeAndValueColumns) {
  const auto set = load("x.csv",
                        "uuid,event_id,category,type,value,comment,to_ids,date\r\n"
                        "u1,1,Network activity,domain,\"evil.com\",\"a \"\"quoted\"\", comment\",1,20161107\r\n"
                        "u2,1,x,ip-dst,198.51.100.7,\"two\nlines\",0,20161107\r\n"
                        "u3,1,x,yara,\"rule x { }\",,1,1\r\n"
                        "\r\n"
                        "u4,1,x,domain,,,1,1\r\n"
                        "short\r\n");
  EXPECT_THAT(values(set), ElementsAre("domain evil.com", "ip 198.51.100.7"));
  EXPECT_EQ(set.indicator(0).description, "a \"quoted\", comment");
  EXPECT_EQ(set.indicator(0).id, "u1");
  EXPECT_TRUE(set.indicator(0).for_matching);
  EXPECT_FALSE(set.indicator(1).for_matching);
  EXPECT_THAT(set.sets()[0].skipped_by_reason,
              UnorderedElementsAre(Pair("type yara", 1), Pair("value is empty", 1), Pair("type not stated", 1)));
  EXPECT_EQ(set.sets()[0].skipped_list[0].where, "line 5");
}

TEST(LoadCsv, OtherColumns) {
  const auto stalkerware = load("x.csv", "type,indicator,app\ndomain,evil.com,SpyApp\nipv4,198.51.100.7,SpyApp\n");
  EXPECT_EQ(stalkerware.size(), 2U);
  EXPECT_EQ(stalkerware.indicator(0).malware, "SpyApp");
  const auto hashes = load("x.csv", "File;MD5;SHA256\na.apk;0123456789ABCDEF0123456789ABCDEF;\nb.apk;;zz\n");
  EXPECT_THAT(values(hashes), ElementsAre("hash 0123456789abcdef0123456789abcdef"));
  EXPECT_EQ(hashes.indicator(0).description, "a.apk");
  EXPECT_THAT(hashes.sets()[0].skipped_by_reason, ElementsAre(Pair("not a hash in hex", 1)));
  const auto untyped = load("x.csv", "value\nevil.com\nhttp://evil.com/x\nwhat is this\n");
  EXPECT_THAT(values(untyped), ElementsAre("domain evil.com", "url http://evil.com/x"));
  EXPECT_EQ(untyped.sets()[0].skipped, 1U);
}

TEST(LoadList, KindFromTheFileName) {
  EXPECT_THAT(values(load("v2_domains.txt", "# comment\n\nEvil.com\n195.178.51.251 # C2\nco.uk\n")),
              ElementsAre("domain evil.com", "ip 195.178.51.251"));
  EXPECT_THAT(values(load("processes.txt", "bh\r\nroleaboutd\r\n")), ElementsAre("process bh", "process roleaboutd"));
  EXPECT_THAT(values(load("package_names.txt", "com.serv.services\n")), ElementsAre("app_id com.serv.services"));
  EXPECT_THAT(values(load("package_cert_hashes.txt", std::string(64, 'a'))),
              ElementsAre("certificate_hash " + std::string(64, 'a')));
  EXPECT_THAT(values(load("config_profiles.txt", "76DAB334-7E17\n")), ElementsAre("profile_id 76dab334-7e17"));
  EXPECT_THAT(values(load("file_paths.txt", "/private/var/tmp/x\nLibrary/a.plist\n")),
              ElementsAre("file_path /private/var/tmp/x", "file_path Library/a.plist"));
  EXPECT_THAT(values(load("file_names.txt", ".com.apple.x\n")), ElementsAre("file_name .com.apple.x"));
  EXPECT_THAT(values(load("emails.txt", "google@script\n")), ElementsAre("email google@script"));
  EXPECT_THAT(values(load("sha256.txt", std::string(64, 'b'))), ElementsAre("hash " + std::string(64, 'b')));
}

TEST(LoadList, KindFromEachValue) {
  const auto set =
      load("blocklist.txt", "evil.com\nhttp://evil.com/x\n198.51.100.0/24\na@evil.com\n" + std::string(40, 'a') +
                                "\n/private/var/tmp/x\ncom.example.services\nnot/a value\n");
  EXPECT_THAT(values(set),
              ElementsAre("domain evil.com", "url http://evil.com/x", "ip 198.51.100.0/24", "email a@evil.com",
                          "hash " + std::string(40, 'a'), "file_path /private/var/tmp/x"));
  EXPECT_THAT(set.sets()[0].skipped_by_reason, ElementsAre(Pair("kind of the value is not clear", 2)));
}

TEST(LoadList, RepeatedValuesAreCounted) {
  const auto set = load("domains.txt", "evil.com\nEVIL.com.\nother.com\nevil.com\n");
  EXPECT_EQ(set.size(), 2U);
  EXPECT_EQ(set.sets()[0].repeated, 2U);
}

TEST(LoadFile, WhatHoldsNoIndicatorsIsRefused) {
  EXPECT_EQ(refusal("README.txt", "evil.com\n"), Errc::unsupported);
  EXPECT_EQ(refusal("LICENSE", "evil.com\n"), Errc::unsupported);
  EXPECT_EQ(refusal("notes.txt", "This text tells of evil.com\nand other things\nevil.com\n"), Errc::unsupported);
  EXPECT_EQ(refusal("entry.txt", "  -\n    type: github\n    references:\n      - https://evil.com/x\n"),
            Errc::unsupported);
  EXPECT_EQ(refusal("x.yar", "rule x {}"), Errc::unsupported);
  EXPECT_EQ(refusal("x.ioc", "<ioc/>"), Errc::unsupported);
  EXPECT_EQ(refusal("x.stix", "<?xml version=\"1.0\"?><stix/>"), Errc::unsupported);
  EXPECT_EQ(refusal("x.json", R"({"elements": [{"type": "domain", "element": "google.com"}]})"), Errc::unsupported);
  EXPECT_EQ(refusal("x.json", R"({"type": "bundle", "objects": [)"), Errc::malformed);
  EXPECT_EQ(refusal("x.json", ""), Errc::malformed);
  EXPECT_EQ(refusal("x.json", "\xEF\xBB\xBF"), Errc::malformed);
  EXPECT_EQ(refusal("x.json", std::string(100'000, '[')), Errc::malformed);
  EXPECT_EQ(refusal("x.txt", std::string("evil.com\n\0\n", 11)), Errc::unsupported);
}

TEST(LoadFolder, DeterministicAndABadFileStopsNothing) {
  const TempFolder folder;
  folder.write("b/domains.txt", "b.com\n");
  folder.write("a/domains.txt", "a.com\n");
  folder.write("a/broken.stix2", "{\"objects\": [");
  folder.write("a/README.md", "# a.com");
  folder.write(".git/domains.txt", "hidden.com\n");
  folder.write("c.stix2", Json{{"objects", {indicator("[domain-name:value='c.com']")}}}.dump());
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "loop");
  IndicatorSetBuilder builder;
  ASSERT_TRUE(builder.add_path(folder.path(), kToday));
  EXPECT_EQ(builder.add_path(folder.path() / "missing", kToday).error().code, Errc::not_found);
  const auto set = std::move(builder).build();
  EXPECT_THAT(values(set), ElementsAre("domain a.com", "domain b.com", "domain c.com"));
  EXPECT_EQ(set.sets()[0].name, "a/domains.txt");
  std::vector<std::string> reasons;
  for (const Skipped& file : set.skipped_files())
    reasons.push_back(std::filesystem::path(file.where).filename().string() + ": " + file.why);
  EXPECT_THAT(reasons, ElementsAre("README.md: documentation", ::testing::StartsWith("broken.stix2: JSON: "),
                                   "loop: not a regular file"));
}

TEST(LoadFolder, TheSameValueInTwoFilesIsTwoIndicators) {
  const TempFolder folder;
  folder.write("a_domains.txt", "evil.com\n");
  folder.write("b_domains.txt", "evil.com\n");
  IndicatorSetBuilder builder;
  ASSERT_TRUE(builder.add_path(folder.path(), kToday));
  const auto set = std::move(builder).build();
  EXPECT_EQ(met(set, Observable::domain, "evil.com").size(), 2U);
}

TEST(Builtin, IsSmallCitedAndMatches) {
  IndicatorSetBuilder builder;
  builder.add_builtin();
  const auto set = std::move(builder).build();
  EXPECT_GE(set.size(), 60U);
  EXPECT_LE(set.size(), 120U);
  EXPECT_EQ(set.sets()[0].skipped + set.sets()[0].repeated, 0U);
  EXPECT_EQ(set.sets()[0].sha256.size(), 64U);
  for (std::uint32_t i = 0; i < set.size(); ++i) {
    EXPECT_TRUE(set.indicator(i).reference.starts_with("https://")) << i;
    EXPECT_FALSE(set.indicator(i).malware.empty()) << i;
  }
  EXPECT_THAT(met(set, Observable::process, "bh"), ElementsAre("bh"));
  EXPECT_THAT(met(set, Observable::process, "BackupAgent"), ElementsAre("BackupAgent"));
  EXPECT_THAT(met(set, Observable::url, "https://bun54l2b67.get1tn0w.free247downloads.com:30495/szev4hz"),
              ElementsAre("free247downloads.com"));
  EXPECT_THAT(met(set, Observable::file_path, "/private/var/tmp/takePhoto"), ElementsAre("/private/var/tmp/takePhoto"));
  EXPECT_THAT(met(set, Observable::process, "gatekeeperd"), IsEmpty());
}

}  // namespace
}  // namespace bridle::testing

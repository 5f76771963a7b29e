// SPDX-License-Identifier: Apache-2.0
#include "indicators/stix_pattern.h"

#include <gmock/gmock.h>

#include <string>

#include "base/limits.h"

namespace bridle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// "kind=value" of each comparison, "&" between those of one alternative.
std::vector<std::string> alternatives(std::string_view text) {
  const auto pattern = parse_stix_pattern(text);
  if (!pattern) return {"error: " + pattern.error().what};
  std::vector<std::string> out;
  for (const StixAlternative& alternative : pattern->alternatives) {
    std::string line;
    for (const StixComparison& c : alternative)
      line += (line.empty() ? "" : "&") + std::string(name(c.kind)) +
              (c.comparison == Comparison::equal  ? "="
               : c.comparison == Comparison::like ? "%"
                                                  : "~") +
              c.value;
    out.push_back(line);
  }
  for (const std::string& why : pattern->unsupported) out.push_back("unsupported: " + why);
  return out;
}

TEST(StixPattern, OneComparison) {
  EXPECT_THAT(alternatives("[domain-name:value='evil.com']"), ElementsAre("domain=evil.com"));
  EXPECT_THAT(alternatives("  [ domain-name:value  =  'evil.com' ]  "), ElementsAre("domain=evil.com"));
  EXPECT_THAT(alternatives("[url:value='https://evil.com/?a=b OR c=]']"),
              ElementsAre("url=https://evil.com/?a=b OR c=]"));
  EXPECT_THAT(alternatives("[process:name='it\\'s \\\\ here']"), ElementsAre("process=it's \\ here"));
}

TEST(StixPattern, EverySpellingOfAHashKey) {
  for (const auto* key : {"'SHA-256'", "\"SHA-256\"", "SHA-256", "sha256", "SHA256", "'sha-256'", "MD5", "md5", "'MD5'",
                          "'SHA-1'", "sha1"})
    EXPECT_THAT(alternatives("[file:hashes." + std::string(key) + " = 'ab']"), ElementsAre("hash=ab")) << key;
  for (const auto* key :
       {"app:cert.sha256", "app:cert.md5", "x509-certificate:hashes.'SHA-1'", "x509-certificate:hashes.SHA-256"})
    EXPECT_THAT(alternatives("[" + std::string(key) + "='ab']"), ElementsAre("certificate_hash=ab")) << key;
}

TEST(StixPattern, EveryObject) {
  const std::vector<std::pair<std::string, std::string>> cases{{"domain-name:value", "domain"},
                                                               {"url:value", "url"},
                                                               {"ipv4-addr:value", "ip"},
                                                               {"ipv6-addr:value", "ip"},
                                                               {"email-addr:value", "email"},
                                                               {"email-message:from_ref.value", "email"},
                                                               {"process:name", "process"},
                                                               {"file:name", "file_name"},
                                                               {"file:path", "file_path"},
                                                               {"app:id", "app_id"},
                                                               {"phone-number:value", "phone"},
                                                               {"configuration-profile:id", "profile_id"},
                                                               {"android-property:name", "android_property"},
                                                               {"network-traffic:dst_ref.value", "ip"}};
  for (const auto& [path, kind] : cases)
    EXPECT_THAT(alternatives("[" + path + "='x']"), ElementsAre(kind + "=x")) << path;
}

TEST(StixPattern, OrAndIn) {
  EXPECT_THAT(alternatives("[domain-name:value='a.com' OR domain-name:value='b.com' OR url:value='http://c.com/']"),
              ElementsAre("domain=a.com", "domain=b.com", "url=http://c.com/"));
  EXPECT_THAT(alternatives("[domain-name:value='a.com'] OR [process:name='p']"),
              ElementsAre("domain=a.com", "process=p"));
  EXPECT_THAT(alternatives("([domain-name:value='a.com'] or ([process:name='p']))"),
              ElementsAre("domain=a.com", "process=p"));
  EXPECT_THAT(alternatives("[process:name IN ('a','b', 'c')]"), ElementsAre("process=a", "process=b", "process=c"));
}

TEST(StixPattern, AndBindsTighterThanOr) {
  EXPECT_THAT(alternatives("[process:name='p' AND domain-name:value='a.com' OR app:id='x']"),
              ElementsAre("process=p&domain=a.com", "app_id=x"));
  EXPECT_THAT(alternatives("[process:name='p' AND (domain-name:value='a.com' OR app:id IN ('x','y'))]"),
              ElementsAre("process=p&domain=a.com", "process=p&app_id=x", "process=p&app_id=y"));
}

TEST(StixPattern, LikeMatchesIssubset) {
  EXPECT_THAT(alternatives("[domain-name:value LIKE '%.evil.com']"), ElementsAre("domain%%.evil.com"));
  EXPECT_THAT(alternatives("[file:name MATCHES '^a\\\\d$']"), ElementsAre("file_name~^a\\d$"));
  EXPECT_THAT(alternatives("[ipv4-addr:value ISSUBSET '198.51.100.0/24']"), ElementsAre("ip=198.51.100.0/24"));
  EXPECT_THAT(alternatives("[domain-name:value ISSUBSET 'a.com']"),
              ElementsAre("unsupported: operator ISSUBSET on domain-name:value"));
}

TEST(StixPattern, WhatIsNotReadIsNamed) {
  EXPECT_THAT(alternatives("[file:size = 12]"), ElementsAre("unsupported: object path file:size"));
  EXPECT_THAT(alternatives("[file:name = 12]"), ElementsAre("unsupported: value that is not text"));
  EXPECT_THAT(alternatives("[file:name = t'2020-01-01T00:00:00Z']"),
              ElementsAre("unsupported: value that is not text"));
  EXPECT_THAT(alternatives("[windows-registry-key:key = 'x' OR process:name='p']"),
              ElementsAre("process=p", "unsupported: object path windows-registry-key:key"));
  EXPECT_THAT(alternatives("[file:size = 1 AND process:name='p']"), ElementsAre("unsupported: object path file:size"));
  EXPECT_THAT(alternatives("[network-traffic:extensions.'http-request-ext'.request_value[0].x = 'p']"),
              ElementsAre("unsupported: object path network-traffic:extensions.http-request-ext.request_value[0].x"));
  for (const auto& [pattern, reason] : std::vector<std::pair<std::string, std::string>>{
           {"[process:name != 'a']", "operator !="},
           {"[process:name NOT = 'a']", "operator NOT"},
           {"[process:name > 'a']", "operator >"},
           {"[EXISTS process:name]", "operator EXISTS"},
           {"[ipv4-addr:value ISSUPERSET '1.2.3.4']", "operator ISSUPERSET"},
           {"[process:name='a'] AND [process:name='b']", "AND between observations"},
           {"[process:name='a'] FOLLOWEDBY [process:name='b']", "FOLLOWEDBY between observations"},
           {"[process:name='a'] WITHIN 300 SECONDS", "qualifier WITHIN"},
           {"[process:name='a'] REPEATS 2 TIMES", "qualifier REPEATS"},
           {"[process:name='a'] START t'2020-01-01T00:00:00Z' STOP t'2021-01-01T00:00:00Z'", "qualifier START"}}) {
    const auto result = parse_stix_pattern(pattern);
    ASSERT_FALSE(result) << pattern;
    EXPECT_EQ(result.error().code, Errc::unsupported) << pattern;
    EXPECT_EQ(result.error().what, reason);
  }
}

TEST(StixPattern, MalformedHasAnOffset) {
  for (const auto* pattern :
       {"", "[", "[]", "[process:name]", "[process:name=]", "[process:name='a'", "[process:name='a]",
        "process:name='a'", "[process:name='a']]", "[process:name='a'] x", "[process name='a']", "[process:='a']",
        "[a:b[='x']", "[process:name IN ()]", "[process:name IN ('a'", "[(process:name='a']", "\x00\xFF"}) {
    const auto result = parse_stix_pattern(pattern);
    ASSERT_FALSE(result) << pattern;
    EXPECT_EQ(result.error().code, Errc::malformed) << pattern;
    EXPECT_TRUE(result.error().offset) << pattern;
  }
  EXPECT_EQ(parse_stix_pattern("[process:name='a' XOR app:id='b']").error().offset, 18U);
}

TEST(StixPattern, LimitsHold) {
  EXPECT_EQ(parse_stix_pattern(std::string(100'000, '(') + "[process:name='a']").error().code, Errc::limit);
  EXPECT_EQ(parse_stix_pattern("[" + std::string(100'000, '(') + "process:name='a'").error().code, Errc::limit);
  EXPECT_EQ(parse_stix_pattern(std::string(limits::kPatternBytes + 1, ' ')).error().code, Errc::limit);
  std::string product = "[";
  for (int i = 0; i < 40; ++i) product += std::string(i == 0 ? "" : " AND ") + "(process:name='a' OR process:name='b')";
  EXPECT_EQ(parse_stix_pattern(product + "]").error().code, Errc::limit);
  std::string sum = "[process:name='a'";
  for (int i = 0; i < 5'000; ++i) sum += " OR process:name='b'";
  EXPECT_EQ(parse_stix_pattern(sum + "]").error().code, Errc::limit);
  EXPECT_THAT(alternatives("[process:name='" + std::string(5'000, 'a') + "']"),
              ElementsAre("unsupported: value is too long"));
}

}  // namespace
}  // namespace bridle

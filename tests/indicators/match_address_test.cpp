// SPDX-License-Identifier: Apache-2.0
// Domains, URLs and IP addresses, in fields that hold one of them.
#include <gmock/gmock.h>

#include "indicators/indicators_testing.h"

namespace bridle::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(MatchDomain, OnLabelBoundariesAtEveryParent) {
  const auto set = set_of({{"domain-name:value", "evil.com"}, {"domain-name:value", "domain.evil.com"}});
  EXPECT_THAT(met(set, Observable::domain, "evil.com"), ElementsAre("evil.com"));
  EXPECT_THAT(met(set, Observable::domain, "sub.domain.evil.com"), UnorderedElementsAre("evil.com", "domain.evil.com"));
  EXPECT_THAT(met(set, Observable::domain, "a.b.c.d.domain.evil.com"),
              UnorderedElementsAre("evil.com", "domain.evil.com"));
  for (const auto* other : {"notevil.com", "evil.com.example.org", "evil.co", "com", "vil.com", "evil-com.net", ""})
    EXPECT_THAT(met(set, Observable::domain, other), IsEmpty()) << other;
}

TEST(MatchDomain, HostIsReadAsBrowsersReadIt) {
  const auto set = set_of({{"domain-name:value", "Sms.Evil.com."}});
  for (const auto* url : {"https://sms.evil.com/",
                          "HTTPS://SMS.EVIL.COM",
                          "https://sms.evil.com:8443/x",
                          "http://user:pa@ss@sms.evil.com/",
                          "https://sms.evil.com./x",
                          "https://a.b.sms.evil.com?x=1",
                          "https://sms.evil.com#top",
                          "https:\\\\sms.evil.com\\x",
                          "http:/sms.evil.com/x",
                          "https:sms.evil.com",
                          "//sms.evil.com/x",
                          "sms.evil.com/x",
                          "sms.evil.com:8080/x",
                          "https://sms.evil.com\\@good.com/",
                          "https://s%6ds.evil.com/",
                          "  https://sms.evil.com/ ",
                          "ht\ntps://sms.\tevil.com/",
                          "blob:https://sms.evil.com/0-1-2",
                          "view-source:http://sms.evil.com",
                          "wss://sms.evil.com/socket",
                          "intent://sms.evil.com/#Intent;scheme=https;end",
                          "https://good.com:x@sms.evil.com"})
    EXPECT_THAT(met(set, Observable::url, url), ElementsAre("sms.evil.com")) << url;
  for (const auto* url :
       {"https://evil.com/", "https://good.com/sms.evil.com", "https://sms.evil.com@good.com/",
        "https://good.com/?u=sms.evil.com", "https://good.com#sms.evil.com", "https://good.com/@sms.evil.com",
        "mailto:a@b.org", "javascript:alert(1)", "data:text/html,sms.evil.com", "https://good.com\\@sms.evil.com/",
        "https://", "://", "https://[sms.evil.com]/", "tel:123"})
    EXPECT_THAT(met(set, Observable::url, url), IsEmpty()) << url;
}

TEST(MatchDomain, ReportsTheHostAsObserved) {
  const auto set = set_of({{"domain-name:value", "evil.com"}});
  Matches matches(set);
  set.match(Observable::url, "https://user@A.Evil.COM:443/path", matches);
  EXPECT_THAT(matches.texts, ElementsAre("A.Evil.COM"));
}

TEST(MatchDomain, WwwIsALabelLikeAnyOther) {
  const auto set = set_of({{"domain-name:value", "www.tzsafe.com"}});
  EXPECT_THAT(met(set, Observable::domain, "www.tzsafe.com"), ElementsAre("www.tzsafe.com"));
  EXPECT_THAT(met(set, Observable::url, "https://www.tzsafe.com/x"), ElementsAre("www.tzsafe.com"));
  EXPECT_THAT(met(set, Observable::url, "https://a.www.tzsafe.com/x"), ElementsAre("www.tzsafe.com"));
  EXPECT_THAT(met(set, Observable::url, "https://tzsafe.com/x"), IsEmpty());
}

TEST(MatchDomain, InternationalNamesMeetInALabels) {
  const auto set =
      set_of({{"domain-name:value", "m\xC3\xBCnchen-evil.de"}, {"domain-name:value", "xn--e1afmkfd.xn--p1ai"}});
  for (const auto* host :
       {"xn--mnchen-evil-thb.de", "M\xC3\x9CNCHEN-evil.de", "www.m\xC3\xBCnchen-evil.de", "m\x75\xCC\x88nchen-evil.de",
        "m\xC3\xBCnchen-evil\xE3\x80\x82"
        "de"})
    EXPECT_EQ(met(set, Observable::domain, host).size(), 1U) << host;
  // "пример.рф", percent-encoded too.
  EXPECT_EQ(
      met(set, Observable::url, "http://\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80.\xD1\x80\xD1\x84/x").size(),
      1U);
  EXPECT_EQ(met(set, Observable::url, "http://%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.%D1%80%D1%84/x").size(), 1U);
  EXPECT_THAT(met(set, Observable::domain, "munchen-evil.de"), IsEmpty());
  EXPECT_THAT(met(set, Observable::domain, "\xFF\xFE.de"), IsEmpty());
}

TEST(MatchDomain, LongHostsAreNoHosts) {
  const auto set = set_of({{"domain-name:value", "evil.com"}});
  EXPECT_THAT(met(set, Observable::url, "https://" + std::string(300, 'a') + ".evil.com/"), IsEmpty());
  EXPECT_THAT(met(set, Observable::url, "https://evil.com" + std::string(300, '.') + "x/"), IsEmpty());
  EXPECT_THAT(met(set, Observable::url, "https://" + std::string(100'000, 'a') + "@evil.com/"),
              ElementsAre("evil.com"));
}

TEST(MatchUrl, WholeAndNormalised) {
  const auto set = set_of(
      {{"url:value", "https://Evil.com/a/B?x=1"}, {"url:value", "http://evil.org"}, {"url:value", "evil.net/x"}});
  for (const auto* url : {"https://evil.com/a/B?x=1", "HTTPS://EVIL.COM:443/a/B?x=1", "https://evil.com./a/B?x=1#here",
                          "https://u:p@evil.com\\a/B?x=1"})
    EXPECT_EQ(met(set, Observable::url, url).size(), 1U) << url;
  for (const auto* url :
       {"http://evil.org", "http://evil.org/", "http://evil.org:80", "http://evil.org/#x", "evil.org"})
    EXPECT_THAT(met(set, Observable::url, url), ElementsAre("http://evil.org/")) << url;
  for (const auto* url : {"http://evil.net/x", "https://evil.net/x", "evil.net/x"})
    EXPECT_THAT(met(set, Observable::url, url), ElementsAre("//evil.net/x")) << url;
  for (const auto* url : {"http://evil.com/a/B?x=1", "https://evil.com/a/b?x=1", "https://evil.com/a/B?x=2",
                          "https://evil.com/", "https://evil.com:444/a/B?x=1", "https://sub.evil.com/a/B?x=1",
                          "http://evil.org/x", "evil.net/xy", "https://evil.org/"})
    EXPECT_THAT(met(set, Observable::url, url), IsEmpty()) << url;
}

TEST(MatchUrl, ValueWithAnEqualsSign) {
  const auto set = set_of({{"url:value", "https://evil.com/?a=b=c&d='e'"}});
  EXPECT_EQ(met(set, Observable::url, "https://evil.com/?a=b=c&d='e'").size(), 1U);
}

TEST(MatchIp, ExactInEveryFieldThatCanHoldOne) {
  const auto set = set_of({{"ipv4-addr:value", "94.140.125.174"}, {"ipv6-addr:value", "2A05:D018::1"}});
  for (const auto observable : {Observable::ip, Observable::domain, Observable::url}) {
    EXPECT_THAT(met(set, observable, "94.140.125.174"), ElementsAre("94.140.125.174"));
    EXPECT_THAT(met(set, observable, "94.140.125.174:443"), ElementsAre("94.140.125.174"));
    EXPECT_THAT(met(set, observable, "194.140.125.174"), IsEmpty());
    EXPECT_THAT(met(set, observable, "94.140.125.17"), IsEmpty());
    EXPECT_THAT(met(set, observable, "[2a05:d018:0::1]"), ElementsAre("2a05:d018::1"));
    EXPECT_THAT(met(set, observable, "[::ffff:94.140.125.174]"), ElementsAre("94.140.125.174"));
  }
  EXPECT_THAT(met(set, Observable::ip, "2a05:d018::1"), ElementsAre("2a05:d018::1"));
  EXPECT_THAT(met(set, Observable::ip, "2a05:d018::1%en0"), ElementsAre("2a05:d018::1"));
  EXPECT_THAT(met(set, Observable::url, "http://94.140.125.174/x"), ElementsAre("94.140.125.174"));
  EXPECT_THAT(met(set, Observable::url, "http://u@[2a05:d018::1]:8080/x"), ElementsAre("2a05:d018::1"));
  // The forms that browsers take for the same address.
  for (const auto* host :
       {"0x5e.0x8c.0x7d.0xae", "1586265518", "94.140.32174", "0136.0214.0175.0256", "94.140.125.174."})
    EXPECT_THAT(met(set, Observable::url, "http://" + std::string(host) + "/"), ElementsAre("94.140.125.174")) << host;
  EXPECT_THAT(met(set, Observable::url, "http://router.local/94.140.125.174"), IsEmpty());
  EXPECT_THAT(met(set, Observable::url, "http://94.140.125.174.example.com/"), IsEmpty());
}

TEST(MatchIp, Ranges) {
  const auto set =
      set_of_patterns({"[ipv4-addr:value ISSUBSET '198.51.100.128/25']", "[ipv4-addr:value = '203.0.112.0/23']",
                       "[ipv6-addr:value = '2001:db8:5::/48']", "[ipv4-addr:value = '203.0.113.9']"});
  EXPECT_THAT(met(set, Observable::ip, "198.51.100.128"), ElementsAre("198.51.100.128/25"));
  EXPECT_THAT(met(set, Observable::ip, "198.51.100.127"), IsEmpty());
  EXPECT_THAT(met(set, Observable::ip, "203.0.113.9"), ElementsAre("203.0.113.9", "203.0.112.0/23"));
  EXPECT_THAT(met(set, Observable::ip, "2001:db8:5:ffff::1"), ElementsAre("2001:db8:5::/48"));
  EXPECT_THAT(met(set, Observable::ip, "2001:db8:6::1"), IsEmpty());
  EXPECT_THAT(met(set, Observable::ip, "::ffff:198.51.100.200"), ElementsAre("198.51.100.128/25"));
}

TEST(MatchAddress, AnEmptySetMatchesNothing) {
  const IndicatorSet set;
  for (std::size_t i = 0; i < kObservables; ++i)
    EXPECT_THAT(met(set, static_cast<Observable>(i), "https://evil.com/"), IsEmpty());
}

}  // namespace
}  // namespace bridle::testing

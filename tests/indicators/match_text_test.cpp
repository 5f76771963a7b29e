// SPDX-License-Identifier: Apache-2.0
// Addresses inside free text.
#include <gmock/gmock.h>

#include "indicators/indicators_testing.h"
#include "indicators/text_scan.h"

namespace bridle::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

IndicatorSet addresses() {
  return set_of({{"domain-name:value", "free247downloads.com"},
                 {"domain-name:value", "nchen.de"},
                 {"url:value", "https://host.example/login?id=7"},
                 {"email-addr:value", "bergers.o79@gmail.com"},
                 {"ipv4-addr:value", "94.140.125.174"},
                 {"ipv6-addr:value", "2a05:d018::1"}});
}

TEST(MatchText, BareDomains) {
  const auto set = addresses();
  for (const auto* text : {"go to free247downloads.com now",
                           "free247downloads.com",
                           "(free247downloads.com)",
                           "see free247downloads.com.",
                           "free247downloads.com, or",
                           "\"free247downloads.com\"",
                           "a.b.FREE247downloads.com/path?x=1",
                           "_free247downloads.com_",
                           "*free247downloads.com*",
                           "free247downloads.com:30495/szev4hz",
                           "u=free247downloads.com&v=1",
                           "one.Free247downloads.com",
                           "\xE8\xAE\xBF\xE9\x97\xAE"
                           "free247downloads.com\xE5\x90\xA7",
                           "\xD8\xB1\xD8\xA7\xD8\xA8\xD8\xB7:free247downloads.com",
                           "first free247downloads.com\nsecond",
                           "1.5 then free247downloads.com!",
                           "//free247downloads.com/x",
                           "- free247downloads.com;good.com",
                           "free247downloads.com\xE2\x80\xA6",
                           "\xF0\x9F\x91\x89"
                           "free247downloads.com"})
    EXPECT_THAT(met(set, Observable::text, text), ElementsAre("free247downloads.com")) << text;
  for (const auto* text :
       {"free247downloads.com.example.org", "xfree247downloads.com", "free247downloads.comm", "free247downloads",
        "/var/free247downloads.com", "C:\\free247downloads.com", "https://good.com/free247downloads.com",
        "https://good.com/?u=free247downloads.com", "free247downloads .com", "free247downloads.\ncom", "...", "."})
    EXPECT_THAT(met(set, Observable::text, text), IsEmpty()) << text;
}

TEST(MatchText, AccentedLettersAreNoBoundary) {
  EXPECT_THAT(met(addresses(), Observable::text, "m\xC3\xBCnchen.de and http://m\xC3\xBCnchen.de/x"), IsEmpty());
  EXPECT_THAT(met(addresses(), Observable::text, "nchen.de"), ElementsAre("nchen.de"));
}

TEST(MatchText, Urls) {
  const auto set = addresses();
  for (const auto* text :
       {"look: https://bun54l2b67.get1tn0w.free247downloads.com:30495/szev4hz ok", "<https://free247downloads.com>",
        "[x](https://free247downloads.com)", "http://free247downloads.com,then", "http://free247downloads.com.",
        "\xE7\x9C\x8Bhttp://free247downloads.com\xEF\xBC\x8C\xE7\x84\xB6\xE5\x90\x8E",
        "https://user:pass@free247downloads.com/", "https://paypal.com,login@free247downloads.com/"})
    EXPECT_THAT(met(set, Observable::text, text), ElementsAre("free247downloads.com")) << text;
  for (const auto* text :
       {"https://host.example/login?id=7", "(https://host.example/login?id=7).", "https://host.example/login?id=7!!",
        "host.example/login?id=7", "say \"https://host.example/login?id=7\""})
    EXPECT_THAT(met(set, Observable::text, text), ElementsAre("https://host.example/login?id=7")) << text;
  EXPECT_THAT(met(set, Observable::text, "https://host.example/login?id=77"), IsEmpty());
}

TEST(MatchText, EmailAddresses) {
  const auto set = addresses();
  for (const auto* text : {"write to bergers.o79@gmail.com today", "<Bergers.O79@Gmail.com>",
                           "mailto:bergers.o79@gmail.com.", "bergers.o79@gmail.com,x"})
    EXPECT_THAT(met(set, Observable::text, text), ElementsAre("bergers.o79@gmail.com")) << text;
  EXPECT_THAT(met(set, Observable::text, "xbergers.o79@gmail.com"), IsEmpty());
  EXPECT_THAT(met(set, Observable::text, "help@mail.free247downloads.com"), ElementsAre("free247downloads.com"));
}

TEST(MatchText, IpAddresses) {
  const auto set = addresses();
  for (const auto* text :
       {"to 94.140.125.174 port", "94.140.125.174:443", "/94.140.125.174:443", "(94.140.125.174)", "=94.140.125.174."})
    EXPECT_THAT(met(set, Observable::text, text), ElementsAre("94.140.125.174")) << text;
  for (const auto* text : {"194.140.125.174", "94.140.125.1745", "94.140.125.174.1", "version 1586265518",
                           "94.140.32174", "v94.140.125.174"})
    EXPECT_THAT(met(set, Observable::text, text), IsEmpty()) << text;
  for (const auto* text : {"from 2a05:d018::1 to", "[2A05:D018::1]", "http://[2a05:d018::1]/", "2a05:d018::1."})
    EXPECT_THAT(met(set, Observable::text, text), ElementsAre("2a05:d018::1")) << text;
  EXPECT_THAT(met(set, Observable::text, "12:30:45 2a05:d018::12 ab:cd"), IsEmpty());
}

TEST(MatchText, NamesInOtherScripts) {
  const auto set = set_of({{"domain-name:value", "xn--e1afmkfd.xn--p1ai"},
                           {"domain-name:value", "xn--mnchen-evil-thb.de"},
                           {"domain-name:value", "evil.com"}});
  const std::string name = "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80.\xD1\x80\xD1\x84";
  EXPECT_THAT(met(set, Observable::text, "http://" + name + "/x"), Each("xn--e1afmkfd.xn--p1ai"));
  EXPECT_FALSE(met(set, Observable::text, "http://" + name + "/x").empty());
  EXPECT_EQ(met(set, Observable::text, "\xD0\xBD\xD0\xB0 " + name + " !").size(), 1U);
  EXPECT_EQ(met(set, Observable::text, "m\xC3\xBCnchen-evil.de").size(), 1U);
  EXPECT_THAT(met(set, Observable::text,
                  "\xE8\xAE\xBF"
                  "evil.com\xE5\x90\xA7"),
              ElementsAre("evil.com"));
}

TEST(MatchText, SeveralInOneText) {
  const auto set = addresses();
  EXPECT_THAT(met(set, Observable::text,
                  "free247downloads.com 94.140.125.174,bergers.o79@gmail.com https://host.example/login?id=7"),
              UnorderedElementsAre("free247downloads.com", "94.140.125.174", "bergers.o79@gmail.com",
                                   "https://host.example/login?id=7"));
}

/// Counts what is found and checks that views point into the text.
class Counter final : public AddressSink {
 public:
  explicit Counter(std::string_view text) : text_(text) {}
  void address(std::string_view found) override { count(found); }
  void email(std::string_view found) override { count(found); }
  void ipv6(std::string_view found) override { count(found); }
  std::size_t bytes = 0;

 private:
  void count(std::string_view view) {
    EXPECT_GE(view.data(), text_.data());
    EXPECT_LE(view.data() + view.size(), text_.data() + text_.size());
    bytes += view.size();
  }
  std::string_view text_;
};

TEST(ScanText, WorkIsLinearInHostileText) {
  for (const auto* unit : {"a.", "a:", ":", ".", "@", "a@", "http://", "a.b@", "1:", "http://\xE5\x90\xA7", "\xC3\xBC.",
                           "://", "a/b.c:"}) {
    std::string text;
    while (text.size() < 1 << 20) text += unit;
    Counter counter(text);
    scan_text(text, {}, counter);
    EXPECT_LE(counter.bytes, text.size() * 300) << unit;  // each byte is handed out a bounded number of times
  }
}

}  // namespace
}  // namespace bridle::testing

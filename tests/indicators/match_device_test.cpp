// SPDX-License-Identifier: Apache-2.0
// Processes, files, identifiers, and comparisons that are not equality.
#include <gmock/gmock.h>

#include "indicators/indicators_testing.h"

namespace bridle::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(MatchProcess, BaseNameOfAnExecutable) {
  const auto set = set_of({{"process:name", "bh"}, {"process:name", "roleaboutd"}});
  for (const auto* value :
       {"bh", "/private/var/db/com.apple.xpc.roleaccountd.staging/bh", "bh/com.apple.datausage.x", " bh "})
    EXPECT_THAT(met(set, Observable::process, value), ElementsAre("bh")) << value;
  for (const auto* value : {"BH", "bhx", "xbh", "/var/bh/other", "/bh/", "a/bh/c", "", "roleaboutd2"})
    EXPECT_THAT(met(set, Observable::process, value), IsEmpty()) << value;
  // A folder or file of that name is not the process.
  EXPECT_THAT(met(set, Observable::file_path, "/private/var/containers/x.bundle/bh/Passport.strings"), IsEmpty());
  EXPECT_THAT(met(set, Observable::file_path, "/private/var/x/bh"), IsEmpty());
}

TEST(MatchProcess, NamesCutBySystem) {
  const auto set = set_of({{"process:name", "ReminderIntentsUIExtension"}, {"process:name", "Diagnostics-2543"}});
  Matches matches(set);
  set.match(Observable::process, "ReminderIntentsU", matches);  // 16 characters
  set.match(Observable::process, "ReminderIntents", matches);   // 15
  set.match(Observable::process, "Diagnostics-254", matches);
  EXPECT_THAT(matches.values,
              ElementsAre("ReminderIntentsUIExtension", "ReminderIntentsUIExtension", "Diagnostics-2543"));
  EXPECT_THAT(matches.truncated, ElementsAre(true, true, true));
  Matches whole(set);
  set.match(Observable::process, "Diagnostics-2543", whole);
  EXPECT_THAT(whole.truncated, ElementsAre(false));
  for (const auto* value : {"ReminderIntent", "ReminderIntentsUI", "ReminderIntentsX"})
    EXPECT_THAT(met(set, Observable::process, value), IsEmpty()) << value;
}

TEST(MatchPath, WholeComponentsAndBelow) {
  const auto set = set_of({{"file:path", "/private/var/tmp/x"},
                           {"file:path", "/private/var/logs/keybagd/"},
                           {"file:path", "/tmp/l/"},
                           {"file:path", "/private/var/db/com.apple.xpc.roleaccountd.staging/subridged"}});
  for (const auto* path :
       {"/private/var/tmp/x", "/private/var/tmp/x/", "/private/var/tmp/x/y/z", "/var/tmp/x", "/tmp/x/y",
        "file:///private/var/tmp/x", "//private/var/./tmp//x", "/private/var/tmp/a/../x"})
    EXPECT_THAT(met(set, Observable::file_path, path), ElementsAre("/private/var/tmp/x")) << path;
  EXPECT_THAT(met(set, Observable::file_path, "/private/var/logs/keybagd/a.log"),
              ElementsAre("/private/var/logs/keybagd"));
  EXPECT_THAT(met(set, Observable::file_path, "/private/var/tmp/l/key"), ElementsAre("/private/var/tmp/l"));
  for (const auto* path :
       {"/private/var/tmp/xy", "/private/var/tmp", "/private/var/logs/keybagd.log.0", "private/var/tmp/x",
        "/data/private/var/tmp/x", "/PRIVATE/VAR/TMP/X", "/private/var/tmp/lx", ""})
    EXPECT_THAT(met(set, Observable::file_path, path), IsEmpty()) << path;
}

TEST(MatchPath, ReportsTheComponentsThatMet) {
  const auto set = set_of({{"file:path", "/private/var/tmp/x"}});
  Matches matches(set);
  set.match(Observable::file_path, "/private/var/tmp/x/y", matches);
  set.match(Observable::file_path, "/var/tmp/x/y", matches);
  EXPECT_THAT(matches.texts, ElementsAre("/private/var/tmp/x", "/var/tmp/x/y"));
}

TEST(MatchPath, RelativePathsAreTheEndOfAPath) {
  const auto set = set_of({{"file:path", "Library/Preferences/x.plist"}, {"file:path", "~/Library/Caches/y"}});
  EXPECT_THAT(met(set, Observable::file_path, "/private/var/mobile/Library/Preferences/x.plist"),
              ElementsAre("Library/Preferences/x.plist"));
  EXPECT_THAT(met(set, Observable::file_path, "Library/Preferences/x.plist"),
              ElementsAre("Library/Preferences/x.plist"));
  EXPECT_THAT(met(set, Observable::file_path, "/private/var/mobile/Library/Caches/y/z"),
              ElementsAre("/private/var/mobile/Library/Caches/y"));
  for (const auto* path : {"/private/var/mobile/MyLibrary/Preferences/x.plist", "/a/Library/Preferences/x.plist/y",
                           "/private/var/root/Library/Caches/y"})
    EXPECT_THAT(met(set, Observable::file_path, path), IsEmpty()) << path;
}

TEST(MatchFileName, LastComponentInItsCase) {
  const auto set = set_of({{"file:name", "roleaccountd.plist"}});
  EXPECT_THAT(met(set, Observable::file_path, "/private/var/root/Library/Preferences/roleaccountd.plist"),
              ElementsAre("roleaccountd.plist"));
  EXPECT_THAT(met(set, Observable::file_path, "roleaccountd.plist"), ElementsAre("roleaccountd.plist"));
  for (const auto* path :
       {"/a/Roleaccountd.plist", "/a/roleaccountd.plist.bak", "/a/xroleaccountd.plist", "/roleaccountd.plist/x"})
    EXPECT_THAT(met(set, Observable::file_path, path), IsEmpty()) << path;
}

TEST(MatchHash, ByValueInAnyCase) {
  const std::string md5(32, 'a'), sha1(40, 'b'), sha256(64, 'c');
  const auto set = set_of({{"file:hashes.MD5", "AAAAaaaaAAAAaaaaAAAAaaaaAAAAaaaa"},
                           {"file:hashes.'SHA-1'", sha1},
                           {"file:hashes.sha256", sha256},
                           {"app:cert.sha256", std::string(64, 'd')}});
  EXPECT_THAT(met(set, Observable::hash, md5), ElementsAre(md5));
  EXPECT_THAT(met(set, Observable::hash, std::string(40, 'B')), ElementsAre(sha1));
  EXPECT_THAT(met(set, Observable::hash, sha256), ElementsAre(sha256));
  EXPECT_THAT(met(set, Observable::certificate_hash, sha256), IsEmpty());
  EXPECT_THAT(met(set, Observable::hash, std::string(64, 'd')), IsEmpty());
  std::string colons;
  for (int i = 0; i < 32; ++i) colons += i == 0 ? "DD" : ":dd";
  EXPECT_THAT(met(set, Observable::certificate_hash, colons), ElementsAre(std::string(64, 'd')));
  EXPECT_THAT(met(set, Observable::hash, sha256.substr(1)), IsEmpty());
  EXPECT_THAT(met(set, Observable::hash, std::string(10'000, 'c')), IsEmpty());
}

TEST(MatchIdentifier, WholeInAnyCase) {
  const auto set = set_of({{"app:id", "com.client.appA"},
                           {"configuration-profile:id", "76DAB334-7E17-475D-A5D6-0794EB5818A5"},
                           {"android-property:name", "sys.brand.note"}});
  EXPECT_THAT(met(set, Observable::app_id, "com.Client.appa"), ElementsAre("com.client.appa"));
  EXPECT_THAT(met(set, Observable::app_id, "com.client.appA.helper"), IsEmpty());
  EXPECT_THAT(met(set, Observable::profile_id, "76dab334-7e17-475d-a5d6-0794eb5818a5"),
              ElementsAre("76dab334-7e17-475d-a5d6-0794eb5818a5"));
  EXPECT_THAT(met(set, Observable::profile_id, "7"), IsEmpty());
  EXPECT_THAT(met(set, Observable::profile_id, "76DAB334-7E17-475D-A5D6-0794EB5818A5-1"), IsEmpty());
  EXPECT_THAT(met(set, Observable::android_property, "sys.brand.note"), ElementsAre("sys.brand.note"));
  EXPECT_THAT(met(set, Observable::android_property, "SYS.brand.note"), IsEmpty());
  EXPECT_THAT(met(set, Observable::process, "com.client.appA"), IsEmpty());
}

TEST(MatchEmail, AddressAndItsDomain) {
  const auto set = set_of({{"email-addr:value", "Bergers.O79@gmail.com"}, {"domain-name:value", "goolge.site"}});
  for (const auto* value : {"bergers.o79@gmail.com", "mailto:BERGERS.o79@gmail.com", "B <bergers.o79@gmail.com>",
                            " bergers.o79@gmail.com "})
    EXPECT_THAT(met(set, Observable::email, value), ElementsAre("bergers.o79@gmail.com")) << value;
  EXPECT_THAT(met(set, Observable::email, "a@mail.goolge.site"), ElementsAre("goolge.site"));
  for (const auto* value : {"bergers.o79@gmail.co", "bergerso79@gmail.com", "gmail.com", "@", ""})
    EXPECT_THAT(met(set, Observable::email, value), IsEmpty()) << value;
}

TEST(MatchPhone, DigitsOnly) {
  const auto set = set_of({{"phone-number:value", "+1 (415) 555-0123"}});
  for (const auto* value :
       {"+14155550123", "0014155550123", "1 415 555 0123", "tel:+1-415-555-0123", "14155550123@s.whatsapp.net",
        "\xE2\x80\xAA+1\xC2\xA0"
        "415\xC2\xA0"
        "555-0123\xE2\x80\xAC"})
    EXPECT_THAT(met(set, Observable::phone, value), ElementsAre("14155550123")) << value;
  for (const auto* value : {"4155550123", "+141555501234", "a14155550123", "14155550123@gmail.com", "123"})
    EXPECT_THAT(met(set, Observable::phone, value), IsEmpty()) << value;
}

TEST(MatchExpression, LikeAndMatches) {
  const auto set =
      set_of_patterns({"[domain-name:value LIKE '%.evil-_.com']", "[process:name MATCHES '^role[a-z]+d$']",
                       "[file:path LIKE '/private/var/tmp/%.dylib']", "[file:name MATCHES '^blob_[0-9a-f]{8}$']"});
  EXPECT_THAT(met(set, Observable::url, "https://A.EVIL-1.com/x"), ElementsAre("%.evil-_.com"));
  EXPECT_THAT(met(set, Observable::domain, "a.evil-12.com"), IsEmpty());
  EXPECT_THAT(met(set, Observable::process, "/usr/libexec/rolexd"), ElementsAre("^role[a-z]+d$"));
  EXPECT_THAT(met(set, Observable::process, "ROLEXD"), IsEmpty());
  EXPECT_THAT(met(set, Observable::file_path, "/private/var/tmp/a.dylib"), ElementsAre("/private/var/tmp/%.dylib"));
  EXPECT_THAT(met(set, Observable::file_path, "/private/var/tmp/axdylib"), IsEmpty());
  EXPECT_THAT(met(set, Observable::file_path, "/a/blob_d6c1a21a"), ElementsAre("^blob_[0-9a-f]{8}$"));
}

TEST(MatchRecord, AllPartsMustBeMetByOneRecord) {
  const auto set = set_of_patterns({"[process:name = 'bh' AND domain-name:value = 'evil.com']",
                                    "[app:id = 'com.x.y' AND (url:value = 'http://a.net/' OR url:value LIKE '%/b')]",
                                    "[process:name = 'bh']"});
  ASSERT_TRUE(set.has_conjunctions());
  const auto met_by = [&](std::vector<ObservedValue> record) {
    Matches matches(set);
    set.match_record(record, matches);
    return matches.values;
  };
  EXPECT_THAT(met_by({{Observable::process, "bh"}, {Observable::url, "https://x.evil.com/"}}),
              ElementsAre("[process:name = 'bh' AND domain-name:value = 'evil.com']"));
  EXPECT_THAT(met_by({{Observable::process, "bh"}}), IsEmpty());
  EXPECT_THAT(met_by({{Observable::url, "https://x.evil.com/"}, {Observable::url, "https://evil.com"}}), IsEmpty());
  EXPECT_EQ(met_by({{Observable::app_id, "com.x.y"}, {Observable::url, "http://a.net"}}).size(), 1U);
  EXPECT_EQ(met_by({{Observable::app_id, "com.x.y"}, {Observable::url, "http://c.net/b"}}).size(), 1U);
  EXPECT_THAT(met(set, Observable::process, "bh"), ElementsAre("bh"));  // the parts alone are no indicators
  EXPECT_THAT(met(set, Observable::domain, "evil.com"), IsEmpty());
  Matches matches(set);
  set.match_record(std::vector<ObservedValue>{{Observable::domain, "evil.com"}, {Observable::process, "/x/bh"}},
                   matches);
  EXPECT_THAT(matches.texts, ElementsAre("bh"));
}

}  // namespace
}  // namespace bridle::testing

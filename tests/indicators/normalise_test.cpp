// SPDX-License-Identifier: Apache-2.0
#include "indicators/normalise.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "indicators/ip_address.h"

namespace bridle {
namespace {

/// "kind value", or the reason why there is none.
std::string normal(IndicatorKind kind, std::string_view published) {
  const auto value = normalise(kind, published);
  return value ? std::string(name(value->kind)) + " " + value->value : "error: " + value.error().what;
}

struct Case {
  IndicatorKind kind;
  std::string published, expected;
};

TEST(Normalise, PublishedValues) {
  using enum IndicatorKind;
  const std::string sha256(64, 'a');
  const std::vector<Case> cases{
      {domain, " Evil.COM. ", "domain evil.com"},
      {domain, "*.evil.com", "domain evil.com"},
      {domain, "evil[.]com", "domain evil.com"},
      {domain, "http://evil.com/", "domain evil.com"},
      {domain, "evil.com:8080", "domain evil.com"},
      {domain, "evil.com/x", "url //evil.com/x"},
      {domain, "195.178.51.251", "ip 195.178.51.251"},
      {domain, "com", "error: host name has one label"},
      {domain, "localhost", "error: host name has one label"},
      {domain, "co.uk", "error: domain is a public suffix"},
      {domain, "github.io", "error: domain is a public suffix"},
      {domain, "a.github.io", "domain a.github.io"},
      {domain, "two words.com", "error: not a host name"},
      {domain, "a..com", "error: not a host name"},
      {domain, std::string(64, 'a') + ".com", "error: not a host name"},
      {domain, "", "error: value is empty"},
      {domain, "evil\x01.com", "error: value holds control characters"},
      {domain, "evil\xFF.com", "error: value is not UTF-8"},
      {domain, std::string(5'000, 'a'), "error: value is too long"},
      {url, "hxxps://evil[.]com/x", "url https://evil.com/x"},
      {url, "http://Evil.com", "url http://evil.com/"},
      {url, "evil.com/x#y", "url //evil.com/x"},
      {url, "not a url", "error: not a URL"},
      {ip, "1.2.3.4", "ip 1.2.3.4"},
      {ip, "198.51.100.77/24", "ip 198.51.100.0/24"},
      {ip, "2001:DB8::1", "ip 2001:db8::1"},
      {ip, "::ffff:1.2.3.4", "ip 1.2.3.4"},
      {ip, "1.2.3", "error: not an IP address"},
      {ip, "1.2.3.4/33", "error: not an IP address"},
      {ip, "01.2.3.4", "error: not an IP address"},
      {ip, "1.0.0.0/4", "error: address range is too wide"},
      {ip, "0.0.0.0/0", "error: address range is too wide"},
      {ip, "127.0.0.1", "error: address is local to every network"},
      {ip, "192.168.1.0/24", "error: address is local to every network"},
      {ip, "fe80::1", "error: address is local to every network"},
      {email, "A.B@Evil.com", "email a.b@evil.com"},
      {email, "google@script", "email google@script"},
      {email, "no at sign", "error: not an e-mail address"},
      {email, "a@b@c.com", "error: not an e-mail address"},
      {phone, "+44 20 7946 0000", "phone 442079460000"},
      {phone, "12345", "error: not a phone number"},
      {phone, "call me", "error: not a phone number"},
      {process, "bh", "process bh"},
      {process, "x", "error: name of one character"},
      {process, "/private/var/tmp/UserEventAgent", "file_path /private/var/tmp/UserEventAgent"},
      {file_name, "a/b.plist", "file_path a/b.plist"},
      {file_name, "C:\\Users\\x.exe", "error: path of another system"},
      {file_path, "/var/tmp/x/", "file_path /private/var/tmp/x"},
      {file_path, "/tmp/x", "file_path /private/var/tmp/x"},
      {file_path, "~/Library/x", "file_path /private/var/mobile/Library/x"},
      {file_path, "x.plist", "file_name x.plist"},
      {file_path, "/private/var/tmp/", "error: folder that every phone has"},
      {file_path, "/", "error: folder that every phone has"},
      {file_path, "%APPDATA%\\x", "error: path of another system"},
      {hash, sha256, "hash " + sha256},
      {hash, std::string(128, 'a'), "error: hash is not MD5, SHA-1 or SHA-256"},
      {hash, "xyz", "error: not a hash in hex"},
      {hash, "D41D8CD98F00B204E9800998ECF8427E", "error: hash of an empty file"},
      {certificate_hash, "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99",
       "certificate_hash aabbccddeeff00112233445566778899"},
      {app_id, "com.Client.appA", "app_id com.client.appa"},
      {app_id, "two words", "error: not an identifier"},
      {profile_id, "76DAB334-7E17", "profile_id 76dab334-7e17"},
      {android_property, "sys.brand.Note", "android_property sys.brand.Note"},
  };
  for (const Case& c : cases) EXPECT_EQ(normal(c.kind, c.published), c.expected) << c.published;
}

TEST(Normalise, ComparablePaths) {
  const std::vector<std::pair<std::string, std::string>> cases{{"/private/var/x", "/private/var/x"},
                                                               {"/var/x", "/private/var/x"},
                                                               {"/etc/hosts", "/private/etc/hosts"},
                                                               {"/tmp", "/private/var/tmp"},
                                                               {"/variable/x", "/variable/x"},
                                                               {"//a//b/", "/a/b"},
                                                               {"/a/./b/../c", "/a/c"},
                                                               {"/../../a", "/a"},
                                                               {"a/../../b", "b"},
                                                               {"./a/b", "a/b"},
                                                               {"file:///var/x", "/private/var/x"},
                                                               {"file://localhost/a", "/a"},
                                                               {"~", "/private/var/mobile"},
                                                               {"", ""},
                                                               {"/", "/"}};
  for (const auto& [path, expected] : cases) {
    EXPECT_EQ(comparable_path(path), expected) << path;
    EXPECT_EQ(is_comparable_path(path), path != "/" && !path.empty() && path == expected) << path;
    EXPECT_EQ(is_comparable_path(expected), !expected.empty() && expected != "/") << expected;
  }
}

TEST(IpAddress, MaskClearsTheHost) {
  const IpAddress address = *parse_ip("255.255.255.255");
  EXPECT_EQ(to_string(IpRange{masked(address, 96 + 9), 96 + 9}), "255.128.0.0/9");
  EXPECT_EQ(to_string(IpRange{masked(*parse_ip("ffff:ffff::ffff"), 17), 17}), "ffff:8000::/17");
  EXPECT_EQ(masked(address, 128), address);
}

}  // namespace
}  // namespace bridle

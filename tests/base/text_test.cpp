// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

#include "base/path_matcher.h"

namespace bridle {
namespace {

TEST(Glob, AStarStaysWithinAComponentAndTwoCrossThem) {
  EXPECT_TRUE(glob_match("/a/*/c", "/a/b/c"));
  EXPECT_FALSE(glob_match("/a/*/c", "/a/b/x/c"));
  EXPECT_TRUE(glob_match("/a/**/c", "/a/b/x/c"));
  EXPECT_TRUE(glob_match("/a/**", "/a/b/x/c"));
  EXPECT_TRUE(glob_match("/a/profile-*.stub", "/a/profile-12.stub"));
  EXPECT_FALSE(glob_match("/a/profile-*.stub", "/a/profile-1/2.stub"));
  EXPECT_FALSE(glob_match("/a/b", "/a/bc"));
  EXPECT_TRUE(glob_match("/a/?", "/a/b"));
  EXPECT_FALSE(glob_match("/a?b", "/a/b"));
  EXPECT_TRUE(glob_match("/**/x/*/y", "/q/x/x/z/y"));
}

TEST(Glob, ManyStarsStayFast) {
  std::string path(20'000, 'a');
  EXPECT_FALSE(glob_match("**a**a**a**a**a**a**b", path));
  EXPECT_FALSE(glob_match("*a*a*a*a*a*a*b", path));
}

TEST(PathMatcher, GivesTheOwnersOfAllThatMatch) {
  PathMatcher m;
  m.add("/x/History.db", 1);
  m.add("/x/*/History.db", 2);
  m.add("/x/profile-*", 3);
  const auto owners = [&](std::string_view path) {
    std::vector<std::size_t> out;
    m.match(path, [&](std::size_t o) { out.push_back(o); });
    return out;
  };
  EXPECT_EQ(owners("/x/History.db"), std::vector<std::size_t>{1});
  EXPECT_EQ(owners("/x/y/History.db"), std::vector<std::size_t>{2});
  EXPECT_EQ(owners("/x/profile-9"), std::vector<std::size_t>{3});
  EXPECT_FALSE(m.matches("/x/y/z/History.db"));
}

TEST(Utf8, InvalidBytesAreSeenAndReplaced) {
  EXPECT_TRUE(valid_utf8("grün 中 😀"));
  EXPECT_FALSE(valid_utf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(valid_utf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(valid_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_EQ(to_valid_utf8("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(to_valid_utf8("\xE4\xB8"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Utf8, FromUtf16) {
  EXPECT_EQ(utf16_to_utf8(as_bytes(std::string_view("\0g\0\xFC", 4)), true), "g\xC3\xBC");
  EXPECT_EQ(utf16_to_utf8(as_bytes(std::string_view("\xD8\x3D\xDE\x00", 4)), true), "😀");
  EXPECT_EQ(utf16_to_utf8(as_bytes(std::string_view("\xD8\x3D\0g", 4)), true), "\xEF\xBF\xBDg");
}

TEST(Hex, RoundTripsAndRefuses) {
  EXPECT_EQ(to_hex(*from_hex("00fFa1")), "00ffa1");
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Lines, TakesBothEndingsAndTheLastLine) {
  Lines lines("a\r\nb\n\nc");
  std::vector<std::string> got;
  while (const auto line = lines.next()) got.emplace_back(*line);
  EXPECT_EQ(got, (std::vector<std::string>{"a", "b", "", "c"}));
  EXPECT_EQ(lines.number(), 4);
}

TEST(Reader, FailsOnceAndForGood) {
  Reader in(as_bytes("abcd"));
  EXPECT_EQ(in.u16be(), 0x6162);
  EXPECT_EQ(in.u32le(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.u8(), 0);
  Reader text(as_bytes(std::string_view("ab\0c", 4)));
  EXPECT_EQ(text.c_string(), "ab");
  EXPECT_EQ(text.c_string(), "");
  EXPECT_FALSE(text.ok());
}

TEST(Base64, TakesWhiteSpaceAndRefusesTheRest) {
  EXPECT_EQ(from_base64(""), "");
  EXPECT_EQ(from_base64("YQ=="), "a");
  EXPECT_EQ(from_base64("YWI"), "ab");
  EXPECT_EQ(from_base64(" YW\nJj\t"), "abc");
  EXPECT_EQ(from_base64("/+8="), "\xff\xef");
  for (const char* bad : {"YQ=A", "Y", "Y-==", "YWJjZ"}) EXPECT_FALSE(from_base64(bad)) << bad;
}

}  // namespace
}  // namespace bridle

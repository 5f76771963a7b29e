// SPDX-License-Identifier: Apache-2.0
#include "report/terminal_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace bridle::report {
namespace {

using ::testing::ElementsAre;

std::string shown(std::string_view evidence) { return terminal_text(evidence, Charset::unicode); }
std::string in_ascii(std::string_view evidence) { return terminal_text(evidence, Charset::ascii); }

TEST(TerminalText, PlainTextStaysAsItIs) {
  EXPECT_EQ(shown("https://a.example/x?y=1#[/x] {bold}"), "https://a.example/x?y=1#[/x] {bold}");
  EXPECT_EQ(shown("caf\xC3\xA9 \xE4\xBD\xA0\xE5\xA5\xBD \xD9\x85\xD8\xB1"), "caf\xC3\xA9 \xE4\xBD\xA0\xE5\xA5\xBD \xD9\x85\xD8\xB1");
  EXPECT_EQ(shown(""), "");
}

TEST(TerminalText, EscapeSequencesAreNamedNotObeyed) {
  EXPECT_EQ(shown("\x1b[31mred\x1b[0m"), "‹ESC›[31mred‹ESC›[0m");
  EXPECT_EQ(shown("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\"), "‹ESC›]8;;https://evil.example‹ESC›\\click‹ESC›]8;;‹ESC›\\");
  EXPECT_EQ(shown("\x1b]52;c;cm0gLXJm\x07"), "‹ESC›]52;c;cm0gLXJm‹BEL›");
  EXPECT_EQ(shown("a\x08\x08" "b\x7f"), "a‹BS›‹BS›b‹DEL›");
  EXPECT_EQ(shown(std::string_view("a\0b", 3)), "a‹NUL›b");
  EXPECT_EQ(shown("\xC2\x9B" "31m \xC2\x9D" "0;t\xC2\x9C \xC2\x90 \xC2\x84"), "‹CSI›31m ‹OSC›0;t‹ST› ‹DCS› ‹U+0084›");
}

TEST(TerminalText, ReadingOrderAndInvisibleCharactersAreNamed) {
  EXPECT_EQ(shown("\xE2\x80\xAEgpj.exe\xE2\x80\xAC"), "‹RLO›gpj.exe‹PDF›");
  EXPECT_EQ(shown("\xE2\x81\xA6x\xE2\x81\xA9 \xE2\x80\x8F \xD8\x9C"), "‹LRI›x‹PDI› ‹RLM› ‹ALM›");
  EXPECT_EQ(shown("app\xE2\x80\x8Ble.com \xEF\xBB\xBF \xE2\x80\x8D \xC2\xAD"), "app‹ZWSP›le.com ‹BOM› ‹ZWJ› ‹SHY›");
  EXPECT_EQ(shown("\xF3\xA0\x81\x81"), "‹U+E0041›");  // a tag character
  EXPECT_EQ(in_ascii("\xE2\x80\xAE"), "<RLO>");
}

TEST(TerminalText, BytesThatAreNotUtf8AreShownAsBytes) {
  EXPECT_EQ(shown("a\xff\xfe" "b"), "a\\xFF\\xFEb");
  EXPECT_EQ(shown("\xC0\xAF"), "\\xC0\\xAF");          // overlong
  EXPECT_EQ(shown("\xED\xA0\x80"), "\\xED\\xA0\\x80");  // a surrogate
  EXPECT_EQ(shown("\xE2\x80"), "\\xE2\\x80");          // cut short
  EXPECT_EQ(shown("\x9b" "31m"), "\\x9B31m");           // an 8-bit CSI is no UTF-8
}

TEST(TerminalText, LinesFoldIntoOne) {
  EXPECT_EQ(shown("a\r\nb\nc\td\re"), "a b c d e");
  EXPECT_EQ(shown("a\xE2\x80\xA8" "b"), "a b");
}

TEST(TerminalText, HeapsOfMarksAreCut) {
  std::string zalgo = "a";
  for (int i = 0; i < 6; ++i) zalgo += "\xCC\x80";
  EXPECT_EQ(shown(zalgo), "a\xCC\x80\xCC\x80\xCC\x80\xCC\x80‹U+0300›‹U+0300›");
}

TEST(TerminalText, EveryByteAndPairIsHarmless) {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const std::string two{static_cast<char>(a), static_cast<char>(b)};
      for (const std::string& out : {shown(two), in_ascii(two)}) {
        EXPECT_TRUE(valid_utf8(out));
        for (const char c : out) ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << a << " " << b;
        for (std::size_t i = 0; i + 1 < out.size(); ++i)  // no C1 control came through
          ASSERT_FALSE(out[i] == '\xC2' && static_cast<unsigned char>(out[i + 1]) < 0xA0) << a << " " << b;
      }
      for (const char c : in_ascii(two)) ASSERT_LT(static_cast<unsigned char>(c), 0x7FU);
    }
  }
}

TEST(TerminalText, MakingItSafeTwiceChangesNothing) {
  const std::string once = shown("\x1b[2J\xE2\x80\xAE\xff\n");
  EXPECT_EQ(shown(once), once);
  const std::string ascii = in_ascii("\x1b[2J\xE2\x80\xAE\xff\xC3\xA9");
  EXPECT_EQ(in_ascii(ascii), ascii);
}

TEST(TerminalText, WidthsFollowUnicode) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("\xE4\xBD\xA0\xE5\xA5\xBD"), 4U);   // two ideographs
  EXPECT_EQ(display_width("\xF0\x9F\x98\x80"), 2U);           // an emoji
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);                  // e and a mark over it
  EXPECT_EQ(display_width("\xD9\x85\xD8\xB1\xD8\xAD"), 3U);
}

TEST(TerminalText, FitCutsAtCharacters) {
  EXPECT_EQ(fit("abcdef", 6, Charset::unicode), "abcdef");
  EXPECT_EQ(fit("abcdefg", 6, Charset::unicode), "abcde…");
  EXPECT_EQ(fit("abcdefg", 6, Charset::ascii), "abc...");
  EXPECT_EQ(fit("\xE4\xBD\xA0\xE5\xA5\xBD\xE4\xBD\xA0", 5, Charset::unicode), "\xE4\xBD\xA0\xE5\xA5\xBD…");
  EXPECT_EQ(fit("\xE4\xBD\xA0\xE5\xA5\xBD\xE4\xBD\xA0", 4, Charset::unicode), "\xE4\xBD\xA0…");
  EXPECT_EQ(fit("e\xCC\x81" "e\xCC\x81" "e\xCC\x81", 2, Charset::unicode), "e\xCC\x81…");
  EXPECT_EQ(fit("abc", 0, Charset::unicode), "");
}

TEST(TerminalText, WrapKeepsLongWordsWhole) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("a https://very.long.example/path b", 10), ElementsAre("a", "https://very.long.example/path", "b"));
  EXPECT_THAT(wrapped("", 10), ElementsAre());
  EXPECT_THAT(wrapped("   ", 10), ElementsAre());
}

}  // namespace
}  // namespace bridle::report

// SPDX-License-Identifier: Apache-2.0
#include "formats/plist.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace bridle {
namespace {

using plist::Kind;

/// The document of text that must be a property list.
plist::Document read(std::string_view text) {
  auto document = plist::parse(as_bytes(text));
  EXPECT_TRUE(document) << to_string(document.error());
  return document ? std::move(*document) : plist::Document();
}

Error error_of(std::string_view text) {
  const auto document = plist::parse(as_bytes(text));
  EXPECT_FALSE(document) << "was read: " << plist::to_text(document->root());
  return document ? Error() : document.error();
}

std::string xml(std::string_view body) {
  return "<?xml version=\"1.0\"?>\n<plist version=\"1.0\">" + std::string(body) + "</plist>";
}

TEST(PlistXml, ReadsEveryKind) {
  const std::string source =
      "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
      "<!-- a comment --><plist version=\"1.0\"><dict>"
      "<key>string</key><string> a &lt;b&gt; &amp;&quot;&apos;&#233;&#x1F600; </string>"
      "<key>cdata</key><string>1<![CDATA[<&>]]>2<!-- no -->3</string>"
      "<key>int</key><integer> -12 </integer><key>hex</key><integer>0x1F</integer>"
      "<key>large</key><integer>18446744073709551615</integer>"
      "<key>real</key><real>-1.5e3</real><key>yes</key><true/><key>no</key><false></false>"
      "<key>date</key><date>2021-07-06T05:10:11Z</date>"
      "<key>data</key><data>\n\tAAH/\n\tQQ==\n</data><key>empty</key><string/>"
      "<key>list</key><array><dict/><array></array></array>"
      "</dict></plist>\n";
  const auto document = read(source);
  EXPECT_EQ(plist::to_text(document.root()),
            "{\"string\": \" a <b> &\\\"'\xC3\xA9\xF0\x9F\x98\x80 \", "
            "\"cdata\": \"1<&>23\", \"int\": -12, \"hex\": 31, "
            "\"large\": 18446744073709551615, \"real\": -1500, \"yes\": true, \"no\": false, "
            "\"date\": 2021-07-06T05:10:11Z, \"data\": <0001ff41>, \"empty\": \"\", \"list\": [{}, []]}");
}

TEST(PlistXml, RootOfAnyKindAndWithoutWrapper) {
  EXPECT_EQ(read(xml("<string>x</string>")).root().kind(), Kind::string);
  EXPECT_EQ(read("<array><integer>1</integer></array>").root().size(), 1U);
}

TEST(PlistXml, DatesBeyondTimeKeepTheirSeconds) {
  const std::string source = xml("<array><date>0000-12-30T00:00:00Z</date><date>4001-01-01T00:00:00Z</date></array>");
  const auto document = read(source);
  EXPECT_EQ(document.root().items()[0].cocoa_seconds(), -63114076800.0);  // -[NSDate distantPast]
  EXPECT_EQ(document.root().items()[1].cocoa_seconds(), 63113904000.0);   // -[NSDate distantFuture]
  EXPECT_EQ(document.root().items()[1].time(), std::nullopt);
}

TEST(PlistXml, DuplicateKeysAreKept) {
  EXPECT_EQ(plist::to_text(read(xml("<dict><key>k</key><true/><key>k</key><false/></dict>")).root()),
            R"({"k": true, "k": false})");
}

TEST(PlistXml, MalformedValuesAreRefusedAndLocated) {
  for (const std::string_view body :
       {"<integer>12x</integer>", "<integer></integer>", "<integer>99999999999999999999</integer>",
        "<integer>-</integer>", "<integer>-9223372036854775809</integer>", "<real>x</real>",
        "<real/>", "<date>yesterday</date>",
        "<date>2021-02-30T00:00:00Z</date>", "<date>2021-1-1T00:00:00Z</date>", "<date>2021-01-01T24:00:00Z</date>",
        "<date>2021-01-01T00:00:00Zx</date>", "<date/>", "<data>A</data>", "<data>AA*A</data>", "<data>AA==AA</data>",
        "<true>x</true>", "<blink>x</blink>", "<html/>"}) {
    const Error error = error_of(xml(body));
    EXPECT_EQ(error.code, Errc::malformed) << body;
    EXPECT_EQ(error.offset, xml("").find("</plist>")) << body;
  }
}

TEST(PlistXml, MalformedStructureIsRefused) {
  for (const std::string_view body :
       {"", "text", "<dict><true/></dict>", "<dict><dict/></dict>", "<dict><key>a</key></dict>",
        "<dict><key>a</key><key>b</key></dict>", "<key>a</key>", "<array><key>a</key></array>", "<array></dict>",
        "<dict></array>", "<array>text</array>", "<string>a<b/></string>", "<string>a</key>", "<string>a</string x>",
        "<string>&unknown;</string>", "<string>& b</string>", "<string>&;</string>", "<string>&#0;</string>",
        "<string>&#xD800;</string>", "<string>&#x110000;</string>", "<string>&#12a;</string>",
        "<plist><true/></plist>"}) {
    EXPECT_EQ(error_of(xml(body)).code, Errc::malformed) << body;
  }
}

TEST(PlistXml, EntityDeclarationsAreRefused) {
  const Error error = error_of("<!DOCTYPE plist [<!ENTITY a \"b\">]><plist><string>&a;</string></plist>");
  EXPECT_EQ(error.code, Errc::unsupported);
  EXPECT_EQ(error.offset, 0U);
}

TEST(PlistXml, EveryPrefixIsRefused) {
  const std::string source =
      "<!DOCTYPE plist \"x\"><plist><!-- c --><dict><key>a&amp;</key><string><![CDATA[x]]></string></dict>";
  ASSERT_TRUE(plist::parse(as_bytes(source)));
  for (std::size_t n = 0; n < source.size(); ++n)
    EXPECT_TRUE(error_of(source.substr(0, n)).offset.has_value()) << n;
  EXPECT_EQ(error_of(source.substr(0, source.size() - 1)).code, Errc::truncated);
}

TEST(PlistXml, NestingMeetsItsLimit) {
  std::string source;
  for (std::size_t i = 0; i < limits::kPlistDepth; ++i) source += "<array>";
  EXPECT_EQ(error_of(source).code, Errc::truncated);
  EXPECT_EQ(error_of(source + "<array>").code, Errc::limit);
  EXPECT_EQ(error_of(source + "<dict/>").code, Errc::limit);
}

TEST(PlistXml, ValuesMeetTheirLimit) {
  std::string source = "<array>";
  while (source.size() < limits::kPlistNodes * 9) source += "<string/>";
  EXPECT_EQ(error_of(source + "<true/></array>").code, Errc::limit);
}

}  // namespace
}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
#include "formats/plist.h"

#include <bit>

#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/text.h"
#include "formats/plist_maker.h"

namespace bridle {
namespace {

using plist::Kind;
using plist::Value;
using test::PlistMaker;
using namespace std::string_literals;

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

TEST(PlistBinary, ReadsEveryKind) {
  PlistMaker make;
  make.dictionary({1, 3, 5, 7, 9, 11, 13, 15, 17, 19}, {2, 4, 6, 8, 10, 12, 14, 16, 18, 20});
  make.text("null"), make.raw("\0"s);
  make.text("true"), make.raw("\x09");
  make.text("int"), make.integer(static_cast<std::uint64_t>(-5));
  make.text("real"), make.raw("\x23" + test::big_endian(std::bit_cast<std::uint64_t>(2.5), 8));
  make.text("float"), make.raw("\x22" + test::big_endian(std::bit_cast<std::uint32_t>(0.5F), 4));
  make.text("date"), make.raw("\x33" + test::big_endian(std::bit_cast<std::uint64_t>(1.0), 8));
  make.text("data"), make.data("\x01\xFF"s);
  make.text("utf16"), make.marked(0x6, 3, "\x04\x16\xD8\x3D\xDE\x00"s);  // Zhe, grinning face
  make.text("uid"), make.uid(300);
  make.text("set"), make.marked(0xC, 2, "\x02\x04"s);
  const std::string bytes = make.finish();
  const auto document = read(bytes);
  const Value& root = document.root();

  EXPECT_EQ(root.size(), 10U);
  EXPECT_EQ(root.find("null")->kind(), Kind::null);
  EXPECT_EQ(root.find("true")->boolean(), true);
  EXPECT_EQ(root.find("int")->integer(), -5);
  EXPECT_EQ(root.find("int")->unsigned_integer(), std::nullopt);
  EXPECT_EQ(root.find("real")->real(), 2.5);
  EXPECT_EQ(root.find("float")->real(), 0.5);
  EXPECT_EQ(to_iso(*root.find("date")->time()), "2001-01-01T00:00:01Z");
  EXPECT_EQ(root.find("date")->cocoa_seconds(), 1.0);
  EXPECT_EQ(to_hex(*root.find("data")->data()), "01ff");
  EXPECT_EQ(root.find("utf16")->string(), "\xD0\x96\xF0\x9F\x98\x80");
  EXPECT_EQ(root.find("uid")->uid(), 300U);
  EXPECT_EQ(root.find("set")->items()[1].boolean(), true);
  EXPECT_EQ(root.find("missing"), nullptr);
  EXPECT_EQ(plist::to_text(root),
            R"({"null": null, "true": true, "int": -5, "real": 2.5, "float": 0.5, "date": 2001-01-01T00:00:01Z, )"
            "\"data\": <01ff>, \"utf16\": \"\xD0\x96\xF0\x9F\x98\x80\", \"uid\": UID(300), \"set\": [null, true]}");
}

TEST(PlistBinary, IntegersOfEverySize) {
  const auto value = [](const std::string& object) {
    PlistMaker make;
    make.raw(object);
    return plist::to_text(read(make.finish()).root());
  };
  EXPECT_EQ(value("\x10\xFF"), "255");
  EXPECT_EQ(value("\x11\xFF\xFE"), "65534");
  EXPECT_EQ(value("\x12\xFF\xFF\xFF\xFF"), "4294967295");
  EXPECT_EQ(value("\x13\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE"), "-2");
  EXPECT_EQ(value("\x14" + test::big_endian(0, 8) + std::string(8, '\xFF')), "18446744073709551615");
  EXPECT_EQ(value("\x14" + std::string(15, '\xFF') + '\xFD'), "-3");
  EXPECT_EQ(value("\x14" + test::big_endian(1, 8) + test::big_endian(2, 8)), "<00000000000000010000000000000002>");
}

TEST(PlistBinary, UnsignedAboveTheSignedRange) {
  PlistMaker make;
  make.raw("\x14" + test::big_endian(0, 8) + std::string(8, '\xFF'));
  const std::string bytes = make.finish();
  const auto document = read(bytes);
  EXPECT_EQ(document.root().integer(), std::nullopt);
  EXPECT_EQ(document.root().unsigned_integer(), ~std::uint64_t{0});
  EXPECT_EQ(document.root().real(), 18446744073709551616.0);
}

TEST(PlistBinary, EveryOffsetAndReferenceSize) {
  for (std::size_t offset_size = 1; offset_size <= 8; ++offset_size) {
    for (std::size_t ref_size = 1; ref_size <= 8; ++ref_size) {
      PlistMaker make(ref_size, offset_size);
      make.dictionary({1}, {2});
      make.text("A"), make.text("B");
      EXPECT_EQ(plist::to_text(read(make.finish()).root()), R"({"A": "B"})") << offset_size << ' ' << ref_size;
    }
  }
}

TEST(PlistBinary, ValuesAreViewsOfTheSource) {
  PlistMaker make;
  make.array({1, 2});
  make.text("a string"), make.data("some data");
  const std::string bytes = make.finish();
  const auto document = read(bytes);
  const auto inside = [&](const char* p) { return p >= bytes.data() && p < bytes.data() + bytes.size(); };
  EXPECT_TRUE(inside(document.root().items()[0].string()->data()));
  EXPECT_TRUE(inside(as_text(*document.root().items()[1].data()).data()));
}

TEST(PlistBinary, MovedDocumentKeepsItsValues) {
  PlistMaker make;
  make.array({1});
  make.marked(0x6, 2, "\x04\x16\x04\x17"s);
  const std::string bytes = make.finish();
  auto first = plist::parse(std::vector<std::byte>(as_bytes(bytes).begin(), as_bytes(bytes).end()));
  ASSERT_TRUE(first);
  const Value* text = &first->root().items()[0];
  const plist::Document second = std::move(*first);
  EXPECT_EQ(&second.root().items()[0], text);
  EXPECT_EQ(text->string(), "\xD0\x96\xD0\x97");
}

TEST(PlistBinary, DuplicateKeysAreKept) {
  PlistMaker make;
  make.dictionary({1, 1}, {2, 3});
  make.text("k"), make.integer(1), make.integer(2);
  const std::string bytes = make.finish();
  const auto document = read(bytes);
  EXPECT_EQ(plist::to_text(document.root()), R"({"k": 1, "k": 2})");
  EXPECT_EQ(document.root().find("k")->integer(), 1);
}

TEST(PlistBinary, SharedObjectsAreExpanded) {
  PlistMaker make;
  make.array({1, 1});
  make.array({2, 2});
  make.text("x");
  EXPECT_EQ(plist::to_text(read(make.finish()).root()), R"([["x", "x"], ["x", "x"]])");
}

TEST(PlistBinary, InvalidBytesOfAStringAreReplaced) {
  PlistMaker make;
  make.array({1, 2});
  make.text("a\xFFz");
  make.marked(0x6, 2, "\xD8\x3D\0x"s);  // a lone surrogate
  EXPECT_EQ(plist::to_text(read(make.finish()).root()), "[\"a\xEF\xBF\xBDz\", \"\xEF\xBF\xBDx\"]");
}

TEST(PlistBinary, ParseIntoReusesADocument) {
  plist::Document document;
  PlistMaker one, two;
  one.array({1, 1}), one.text("one");
  two.integer(2);
  const std::string first = one.finish(), second = two.finish();
  ASSERT_TRUE(plist::parse_into(document, as_bytes(first)));
  EXPECT_EQ(document.root().size(), 2U);
  ASSERT_TRUE(plist::parse_into(document, as_bytes(second)));
  EXPECT_EQ(document.root().integer(), 2);
  EXPECT_FALSE(plist::parse_into(document, as_bytes(first.substr(9))));
  EXPECT_EQ(document.root().kind(), Kind::null);
}

TEST(PlistBinary, ACycleIsNamed) {
  PlistMaker direct, far;
  direct.array({0});
  EXPECT_EQ(to_string(error_of(direct.finish())), "object 0 contains itself (offset 8)");
  far.array({1, 3});
  far.dictionary({2}, {3});
  far.text("k");
  far.array({1});
  EXPECT_EQ(error_of(far.finish()).what, "object 1 contains itself");
}

TEST(PlistBinary, NestingMeetsItsLimit) {
  const auto nested = [](std::size_t depth) {
    PlistMaker make(2);
    for (std::size_t i = 1; i < depth; ++i) make.array({i});
    make.array({});
    return make.finish();
  };
  EXPECT_TRUE(plist::parse(as_bytes(nested(limits::kPlistDepth))));
  const Error error = error_of(nested(limits::kPlistDepth + 1));
  EXPECT_EQ(error.code, Errc::limit);
  EXPECT_EQ(error.offset, 8 + 3 * limits::kPlistDepth);
}

TEST(PlistBinary, SharedContainersMeetTheNodeLimit) {
  PlistMaker make;
  for (std::uint64_t i = 0; i < 40; ++i) make.array({i + 1, i + 1, i + 1, i + 1});  // 4^40 values
  make.integer(1);
  EXPECT_EQ(error_of(make.finish()).code, Errc::limit);
}

TEST(PlistBinary, ASmallListUnfoldsToLittle) {
  const auto shared = [](std::uint64_t levels) {
    PlistMaker make;
    for (std::uint64_t i = 0; i < levels; ++i) make.array({i + 1, i + 1});
    make.integer(1);
    return make.finish();
  };
  EXPECT_TRUE(plist::parse(as_bytes(shared(11))));  // 4,095 values
  EXPECT_EQ(error_of(shared(12)).what, "more than 8000 values");
}

TEST(PlistBinary, SharedStringsMeetTheTextLimit) {
  PlistMaker make(2, 4);
  make.array(std::vector<std::uint64_t>(1000, 1));
  make.marked(0x6, 200'000, std::string(400'000, '\x04'));
  EXPECT_EQ(error_of(make.finish()).code, Errc::limit);
}

TEST(PlistBinary, CountsThatLie) {
  for (const unsigned type : {0x4U, 0x5U, 0x6U, 0x7U, 0xAU, 0xBU, 0xCU, 0xDU}) {
    for (const std::uint64_t count : {3ULL, 1ULL << 32, 1ULL << 62, (1ULL << 63) + 1, ~0ULL}) {
      PlistMaker make;
      make.marked(type, count, "x");
      const Error error = error_of(make.finish());
      EXPECT_EQ(error.code, Errc::truncated) << type << ' ' << count;
      EXPECT_EQ(error.offset, 8U);
    }
  }
}

TEST(PlistBinary, BrokenObjects) {
  const auto code = [](const std::string& object) {
    PlistMaker make;
    make.raw(object);
    return error_of(make.finish()).code;
  };
  EXPECT_EQ(code("\x13\x01"), Errc::truncated);
  EXPECT_EQ(code("\x14" + std::string(9, 'x')), Errc::truncated);
  EXPECT_EQ(code("\x15" + std::string(40, 'x')), Errc::malformed);
  EXPECT_EQ(code("\x23\x01"), Errc::truncated);
  EXPECT_EQ(code("\x24" + std::string(16, 'x')), Errc::malformed);
  EXPECT_EQ(code("\x32" + std::string(4, 'x')), Errc::malformed);
  EXPECT_EQ(code("\x81\x01"), Errc::truncated);
  EXPECT_EQ(code("\x88" + std::string(9, 'x')), Errc::malformed);
  EXPECT_EQ(code("\x5F"), Errc::truncated);
  EXPECT_EQ(code("\x5F\x13\x01"), Errc::truncated);
  EXPECT_EQ(code("\x5F\x51x"), Errc::malformed);
  EXPECT_EQ(code("\x90"), Errc::malformed);
  EXPECT_EQ(code("\x0C"), Errc::malformed);
  EXPECT_EQ(code("\xF0"), Errc::malformed);
}

TEST(PlistBinary, KeysAreStrings) {
  PlistMaker make;
  make.dictionary({1}, {1});
  make.integer(7);
  EXPECT_EQ(error_of(make.finish()).what, "object 1 is the key of a dictionary and no string");
}

TEST(PlistBinary, ReferencesAndOffsetsThatLie) {
  PlistMaker make;
  make.array({9});
  EXPECT_EQ(to_string(error_of(make.finish())), "reference to object 9 of 1 (offset 9)");
  PlistMaker top;
  top.integer(1);
  EXPECT_EQ(error_of(top.finish(1)).what, "top object 1 of 1");
  std::string offset = top.finish();
  offset[8 + 9 + 1] = 4;  // the object inside the header
  EXPECT_EQ(to_string(error_of(offset)), "object 0 lies at 4, outside the objects (offset 17)");
  offset[8 + 9 + 1] = 17;  // the object in the offset table
  EXPECT_EQ(error_of(offset).code, Errc::malformed);
}

TEST(PlistBinary, TrailersThatLie) {
  PlistMaker make;
  make.integer(1);
  const std::string good = make.finish();
  const std::size_t trailer = good.size() - 32;
  const auto with = [&](std::size_t at, std::string_view bytes) {
    return std::string(good).replace(trailer + at, bytes.size(), bytes);
  };
  EXPECT_EQ(error_of(with(6, "\0"s)).code, Errc::malformed);
  EXPECT_EQ(error_of(with(6, "\x09")).code, Errc::malformed);
  EXPECT_EQ(error_of(with(7, "\0"s)).code, Errc::malformed);
  EXPECT_EQ(error_of(with(7, "\x09")).code, Errc::malformed);
  EXPECT_EQ(error_of(with(8, std::string(8, '\xFF'))).code, Errc::malformed);
  EXPECT_EQ(error_of(with(8, std::string(8, '\0'))).code, Errc::malformed);
  EXPECT_EQ(error_of(with(16, std::string(8, '\xFF'))).code, Errc::malformed);
  EXPECT_EQ(error_of(with(24, std::string(8, '\xFF'))).code, Errc::malformed);
  EXPECT_EQ(error_of(with(24, std::string(8, '\0'))).code, Errc::malformed);
}

TEST(PlistBinary, EveryPrefixIsRefused) {
  PlistMaker make;
  make.dictionary({1, 3}, {2, 4});
  make.text("key"), make.array({3, 3}), make.text("value"), make.integer(5);
  const std::string bytes = make.finish();
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const Error error = error_of(bytes.substr(0, n));
    EXPECT_TRUE(error.offset.has_value()) << n;
  }
}

TEST(Plist, OtherContentIsNamed) {
  EXPECT_EQ(error_of("").code, Errc::truncated);
  EXPECT_EQ(error_of(" \n").code, Errc::truncated);
  EXPECT_EQ(error_of("{ key = value; }").code, Errc::unsupported);
  EXPECT_EQ(error_of("bplist15" + std::string(64, 'x')).code, Errc::unsupported);
  EXPECT_EQ(error_of("bplist00").code, Errc::truncated);
  EXPECT_EQ(error_of("\xFF\xFE<\0p\0"s).code, Errc::unsupported);
  EXPECT_EQ(error_of(std::string(200, '\0')).code, Errc::unsupported);
}

TEST(Plist, AnEmptyDocumentIsNull) { EXPECT_EQ(plist::Document().root().kind(), Kind::null); }

TEST(Plist, GettersOfAnotherKindGiveNothing) {
  const std::string source = xml("<array/>");
  const auto document = read(source);
  const Value& v = document.root();
  EXPECT_EQ(v.boolean(), std::nullopt);
  EXPECT_EQ(v.integer(), std::nullopt);
  EXPECT_EQ(v.unsigned_integer(), std::nullopt);
  EXPECT_EQ(v.real(), std::nullopt);
  EXPECT_EQ(v.time(), std::nullopt);
  EXPECT_EQ(v.string(), std::nullopt);
  EXPECT_FALSE(v.data());
  EXPECT_EQ(v.uid(), std::nullopt);
  EXPECT_EQ(v.find("x"), nullptr);
  EXPECT_TRUE(v.keys().empty());
}

TEST(Plist, Paths) {
  const std::string source = xml(
      "<dict><key>a</key><array><string>x</string><dict><key>b</key><integer>3</integer></dict></array></dict>");
  const auto document = read(source);
  EXPECT_EQ(plist::at(document.root(), "a/1/b")->integer(), 3);
  EXPECT_EQ(plist::at(document.root(), "a/0")->string(), "x");
  EXPECT_EQ(plist::at(document.root(), ""), &document.root());
  EXPECT_EQ(plist::at(document.root(), "a/2"), nullptr);
  EXPECT_EQ(plist::at(document.root(), "a/-1"), nullptr);
  EXPECT_EQ(plist::at(document.root(), "a/1x"), nullptr);
  EXPECT_EQ(plist::at(document.root(), "a/0/b"), nullptr);
  EXPECT_EQ(plist::at(document.root(), "a//b"), nullptr);
}

TEST(Plist, TextIsBounded) {
  const std::string source =
      xml("<array><string>\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4</string><string>q\"\\\n</string></array>");
  const auto document = read(source);
  EXPECT_EQ(plist::to_text(document.root()), "[\"\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\", \"q\\\"\\\\\\u000a\"]");
  for (std::size_t n = 0; n < 24; ++n) {
    const std::string text = plist::to_text(document.root(), n);
    EXPECT_LE(text.size(), n + 3);
    EXPECT_TRUE(valid_utf8(text)) << n;
    EXPECT_TRUE(text.ends_with("\xE2\x80\xA6"));
  }
}

}  // namespace
}  // namespace bridle

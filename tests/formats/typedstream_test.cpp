// SPDX-License-Identifier: Apache-2.0
#include "formats/typedstream.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "base/text.h"
#include "formats/plist.h"
#include "formats/plist_maker.h"
#include "formats/typedstream_maker.h"

namespace bridle {
namespace {

using test::StreamMaker;
using testing::ElementsAre;
using testing::IsEmpty;
using typedstream::AttributedText;
using namespace std::string_literals;

AttributedText read(std::string_view bytes) {
  auto text = typedstream::read_attributed_text(as_bytes(bytes));
  EXPECT_TRUE(text) << to_string(text.error());
  return text ? std::move(*text) : AttributedText();
}

Error error_of(std::string_view bytes) {
  const auto text = typedstream::read_attributed_text(as_bytes(bytes));
  EXPECT_FALSE(text) << "was read: " << text->text;
  return text ? Error() : text.error();
}

TEST(Typedstream, TextAndAttributes) {
  StreamMaker m;
  m.attributed("see http://a.example, Bo \xEF\xBF\xBC");
  m.run(1, 20, 3);
  m.string("__kIMMessagePartAttributeName");
  m.begin({"NSNumber", "NSValue", "NSObject"}), m.type("*").raw("\x84").type("q").type("q").raw("\0"s).end();
  m.string("__kIMLinkAttributeName"), m.url("http://a.example");
  m.string("unknown"), m.nil().end();
  m.run(2, 2, 1).string("__kIMMentionConfirmedMention"), m.string("+15550100"), m.end();
  m.run(3, 1, 1).string("__kIMFileTransferGUIDAttributeName"), m.string("at_0_F00"), m.end();
  m.end();
  const AttributedText text = read(m.bytes);
  EXPECT_EQ(text.text, "see http://a.example, Bo \xEF\xBF\xBC");
  EXPECT_THAT(text.links, ElementsAre("http://a.example"));
  EXPECT_THAT(text.mentions, ElementsAre("+15550100"));
  EXPECT_THAT(text.file_guids, ElementsAre("at_0_F00"));
  EXPECT_FALSE(text.error);
}

TEST(Typedstream, EachLinkOnce) {
  StreamMaker m;
  m.attributed("x");
  m.run(1, 1, 1).string("__kIMLinkAttributeName");
  const std::size_t url = m.url("http://b.example");
  m.end();
  m.run(2, 1, 1).string("NSLink"), m.again(url).end();
  m.run(3, 1, 1).string("NSLink"), m.string("http://c.example"), m.end();
  m.run(4, 1, 1).string("NSLink"), m.string("http://b.example"), m.end();
  EXPECT_THAT(read(m.end().bytes).links, ElementsAre("http://b.example", "http://c.example"));
}

TEST(Typedstream, AValueSharedByTwoAttributesIsInBothLists) {
  StreamMaker m;
  m.attributed("x");
  m.run(1, 1, 3).string("other");
  const std::size_t value = m.string("shared");
  m.string("__kIMFileTransferGUIDAttributeName"), m.again(value);
  m.string("__kIMLinkAttributeName"), m.again(value).end().end();
  const AttributedText text = read(m.bytes);
  EXPECT_THAT(text.links, ElementsAre("shared"));
  EXPECT_THAT(text.file_guids, ElementsAre("shared"));
}

TEST(Typedstream, ARelativeLinkIsGivenWithItsBase) {
  StreamMaker m;
  m.attributed("x");
  m.run(1, 1, 1).string("__kIMLinkAttributeName");
  m.begin({"NSURL", "NSObject"}), m.integer("c", 1), m.url("http://base.example"), m.string("page"), m.end();
  EXPECT_THAT(read(m.end().end().bytes).links, ElementsAre("http://base.example", "page"));
}

TEST(Typedstream, DataDetectorsHoldAnArchive) {
  test::PlistMaker p;
  p.dictionary({1, 3, 5}, {2, 4, 6});
  p.text("$archiver"), p.text("NSKeyedArchiver");
  p.text("$objects"), p.array({7, 2, 7});
  p.text("$top"), p.dictionary({}, {});
  p.text("https://d.example/x");
  StreamMaker m;
  m.attributed("x");
  m.run(1, 1, 2).string("__kIMDataDetectedAttributeName"), m.data(p.finish());
  m.string("broken"), m.data("bplist00"), m.end();
  const AttributedText text = read(m.end().bytes);
  EXPECT_THAT(text.links, ElementsAre("https://d.example/x"));
  ASSERT_TRUE(text.error);
  EXPECT_EQ(text.error->code, Errc::truncated);
}

TEST(Typedstream, APlainStringIsAText) {
  StreamMaker m;
  m.string("only");
  EXPECT_EQ(read(m.bytes).text, "only");
}

TEST(Typedstream, LongTextAndBigEndian) {
  const std::string text(40'000, 'z');
  StreamMaker m;
  m.begin({"NSString", "NSObject"}), m.type("+").raw("\x81\x40\x9C" + text).end();
  EXPECT_EQ(read(m.bytes).text, text);
  StreamMaker big;
  big.bytes = "\x04\x0btypedstream\x81\x03\xe8";
  big.begin({"NSString", "NSObject"}), big.type("+").raw("\x82"s + "\0\0\x9C\x40"s + text).end();
  EXPECT_EQ(read(big.bytes).text, text);
}

TEST(Typedstream, ValuesOfEveryTypeArePassedOver) {
  StreamMaker m;
  m.begin({"NSAttributedString", "NSObject"});
  m.string("t");
  m.type("cCsSiIlLqQB").raw("\x80\x80\x81\x01\x80\x81\x01\x80\x82\0\0\0\x80\x82\0\0\0\x80\x01\x02\x92\xFF\x01"s);
  m.type("fd").raw("\x83\0\0\x80\x3F"s).raw("\x83\0\0\0\0\0\0\xF0\x3F"s).type("d").raw("\x05");
  m.type("{_NSRange=QQ}").raw("\x01\x02").type("[3i]").raw("\x01\x02\x03").type("[2{").raw("");
  EXPECT_EQ(error_of(StreamMaker().bytes).code, Errc::unsupported);
  const AttributedText text = read(m.bytes);  // ends in an array of a type that is not read
  EXPECT_EQ(text.text, "t");
  ASSERT_TRUE(text.error);
  EXPECT_EQ(text.error->what, "an array of this type");
  StreamMaker n;
  n.begin({"NSAttributedString", "NSObject"});
  n.string("t");
  n.type(":%#").raw("\x84\x01s").raw("\x85\x85").end();
  EXPECT_FALSE(read(n.bytes).error);
}

TEST(Typedstream, InvalidBytesAreReplaced) {
  StreamMaker m;
  m.string("a\xFFz");
  EXPECT_EQ(read(m.bytes).text, "a\xEF\xBF\xBDz");
}

TEST(Typedstream, ABreakAfterTheTextKeepsIt) {
  StreamMaker m;
  m.attributed("kept");
  m.run(1, 4, 2).string("__kIMLinkAttributeName"), m.url("http://k.example");
  m.type("?");
  const AttributedText text = read(m.bytes + "\x01");
  EXPECT_EQ(text.text, "kept");
  EXPECT_THAT(text.links, ElementsAre("http://k.example"));
  ASSERT_TRUE(text.error);
  EXPECT_EQ(text.error->code, Errc::malformed);
  EXPECT_EQ(text.error->offset, m.bytes.size());
}

TEST(Typedstream, ATextThatIsCutIsKeptToItsEnd) {
  StreamMaker m;
  m.begin({"NSString", "NSObject"}), m.type("+").raw("\x7F" "half of it");
  const AttributedText text = read(m.bytes);
  EXPECT_EQ(text.text, "half of it");
  EXPECT_EQ(text.error->code, Errc::truncated);
}

TEST(Typedstream, EveryPrefixIsAnErrorWithAnOffset) {
  StreamMaker m;
  m.attributed("text");
  m.run(1, 4, 2).string("__kIMLinkAttributeName"), m.url("http://k.example");
  m.string("data"), m.data("bytes"), m.end().end();
  ASSERT_FALSE(read(m.bytes).error);
  for (std::size_t n = 0; n < m.bytes.size(); ++n) {
    const auto text = typedstream::read_attributed_text(as_bytes(m.bytes).first(n));
    const Error* error = !text ? &text.error() : text->error ? &*text->error : nullptr;
    // Cut between two groups at the top, a stream is whole but empty.
    if (n == StreamMaker().bytes.size()) continue;
    ASSERT_NE(error, nullptr) << n;
    EXPECT_EQ(error->code, n > 1 && n < 13 ? Errc::truncated : error->code) << n;
    EXPECT_TRUE(error->offset) << n;
  }
}

TEST(Typedstream, HeadersThatAreOther) {
  EXPECT_EQ(error_of("").code, Errc::truncated);
  EXPECT_EQ(error_of("\x04\x0bstreamtypeX\x81\xe8\x03").code, Errc::malformed);
  EXPECT_EQ(error_of("\x03\x0bstreamtyped\x81\xe8\x03").code, Errc::unsupported);
  EXPECT_EQ(error_of("bplist00" + std::string(40, 'x')).code, Errc::truncated);
}

TEST(Typedstream, ReferencesThatLie) {
  const std::string header = StreamMaker().bytes;
  EXPECT_EQ(error_of(header + "\x92").what, "reference to entry 0 of 0");
  EXPECT_EQ(error_of(header + "\x84\x01@\x93").what, "reference to entry 1 of 0");
  EXPECT_EQ(error_of(header + "\x84\x01@\x82\xFF\xFF\xFF\x7F").code, Errc::malformed);
  EXPECT_EQ(error_of(header + "\x84\x01@\x84\x92").what, "a class that is none");
  EXPECT_EQ(error_of(header + "\x85").what, "a group of values without a type");
  EXPECT_EQ(error_of(header + "\x87").code, Errc::malformed);
}

TEST(Typedstream, ARingOfClassesEnds) {
  // Object 0 of class 1 "NSString", whose superclass is itself.
  const std::string ring = StreamMaker().bytes + "\x84\x01@\x84\x84\x84\x08NotThere" + "\x01\x93" + "\x86";
  EXPECT_EQ(error_of(ring).code, Errc::unsupported);
}

TEST(Typedstream, AChainOfUrlsEnds) {
  StreamMaker m;
  m.attributed("x");
  m.run(1, 1, 1).string("NSLink");
  for (int i = 0; i < 50; ++i) m.begin({"NSURL", "NSObject"});
  for (int i = 0; i < 50; ++i) m.string("u"), m.end();
  EXPECT_THAT(read(m.end().end().bytes).links, ElementsAre("u"));
}

TEST(Typedstream, NestingMeetsItsLimit) {
  StreamMaker m;
  for (std::size_t i = 0; i <= limits::kTypedstreamDepth; ++i) m.begin({"NSObject"});
  EXPECT_EQ(error_of(m.bytes).code, Errc::limit);
}

TEST(Typedstream, ClassesMeetTheirLimit) {
  std::vector<std::string> chain;
  for (std::size_t i = 0; i <= limits::kTypedstreamDepth; ++i) chain.push_back(std::to_string(i));
  StreamMaker m;
  m.begin(chain);
  EXPECT_EQ(error_of(m.bytes).code, Errc::limit);
}

TEST(Typedstream, TypesThatTakeNoBytesMeetTheLimit) {
  StreamMaker m;
  m.string("kept");
  const std::string braces(200, '}');
  for (std::size_t i = 0; i < limits::kTypedstreamSteps / braces.size() + 1; ++i) m.type(braces);
  const AttributedText text = read(m.bytes);
  EXPECT_EQ(text.text, "kept");
  EXPECT_EQ(text.error->code, Errc::limit);
}

TEST(Typedstream, TypesMeetTheirLimit) {
  StreamMaker m;
  m.type(std::string(limits::kTypedstreamTypeBytes + 1, '}'));
  EXPECT_EQ(error_of(m.bytes).code, Errc::limit);
}

TEST(Typedstream, ArrayCountsThatLie) {
  for (const char* type : {"[99999999c]", "[99999999i]", "[18446744073709551616c]", "[c]", "[1", "["}) {
    StreamMaker m;
    m.type(type).raw("xx");
    EXPECT_FALSE(typedstream::read_attributed_text(as_bytes(m.bytes))) << type;
  }
}

// Real bodies.

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::string kCorpus = BRIDLE_SOURCE_DIR "/../shared/corpus/imessage/imessage-exporter";

TEST(TypedstreamCorpus, BodiesOfMessages) {
  if (!std::filesystem::exists(kCorpus)) GTEST_SKIP() << "no corpus";
  const AttributedText text = read(slurp(kCorpus + "/streamtyped/AttributedBodyTextOnly2"));
  EXPECT_EQ(text.text, "Test 3");
  EXPECT_FALSE(text.error);
  // Shortened by whoever published it: the text claims 157 bytes.
  const AttributedText cut = read(slurp(kCorpus + "/streamtyped/ExtraData"));
  EXPECT_TRUE(cut.text.starts_with("This is parsing  "));
  ASSERT_TRUE(cut.error);
  EXPECT_EQ(cut.error->code, Errc::truncated);
}

TEST(TypedstreamCorpus, BodiesInTheHistoryOfAnEdit) {
  if (!std::filesystem::exists(kCorpus)) GTEST_SKIP() << "no corpus";
  std::vector<std::string> texts;
  for (const char* name : {"EditedToLink", "EditedToLinkAndBack"}) {
    const std::string bytes = slurp(kCorpus + "/edited_message/" + name + ".plist");
    const auto document = plist::parse(as_bytes(bytes));
    ASSERT_TRUE(document);
    for (const plist::Value& part : document->root().find("ec")->items())
      for (const plist::Value& edit : part.items()) {
        const AttributedText text = read(as_text(*edit.find("t")->data()));
        EXPECT_FALSE(text.error);
        texts.push_back(text.text);
      }
  }
  EXPECT_THAT(texts, ElementsAre("here we go!", "https://github.com/ReagentX/imessage-exporter/issues/10",
                                 "This is a normal message",
                                 "Edit to a url https://github.com/ReagentX/imessage-exporter/issues/10",
                                 "And edit it back to a normal message..."));
}

}  // namespace
}  // namespace bridle

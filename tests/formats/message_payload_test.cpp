// SPDX-License-Identifier: Apache-2.0
#include "formats/message_payload.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "formats/archived_links.h"
#include "formats/plist_maker.h"

namespace bridle {
namespace {

using message_payload::Payload;
using testing::ElementsAre;
using testing::IsEmpty;

Payload read(std::string_view bytes) {
  auto payload = message_payload::read_payload(as_bytes(bytes));
  EXPECT_TRUE(payload) << to_string(payload.error());
  return payload ? std::move(*payload) : Payload();
}

/// An archive whose objects are the plist objects given by number; the root is UID 1.
std::string archive(test::PlistMaker& p, const std::vector<std::uint64_t>& objects) {
  const std::vector<std::uint64_t> keys = {p.text("$archiver"), p.text("$objects"), p.text("$top")};
  const std::size_t root = p.uid(1);
  const std::size_t top = p.dictionary({p.text("root")}, {root});
  return p.finish(p.dictionary(keys, {p.text("NSKeyedArchiver"), p.array(objects), top}));
}

/// An object from keys and plist objects.
std::uint64_t object(test::PlistMaker& p, const std::vector<std::pair<std::string, std::uint64_t>>& pairs) {
  std::vector<std::uint64_t> keys, values;
  for (const auto& [key, value] : pairs) keys.push_back(p.text(key)), values.push_back(value);
  return p.dictionary(keys, values);
}

TEST(MessagePayload, APreview) {
  test::PlistMaker p(2);
  const std::vector<std::uint64_t> objects = {
      p.text("$null"),
      object(p, {{"richLinkMetadata", p.uid(2)}}),
      object(p, {{"originalURL", p.uid(3)}, {"URL", p.uid(4)}, {"title", p.uid(5)}, {"summary", p.uid(6)}}),
      object(p, {{"NS.base", p.uid(0)}, {"NS.relative", p.text("http://short.example/a")}}),
      object(p, {{"NS.base", p.uid(0)}, {"NS.relative", p.text("https://long.example/b")}}),
      p.text("A title"),
      p.text("A summary"),
      p.text("https://icon.example/i.png"),
      p.text("no link: x://"),
      object(p, {{"NS.base", p.uid(0)}, {"NS.relative", p.text("?only=query")}}),
      object(p, {{"NS.base", p.uid(0)}, {"NS.relative", p.text("tel:+15550100")}}),
  };
  const Payload payload = read(archive(p, objects));
  EXPECT_EQ(payload.title, "A title");
  EXPECT_EQ(payload.summary, "A summary");
  EXPECT_THAT(payload.links, ElementsAre("https://long.example/b", "http://short.example/a",
                                         "https://icon.example/i.png", "tel:+15550100"));
  EXPECT_FALSE(payload.error);
}

TEST(MessagePayload, AnArchiveInsideTheArchive) {
  test::PlistMaker inner(2), p(2);
  const std::string nested = archive(inner, {inner.text("$null"), inner.text("https://inner.example/")});
  const std::vector<std::uint64_t> objects = {p.text("$null"), p.text("x"), p.data(nested), p.data("bplist00")};
  const Payload payload = read(archive(p, objects));
  EXPECT_THAT(payload.links, ElementsAre("https://inner.example/"));
  ASSERT_TRUE(payload.error);
  EXPECT_EQ(payload.error->code, Errc::truncated);
}

TEST(MessagePayload, SharedArchivesMeetTheLimit) {
  test::PlistMaker inner(2), p(2, 4);
  const std::string nested = archive(inner, {inner.text("$null"), inner.data(std::string(200'000, 'x'))});
  const std::uint64_t data = p.data(nested);
  const Payload payload = read(archive(p, std::vector<std::uint64_t>(1000, data)));
  ASSERT_TRUE(payload.error);
  EXPECT_EQ(payload.error->code, Errc::limit);
}

TEST(MessagePayload, OtherContent) {
  const auto code = [](std::string_view bytes) { return message_payload::read_payload(as_bytes(bytes)).error().code; };
  EXPECT_EQ(code(""), Errc::truncated);
  EXPECT_EQ(code("\x0A\x04protobuf"), Errc::unsupported);
  EXPECT_EQ(code("<plist><dict/></plist>"), Errc::malformed);
}

TEST(ArchivedLinks, WhatLooksLikeALink) {
  using keyed_archive::looks_like_link;
  for (const std::string_view text : {"http://a", "HTTPS://a.b/c?d", "x-app+1.0://y", "http://\xC3\xA4.example"})
    EXPECT_TRUE(looks_like_link(text)) << text;
  for (const std::string_view text : {"", "http", "http:", "http://", "://a", "1a://b", "http:/a", "a b://c",
                                      "http://a b", "http://a\n", "mailto:a@b", "see http://a"})
    EXPECT_FALSE(looks_like_link(text)) << text;
}

TEST(ArchivedLinks, DuplicatesGo) {
  std::vector<std::string> strings = {"b", "a", "b", "c", "a"};
  keyed_archive::drop_duplicates(strings);
  EXPECT_THAT(strings, ElementsAre("b", "a", "c"));
}

TEST(MessagePayloadCorpus, RealPayloads) {
  const std::string corpus = BRIDLE_SOURCE_DIR "/../shared/corpus/imessage/imessage-exporter/";
  if (!std::filesystem::exists(corpus)) GTEST_SKIP() << "no corpus";
  const auto payload = [&](const std::string& name) {
    std::ifstream in(corpus + name, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const Payload out = read(bytes);
    EXPECT_FALSE(out.error) << name;
    return out;
  };
  const Payload preview = payload("url_message/MetadataURL.plist");
  EXPECT_EQ(preview.title, "Christopher Sardegna");
  EXPECT_EQ(preview.summary, "Sample page description");
  EXPECT_EQ(preview.links.front(), "https://chrissardegna.com");
  EXPECT_EQ(preview.links.size(), 6U);
  EXPECT_THAT(payload("url_message/Reminder.plist").links,
              ElementsAre("https://www.icloud.com/reminders/ZmFrZXVybF9mb3JfcmVtaW5kZXI#TestList"));
  EXPECT_THAT(payload("collaboration_message/Freeform.plist").links,
              ElementsAre("https://www.icloud.com/freeform/REDACTED#Untitled",
                          "https://www.icloud.com/freeform/REDACTED"));
  EXPECT_THAT(payload("app_store/AppStoreLink.plist").links, ElementsAre("https://apps.apple.com/app/id1560298214"));
  EXPECT_EQ(payload("shared_placemark/SharedPlacemark.plist").links.size(), 1U);
  EXPECT_EQ(payload("app_message/Game.plist").title, "Dots & Boxes");
  EXPECT_EQ(payload("app_message/Game.plist").summary, "Your move.");
  EXPECT_THAT(payload("app_message/CheckinEnded.plist").links, IsEmpty());
  EXPECT_EQ(payload("app_message/OpenTableInvited.plist").links.size(), 1U);
}

}  // namespace
}  // namespace bridle

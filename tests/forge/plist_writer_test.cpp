// SPDX-License-Identifier: Apache-2.0
#include "forge/plist_writer.h"

#include <gtest/gtest.h>

#include <limits>

#include "forge/mb_file_writer.h"
#include "support.h"

namespace bridle::forge {
namespace {

TEST(BinaryPlist, LibplistReadsEveryKindOfValue) {
  BinaryPlist plist;
  const auto list = plist.array({plist.integer(1), plist.text("two")});
  const auto root = plist.dict({
      {"yes", plist.boolean(true)},
      {"small", plist.integer(200)},
      {"wide", plist.integer(std::numeric_limits<std::int64_t>::max())},
      {"real", plist.real(-0.25)},
      {"date", plist.date(Time{978'307'200'000'000'000})},
      {"data", plist.data(as_bytes("0123456789abcdef"))},
      {"text", plist.text("plain")},
      {"wide text", plist.text("caf\xc3\xa9 \xf0\x9f\x98\x80")},
      {"uid", plist.uid(70'000)},
      {"list", list},
  });
  const Plist read = parse_plist(plist.finish(root));
  const auto item = [&read](const char* key) { return plist_dict_get_item(read.get(), key); };
  EXPECT_EQ(plist_bool_val_is_true(item("yes")), 1);
  EXPECT_EQ(plist_number(item("small")), 200U);
  EXPECT_EQ(plist_number(item("wide")), static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  double real = 0;
  plist_get_real_val(item("real"), &real);
  EXPECT_EQ(real, -0.25);
  std::int32_t seconds = -1;
  std::int32_t microseconds = -1;
  plist_get_date_val(item("date"), &seconds, &microseconds);
  EXPECT_EQ(seconds, 0);
  EXPECT_EQ(as_text(plist_data(item("data"))), "0123456789abcdef");
  EXPECT_EQ(plist_text(item("text")), "plain");
  EXPECT_EQ(plist_text(item("wide text")), "caf\xc3\xa9 \xf0\x9f\x98\x80");
  std::uint64_t uid = 0;
  plist_get_uid_val(item("uid"), &uid);
  EXPECT_EQ(uid, 70'000U);
  EXPECT_EQ(plist_text(plist_array_get_item(item("list"), 1)), "two");
}

TEST(BinaryPlist, ManyObjectsGetWiderReferences) {
  for (const std::uint32_t count : {14U, 15U, 300U, 70'000U}) {
    BinaryPlist plist;
    std::vector<BinaryPlist::Ref> items;
    for (std::uint32_t i = 0; i < count; ++i) items.push_back(plist.integer(i));
    const Plist read = parse_plist(plist.finish(plist.array(items)));
    ASSERT_EQ(plist_array_get_size(read.get()), count);
    EXPECT_EQ(plist_number(plist_array_get_item(read.get(), count - 1)), count - 1);
  }
}

TEST(BinaryPlist, ClearStartsAnew) {
  BinaryPlist plist;
  const Bytes first = plist.finish(plist.text("a"));
  const std::vector<std::byte> kept(first.begin(), first.end());
  plist.clear();
  const Bytes second = plist.finish(plist.text("a"));
  EXPECT_EQ(as_text(second), as_text(kept));
}

TEST(KeyedArchive, UidsLeadToObjectsAndClasses) {
  KeyedArchive archive;
  const auto root = archive.slot();
  const auto address = archive.url("https://example.org/");
  const auto again = archive.url("https://example.net/");
  archive.set(root, archive.plist().dict({{"a", address}, {"b", again}}));
  const Plist read = parse_plist(archive.finish(root));
  plist_t objects = plist_dict_get_item(read.get(), "$objects");
  EXPECT_EQ(plist_text(plist_array_get_item(objects, 0)), "$null");
  std::uint64_t uid = 0;
  plist_get_uid_val(plist_dict_get_item(plist_dict_get_item(read.get(), "$top"), "root"), &uid);
  EXPECT_EQ(uid, root);
  plist_get_uid_val(plist_dict_get_item(plist_array_get_item(objects, root), "b"), &uid);
  plist_t url = plist_array_get_item(objects, static_cast<std::uint32_t>(uid));
  plist_get_uid_val(plist_dict_get_item(url, "NS.relative"), &uid);
  EXPECT_EQ(plist_text(plist_array_get_item(objects, static_cast<std::uint32_t>(uid))), "https://example.net/");
  // $null, root, two texts, two addresses and one class for both.
  EXPECT_EQ(plist_array_get_size(objects), 7U);
}

TEST(MbFileWriter, LinksAndDirectoriesDiffer) {
  MbFileWriter writer;
  const Plist link = parse_plist(writer.write({.relative_path = "a", .link_target = "/b"}));
  plist_t objects = plist_dict_get_item(link.get(), "$objects");
  EXPECT_EQ(plist_text(plist_array_get_item(objects, 3)), "/b");
  const Plist directory = parse_plist(writer.write({.relative_path = "a"}));
  objects = plist_dict_get_item(directory.get(), "$objects");
  EXPECT_EQ(plist_array_get_size(objects), 4U);
  EXPECT_EQ(plist_dict_get_item(plist_array_get_item(objects, 1), "EncryptionKey"), nullptr);
}

TEST(Xml, KeepsTheValues) {
  BinaryPlist plist;
  const auto xml = to_xml_plist(plist.finish(plist.dict({{"Name", plist.text("<&>")}})));
  ASSERT_TRUE(xml);
  EXPECT_EQ(xml->rfind("<?xml", 0), 0U);
  EXPECT_EQ(plist_text(plist_dict_get_item(parse_plist(as_bytes(*xml)).get(), "Name")), "<&>");
}

}  // namespace
}  // namespace bridle::forge

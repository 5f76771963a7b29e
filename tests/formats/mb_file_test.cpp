// SPDX-License-Identifier: Apache-2.0
#include "formats/mb_file.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "forge/mb_file_writer.h"
#include "forge/plist_writer.h"

namespace bridle {
namespace {

TEST(MbFile, ReadsWhatABackupStates) {
  forge::MbFileWriter writer;
  const std::vector<std::byte> key(44, std::byte{7});
  forge::MbFile made{.relative_path = "Library/SMS/sms.db", .size = 278'528, .inode = 45'856};
  made.meta.mode = 0100644;
  made.meta.uid = 501;
  made.meta.gid = 502;
  made.meta.protection_class = 4;
  made.meta.birth = {1'566'918'489'000'000'000};
  made.meta.modified = {1'638'501'497'000'000'000};
  made.meta.status_changed = {1'638'559'914'000'000'000};
  made.encryption_key = key;
  MbFileReader reader;
  const auto file = reader.read(writer.write(made));
  ASSERT_TRUE(file) << to_string(file.error());
  EXPECT_EQ(file->size, 278'528U);
  EXPECT_EQ(file->inode, 45'856);
  EXPECT_EQ(file->mode, 0100644);
  EXPECT_EQ(file->user, 501);
  EXPECT_EQ(file->group, 502);
  EXPECT_EQ(file->protection_class, 4);
  EXPECT_EQ(file->birth, 1'566'918'489);
  EXPECT_EQ(file->modified, 1'638'501'497);
  EXPECT_EQ(file->status_changed, 1'638'559'914);
  EXPECT_EQ(to_hex(file->encryption_key), to_hex(key));
  EXPECT_TRUE(file->link_target.empty());
}

TEST(MbFile, KeepsAbsentApartFromZero) {
  forge::MbFileWriter writer;
  MbFileReader reader;
  const auto file = reader.read(writer.write({.relative_path = "link", .size = 0, .link_target = "/var/x"}));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->size, 0U);
  EXPECT_EQ(file->link_target, "/var/x");
  EXPECT_TRUE(file->encryption_key.empty());
}

TEST(MbFile, ANegativeSizeIsNoSize) {
  forge::BinaryPlist plist;
  const auto names =
      plist.dict({{"$classname", plist.text("MBFile")}, {"$classes", plist.array({{plist.text("MBFile")}})}});
  const auto object = plist.dict({{"$class", plist.uid(2)}, {"Size", plist.integer(-1)}});
  const auto root = plist.dict({{"$archiver", plist.text("NSKeyedArchiver")},
                                {"$version", plist.integer(100'000)},
                                {"$top", plist.dict({{"root", plist.uid(1)}})},
                                {"$objects", plist.array({{plist.text("$null"), object, names}})}});
  MbFileReader reader;
  const auto file = reader.read(plist.finish(root));
  ASSERT_TRUE(file) << to_string(file.error());
  EXPECT_FALSE(file->size);
  EXPECT_FALSE(file->mode);
}

TEST(MbFile, RefusesWhatIsNone) {
  MbFileReader reader;
  EXPECT_EQ(reader.read({}).error().code, Errc::truncated);
  EXPECT_FALSE(reader.read(as_bytes("bplist00")));
  EXPECT_EQ(reader.read(as_bytes("<plist version=\"1.0\"><dict/></plist>")).error().code, Errc::malformed);
}

}  // namespace
}  // namespace bridle

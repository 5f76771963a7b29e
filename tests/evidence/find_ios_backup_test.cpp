// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evidence/ios_backup.h"
#include "evidence/temporary_folder.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(FindIosBackup, FindsTheOnlyBackupBelow) {
  const TemporaryFolder folder;
  const std::string path = folder.path;
  EXPECT_EQ(find_ios_backup(path).error().code, Errc::not_found);
  fs::create_directories(folder.path / "pictures");
  EXPECT_THAT(find_ios_backup(path).error().what, HasSubstr("pictures"));
  EXPECT_EQ(find_ios_backup(path + "/absent").error().code, Errc::not_found);
  fs::create_directories(folder.path / "one");
  folder.write("one/Manifest.db", "x");
  EXPECT_EQ(*find_ios_backup(path), path + "/one");
  EXPECT_EQ(*find_ios_backup(path + "/one"), path + "/one");
  EXPECT_TRUE(looks_like_ios_backup(path + "/one"));
  EXPECT_FALSE(looks_like_ios_backup(path));
  fs::create_directories(folder.path / "two");
  folder.write("two/Manifest.db", "x");
  const auto several = find_ios_backup(path);
  EXPECT_EQ(several.error().code, Errc::usage);
  EXPECT_THAT(several.error().what, HasSubstr("one, two"));
}

TEST(FindIosBackup, SaysThatOldBackupsAreNotSupported) {
  const TemporaryFolder folder;
  folder.write("Manifest.mbdb", "mbdb\5\0");
  folder.write("Info.plist", "x");
  ASSERT_EQ(*find_ios_backup(folder.path), folder.path.string());
  const auto inventory = open_ios_backup(folder.path, std::nullopt, [](std::string_view) { return true; });
  EXPECT_EQ(inventory.error().code, Errc::unsupported);
  EXPECT_THAT(inventory.error().what, HasSubstr("iOS 9 or older"));
}

}  // namespace
}  // namespace bridle

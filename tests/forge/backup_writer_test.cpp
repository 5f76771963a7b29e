// SPDX-License-Identifier: Apache-2.0
#include "forge/ios_backup_writer.h"

#include <gtest/gtest.h>

#include "decrypt.h"
#include "support.h"

namespace bridle::forge {
namespace {

void write_small(const std::filesystem::path& dir, const BackupOptions& options) {
  auto writer = BackupWriter::create(dir, options);
  ASSERT_TRUE(writer) << to_string(writer.error());
  ASSERT_TRUE(writer->add_directory("HomeDomain", "Library"));
  ASSERT_TRUE(writer->add_file("HomeDomain", "Library/a.txt", as_bytes("sixteen bytes ok")));
  ASSERT_TRUE(writer->add_file("HomeDomain", "Library/empty", {}));
  ASSERT_TRUE(writer->add_symlink("DatabaseDomain", "timezone/localtime", "/var/db/timezone/zoneinfo/Europe/London"));
  ASSERT_EQ(writer->entries(), 4U);
  ASSERT_EQ(writer->files(), 2U);
  ASSERT_TRUE(writer->finish());
}

TEST(BackupWriter, NamesFilesAsPhonesDo) {
  // Known identifiers of two databases that every backup has.
  EXPECT_EQ(backup_file_id("HomeDomain", "Library/SMS/sms.db"), "3d0d7e5fb2ce288813306e4d4636395e047a3d28");
  EXPECT_EQ(backup_file_id("HomeDomain", "Library/CallHistoryDB/CallHistory.storedata"),
            "5a4935c78a5255723f707230a451d79c540d2741");
}

TEST(BackupWriter, PlainBackupHoldsFilesAndRows) {
  const TempFolder folder;
  write_small(folder.path() / "b", {});
  const auto id = backup_file_id("HomeDomain", "Library/a.txt");
  EXPECT_EQ(as_text(bytes_of(folder.path() / "b" / id.substr(0, 2) / id)), "sixteen bytes ok");
  const auto db = open_image(bytes_of(folder.path() / "b" / "Manifest.db"));
  EXPECT_EQ(first_text(db.get(), "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(first_integer(db.get(), "SELECT count(*) FROM Files"), 4);
  EXPECT_EQ(first_integer(db.get(), "SELECT flags FROM Files WHERE relativePath = 'timezone/localtime'"), 4);

  const Plist info = parse_plist(bytes_of(folder.path() / "b" / "Info.plist"));
  EXPECT_EQ(plist_text(plist_dict_get_item(info.get(), "Product Version")), "17.4.1");
  const Plist manifest = parse_plist(bytes_of(folder.path() / "b" / "Manifest.plist"));
  EXPECT_EQ(plist_dict_get_item(manifest.get(), "ManifestKey"), nullptr);
}

TEST(BackupWriter, MbFileIsAKeyedArchiveThatLibplistReads) {
  const TempFolder folder;
  write_small(folder.path() / "b", {});
  const auto db = open_image(bytes_of(folder.path() / "b" / "Manifest.db"));
  const std::string blob = first_text(db.get(), "SELECT file FROM Files WHERE relativePath = 'Library/a.txt'");
  const Plist archive = parse_plist(as_bytes(blob));
  plist_t objects = plist_dict_get_item(archive.get(), "$objects");
  plist_t file = plist_array_get_item(objects, 1);
  EXPECT_EQ(plist_number(plist_dict_get_item(file, "Size")), 16U);
  EXPECT_EQ(plist_number(plist_dict_get_item(file, "Mode")), 0100644U);
  EXPECT_EQ(plist_number(plist_dict_get_item(file, "LastModified")), 1'700'000'000U);
  EXPECT_EQ(plist_text(plist_array_get_item(objects, 2)), "Library/a.txt");
}

TEST(BackupWriter, EncryptedBackupOpensWithThePassword) {
  const TempFolder folder;
  const auto dir = folder.path() / "b";
  write_small(dir, {.password = "correct horse", .dpic = 50, .iterations = 7});
  const Opened opened = open_encrypted(dir, "correct horse");
  EXPECT_EQ(opened.keys.size(), 10U);
  EXPECT_EQ(first_text(open_image(opened.manifest).get(), "PRAGMA integrity_check"), "ok");
  const auto id = backup_file_id("HomeDomain", "Library/a.txt");
  EXPECT_EQ(bytes_of(dir / id.substr(0, 2) / id).size(), 32U);  // a block of padding follows
  EXPECT_EQ(as_text(opened.file("Library/a.txt")), "sixteen bytes ok");
  EXPECT_TRUE(opened.file("Library/empty").empty());
}

TEST(BackupWriter, SameCallsGiveSameBytes) {
  const TempFolder folder;
  const BackupOptions options{.password = "p", .dpic = 2, .iterations = 2, .seed = 9};
  write_small(folder.path() / "a", options);
  write_small(folder.path() / "b", options);
  EXPECT_EQ(digests(folder.path() / "a"), digests(folder.path() / "b"));
}

TEST(BackupWriter, FaultsAreWrittenAsAsked) {
  const TempFolder folder;
  const auto dir = folder.path() / "b";
  auto writer = BackupWriter::create(dir, {});
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->add_file("HomeDomain", "gone", as_bytes("x"), {}, {.payload = false}));
  ASSERT_TRUE(writer->add_file("HomeDomain", "cut", as_bytes("0123456789"), {}, {.payload_bytes = 4}));
  ASSERT_TRUE(writer->add_file("HomeDomain", "liar", as_bytes("abc"), {}, {.claimed_size = 1'000'000}));
  ASSERT_TRUE(writer->add_file("HomeDomain", "escape", as_bytes("abc"), {}, {.file_id = "../../../etc/passwd"}));
  ASSERT_TRUE(writer->add_row("zz", "HomeDomain", "odd", 77, as_bytes("no plist")));
  ASSERT_TRUE(writer->add_orphan("ffffffffffffffffffffffffffffffffffffffff", as_bytes("orphan")));
  EXPECT_FALSE(writer->add_orphan("../ffffffffffffffffffffffffffffffffffff", as_bytes("orphan")));
  ASSERT_TRUE(writer->finish());

  const auto stored = [&dir](std::string_view path) {
    const auto id = backup_file_id("HomeDomain", path);
    return dir / id.substr(0, 2) / id;
  };
  EXPECT_FALSE(std::filesystem::exists(stored("gone")));
  EXPECT_EQ(std::filesystem::file_size(stored("cut")), 4U);
  EXPECT_EQ(std::filesystem::file_size(stored("liar")), 3U);
  EXPECT_TRUE(std::filesystem::exists(dir / "ff" / "ffffffffffffffffffffffffffffffffffffffff"));
  const auto db = open_image(bytes_of(dir / "Manifest.db"));
  EXPECT_EQ(first_text(db.get(), "SELECT fileID FROM Files WHERE relativePath = 'escape'"), "../../../etc/passwd");
  EXPECT_EQ(first_integer(db.get(), "SELECT flags FROM Files WHERE fileID = 'zz'"), 77);
}

TEST(BackupWriter, RefusesAFolderWithFiles) {
  const TempFolder folder;
  write_small(folder.path() / "b", {});
  const auto again = BackupWriter::create(folder.path() / "b", {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::usage);
}

}  // namespace
}  // namespace bridle::forge

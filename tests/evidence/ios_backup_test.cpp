// SPDX-License-Identifier: Apache-2.0
#include "evidence/ios_backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "evidence/temporary_folder.h"
#include "forge/ios_backup_writer.h"
#include "formats/sqlite.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::string_view kSms = "/private/var/mobile/Library/SMS/sms.db";
constexpr std::string_view kPassword = "correct horse";

bool everything(std::string_view) {
  return true;
}

forge::BackupOptions options(bool encrypted) {
  forge::BackupOptions out;
  if (encrypted) out.password = kPassword;
  out.dpic = 3;
  out.iterations = 2;
  return out;
}

std::string noise(std::size_t size) {
  std::string out(size, 'x');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i * 7919 >> 3);
  return out;
}

/// A backup being written into a folder of its own.
struct Made {
  explicit Made(bool encrypted = false)
      : root(folder.path / "backup"), writer(*forge::BackupWriter::create(root, options(encrypted))) {}

  void file(std::string_view domain, std::string_view path, std::string_view content, const forge::Fault& fault = {}) {
    ASSERT_TRUE(writer.add_file(domain, path, as_bytes(content), {}, fault));
  }
  Result<Inventory> open(const std::optional<std::string>& password = std::nullopt,
                         const WantedPath& wanted = everything) {
    EXPECT_TRUE(writer.finish());
    return open_ios_backup(root, password, wanted);
  }
  fs::path stored(std::string_view domain, std::string_view path) const {
    const std::string id = forge::backup_file_id(domain, path);
    return root / id.substr(0, 2) / id;
  }

  TemporaryFolder folder;
  fs::path root;
  forge::BackupWriter writer;
};

const EvidenceFile* find(const Inventory& inventory, std::string_view path) {
  const auto file = std::ranges::find(inventory.files, path, &EvidenceFile::path);
  return file == inventory.files.end() ? nullptr : &*file;
}

std::string content(const Inventory& inventory, std::string_view path) {
  const EvidenceFile* file = find(inventory, path);
  if (file == nullptr) return "not listed";
  const auto blob = open_blob(inventory, *file);
  if (!blob) return to_string(blob.error());
  EXPECT_TRUE(file->generated || (*blob)->size() == file->size);
  const auto bytes = read_all(**blob, 1 << 24);
  return bytes ? std::string(as_text(*bytes)) : to_string(bytes.error());
}

/// The only problem.
Error problem(const Inventory& inventory) {
  if (inventory.problems.size() == 1) return inventory.problems.front().error;
  ADD_FAILURE() << inventory.problems.size() << " problems";
  for (const Problem& p : inventory.problems) ADD_FAILURE() << to_string(p.error);
  return {};
}

TEST(IosBackup, ListsWhatIsWantedAndReadsIt) {
  for (const bool encrypted : {false, true}) {
    Made made(encrypted);
    const std::string text = noise(100'000);
    made.file("HomeDomain", "Library/SMS/sms.db", text);
    made.file("HomeDomain", "Library/SMS/sms.db-wal", "the log");
    made.file("AppDomain-com.example", "Documents/empty", "");
    made.file("CameraRollDomain", "Media/DCIM/1.jpg", "picture");
    ASSERT_TRUE(made.writer.add_directory("HomeDomain", "Library/SMS"));
    ASSERT_TRUE(made.writer.add_symlink("HomeDomain", "Library/link", "/etc/passwd"));
    const auto inventory = made.open(
        std::string(kPassword), [](std::string_view p) { return !p.ends_with(".jpg") && !p.starts_with("/backup"); });
    ASSERT_TRUE(inventory) << to_string(inventory.error());
    EXPECT_TRUE(inventory->problems.empty()) << to_string(inventory->problems.front().error);
    EXPECT_EQ(inventory->type, "ios_backup");
    EXPECT_EQ(inventory->entries, 6U);
    EXPECT_EQ(inventory->files.size(), 3U);
    EXPECT_EQ(inventory->device.encrypted, encrypted);
    EXPECT_EQ(inventory->keys.size(), encrypted ? 3U : 0U);
    EXPECT_EQ(content(*inventory, kSms), text);
    EXPECT_EQ(content(*inventory, std::string(kSms) + "-wal"), "the log");
    EXPECT_EQ(content(*inventory, "/private/var/mobile/Containers/Data/Application/com.example/Documents/empty"), "");
    const auto stored = open_stored(*inventory, *find(*inventory, kSms));
    ASSERT_TRUE(stored);
    EXPECT_EQ(*read_all(**stored, 1 << 20) == std::vector(as_bytes(text).begin(), as_bytes(text).end()), !encrypted);
  }
}

TEST(IosBackup, OffersItsOwnListsAndTheDevice) {
  for (const bool encrypted : {false, true}) {
    Made made(encrypted);
    made.file("HomeDomain", "a", "1");
    const auto inventory = made.open(std::string(kPassword));
    ASSERT_TRUE(inventory) << to_string(inventory.error());
    EXPECT_EQ(inventory->device.product_version, "17.4.1");
    EXPECT_EQ(inventory->device.udid, "00008110-000F0126ED0A8000");
    EXPECT_EQ(inventory->device.last_backup, "2024-04-20T08:00:00Z");
    EXPECT_THAT(content(*inventory, "/backup/Info.plist"), HasSubstr("<plist"));
    EXPECT_THAT(content(*inventory, "/backup/Manifest.plist"), HasSubstr("bplist00"));
    EXPECT_THAT(content(*inventory, "/backup/Status.plist"), HasSubstr("bplist00"));
    const std::string manifest = content(*inventory, "/backup/Manifest.db");
    const MemoryBlob blob(as_bytes(manifest));
    auto database = sqlite::open_evidence(blob, nullptr);
    ASSERT_TRUE(database) << to_string(database.error());
    EXPECT_TRUE(database->prepare("SELECT fileID FROM Files"));
  }
}

TEST(IosBackup, WritesNothingIntoTheBackup) {
  Made made(true);
  made.file("HomeDomain", "Library/SMS/sms.db", noise(50'000));
  ASSERT_TRUE(made.writer.finish());
  const auto before = all_files(made.root);
  {
    const auto inventory = open_ios_backup(made.root, std::string(kPassword), everything);
    ASSERT_TRUE(inventory);
    for (const EvidenceFile& file : inventory->files) content(*inventory, file.path);
  }
  EXPECT_EQ(all_files(made.root), before);
}

TEST(IosBackup, AsksForThePassword) {
  Made made(true);
  made.file("HomeDomain", "a", "1");
  ASSERT_TRUE(made.writer.finish());
  EXPECT_EQ(open_ios_backup(made.root, std::nullopt, everything).error().code, Errc::password);
  for (const char* wrong : {"", "correct hors", "Correct horse"})
    EXPECT_EQ(open_ios_backup(made.root, wrong, everything).error().code, Errc::password);
}

TEST(IosBackup, RefusesHostileFileIds) {
  Made made;
  made.folder.write("outside", "secret");
  int row = 0;
  for (const char* id : {"../../outside", "..", "", "../../../../../../../../../etc/passwd-------",
                         "zz2345678901234567890123456789012345678901", "g123456789012345678901234567890123456789",
                         "0123456789012345678901234567890123456789\n"})
    ASSERT_TRUE(made.writer.add_row(id, "HomeDomain", std::to_string(row++), 1, {}));
  made.file("HomeDomain", "good", "yes");
  const auto inventory = made.open(std::nullopt, [](std::string_view p) { return !p.starts_with("/backup"); });
  ASSERT_TRUE(inventory);
  EXPECT_EQ(inventory->files.size(), 1U);
  EXPECT_EQ(inventory->problems.size(), 7U);
  for (const Problem& p : inventory->problems) {
    EXPECT_EQ(p.error.code, Errc::malformed);
    EXPECT_THAT(p.error.what, HasSubstr("row "));
    EXPECT_EQ(p.rows_lost, 1U);
  }
  EXPECT_EQ(content(*inventory, "/private/var/mobile/good"), "yes");
}

TEST(IosBackup, ReadsAFileWhoseIdIsNotItsHashAndSaysSo) {
  Made made;
  forge::Fault fault;
  fault.file_id = forge::backup_file_id("HomeDomain", "other");
  made.file("HomeDomain", "Library/SMS/sms.db", "unreachable", fault);
  ASSERT_TRUE(made.writer.add_orphan(*fault.file_id, as_bytes("moved")));
  const auto inventory = made.open();
  ASSERT_TRUE(inventory);
  EXPECT_EQ(content(*inventory, kSms), "moved");
  EXPECT_THAT(inventory->problems.at(0).error.what, HasSubstr("is not the hash of domain and path"));
}

TEST(IosBackup, FollowsNoLinks) {
  Made made;
  made.folder.write("outside", "secret");
  made.file("HomeDomain", "linked", "1");
  made.file("HomeDomain", "in linked folder", "2");
  ASSERT_TRUE(made.writer.finish());
  const fs::path link = made.stored("HomeDomain", "linked");
  fs::remove(link);
  fs::create_symlink(made.folder.path / "outside", link);
  const fs::path folder = made.stored("HomeDomain", "in linked folder").parent_path();
  fs::rename(folder, made.folder.path / "moved");
  fs::create_symlink(made.folder.path / "moved", folder);
  const auto inventory = open_ios_backup(made.root, std::nullopt, everything);
  ASSERT_TRUE(inventory);
  EXPECT_THAT(problem(*inventory).what, HasSubstr("symbolic link"));
  EXPECT_EQ(find(*inventory, "/private/var/mobile/linked"), nullptr);
  EXPECT_THAT(content(*inventory, "/private/var/mobile/in linked folder"),
              testing::AnyOf(HasSubstr("symbolic link"), HasSubstr("no such file")));
}

TEST(IosBackup, RefusesPathsThatClimb) {
  Made made;
  made.file("HomeDomain", "../root/x", "1");
  made.file("AppDomain-../../..", "x", "1");
  made.file("HomeDomain", std::string(5000, 'l'), "1");
  const auto inventory = made.open();
  ASSERT_TRUE(inventory);
  EXPECT_EQ(inventory->problems.size(), 3U);
  for (const EvidenceFile& file : inventory->files) EXPECT_TRUE(file.path.starts_with("/backup/")) << file.path;
}

TEST(IosBackup, NamesAMissingPayload) {
  Made made;
  forge::Fault fault;
  fault.payload = false;
  made.file("HomeDomain", "Library/SMS/sms.db", "x", fault);
  const auto inventory = made.open();
  const Error error = problem(*inventory);
  EXPECT_EQ(error.code, Errc::not_found);
  EXPECT_EQ(error.where, kSms);
  EXPECT_EQ(find(*inventory, kSms), nullptr);
}

TEST(IosBackup, NamesAFileOfAnotherSizeAndReadsIt) {
  for (const bool encrypted : {false, true}) {
    Made made(encrypted);
    forge::Fault grown, shrunk;
    grown.claimed_size = 900;
    shrunk.claimed_size = 2000;
    made.file("HomeDomain", "grown", std::string(1000, 'a'), grown);
    made.file("HomeDomain", "shrunk", std::string(1000, 'a'), shrunk);
    const auto inventory = made.open(std::string(kPassword));
    ASSERT_EQ(inventory->problems.size(), 2U);
    EXPECT_EQ(inventory->problems[0].error.code, Errc::malformed);
    EXPECT_EQ(inventory->problems[1].error.code, Errc::truncated);
    EXPECT_EQ(content(*inventory, "/private/var/mobile/grown"), std::string(1000, 'a'));
    EXPECT_EQ(content(*inventory, "/private/var/mobile/shrunk").substr(0, 1000), std::string(1000, 'a'));
  }
}

TEST(IosBackup, ReadsAnEncryptedFileUpToItsCut) {
  Made made(true);
  const std::string text = noise(1000);
  forge::Fault cut;
  cut.payload_bytes = 805;
  made.file("HomeDomain", "Library/SMS/sms.db", text, cut);
  forge::Fault gone;
  gone.payload_bytes = 0;
  made.file("HomeDomain", "gone", text, gone);
  const auto inventory = made.open(std::string(kPassword));
  ASSERT_EQ(inventory->problems.size(), 2U);
  EXPECT_EQ(inventory->problems[0].error.code, Errc::truncated);
  EXPECT_EQ(inventory->problems[0].error.where, kSms);
  EXPECT_EQ(inventory->problems[0].bytes_lost, 200U);
  EXPECT_EQ(inventory->problems[1].bytes_lost, 1000U);
  EXPECT_EQ(content(*inventory, kSms), text.substr(0, 800));
}

TEST(IosBackup, AnEncryptedEntryWithoutAUsableArchiveIsLostAndNamed) {
  Made made(true);
  const std::string id = forge::backup_file_id("HomeDomain", "a");
  ASSERT_TRUE(made.writer.add_row(id, "HomeDomain", "a", 1, as_bytes("not a plist")));
  ASSERT_TRUE(made.writer.add_orphan(id, as_bytes("ciphertext")));
  made.file("HomeDomain", "b", "fine");
  const auto inventory = made.open(std::string(kPassword));
  EXPECT_EQ(problem(*inventory).where, "/private/var/mobile/a");
  EXPECT_EQ(content(*inventory, "/private/var/mobile/b"), "fine");
}

TEST(IosBackup, APlainEntryNeedsNoArchive) {
  Made made;
  const std::string id = forge::backup_file_id("HomeDomain", "a");
  ASSERT_TRUE(made.writer.add_row(id, "HomeDomain", "a", 1, as_bytes("not a plist")));
  ASSERT_TRUE(made.writer.add_orphan(id, as_bytes("text")));
  const auto inventory = made.open();
  EXPECT_EQ(problem(*inventory).where, "/private/var/mobile/a");
  EXPECT_EQ(content(*inventory, "/private/var/mobile/a"), "text");
}

TEST(IosBackup, ListsAtMostAThousandProblems) {
  Made made;
  forge::Fault fault;
  fault.payload = false;
  for (std::size_t i = 0; i < limits::kProblemsPerFile + 5; ++i) made.file("HomeDomain", std::to_string(i), "", fault);
  const auto inventory = made.open();
  ASSERT_EQ(inventory->problems.size(), limits::kProblemsPerFile + 1);
  EXPECT_EQ(inventory->problems.back().error.code, Errc::limit);
  EXPECT_EQ(inventory->problems.back().rows_lost, 5U);
}

TEST(IosBackup, GoesOnWithoutItsLists) {
  Made made;
  made.file("HomeDomain", "Library/SMS/sms.db", "x");
  ASSERT_TRUE(made.writer.finish());
  for (const char* name : {"Info.plist", "Manifest.plist"}) fs::remove(made.root / name);
  std::ofstream(made.root / "Status.plist") << "garbage";
  const auto inventory = open_ios_backup(made.root, std::nullopt, everything);
  ASSERT_TRUE(inventory) << to_string(inventory.error());
  ASSERT_EQ(inventory->problems.size(), 3U);
  for (const Problem& p : inventory->problems) EXPECT_THAT(p.error.where, testing::StartsWith("/backup/"));
  EXPECT_EQ(content(*inventory, kSms), "x");
}

TEST(IosBackup, SaysWhyAManifestCannotBeRead) {
  Made made(true);
  made.file("HomeDomain", "a", "x");
  ASSERT_TRUE(made.writer.finish());
  fs::remove(made.root / "Manifest.plist");
  auto error = open_ios_backup(made.root, std::string(kPassword), everything).error();
  EXPECT_EQ(error.code, Errc::malformed);
  EXPECT_THAT(error.what, HasSubstr("without Manifest.plist"));
  std::ofstream(made.root / "Manifest.db", std::ios::trunc).close();
  EXPECT_EQ(open_ios_backup(made.root, std::nullopt, everything).error().code, Errc::truncated);
  fs::remove(made.root / "Manifest.db");
  error = open_ios_backup(made.root, std::nullopt, everything).error();
  EXPECT_EQ(error.code, Errc::not_found);
  EXPECT_EQ(error.where, "/backup/Manifest.db");
}

TEST(IosBackup, ReadsTheEntriesBeforeTheCutOfTheManifest) {
  Made made;
  for (int i = 0; i < 300; ++i) made.file("HomeDomain", std::to_string(i), "x");
  ASSERT_TRUE(made.writer.finish());
  const auto manifest = made.root / "Manifest.db";
  fs::resize_file(manifest, fs::file_size(manifest) / 4);
  const auto inventory = open_ios_backup(made.root, std::nullopt, everything);
  ASSERT_TRUE(inventory) << to_string(inventory.error());
  EXPECT_GT(inventory->entries, 20U);
  EXPECT_LT(inventory->entries, 300U);
  ASSERT_EQ(inventory->problems.size(), 2U);  // the file is cut; the table ends there
  EXPECT_EQ(inventory->problems[1].error.code, Errc::truncated);
}

TEST(IosBackup, ListsWhatLiesInTheFolder) {
  Made made;
  made.file("HomeDomain", "a", "12345");
  const std::string orphan = "ab" + std::string(38, '0');
  ASSERT_TRUE(made.writer.add_orphan(orphan, as_bytes("123")));
  ASSERT_TRUE(made.writer.finish());
  std::ofstream(made.root / "ab" / "new\nline") << "1";
  std::ofstream(made.root / "beside") << "12";
  fs::create_symlink("/etc", made.root / "cd");
  const auto inventory = open_ios_backup(made.root, std::nullopt, everything);
  const std::string id = forge::backup_file_id("HomeDomain", "a");
  std::vector<std::string> expected{"ab/" + orphan + "\t3\n", "ab/new\\x0aline\t1\n", "beside\t2\n", "cd\t-\n",
                                    id.substr(0, 2) + "/" + id + "\t5\n"};
  std::ranges::sort(expected);
  std::string text;
  for (const std::string& line : expected) text += line;
  EXPECT_EQ(content(*inventory, "/backup/files"), text);
  EXPECT_EQ(open_stored(*inventory, *find(*inventory, "/backup/files")).error().code, Errc::usage);
}

TEST(IosBackup, RealBackupOfIos14) {
  const fs::path root = fs::path(BRIDLE_SOURCE_DIR) / "../shared/corpus/ios_backup";
  if (!fs::exists(root)) GTEST_SKIP() << "no " << root;
  const auto found = find_ios_backup(root);
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, testing::EndsWith("/mvt_ios14.3"));
  const auto before = all_files(root);
  const auto inventory =
      open_ios_backup(*found, std::nullopt, [](std::string_view p) { return p == kSms || p == "/backup/files"; });
  ASSERT_TRUE(inventory) << to_string(inventory.error());
  EXPECT_EQ(inventory->entries, 3721U);
  EXPECT_EQ(inventory->device.product_version, "14.3");
  ASSERT_EQ(inventory->files.size(), 2U);
  const auto sms = open_blob(*inventory, *find(*inventory, kSms));
  ASSERT_TRUE(sms);
  auto database = sqlite::open_evidence(**sms, nullptr);
  ASSERT_TRUE(database);
  EXPECT_TRUE(database->prepare("SELECT ROWID, text FROM message"));
  EXPECT_THAT(content(*inventory, "/backup/files"), HasSubstr("e7/e794f6ffcc3c222535f47684a63d5178da3c4500\t8192\n"));
  // The sample was stripped: Manifest.plist and Status.plist are gone, and sms.db was emptied.
  EXPECT_EQ(inventory->problems.size(), 3U);
  EXPECT_EQ(all_files(root), before);
}

}  // namespace
}  // namespace bridle

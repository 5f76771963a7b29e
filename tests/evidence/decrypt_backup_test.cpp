// SPDX-License-Identifier: Apache-2.0
#include "evidence/decrypt_backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <vector>

#include "evidence/output_folder.h"
#include "evidence/temporary_folder.h"
#include "forge/ios_backup_writer.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::string_view kPassword = "correct horse";

struct Made {
  explicit Made(bool encrypted)
      : root(folder.path / "backup"),
        out(folder.path / "out"),
        writer(*forge::BackupWriter::create(root, options(encrypted))) {}

  static forge::BackupOptions options(bool encrypted) {
    forge::BackupOptions o;
    if (encrypted) o.password = kPassword;
    o.dpic = 3;
    o.iterations = 2;
    return o;
  }
  void file(std::string_view domain, std::string_view path, std::string_view content, const forge::Fault& fault = {}) {
    ASSERT_TRUE(writer.add_file(domain, path, as_bytes(content), {}, fault));
  }
  Result<DecryptReport> run(const std::string& password = std::string(kPassword)) {
    EXPECT_TRUE(writer.finish());
    DecryptEvents events;
    events.problem = [this](const Error& error) { problems.push_back(error); };
    events.progress = [this](std::uint64_t done, std::uint64_t total) {
      EXPECT_LE(done, total);
      last_done = done;
      last_total = total;
      return !stop;
    };
    return decrypt_backup(root, password, out, events);
  }
  std::string written(const std::string& path) const { return read_file(out / path); }

  TemporaryFolder folder;
  fs::path root, out;
  forge::BackupWriter writer;
  std::vector<Error> problems;
  std::uint64_t last_done = 0, last_total = 0;
  bool stop = false;
};

TEST(DecryptBackup, WritesEveryFile) {
  for (const bool encrypted : {false, true}) {
    Made made(encrypted);
    const std::string large(3'000'001, 'z');
    made.file("HomeDomain", "Library/SMS/sms.db", large);
    made.file("HomeDomain", "Library/empty", "");
    made.file("AppDomain-com.example", "Documents/a b", "text");
    ASSERT_TRUE(made.writer.add_directory("HomeDomain", "Library"));
    ASSERT_TRUE(made.writer.add_symlink("HomeDomain", "link", "/etc/passwd"));
    const auto report = made.run();
    ASSERT_TRUE(report) << to_string(report.error());
    EXPECT_TRUE(made.problems.empty()) << to_string(made.problems.front());
    EXPECT_EQ(report->problems, 0U);
    EXPECT_EQ(report->links, 1U);
    EXPECT_FALSE(report->stopped);
    EXPECT_EQ(made.written("HomeDomain/Library/SMS/sms.db"), large);
    EXPECT_EQ(made.written("AppDomain-com.example/Documents/a b"), "text");
    EXPECT_TRUE(fs::exists(made.out / "HomeDomain/Library/empty"));
    EXPECT_FALSE(fs::exists(fs::symlink_status(made.out / "HomeDomain/link")));
    EXPECT_TRUE(made.written("Manifest.db").starts_with("SQLite format 3"));
    EXPECT_EQ(report->files, 7U);
    EXPECT_EQ(made.last_done, made.last_total);
    EXPECT_GE(made.last_total, large.size());
    struct stat status {};
    ASSERT_EQ(stat((made.out / "HomeDomain/Library/SMS/sms.db").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
  }
}

TEST(DecryptBackup, NamesEveryFileItCouldNotWriteWhole) {
  Made made(true);
  forge::Fault cut, gone, larger;
  cut.payload_bytes = 165;
  gone.payload = false;
  larger.claimed_size = 5000;
  made.file("HomeDomain", "cut", std::string(1000, 'c'), cut);
  made.file("HomeDomain", "gone", "x", gone);
  made.file("HomeDomain", "larger", std::string(100, 'l'), larger);
  made.file("HomeDomain", "whole", "whole");
  ASSERT_TRUE(
      made.writer.add_row(forge::backup_file_id("HomeDomain", "keyless"), "HomeDomain", "keyless", 1, as_bytes("?")));
  ASSERT_TRUE(made.writer.add_orphan(forge::backup_file_id("HomeDomain", "keyless"), as_bytes("ciphertext")));
  const auto report = made.run();
  ASSERT_TRUE(report);
  std::vector<std::string> named;
  for (const Error& e : made.problems) named.push_back(e.where);
  EXPECT_THAT(named, testing::UnorderedElementsAre("HomeDomain/cut", "HomeDomain/gone", "HomeDomain/larger",
                                                   "HomeDomain/keyless"));
  EXPECT_EQ(report->problems, 4U);
  EXPECT_EQ(made.written("HomeDomain/cut"), std::string(160, 'c'));
  EXPECT_EQ(made.written("HomeDomain/whole"), "whole");
  EXPECT_FALSE(fs::exists(made.out / "HomeDomain/keyless"));
}

TEST(DecryptBackup, NoNameLeadsOutOfTheFolder) {
  Made made(false);
  made.file("HomeDomain", "../../climbed", "x");
  made.file("..", "climbed", "x");
  made.file("/etc", "absolute", "x");
  made.file("HomeDomain", "/absolute", "x");
  made.file("HomeDomain", "a/..", "x");
  made.file("HomeDomain", "", "x");
  made.file("HomeDomain", std::string(300, 'n'), "x");
  made.file("HomeDomain", "sub/.", "x");
  const auto before = all_files(made.folder.path).size();
  const auto report = made.run();
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_EQ(made.problems.size(), 6U);
  EXPECT_EQ(made.written("HomeDomain/absolute"), "x");
  EXPECT_EQ(made.written("etc/absolute"), "x");
  for (const auto& [name, content] : all_files(made.folder.path))
    EXPECT_TRUE(name.starts_with("out/") || name.starts_with("backup/")) << name;
  EXPECT_GT(all_files(made.folder.path).size(), before);
}

TEST(DecryptBackup, TwoEntriesOfOneNameAreNamed) {
  Made made(false);
  made.file("HomeDomain", "a", "first");
  made.file("HomeDomain", "./a", "second");
  made.file("HomeDomain", "a/b", "below a file");
  const auto report = made.run();
  ASSERT_TRUE(report);
  EXPECT_EQ(made.problems.size(), 2U);
  EXPECT_EQ(made.written("HomeDomain/a"), "first");
}

TEST(DecryptBackup, WritesNothingWithoutThePassword) {
  Made made(true);
  made.file("HomeDomain", "a", "x");
  EXPECT_EQ(made.run("wrong").error().code, Errc::password);
  EXPECT_FALSE(fs::exists(made.out));
}

TEST(DecryptBackup, TakesOnlyAnEmptyFolderOutsideTheBackup) {
  Made made(false);
  made.file("HomeDomain", "a", "x");
  fs::create_directory(made.out);
  std::ofstream(made.out / "there") << "mine";
  EXPECT_EQ(made.run().error().code, Errc::usage);
  EXPECT_EQ(made.written("there"), "mine");
  for (const fs::path& inside : {made.root, made.root / "out", made.root / "x" / ".." / "out"})
    EXPECT_EQ(decrypt_backup(made.root, std::nullopt, inside, {}).error().code, Errc::usage) << inside;
  EXPECT_FALSE(fs::exists(made.root / "out"));
}

TEST(DecryptBackup, StopsWhenAsked) {
  Made made(false);
  made.stop = true;
  for (const char* name : {"a", "b", "c"}) made.file("HomeDomain", name, "x");
  const auto report = made.run();
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->stopped);
  EXPECT_FALSE(fs::exists(made.out / "HomeDomain/b"));
}

TEST(OutputFolder, DoesNotFollowALinkThatAppears) {
  const TemporaryFolder folder;
  auto out = OutputFolder::create(folder.path / "out");
  ASSERT_TRUE(out);
  fs::create_directory(folder.path / "elsewhere");
  fs::create_symlink(folder.path / "elsewhere", folder.path / "out" / "d");
  fs::create_symlink(folder.path / "elsewhere" / "f", folder.path / "out" / "f");
  const MemoryBlob text(as_bytes("x"));
  EXPECT_FALSE(out->write("d/f", text));
  EXPECT_FALSE(out->write("f", text));
  EXPECT_TRUE(fs::is_empty(folder.path / "elsewhere"));
}

TEST(OutputFolder, AFullDiskEndsTheRun) {
  struct Endless final : Blob {
    std::uint64_t size() const override { return std::uint64_t{1} << 62; }
    Result<std::size_t> read_at(std::uint64_t, std::span<std::byte> out) const override { return out.size(); }
  };
  const TemporaryFolder folder;
  auto out = OutputFolder::create(folder.path / "out");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = signal(SIGXFSZ, SIG_IGN);
  const rlimit small{5'000'000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto written = out->write("large", Endless{});
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  ASSERT_FALSE(written);
  EXPECT_TRUE(written.error().fatal);
  EXPECT_EQ(written.error().error.code, Errc::io);
  EXPECT_EQ(written.error().written, 5'000'000U);
}

}  // namespace
}  // namespace bridle

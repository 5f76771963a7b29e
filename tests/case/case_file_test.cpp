// SPDX-License-Identifier: Apache-2.0
#include "case/case_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "bridle/artifact.h"
#include "case/record_writer.h"
#include "case/schema.h"

namespace bridle {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFields{
    text("url", "Address.").holds(Observable::url), time("seen_at", "Time.").from(Epoch::cocoa_seconds).at("seen"),
    list("links", "Links.").holds(Observable::url), bytes("blob", "Bytes."), real("ratio", "Real."), integer("n", "Number.")};
constexpr std::array<std::string_view, 1> kPaths{"/x"};

Result<> read_nothing(std::span<const InputFile>, std::span<const Field>, RecordSink&) { return {}; }

constexpr Artifact kArtifact = declare({.id = "t.visits", .summary = "s", .finds = kPaths, .fields = kFields, .reference = "r",
                                        .timeline = "Seen {url}", .written_by = "w", .forgeable = "f", .read = read_nothing});
constexpr std::array<const Artifact*, 1> kAll{&kArtifact};

class CaseTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "bridle-case-XXXXXX").string();
    dir_ = ::mkdtemp(name.data());
    path_ = (dir_ / "a.bridle").string();
  }
  void TearDown() override { fs::remove_all(dir_); }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& e : fs::directory_iterator(dir_)) out.push_back(e.path().filename());
    std::ranges::sort(out);
    return out;
  }
  fs::path dir_;
  std::string path_;
};

TEST_F(CaseTest, IsOneFileWhenFinishedAndPartialBefore) {
  auto file = CaseFile::create(path_);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->add_artifact(kArtifact));
  EXPECT_FALSE(fs::exists(path_));
  ASSERT_TRUE(file->finish(kAll));
  EXPECT_EQ(names(), std::vector<std::string>{"a.bridle"});
  auto again = CaseFile::create(path_);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::usage);
}

TEST_F(CaseTest, ADiscardedCaseLeavesNothing) {
  auto file = CaseFile::create(path_);
  ASSERT_TRUE(file);
  file->discard();
  EXPECT_TRUE(names().empty());
}

TEST_F(CaseTest, RecordsComeBackThroughTheReadableViewAndTheTimeline) {
  auto file = CaseFile::create(path_);
  ASSERT_TRUE(file->add_artifact(kArtifact));
  std::optional<RecordWriter> writer = std::move(*RecordWriter::open(*file, kArtifact));
  const std::array<std::string_view, 2> links{"https://a.example/\"x\"", "b\x01\xFF"};
  const std::string_view raw_bytes("\0\x01", 2);
  const std::array<Cell, 6> cells{Cell{std::string_view("http://x.example/")}, Cell{TimeValue{*to_time(600000000.5, Epoch::cocoa_seconds), 600000000.5}},
                                  Cell{List(links)}, Cell{as_bytes(raw_bytes)}, Cell{0.25}, Cell{std::int64_t{-7}}};
  EXPECT_EQ(*writer->add(1, 42, true, cells), 1);
  const std::array<Cell, 6> empty{};
  EXPECT_EQ(*writer->add(1, 43, false, empty), 2);
  EXPECT_EQ(writer->wal_only(), 1);
  EXPECT_EQ(writer->oldest(), writer->newest());
  writer.reset();  // no statement may be open at the end
  ASSERT_TRUE(file->finish(kAll)) << "finish";

  auto rows = file->db().prepare("SELECT url, seen_at, links, _wal_only FROM readable_t_visits ORDER BY record_id");
  ASSERT_TRUE(rows) << rows.error().what;
  ASSERT_TRUE(*rows->step());
  EXPECT_EQ(rows->text(0), "http://x.example/");
  EXPECT_EQ(rows->text(1), "2020-01-06T10:40:00.500000Z");
  EXPECT_EQ(rows->text(2), "[\"https://a.example/\\\"x\\\"\",\"b\\u0001\xEF\xBF\xBD\"]");
  EXPECT_EQ(rows->integer(3), 1);
  auto timeline = file->db().prepare("SELECT time, clock, artifact, record_id, event FROM timeline");
  ASSERT_TRUE(*timeline->step());
  EXPECT_EQ(timeline->text(1), "utc");
  EXPECT_EQ(timeline->text(2), "t.visits");
  EXPECT_EQ(timeline->text(4), "seen");
  EXPECT_FALSE(*timeline->step());
}

TEST_F(CaseTest, TheAuditChainShowsAChangedAndAMissingLine) {
  auto file = CaseFile::create(path_);
  for (const char* event : {"run", "read", "end"}) ASSERT_TRUE(file->audit(event, "{}"));
  EXPECT_TRUE(verify_audit(file->db()));
  ASSERT_TRUE(file->db().exec("UPDATE audit SET data = '{\"x\":1}' WHERE n = 2"));
  EXPECT_EQ(verify_audit(file->db()).error().what, "audit line 2 does not follow from the line before");
  ASSERT_TRUE(file->db().exec("UPDATE audit SET data = '{}' WHERE n = 2"));
  EXPECT_TRUE(verify_audit(file->db()));
  ASSERT_TRUE(file->db().exec("DELETE FROM audit WHERE n = 2"));
  EXPECT_FALSE(verify_audit(file->db()));
}

TEST_F(CaseTest, WhatIsNoCaseIsRefused) {
  std::ofstream(path_) << "hello";
  EXPECT_EQ(CaseFile::open(path_).error().code, Errc::malformed);
  EXPECT_EQ(CaseFile::open(path_ + "x").error().code, Errc::not_found);
}

TEST_F(CaseTest, AFullDiskIsAnIoErrorAndLeavesNothing) {
  auto file = CaseFile::create(path_);
  ASSERT_TRUE(file->add_artifact(kArtifact));
  ASSERT_TRUE(file->db().exec("PRAGMA max_page_count=40"));  // SQLITE_FULL, as on a disk without room
  auto writer = RecordWriter::open(*file, kArtifact);
  const std::string long_text(8'000, 'x');
  std::array<Cell, 6> cells{};
  cells[0] = std::string_view(long_text);
  Result<std::int64_t> added = 0;
  for (int i = 0; i < 1'000 && added; ++i) added = writer->add(1, i, false, cells);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::io);
  file->discard();
  EXPECT_TRUE(names().empty());
}

}  // namespace
}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
// A small case written by hand: every kind of outcome, two findings, and values that a terminal must not see raw.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include "bridle/artifact.h"
#include "case/case_file.h"
#include "case/record_writer.h"

namespace bridle::report::test {

inline Result<> no_reader(std::span<const InputFile>, std::span<const Field>, RecordSink&) { return {}; }

inline constexpr std::array<std::string_view, 1> kNowhere{"/nowhere"};

inline constexpr std::array kVisitFields{
    text("url", "Address visited.").holds(Observable::url),
    text("title", "Page title."),
    time("visited_at", "Time of the visit.").from(Epoch::cocoa_seconds).at("visit"),
    integer("visits", "Visits in all."),
};
inline constexpr std::array kProcessFields{
    text("process", "Name of the process.").holds(Observable::process),
    time("first_seen", "First row.").from(Epoch::unix_seconds).at("first seen"),
    time("last_seen", "Last row.").from(Epoch::unix_seconds).by(Clock::device_local).at("last seen"),
    real("share", "Share of the traffic."),
    bytes("token", "Opaque bytes."),
    list("bundles", "Bundles named."),
};
inline constexpr std::array kPlainFields{text("name", "A name.")};

constexpr Artifact artifact(std::string_view id, std::string_view summary, std::span<const Field> fields, std::string_view sentence) {
  Artifact a;
  a.id = id;
  a.summary = summary;
  a.finds = kNowhere;
  a.fields = fields;
  a.reference = "docs/formats/test.md";
  a.timeline = sentence;
  a.written_by = "a daemon";
  a.forgeable = "By hand.";
  a.read = no_reader;
  return a;
}

inline constexpr Artifact kVisits = artifact("test.visits", "Pages visited.", kVisitFields, "Visited {url} ({title})");
inline constexpr Artifact kProcesses = artifact("test.processes", "Processes that used the network.", kProcessFields, "{process} used the network");
inline constexpr Artifact kCalls = artifact("test.calls", "Calls.", kPlainFields, "");
inline constexpr Artifact kNotes = artifact("test.notes", "Notes.", kPlainFields, "");
inline constexpr std::array<const Artifact*, 4> kAll{&kVisits, &kProcesses, &kCalls, &kNotes};

struct SampleOptions {
  bool findings = true;
  bool second_run = false;
};

/// Cocoa seconds of 2021-07-06T05:10:11Z.
inline constexpr std::int64_t kWhen = 647'241'011;

/// A folder of its own that is the working directory while it lives.
class Workplace {
 public:
  Workplace() : before_(std::filesystem::current_path()) {
    std::string name = (std::filesystem::temp_directory_path() / "bridle_report_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::filesystem::current_path(folder_);
  }
  ~Workplace() {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path before_, folder_;
};

/// Adds a place of a file and returns its id.
inline std::int64_t add_place(CaseFile& file, std::int64_t source, const char* path, const char* stored, const char* unit) {
  const auto id = file.add_file(source, path, stored, 4096);
  EXPECT_TRUE(id.has_value());
  EXPECT_TRUE(file.set_file_hash(*id, std::string(64, 'a')).has_value());
  auto place = file.db().prepare("INSERT INTO place(file_id, unit) VALUES(?,?) RETURNING place_id");
  place->bind(1, *id).bind(2, std::string_view(unit));
  EXPECT_TRUE(place->step().value_or(false));
  return place->integer(0);
}

inline void add_visit(RecordWriter& to, std::int64_t place, std::int64_t at, bool wal, std::string_view url, std::string_view title,
                      std::int64_t cocoa) {
  Row row(kVisitFields);
  row.set("url", url);
  row.set("title", title);
  row.set("visited_at", cocoa);
  row.set("visits", at);
  EXPECT_TRUE(to.add(place, at, wal, row.cells()).has_value());
}

inline void add_records(CaseFile& file, std::int64_t source) {
  const auto visits = add_place(file, source, "/private/var/mobile/Library/Safari/History.db", "1a/1a0e7afc", "history_visits");
  auto writer = RecordWriter::open(file, kVisits);
  ASSERT_TRUE(writer.has_value());
  add_visit(*writer, visits, 7, false, "https://news.example/a", "Morning", kWhen - 60);
  add_visit(*writer, visits, 8, true, "https://bad.example/x?[/x]", "\x1b]0;gotcha\x07\xE2\x80\xAEtxt.exe", kWhen);
  add_visit(*writer, visits, 9, false, std::string_view("https://odd.example/\xff\0end", 25), "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7", kWhen + 30);
  add_visit(*writer, visits, 10, false, "https://late.example/", "Later", kWhen + 86'400);

  const auto processes = add_place(file, source, "/private/var/wireless/Library/Databases/DataUsage.sqlite", "0d/0d609c54", "ZPROCESS");
  auto other = RecordWriter::open(file, kProcesses);
  ASSERT_TRUE(other.has_value());
  Row row(kProcessFields);
  row.set("process", std::string_view("bh"));
  row.set("first_seen", std::int64_t{1'625'548'212});
  row.set("last_seen", std::int64_t{1'625'550'000});
  row.set("share", 0.25);
  row.set("token", as_bytes(std::string_view("\x00\x01\xfe", 3)));
  const std::array<std::string, 2> bundles{"com.example.one", "com.example.\"two\""};
  row.set("bundles", std::span<const std::string>(bundles));
  EXPECT_TRUE(other->add(processes, 3, false, row.cells()).has_value());
  row.clear();
  row.set("process", std::string_view("mDNSResponder"));
  EXPECT_TRUE(other->add(processes, 4, false, row.cells()).has_value());
}

inline void add_findings(CaseFile& file, std::int64_t first_run, std::int64_t second_run) {
  const std::string sql = R"sql(
    INSERT INTO indicator VALUES(1, 1, 'domain', 'bad.example', 'Pegasus', 'NSO report', 'indicator--1', 'https://publisher.example/report');
    INSERT INTO "match" VALUES(1, 1, 'test.visits', 2, 'url', 1, 'bad.example', 0);
    INSERT INTO rule VALUES('test.pair', 1, 'medium', 'anomaly', 'stable', 'w', 'i', 'c', 'https://rule.example', 'cc', '1 found');
    INSERT INTO rule VALUES('test.other', 1, 'medium', 'anomaly', 'stable', 'w', 'i', 'c', 'https://rule.example', 'dd', 'not run: the case has no ios.tcc');
    INSERT INTO finding VALUES('f-0001', 'k1', )sql" + std::to_string(first_run) + R"sql(, 'contact', 'S2', 'high', 1625548211000000000, 'utc',
      'test.visits', 'indicator', 1, 1, 'Address bad.example, published as belonging to Pegasus (NSO report) seen in test.visits',
      'The publisher tied this address to the spyware.', 'A news article may quote the address.',
      'Look for the same address in other artifacts.', 'Anyone can open an address.', '', 'one record, specific indicator');
    INSERT INTO finding_record VALUES('f-0001', 0, 'test.visits', 2);
    INSERT INTO finding VALUES('f-0002', 'k2', )sql" + std::to_string(second_run) + R"sql(, 'anomaly', 'S4', 'medium', NULL, NULL,
      'test.processes', 'test.pair', NULL, 2, 'A process without a bundle', 'It is unusual.', 'A removed app.', 'Ask.', 'By hand.',
      'https://rule.example', '2 stores written by different daemons');
    INSERT INTO finding_record VALUES('f-0002', 0, 'test.processes', 1);
    INSERT INTO finding_record VALUES('f-0002', 1, 'test.visits', 3);)sql";
  ASSERT_TRUE(file.db().exec(sql).has_value());
}

inline void add_outcomes(CaseFile& file, std::int64_t source) {
  const Time oldest{1'625'548'151'000'000'000}, newest{1'625'634'611'000'000'000};
  EXPECT_TRUE(file.add_coverage({"test.visits", source, Outcome::read, 1, 4, 1, 0, "", oldest, newest}).has_value());
  EXPECT_TRUE(file.add_coverage({"test.processes", source, Outcome::partly, 1, 2, 0, 1, "", Time{1'625'548'212'000'000'000}, newest}).has_value());
  EXPECT_TRUE(file.add_coverage({"test.calls", source, Outcome::absent, 0, 0, 0, 0, "", {}, {}}).has_value());
  EXPECT_TRUE(file.add_coverage({"test.notes", source, Outcome::failed, 1, 0, 0, 1, "the file is not a database", {}, {}}).has_value());
  EXPECT_TRUE(file.add_problem({"test.processes", source, "/private/var/wireless/Library/Databases/DataUsage.sqlite",
                                {{Errc::malformed, "page 7 is damaged", "", 28'672}, 12, 4'096}}).has_value());
  EXPECT_TRUE(file.add_problem({"test.notes", source, "/private/var/mobile/Library/Notes/\x1b[2Jnotes.sqlite",
                                {{Errc::malformed, "the file is not a database", "", 0}}}).has_value());
}

/// Writes sample.bridle into the working directory.
inline void write_sample(const SampleOptions& options = {}) {
  auto file = CaseFile::create("sample.bridle");
  ASSERT_TRUE(file.has_value());
  for (const Artifact* a : kAll) ASSERT_TRUE(file->add_artifact(*a).has_value());
  const auto run = file->begin_run("bridle check /evidence/phone", "bridle 0.1.0", "Linux 6.1 x86_64", "[]");
  ASSERT_TRUE(run.has_value());
  EXPECT_TRUE(file->add_indicator_set(*run, {"NSO report", "/indicators/nso.stix2", std::string(64, 'b'), "STIX", 1'547, 2, R"({"expired":2})"}).has_value());
  const auto source = file->add_source("/evidence/phone", "ios_backup", "00008110-001A2B3C4D5E6F70");
  ASSERT_TRUE(source.has_value());
  for (const auto& [key, value] : {std::pair{"device_name", "Anna\xE2\x80\x99s iPhone"}, std::pair{"product_type", "iPhone14,5"},
                                   std::pair{"product_version", "16.5.1"}, std::pair{"encrypted", "yes"}})
    EXPECT_TRUE(file->add_device(*source, key, value).has_value());
  add_records(*file, *source);
  add_outcomes(*file, *source);
  EXPECT_TRUE(file->end_run(*run, 3).has_value());
  std::int64_t last = *run;
  if (options.second_run) {
    last = *file->begin_run("bridle check sample.bridle", "bridle 0.1.0", "Linux 6.1 x86_64", "[]");
    EXPECT_TRUE(file->end_run(last, 0).has_value());
  }
  if (options.findings) add_findings(*file, *run, last);
  ASSERT_TRUE(file->db().exec("UPDATE run SET started = '2026-11-22T10:00:00Z', ended = '2026-11-22T10:00:01Z'").has_value());
  EXPECT_TRUE(file->set_meta("sandbox", R"([{"seccomp":"enforced","landlock":"abi 3"}])").has_value());
  EXPECT_TRUE(file->audit("run", "{}").has_value() && file->audit("end", "{}").has_value());
  ASSERT_TRUE(file->finish(kAll).has_value());
}

}  // namespace bridle::report::test

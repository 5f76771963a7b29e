// SPDX-License-Identifier: Apache-2.0
#include "report/case_reader.h"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <fstream>

#include "report/text.h"
#include "report/timeline_reader.h"
#include "sample_case.h"

namespace bridle::report {
namespace {

using test::Workplace;
using test::write_sample;
using ::testing::HasSubstr;

void run_sql(const char* path, const char* sql) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path, &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_close(db);
}

TEST(CaseReader, SaysWhatIsNoCase) {
  Workplace workplace;
  EXPECT_EQ(CaseReader::open("absent.bridle").error().code, Errc::not_found);
  std::filesystem::create_directory("folder.bridle");
  EXPECT_EQ(CaseReader::open("folder.bridle").error().code, Errc::malformed);
  std::ofstream("text.bridle") << "hello";
  EXPECT_THAT(CaseReader::open("text.bridle").error().what, HasSubstr("not a Bridle case"));
  std::ofstream("empty.bridle").flush();
  EXPECT_EQ(CaseReader::open("empty.bridle").error().code, Errc::malformed);
  run_sql("other.db", "CREATE TABLE meta(key, value); INSERT INTO meta VALUES('format', 'something');");
  EXPECT_EQ(CaseReader::open("other.db").error().code, Errc::malformed);
  EXPECT_FALSE(is_case("other.db"));
  EXPECT_FALSE(is_case("folder.bridle"));
  EXPECT_FALSE(is_case("absent.bridle"));
}

TEST(CaseReader, SaysThatACaseIsIncomplete) {
  Workplace workplace;
  { ASSERT_TRUE(CaseFile::create("half.bridle").has_value()); }
  const auto by_name = CaseReader::open("half.bridle");
  ASSERT_FALSE(by_name.has_value());
  EXPECT_THAT(by_name.error().what, HasSubstr("incomplete"));
  EXPECT_EQ(by_name.error().where, "half.bridle.partial");
  const auto itself = CaseReader::open("half.bridle.partial");
  ASSERT_FALSE(itself.has_value());
  EXPECT_THAT(itself.error().what, HasSubstr("incomplete"));
}

TEST(CaseReader, RefusesANewerSchema) {
  Workplace workplace;
  write_sample();
  EXPECT_TRUE(is_case("sample.bridle"));
  run_sql("sample.bridle", "UPDATE meta SET value = '99' WHERE key = 'schema'");
  EXPECT_EQ(CaseReader::open("sample.bridle").error().code, Errc::unsupported);
}

TEST(CaseReader, WritesNothing) {
  Workplace workplace;
  write_sample();
  std::filesystem::permissions("sample.bridle", std::filesystem::perms::owner_read);
  const auto reader = CaseReader::open("sample.bridle");
  ASSERT_TRUE(reader.has_value());
  EXPECT_FALSE(reader->db().prepare("DELETE FROM finding").value().step().has_value());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator("."), {}), 1);
}

TEST(CaseReader, ADamagedCaseIsAnErrorNotACrash) {
  Workplace workplace;
  write_sample();
  std::filesystem::resize_file("sample.bridle", std::filesystem::file_size("sample.bridle") / 2);
  const auto reader = CaseReader::open("sample.bridle");
  if (!reader) return;
  EXPECT_FALSE(reader->findings([](const FindingRow&) { return true; }).has_value() && reader->coverage().has_value());
}

TEST(CaseReader, AHostileCaseIsOnlyRead) {
  Workplace workplace;
  write_sample();
  run_sql("sample.bridle", "UPDATE artifact SET table_name = 'x\" UNION SELECT 1; --' WHERE artifact = 'test.visits'");
  const auto reader = CaseReader::open("sample.bridle");
  ASSERT_TRUE(reader.has_value());
  auto records = CaseRecords::open(*reader);
  ASSERT_TRUE(records.has_value());
  EXPECT_FALSE(records->of("test.visits").has_value());
  EXPECT_TRUE(records->of("test.processes").has_value());
}

TEST(CaseReader, FindingsAreStrongestFirst) {
  Workplace workplace;
  write_sample();
  const auto reader = CaseReader::open("sample.bridle");
  ASSERT_TRUE(reader.has_value());
  std::vector<std::string> ids;
  ASSERT_TRUE(reader->findings([&](const FindingRow& f) {
                      ids.push_back(f.id);
                      return true;
                    }).has_value());
  EXPECT_THAT(ids, ::testing::ElementsAre("f-0002", "f-0001"));
  EXPECT_EQ(reader->finding("f-0009").error().code, Errc::not_found);
}

TEST(Summary, SaysThatTheAuditChainIsBroken) {
  Workplace workplace;
  write_sample();
  EXPECT_EQ(summarise(*CaseReader::open("sample.bridle"))->audit_broken, "");
  run_sql("sample.bridle", "UPDATE audit SET data = '{\"x\":1}' WHERE n = 1");
  const auto s = summarise(*CaseReader::open("sample.bridle"));
  ASSERT_TRUE(s.has_value());
  EXPECT_THAT(s->audit_broken, HasSubstr("audit line 1"));
  EXPECT_THAT(summary_text(*s, {}), HasSubstr("BROKEN: audit line 1"));
}

class Timeline : public ::testing::Test {
 protected:
  Timeline() {
    write_sample();
    reader.emplace(std::move(*CaseReader::open("sample.bridle")));
    records.emplace(std::move(*CaseRecords::open(*reader)));
  }
  std::vector<std::string> events(const TimelineQuery& query) {
    std::vector<std::string> out;
    EXPECT_TRUE(read_timeline(*reader, *records, query, [&](const Event& e) {
                  out.push_back(to_iso(e.time).substr(5) + " " + std::string(e.name) + " " + std::to_string(e.record->record_id));
                  return true;
                }).has_value());
    return out;
  }
  Workplace workplace;
  std::optional<CaseReader> reader;
  std::optional<CaseRecords> records;
};

TEST_F(Timeline, IsInOrderOfTime) {
  EXPECT_THAT(events({}), ::testing::ElementsAre("07-06T05:09:11Z visit 1", "07-06T05:10:11Z visit 2", "07-06T05:10:12Z first seen 1",
                                                 "07-06T05:10:41Z visit 3", "07-06T05:40:00Z last seen 1", "07-07T05:10:11Z visit 4"));
}

TEST_F(Timeline, IsNarrowedByTimeArtifactTextAndNumber) {
  EXPECT_THAT(events({.from = from_iso("2021-07-06T05:10:11Z"), .to = from_iso("2021-07-06T05:10:12Z")}),
              ::testing::ElementsAre("07-06T05:10:11Z visit 2", "07-06T05:10:12Z first seen 1"));
  EXPECT_THAT(events({.artifact = "test.pro*"}), ::testing::SizeIs(2));
  EXPECT_THAT(events({.artifact = "test.none"}), ::testing::IsEmpty());
  EXPECT_THAT(events({.mentions = "BAD.example"}), ::testing::ElementsAre("07-06T05:10:11Z visit 2"));
  EXPECT_THAT(events({.limit = 2}), ::testing::ElementsAre("07-06T05:09:11Z visit 1", "07-06T05:10:11Z visit 2"));
  EXPECT_THAT(events({.mentions = "used the network", .limit = 1}), ::testing::ElementsAre("07-06T05:10:12Z first seen 1"));
  EXPECT_THAT(events({.limit = 0}), ::testing::IsEmpty());
}

TEST(TimelineOfMany, KeepsTheOrderWhenKeysDoNotFitAtOnce) {
  Workplace workplace;
  write_sample();
  // Far more equal times than the limit, so that the smallest keys are chosen among many.
  run_sql("sample.bridle", R"sql(
    WITH RECURSIVE n(i) AS (VALUES(100) UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
    INSERT INTO test_visits SELECT i, 1, i, 0, 'https://many.example/', NULL, 1000000000 * (i * 7919 % 5003), i, 1 FROM n)sql");
  const auto reader = CaseReader::open("sample.bridle");
  auto records = CaseRecords::open(*reader);
  const auto times = [&](const TimelineQuery& query) {
    std::vector<std::pair<std::int64_t, std::int64_t>> out;
    EXPECT_TRUE(read_timeline(*reader, *records, query, [&](const Event& e) {
                  out.emplace_back(e.time.ns, e.record->record_id);
                  return true;
                }).has_value());
    return out;
  };
  const auto all = times({});
  EXPECT_EQ(all.size(), 4901U + 6U);
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, [](const auto& e) { return e.first; }));
  EXPECT_EQ(times({.keys_at_once = 64}), all);  // many passes give the same
  EXPECT_EQ(times({.mentions = "many.example", .limit = 100, .keys_at_once = 10}).size(), 100U);
  const auto first = times({.limit = 700});
  EXPECT_TRUE(std::ranges::equal(first, std::span(all).first(700)));
}

TEST(Shifted, StaysWithinTheRange) {
  EXPECT_EQ(shifted(Time{std::numeric_limits<std::int64_t>::max()}, 1).ns, std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(shifted(Time{std::numeric_limits<std::int64_t>::min()}, -1).ns, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(shifted(Time{5}, -7).ns, -2);
}

}  // namespace
}  // namespace bridle::report

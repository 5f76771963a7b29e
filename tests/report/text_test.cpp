// SPDX-License-Identifier: Apache-2.0
// Text views of a hand-made case, compared with tests/report/golden. BRIDLE_UPDATE_GOLDEN=1 writes them anew.
#include "report/text.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "base/text.h"
#include "sample_case.h"

namespace bridle::report {
namespace {

using test::SampleOptions;
using test::Workplace;
using test::write_sample;
using ::testing::HasSubstr;
using ::testing::Not;

std::string golden_file(const std::string& name) { return std::string(BRIDLE_SOURCE_DIR) + "/tests/report/golden/" + name + ".txt"; }

void expect_golden(const std::string& name, const std::string& shown) {
  if (std::getenv("BRIDLE_UPDATE_GOLDEN") != nullptr) std::ofstream(golden_file(name), std::ios::binary) << shown;
  std::ifstream in(golden_file(name), std::ios::binary);
  const std::string wanted{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(shown, wanted) << "in " << name;
}

/// No view lets a byte through that a terminal obeys.
void expect_harmless(const std::string& shown) {
  for (const char c : shown) EXPECT_TRUE(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F)) << int{c};
  EXPECT_TRUE(valid_utf8(shown));
  EXPECT_THAT(shown, Not(HasSubstr("\xE2\x80\xAE")));
}

class TextViews : public ::testing::Test {
 protected:
  void open(const SampleOptions& options = {}) {
    write_sample(options);
    auto opened = CaseReader::open("sample.bridle");
    ASSERT_TRUE(opened.has_value()) << to_string(opened.error());
    reader.emplace(std::move(*opened));
    auto every = CaseRecords::open(*reader);
    ASSERT_TRUE(every.has_value());
    records.emplace(std::move(*every));
  }
  std::string summary() {
    const auto s = summarise(*reader);
    EXPECT_TRUE(s.has_value());
    return summary_text(*s, style);
  }

  Workplace workplace;
  Style style;
  std::optional<CaseReader> reader;
  std::optional<CaseRecords> records;
};

TEST_F(TextViews, SummarySaysCoverageBeforeFindings) {
  open();
  const std::string shown = summary();
  expect_golden("summary", shown);
  expect_harmless(shown);
  EXPECT_LT(shown.find("COVERAGE"), shown.find("FINDINGS"));
}

TEST_F(TextViews, SummaryWithoutFindingsEndsWithTheFixedSentence) {
  open({.findings = false});
  const std::string shown = summary();
  expect_golden("summary_no_findings", shown);
  EXPECT_TRUE(shown.ends_with("No known trace found. This does not mean that the phone is clean.\n"));
  for (const char* limit : {"L1 ", "L2 ", "L3 ", "L5 ", "L7 ", "L12 ", "L13 "}) EXPECT_THAT(shown, HasSubstr(std::string("  ") + limit));
  for (const char* limit : {"L9 ", "L10 ", "L11 ", "L14 "}) EXPECT_THAT(shown, Not(HasSubstr(limit)));
}

TEST_F(TextViews, SummaryOfASecondRunMarksWhatIsNew) {
  open({.second_run = true});
  const std::string shown = summary();
  EXPECT_THAT(shown, HasSubstr("1 new in this run"));
  EXPECT_THAT(shown, HasSubstr("S4 anomaly, medium, no time, new"));
  EXPECT_THAT(shown, Not(HasSubstr("05:10:11Z, new")));
}

TEST_F(TextViews, ColourAddsNothingButColour) {
  open();
  const std::string plain = summary();
  style.color = true;
  std::string colored = summary();
  EXPECT_THAT(colored, HasSubstr("\x1b[1;36mcontact\x1b[0m"));
  EXPECT_THAT(colored, Not(HasSubstr("\x1b[32m")));  // never green
  for (std::size_t at = 0; (at = colored.find('\x1b')) != std::string::npos;) colored.erase(at, colored.find('m', at) - at + 1);
  EXPECT_EQ(colored, plain);
}

TEST_F(TextViews, AsciiStaysAscii) {
  open();
  style.charset = Charset::ascii;
  for (const char c : summary()) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST_F(TextViews, ProseStaysWithinEightyColumns) {
  open();
  const std::string shown = summary();
  Lines lines(shown);
  while (const auto line = lines.next()) EXPECT_LE(display_width(*line), 80U) << *line;
}

TEST_F(TextViews, ExplainHoldsAllThatIsKnown) {
  open();
  const auto finding = reader->finding("f-0001");
  ASSERT_TRUE(finding.has_value());
  const auto shown = explain_text(*reader, *records, *finding, style);
  ASSERT_TRUE(shown.has_value()) << to_string(shown.error());
  expect_golden("explain", *shown);
  expect_harmless(*shown);
  EXPECT_THAT(*shown, HasSubstr("https://bad.example/x?[/x]"));  // markup of other tools is only text here
  EXPECT_THAT(*shown, HasSubstr("raw 647241011 cocoa_seconds"));
  EXPECT_THAT(*shown, Not(HasSubstr("late.example")));           // a day later
}

TEST_F(TextViews, ExplainShowsBothSidesOfABusyMinute) {
  write_sample();
  {
    auto file = CaseFile::open("sample.bridle");
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE(file->db().exec(R"sql(
      WITH RECURSIVE n(i) AS (VALUES(-300) UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO test_visits SELECT i + 1000, 1, i, 0, 'https://busy.example/' || i, NULL, 1625548211000000000 + i * 1000000000, i, 1 FROM n)sql").has_value());
  }
  reader.emplace(std::move(*CaseReader::open("sample.bridle")));
  records.emplace(std::move(*CaseRecords::open(*reader)));
  const auto shown = explain_text(*reader, *records, *reader->finding("f-0001"), style);
  ASSERT_TRUE(shown.has_value());
  EXPECT_THAT(*shown, HasSubstr("> 2021-07-06 05:10:11Z"));
  EXPECT_THAT(*shown, HasSubstr("https://busy.example/-99 "));
  EXPECT_THAT(*shown, Not(HasSubstr("https://busy.example/-101 ")));
  EXPECT_THAT(*shown, HasSubstr("https://busy.example/95 "));
  EXPECT_THAT(*shown, Not(HasSubstr("https://busy.example/101 ")));
  EXPECT_THAT(*shown, HasSubstr("--around f-0001:10m"));
}

TEST_F(TextViews, ExplainOfARule) {
  open();
  const auto finding = reader->finding("f-0002");
  ASSERT_TRUE(finding.has_value());
  const auto shown = explain_text(*reader, *records, *finding, style);
  ASSERT_TRUE(shown.has_value());
  expect_golden("explain_rule", *shown);
}

TEST_F(TextViews, CoverageProblemsAndSources) {
  open();
  const auto coverage = reader->coverage();
  ASSERT_TRUE(coverage.has_value());
  expect_golden("coverage", coverage_text(*coverage, style));
  std::string problems;
  ASSERT_TRUE(reader->problems([&](const ProblemRow& p) {
                      problems += problem_text(p, style);
                      return true;
                    }).has_value());
  expect_golden("problems", problems);
  expect_harmless(problems);
  const auto sources = reader->sources();
  ASSERT_TRUE(sources.has_value());
  expect_golden("sources", source_text(sources->front(), style));
}

TEST_F(TextViews, RecordsAndTimeline) {
  open();
  std::string shown;
  for (const char* id : {"test.visits", "test.processes"}) {
    const auto reading = records->of(id);
    ASSERT_TRUE(reading.has_value());
    ASSERT_TRUE((*reading)->all(0, [&](const RecordView& record) {
                             shown += record_text(record, style);
                             return true;
                           }).has_value());
  }
  expect_golden("records", shown);
  expect_harmless(shown);
  std::string timeline;
  ASSERT_TRUE(read_timeline(*reader, *records, {}, [&](const Event& event) {
                timeline += event_text(event, style);
                return true;
              }).has_value());
  expect_golden("timeline", timeline);
  expect_harmless(timeline);
}

TEST_F(TextViews, AnEventIsCutToTheTerminal) {
  open();
  style.terminal = true;
  style.columns = 60;
  ASSERT_TRUE(read_timeline(*reader, *records, {}, [&](const Event& event) {
                const std::string line = event_text(event, style);
                EXPECT_LE(display_width(line.substr(0, line.size() - 1)), 60U) << line;
                return true;
              }).has_value());
}

}  // namespace
}  // namespace bridle::report

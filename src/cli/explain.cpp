// SPDX-License-Identifier: Apache-2.0
// bridle explain: one finding, all that is known of it.
#include <memory>

#include "cli/verbs.h"
#include "report/text.h"

namespace bridle::cli {
namespace {

constexpr std::int64_t kTenMinutes = 600LL * 1'000'000'000;

struct Options {
  std::string case_path, finding;
};

int write_json(Session& session, const report::CaseReader& reader, report::CaseRecords& records, const report::FindingRow& finding) {
  const auto object = report::to_json(finding, records);
  if (!object) return session.fail(object.error());
  session.write_json(*object);
  if (!finding.time) return kDone;
  report::TimelineQuery query;
  query.from = report::shifted(*finding.time, -kTenMinutes);
  query.to = report::shifted(*finding.time, kTenMinutes);
  const auto read = report::read_timeline(reader, records, query, [&](const report::Event& event) {
    session.write_json(report::to_json(event));
    return true;
  });
  return read ? int{kDone} : session.fail(read.error());
}

int run(Session& session, const Options& options) {
  const auto reader = report::CaseReader::open(options.case_path);
  if (!reader) return session.fail(reader.error());
  const auto finding = reader->finding(options.finding);
  if (!finding) return session.fail(finding.error());
  auto records = report::CaseRecords::open(*reader);
  if (!records) return session.fail(records.error());
  if (session.options.json) return write_json(session, *reader, *records, *finding);
  const auto text = report::explain_text(*reader, *records, *finding, session.style());
  if (!text) return session.fail(text.error());
  session.write(*text);
  return kDone;
}

}  // namespace

void add_explain(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("explain", "Explain one finding: what was observed, by whose indicator, what else may cause it.");
  const auto options = std::make_shared<Options>();
  verb->add_option("CASE", options->case_path, "Case file.")->required();
  verb->add_option("FINDING", options->finding, "Id of the finding, such as f-0001.")->required();
  add_output_options(*verb, session);
  add_examples(*verb, R"(Examples:
  bridle explain phone.bridle f-0001
  bridle explain phone.bridle f-0001 --json
      the finding, then the events of the ten minutes before and after)");
  verb->callback([&session, options] { session.job = [&session, options] { return run(session, *options); }; });
}

}  // namespace bridle::cli

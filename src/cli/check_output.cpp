// SPDX-License-Identifier: Apache-2.0
#include "cli/check_output.h"

#include <algorithm>
#include <array>

#include "report/text.h"
#include "rules/rule.h"

namespace bridle::cli {
namespace {

constexpr std::array<std::string_view, 4> kLadder{"context", "contact", "attempt", "execution"};

int write_json(Session& session, const report::CaseReader& reader, const report::Summary& summary) {
  session.write_json(report::to_json(summary));
  for (const report::CoverageRow& row : summary.coverage) session.write_json(report::to_json(row));
  auto records = report::CaseRecords::open(reader);
  if (!records) return session.fail(records.error());
  std::optional<Error> error;
  const auto read = reader.findings([&](const report::FindingRow& f) {
    const auto object = report::to_json(f, *records);
    if (object) session.write_json(*object);
    else error = object.error();
    return object.has_value();
  });
  if (error) return session.fail(*error);
  if (!read) return session.fail(read.error());
  return kDone;
}

}  // namespace

bool Threshold::met(const report::FindingRow& finding) const {
  if (finding_class.empty()) return finding.strength.size() == 2 && finding.strength[1] - '0' >= strength;
  const auto wanted = std::ranges::find(kLadder, finding_class);
  if (wanted == kLadder.end()) return finding.finding_class == finding_class;
  return std::find(wanted, kLadder.end(), finding.finding_class) != kLadder.end();
}

Result<std::optional<Threshold>> parse_threshold(const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (finding_class_named(text)) return Threshold{text, 0};
  if (text.size() == 2 && text[0] == 'S' && text[1] >= '1' && text[1] <= '5') return Threshold{"", text[1] - '0'};
  return bridle::fail(Errc::usage, "--exit-on takes context, contact, attempt, execution, tamper, anomaly or S1 to S5, not \"" + text + "\"");
}

int finish_check(Session& session, const CheckResult& result, const std::optional<Threshold>& threshold) {
  const auto reader = report::CaseReader::open(result.case_path);
  if (!reader) return session.fail(reader.error());
  const auto summary = report::summarise(*reader);
  if (!summary) return session.fail(summary.error());
  if (session.options.json) {
    if (const int code = write_json(session, *reader, *summary); code != kDone) return code;
  } else if (!session.options.quiet) {
    session.write(report::summary_text(*summary, session.style()));
  }
  if (result.changed) {
    session.note("a file of the source changed during the run; see: bridle show problems");
    return kChanged;
  }
  if (result.cancelled) {
    session.note("the run was stopped; the case holds what was read until then");
    return kSignal + stop_signal();
  }
  const auto met = [&](const report::FindingRow& f) { return summary->run && f.run_id == summary->run->id && threshold->met(f); };
  if (threshold && std::ranges::any_of(summary->findings, met)) return kThreshold;
  return result.partial ? kPartial : kDone;
}

int fail_run(const Session& session, const Error& error) {
  if (!stop_requested()) return session.fail(error);
  session.note("stopped");
  return kSignal + stop_signal();
}

}  // namespace bridle::cli

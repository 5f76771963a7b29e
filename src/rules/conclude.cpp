// SPDX-License-Identifier: Apache-2.0
#include "rules/conclude.h"

#include <algorithm>

#include "rules/indicator_findings.h"
#include "rules/run_rules.h"

namespace bridle {

Result<Concluded> conclude(CaseFile& file, std::int64_t run_id, std::span<const Rule> rules) {
  auto findings = indicator_findings(file, run_id);
  if (!findings) return fail(findings.error());
  auto by_rules = run_rules(file, run_id, rules);
  if (!by_rules) return fail(by_rules.error());
  findings->insert(findings->end(), std::make_move_iterator(by_rules->begin()), std::make_move_iterator(by_rules->end()));
  if (auto ok = corroborate(file, *findings); !ok) return fail(ok.error());
  std::ranges::stable_sort(*findings, [](const Finding& a, const Finding& b) {
    return std::pair(a.level, a.strength) > std::pair(b.level, b.strength);
  });

  auto writer = FindingWriter::open(file, run_id);
  if (!writer) return fail(writer.error());
  Concluded out;
  for (const Finding& f : *findings) {
    const auto added = writer->add(f);
    if (!added) return fail(added.error());
    out.added += *added;
  }
  out.findings = writer->stored();
  auto failed = file.db().prepare("SELECT EXISTS(SELECT 1 FROM rule WHERE run_id = ? AND outcome LIKE 'failed%')");
  if (!failed) return fail(failed.error());
  failed->bind(1, run_id);
  if (const auto row = failed->step(); !row) return fail(row.error());
  out.rules_failed = failed->integer(0) != 0;
  return out;
}

}  // namespace bridle

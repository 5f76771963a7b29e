// SPDX-License-Identifier: Apache-2.0
#include "report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "case/case_file.h"
#include "report/page.h"

namespace bridle::report {
namespace {

void add_coverage(Summary& s) {
  for (const char* outcome : {"read", "partly", "absent", "failed"}) s.outcomes[outcome] = 0;
  for (const CoverageRow& c : s.coverage) {
    ++s.outcomes[c.outcome];
    s.records += c.records;
    s.wal_only += c.wal_only;
    if (c.oldest && (!s.oldest || *c.oldest < *s.oldest)) s.oldest = c.oldest;
    if (c.newest && (!s.newest || *c.newest > *s.newest)) s.newest = c.newest;
  }
}

void add_indicator_sets(Summary& s, const std::vector<IndicatorSetRow>& sets) {
  for (const IndicatorSetRow& set : sets) {
    if (!s.run || set.run_id != s.run->id) continue;
    if (set.format == "not read") {
      ++s.sets_not_read;
      continue;
    }
    ++s.indicator_sets;
    s.indicators += set.loaded;
    s.indicators_skipped += set.skipped;
  }
}

void add_rules(Summary& s, const std::vector<RuleRow>& rules) {
  for (const RuleRow& rule : rules) {
    if (rule.outcome.starts_with("not run")) ++s.rules_not_run;
    else if (rule.outcome.starts_with("failed")) ++s.rules_failed;
    else ++s.rules_run;
  }
}

void add_finding(Summary& s, const FindingRow& f) {
  ++s.findings_by_class[f.finding_class];
  s.strongest = std::max(s.strongest, f.strength);
  if (s.run && f.run_id == s.run->id) ++s.new_findings;
  s.findings.push_back(f);
  s.findings.back().refs = {};
}

int major_version(const std::string& version) {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

bool has_findings_of(const Summary& s, std::string_view finding_class) {
  return std::ranges::any_of(s.findings, [&](const FindingRow& f) { return f.finding_class == finding_class; });
}

void add_limits(Summary& s) {
  const auto add = [&](std::string_view id, std::string text) { s.limits.push_back({std::string(id), std::move(text)}); };
  const auto any_source = [&](auto&& is) { return std::ranges::any_of(s.sources, is); };
  add("L1", "Only published indicators and the rules of this build were looked for.");
  if (any_source([](const Source& x) { return x.type.find("backup") != std::string::npos; }))
    add("L2", fmt::format("A backup holds a part of the phone's files; {} of {} artifacts had no file in it.", s.outcomes["absent"], s.coverage.size()));
  if (s.oldest)
    add("L3", fmt::format("Stores keep what they record for a limited time; the oldest record seen is of {}.", to_iso(*s.oldest).substr(0, 10)));
  add("L5", "The phone's clock was not verified.");
  if (s.problems_of_password > 0) add("L6", "An encrypted part was not opened.");
  if (s.problems > 0)
    add("L7", fmt::format("Not everything could be read: {}, at least {} lost.", counted(s.problems, "problem"), counted(s.rows_lost, "row")));
  for (const Source& source : s.sources)
    if (const std::string version = source.property("product_version"); source.type == "ios_backup" && major_version(version) > kNewestTestedIos)
      add("L8", fmt::format("iOS {} is newer than the newest that was tested ({}); stores may have moved or changed.", version.substr(0, 20), kNewestTestedIos));
  if (has_findings_of(s, "contact")) add("L9", "A listed address in messages or history does not show that the phone was compromised.");
  if (has_findings_of(s, "execution")) add("L10", "Any app can choose the name of a process or file.");
  if (!s.findings.empty()) add("L11", "The owner's own security tools, research or developer use may explain a finding.");
  if (s.run) add("L12", fmt::format("Indicators and rules are those of {}; later ones may say more.", s.run->started.substr(0, 10)));
  if (!s.sources.empty()) add("L13", "Bridle did not witness how the source was acquired.");
  if (any_source([](const Source& x) { return x.changed > 0; })) add("L14", "A file of the source changed while it was being read.");
}

Result<> add_integrity(Summary& s, const CaseReader& from) {
  const auto meta = from.meta();
  if (!meta) return fail(meta.error());
  if (const auto sandbox = meta->find("sandbox"); sandbox != meta->end()) s.sandbox = sandbox->second;
  auto count = from.db().prepare("SELECT count(*) FROM audit");
  if (!count) return fail(count.error());
  if (const auto row = count->step(); !row) return fail(row.error());
  s.audit_lines = count->integer(0);
  const auto chain = verify_audit(from.db());
  if (!chain && chain.error().code != Errc::malformed) return fail(chain.error());
  if (!chain) s.audit_broken = chain.error().what;
  return {};
}

}  // namespace

Result<Summary> summarise(const CaseReader& from) {
  Summary s;
  s.case_path = from.path();
  auto runs = from.runs();
  if (!runs) return fail(runs.error());
  s.runs = static_cast<std::int64_t>(runs->size());
  if (!runs->empty()) s.run = runs->back();
  auto sources = from.sources();
  if (!sources) return fail(sources.error());
  s.sources = std::move(*sources);
  auto coverage = from.coverage();
  if (!coverage) return fail(coverage.error());
  s.coverage = std::move(*coverage);
  add_coverage(s);
  const auto sets = from.indicator_sets();
  if (!sets) return fail(sets.error());
  add_indicator_sets(s, *sets);
  const auto rules = from.rules();
  if (!rules) return fail(rules.error());
  add_rules(s, *rules);
  auto ok = from.problems([&](const ProblemRow& p) {
    ++s.problems;
    s.rows_lost += p.rows_lost;
    s.problems_of_password += p.code == "password";
    return true;
  });
  if (!ok) return fail(ok.error());
  ok = from.findings([&](const FindingRow& f) {
    add_finding(s, f);
    return true;
  });
  if (!ok) return fail(ok.error());
  add_limits(s);
  if (ok = add_integrity(s, from); !ok) return fail(ok.error());
  return s;
}

}  // namespace bridle::report

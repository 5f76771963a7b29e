// SPDX-License-Identifier: Apache-2.0
// Summary: a whole case on one page. Coverage comes before findings, and limits are part of it.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/case_reader.h"

namespace bridle::report {

/// Newest iOS whose stores were compared with real files. A newer one is read, and limit L8 says so.
inline constexpr int kNewestTestedIos = 17;

/// A limit of what the case can show. Ids are stable: L1 .. L14 (docs/findings.md).
struct Limit {
  std::string id, text;
};

struct Summary {
  std::string case_path;
  std::optional<Run> run;  ///< the last
  std::int64_t runs = 0;
  std::vector<Source> sources;
  std::vector<CoverageRow> coverage;
  std::map<std::string, std::int64_t> outcomes;  ///< "read" -> artifacts
  std::int64_t records = 0, wal_only = 0;
  std::optional<Time> oldest, newest;
  std::int64_t problems = 0, rows_lost = 0, problems_of_password = 0;
  std::int64_t indicator_sets = 0, indicators = 0, indicators_skipped = 0, sets_not_read = 0;  ///< of the last run
  std::int64_t rules_run = 0, rules_not_run = 0, rules_failed = 0;
  std::vector<FindingRow> findings;  ///< strongest first, without their records
  std::map<std::string, std::int64_t> findings_by_class;
  std::string strongest;          ///< "S4"; empty without findings
  std::int64_t new_findings = 0;  ///< that the last run added
  std::vector<Limit> limits;
  std::string sandbox;  ///< JSON: what was enforced in the workers that read the sources; empty if the case does not say
  std::int64_t audit_lines = 0;
  std::string audit_broken;  ///< empty if each line of the audit chain follows from the one before

  bool rematched() const { return runs > 1; }
};

/// Errors: malformed, io of the case.
Result<Summary> summarise(const CaseReader& from);

}  // namespace bridle::report

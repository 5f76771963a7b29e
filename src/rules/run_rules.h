// SPDX-License-Identifier: Apache-2.0
// Runs rules over a case.
#pragma once
#include <span>
#include <vector>

#include "rules/finding.h"
#include "rules/rule.h"

namespace bridle {

/// Findings of all rules, in the order of the rules. What came of each rule is stored in the table `rule`; one that
/// fails in the middle keeps what it found and leaves a problem in the case.
///
/// A rule's SELECT gives columns `<table>_record` (a record id; more of one table as `<table>_record_2`), optionally
/// `time` (nanoseconds) and `records` (when a row stands for more than it names), and what its sentence cites.
/// Errors: io, internal.
Result<std::vector<Finding>> run_rules(CaseFile& file, std::int64_t run_id, std::span<const Rule> rules);

/// Raises the strength of findings that stores written by different daemons agree on, by the same malware and class,
/// within a day: S4, and S5 if one of the stores can be written by neither apps nor a restore.
Result<> corroborate(CaseFile& file, std::vector<Finding>& findings);

}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
// Text views of a case. Each function gives one whole piece of output, so that long ones can be written as they come.
#pragma once
#include <string>
#include <vector>

#include "report/case_reader.h"
#include "report/record_reader.h"
#include "report/style.h"
#include "report/summary.h"
#include "report/timeline_reader.h"

namespace bridle::report {

/// The page a check ends with: coverage, findings, limits, and what to do next.
std::string summary_text(const Summary& summary, const Style& style);

std::string coverage_text(const std::vector<CoverageRow>& coverage, const Style& style);
/// The finding in a few lines. `is_new` marks what the last of several runs added.
std::string finding_text(const FindingRow& finding, bool is_new, const Style& style);
std::string problem_text(const ProblemRow& problem, const Style& style);
std::string source_text(const Source& source, const Style& style);
std::string indicator_set_text(const IndicatorSetRow& set, const Style& style);
/// With `source`, also which file of the source it was read from, and that file's hash.
std::string record_text(const RecordView& record, const Style& style, bool source = false);
/// One line, on a terminal cut to its width.
std::string event_text(const Event& event, const Style& style);

/// All that a case says of one finding, with what happened in the ten minutes around it.
/// Errors: those of reading the case.
Result<std::string> explain_text(const CaseReader& from, CaseRecords& records, const FindingRow& finding, const Style& style);

/// "2021-07-06 05:10:11.123Z": to the millisecond, without a fraction if that is zero.
std::string shown_time(Time time);

}  // namespace bridle::report

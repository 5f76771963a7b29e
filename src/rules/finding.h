// SPDX-License-Identifier: Apache-2.0
// Finding: what a match or a rule concludes, with the records it rests on. A class and a strength, never a verdict.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bridle/time.h"
#include "case/case_file.h"
#include "rules/rule.h"

namespace bridle {

struct RecordRef {
  std::string artifact;
  std::int64_t record_id = 0;
};

struct Finding {
  std::string key;  ///< equal keys are the same finding: a second run adds nothing
  FindingClass finding_class = FindingClass::anomaly;
  Level level = Level::info;
  std::optional<Time> time;
  std::string clock;
  std::string artifact;      ///< of the first record
  std::string rule;          ///< rule id; "indicator" for matches
  std::optional<std::int64_t> indicator_id;
  std::int64_t records = 0;  ///< how many there are; `refs` holds the first of them
  std::vector<RecordRef> refs;
  std::string summary, why, innocent, confirm, forgeable, reference;
  int strength = 1;          ///< S1..S5
  std::string strength_why;
};

/// Records listed per finding; the count is always whole.
inline constexpr std::size_t kRecordsPerFinding = 100;

/// Stores findings under ids f-0001, f-0002, ... in the order they come.
class FindingWriter {
 public:
  static Result<FindingWriter> open(CaseFile& file, std::int64_t run_id);

  /// Returns whether the finding is new; one whose key the case holds already is left as it was.
  Result<bool> add(const Finding& finding);
  std::int64_t stored() const { return stored_; }

 private:
  std::int64_t run_id_ = 0, stored_ = 0;
  CaseStatement insert_, link_;
};

}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
// From matches and rules to stored findings.
#pragma once
#include <span>

#include "rules/finding.h"

namespace bridle {

struct Concluded {
  std::int64_t findings = 0;  ///< in the case now
  std::int64_t added = 0;     ///< by this run
  bool rules_failed = false;
};

/// Makes the findings of a run: indicator matches, rules, corroboration; stores those that are new, strongest first.
Result<Concluded> conclude(CaseFile& file, std::int64_t run_id, std::span<const Rule> rules);

}  // namespace bridle

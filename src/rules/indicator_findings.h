// SPDX-License-Identifier: Apache-2.0
// Turns the matches of a run into findings: one for each indicator value and artifact, however many records met it.
#pragma once
#include <vector>

#include "rules/finding.h"

namespace bridle {

/// Reads `match`, `indicator` and the records of the case. Strength and level are those of the finding alone;
/// corroborate() raises them. Errors: io, internal.
Result<std::vector<Finding>> indicator_findings(CaseFile& file, std::int64_t run_id);

}  // namespace bridle

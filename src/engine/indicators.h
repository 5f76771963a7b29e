// SPDX-License-Identifier: Apache-2.0
// Indicators of a run: loading them and recording in the case which sets were used.
#pragma once
#include <string>
#include <vector>

#include "case/case_file.h"
#include "indicators/indicator_set.h"

namespace bridle {

/// Errors: not_found or io of a path; a file whose content is no indicators ends the run only if it was named itself.
Result<IndicatorSet> load_indicators(const std::vector<std::string>& paths, bool builtin);

/// A row for each set, and a problem for each file or indicator that was skipped.
Result<> record_indicator_sets(CaseFile& file, std::int64_t run_id, const IndicatorSet& indicators);

}  // namespace bridle

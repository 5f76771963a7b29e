// SPDX-License-Identifier: Apache-2.0
#include "engine/indicators.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "engine/audit_json.h"

namespace bridle {

Result<IndicatorSet> load_indicators(const std::vector<std::string>& paths, bool builtin) {
  const Time now{std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
  IndicatorSetBuilder builder;
  if (builtin) builder.add_builtin();
  for (const std::string& path : paths)
    if (auto ok = builder.add_path(path, now); !ok) return fail(ok.error());
  return std::move(builder).build();
}

Result<> record_indicator_sets(CaseFile& file, std::int64_t run_id, const IndicatorSet& indicators) {
  for (const IndicatorSetInfo& set : indicators.sets()) {
    nlohmann::ordered_json why = nlohmann::ordered_json::object();
    for (const auto& [reason, count] : set.skipped_by_reason) why[to_valid_utf8(reason)] = count;
    const IndicatorSetRow row{to_valid_utf8(set.name), to_valid_utf8(set.path), set.sha256, set.format, static_cast<std::int64_t>(set.loaded),
                              static_cast<std::int64_t>(set.skipped), set.skipped > 0 ? why.dump() : ""};
    if (auto ok = file.add_indicator_set(run_id, row); !ok) return ok;
    if (auto ok = file.audit("indicators", audit_json({{"name", set.name}, {"sha256", set.sha256}, {"loaded", std::to_string(set.loaded)},
                                                       {"skipped", std::to_string(set.skipped)}})); !ok)
      return ok;
  }
  for (const Skipped& skipped : indicators.skipped_files()) {
    const IndicatorSetRow row{to_valid_utf8(skipped.where), to_valid_utf8(skipped.where), "", "not read", 0, 0,
                              nlohmann::ordered_json{{to_valid_utf8(skipped.why), 1}}.dump()};
    if (auto ok = file.add_indicator_set(run_id, row); !ok) return ok;
  }
  return {};
}

}  // namespace bridle

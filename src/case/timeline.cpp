// SPDX-License-Identifier: Apache-2.0
#include "case/timeline.h"

#include "bridle/artifact.h"
#include "case/schema.h"

namespace bridle {

std::string timeline_view(std::span<const Artifact* const> artifacts) {
  std::string all;
  for (const Artifact* a : artifacts) {
    const std::string one = timeline_select(*a);
    if (!one.empty()) all += (all.empty() ? "" : " UNION ALL ") + one;
  }
  if (all.empty()) all = "SELECT NULL AS time, NULL AS clock, NULL AS artifact, NULL AS record_id, NULL AS event WHERE 0";
  return "CREATE VIEW timeline AS " + all + ";\n";
}

}  // namespace bridle

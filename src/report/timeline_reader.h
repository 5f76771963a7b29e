// SPDX-License-Identifier: Apache-2.0
// TimelineReader: the events of all artifacts of a case in the order of their time.
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "report/record_reader.h"

namespace bridle::report {

struct TimelineQuery {
  std::optional<Time> from, to;  ///< both included
  std::string artifact;          ///< id, or a glob over ids: "ios.whatsapp_*"; empty for all
  std::string mentions;          ///< the sentence holds this, without regard to the case of ASCII letters
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  std::size_t keys_at_once = 1'000'000;  ///< sorted in memory, of 24 bytes each; more take another pass over the case
};

/// One event. Views hold until the reader goes on.
struct Event {
  Time time;
  std::string_view clock, name;  ///< "utc", "visit"
  const RecordView* record = nullptr;
  std::string text;  ///< the artifact's sentence; not sanitised
};

/// The time some nanoseconds later or earlier, within what a Time can be.
Time shifted(Time time, std::int64_t by_ns);

/// Calls `each` for the events that the query asks for, by time, until it returns false. Memory does not grow with the
/// case: only keys are sorted, `keys_at_once` of them at a time, and records are fetched one by one.
/// Errors: those of reading the case.
Result<> read_timeline(const CaseReader& from, CaseRecords& records, const TimelineQuery& query,
                       const std::function<bool(const Event&)>& each);

}  // namespace bridle::report

// SPDX-License-Identifier: Apache-2.0
// Fetches the indicator files that a public index names.
#pragma once
#include <string>
#include <vector>

#include "base/limits.h"
#include "bridle/result.h"
#include "bridle/time.h"
#include "indicators/store.h"

namespace bridle {

inline constexpr std::string_view kPublicIndex =
    "https://raw.githubusercontent.com/mvt-project/mvt-indicators/main/indicators.yaml";

/// One file that an index names.
struct IndexEntry {
  std::string name;  ///< title of the set
  std::string url;   ///< where the file is fetched; empty if the entry is of no use
  std::string why;   ///< then: why
};

/// Reads an index in the form of the public mvt-indicators `indicators.yaml`: a list `indicators` of entries with
/// `type: github` (owner, repo, branch, path below `github`) or a `download_url`. `github_base` stands for
/// https://raw.githubusercontent.com. Errors: malformed, limit.
Result<std::vector<IndexEntry>> parse_index(std::string_view yaml, std::string_view github_base);

struct UpdateOptions {
  std::string index{kPublicIndex};  ///< URL or file
  std::string github_base = "https://raw.githubusercontent.com";
  std::uint64_t max_bytes = limits::kDownloadBytes;  ///< of one indicator file
  long timeout_seconds = limits::kDownloadSeconds;   ///< for one indicator file
};

struct UpdateReport {
  std::vector<IndicatorFile> stored;  ///< fetched and put in the store
  std::vector<Error> failed;          ///< entries that could not be fetched: the files from earlier stay as they are
};

/// Fetches every entry of the index into the store. Opens sockets. Errors: those of reading the index.
Result<UpdateReport> update_indicators(IndicatorStore& store, const UpdateOptions& options, Time now);

}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
// Plan: which artifact reads which files of a source.
#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/path_matcher.h"
#include "bridle/artifact.h"
#include "evidence/source.h"

namespace bridle {

inline constexpr std::size_t kNoFile = std::numeric_limits<std::size_t>::max();

struct PlannedFile {
  std::size_t file = 0;       ///< index into Inventory::files
  std::size_t wal = kNoFile;  ///< its write-ahead log, if the source has one
};

/// One artifact and all its files on one source. Files are read one after the other, in the order of their paths, so
/// that the same source gives the same record ids however many workers there are.
struct Job {
  const Artifact* artifact = nullptr;
  std::vector<PlannedFile> files;
  std::uint64_t bytes = 0;
};

/// What a source must list for these artifacts.
class Wanted {
 public:
  explicit Wanted(std::span<const Artifact* const> artifacts);
  /// A file that an artifact finds, or the write-ahead log of one.
  bool operator()(std::string_view canonical_path) const;
  const PathMatcher& matcher() const { return matcher_; }

 private:
  PathMatcher matcher_;
};

/// Jobs in the order in which they should start: most bytes first. Artifacts without a file have no job.
std::vector<Job> plan(std::span<const Artifact* const> artifacts, const Inventory& inventory);

}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
// Reading one opened source into a case: hashing, artifacts, coverage, and hashing again.
#pragma once
#include <span>

#include "engine/check.h"
#include "engine/plan.h"
#include "engine/row_loader.h"

namespace bridle {

struct SourceRun {
  const Inventory& inventory;
  std::int64_t source_id;
  std::vector<std::int64_t> file_ids;  ///< case ids of Inventory::files
};

struct ReadStats {
  bool partial = false, cancelled = false;
  std::int64_t records = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::vector<SandboxReport> sandboxes;
};

/// Hashes the stored files and runs every artifact over its files, in workers. Coverage is written for each artifact,
/// also for those that found nothing. Errors: io of the case; what a source holds is never an error here.
Result<ReadStats> read_source(CaseFile& file, MatchWriter& matches, const SourceRun& run,
                              std::span<const Artifact* const> artifacts, const IndicatorSet& indicators,
                              const CheckOptions& options, Progress& progress);

/// Canonical paths of files whose bytes changed since read_source(), and of those that could not be hashed again.
struct Rehashed {
  std::vector<std::string> changed, unread;
};

/// Hashes the stored files again and writes the digests into the case.
Result<Rehashed> rehash_source(CaseFile& file, const SourceRun& run, const CheckOptions& options, Progress& progress);

}  // namespace bridle

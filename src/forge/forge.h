// SPDX-License-Identifier: Apache-2.0
// Forges a whole backup of an invented phone, with a file that says what was planted and where.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "bridle/result.h"
#include "forge/spec.h"

namespace bridle::forge {

struct Forged {
  std::filesystem::path backup;  ///< the backup folder, `folder`/<UDID>
  std::filesystem::path truth;   ///< `folder`/truth.jsonl
  std::uint64_t entries = 0;     ///< rows of the manifest
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  ///< payload, before encryption
  /// Rows that an artifact can read, planted ones and those in a log included, by "artifact/table":
  /// "ios.messages/message", "ios.data_usage/ZLIVEUSAGE".
  std::map<std::string, std::uint64_t> rows;
};

/// Writes the backup below `folder`, which is made if need be and must hold nothing yet. The same spec writes the same
/// bytes. Needs memory for the largest database, not for the backup.
/// Errors: io, usage (the folder is not empty; the spec contradicts itself), internal.
Result<Forged> forge_backup(const std::filesystem::path& folder, const Spec& spec);

}  // namespace bridle::forge

// SPDX-License-Identifier: Apache-2.0
// The main job: sources in, one case out.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/result.h"
#include "engine/worker_pool.h"

namespace bridle {

/// Told how the run goes, for a person to watch. Called from the parent process only.
class Progress {
 public:
  virtual ~Progress() = default;
  /// A new stage begins ("Hashing", "Reading", "Rules"); `bytes` is its whole, 0 if unknown.
  virtual void stage(std::string_view name, std::uint64_t bytes) = 0;
  /// More bytes of the stage are done.
  virtual void advance(std::uint64_t bytes) = 0;
};

/// Gives the backup's password; nothing if there is none (or no more tries). `attempt` counts from 0.
using PasswordSource = std::function<std::optional<std::string>(int attempt)>;

struct CheckOptions {
  std::vector<std::string> sources;           ///< at least one; several must be of one device
  std::string case_path;                      ///< must not exist
  std::vector<std::string> indicator_paths;   ///< files and folders
  bool builtin_indicators = true;
  std::vector<std::string> rule_directories;
  std::vector<std::string> artifact_files;    ///< user .sql artifacts
  unsigned workers = 0;                       ///< 0: one a core
  bool rehash = true;                         ///< hash the files read again at the end
  std::string command;                        ///< for the record: what the person typed
  PasswordSource password;
  std::chrono::milliseconds job_timeout{std::chrono::seconds{limits::kJobSilentSeconds}};
};

struct CheckResult {
  std::string case_path;
  bool partial = false;    ///< something asked for was not read whole
  bool changed = false;    ///< an input changed during the run
  bool cancelled = false;
  std::int64_t records = 0, findings = 0, new_findings = 0;
  std::uint64_t peak_memory_bytes = 0;
};

/// Reads the sources into a new case, matches, runs the rules. Errors: not_found, unsupported, password (nothing was
/// written), usage (case exists, two devices), io (the unfinished case was removed).
Result<CheckResult> check(const CheckOptions& options, Progress& progress);

struct RecheckOptions {
  std::string case_path;
  std::vector<std::string> indicator_paths;
  bool builtin_indicators = true;
  std::vector<std::string> rule_directories;
  unsigned workers = 0;
  std::string command;
};

/// Matches the records a case holds against these indicators and runs the rules again; adds what is new. The evidence
/// is not needed. Errors: not_found, malformed, unsupported, io; the case is as it was then.
Result<CheckResult> recheck(const RecheckOptions& options, Progress& progress);

}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
// CaseFile: one NAME.bridle, as the engine writes it and the rules and reports read it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bridle/record.h"
#include "bridle/result.h"
#include "case/db.h"

namespace bridle {

struct Artifact;

/// How an artifact ended on a source. Never two of these look alike in a report.
enum class Outcome : std::uint8_t {
  read,      ///< every file found was read whole
  partly,    ///< something was lost; the problems say what
  absent,    ///< the source has no file of this artifact
  failed,    ///< files are there and none could be read
};
std::string_view name(Outcome outcome);
std::optional<Outcome> outcome_named(std::string_view name);

struct Coverage {
  std::string artifact;
  std::int64_t source_id = 0;
  Outcome outcome = Outcome::absent;
  std::int64_t files = 0, records = 0, wal_only = 0, problems = 0;
  std::string why;
  std::optional<Time> oldest, newest;
};

/// A problem as the case stores it.
struct CaseProblem {
  std::string artifact;
  std::int64_t source_id = 0;
  std::string path;
  Problem problem;
};

struct IndicatorSetRow {
  std::string name, path, sha256, format;
  std::int64_t loaded = 0, skipped = 0;
  std::string skipped_why;  ///< JSON: reason -> count
};

/// A case open for writing. One thread. Nothing is visible under the final name until finish().
class CaseFile {
 public:
  /// Makes `path`.partial. Errors: usage if `path` exists, io.
  static Result<CaseFile> create(const std::string& path);
  /// Opens a whole case to add to it. Errors: not_found, malformed (no case), unsupported (newer schema).
  static Result<CaseFile> open(const std::string& path);

  CaseFile(CaseFile&&) = default;
  CaseFile& operator=(CaseFile&&) = default;
  ~CaseFile() = default;

  CaseDb& db() { return db_; }
  const std::string& path() const { return path_; }

  Result<> begin();
  Result<> commit();
  Result<> rollback();

  Result<> set_meta(std::string_view key, std::string_view value);
  Result<std::int64_t> begin_run(std::string_view command, std::string_view tool, std::string_view host,
                                 std::string_view sandbox);
  Result<> end_run(std::int64_t run_id, int exit_code);

  Result<std::int64_t> add_source(std::string_view path, std::string_view type, std::string_view device);
  Result<> add_device(std::int64_t source_id, std::string_view key, std::string_view value);
  Result<std::int64_t> add_file(std::int64_t source_id, std::string_view path, std::string_view stored_as,
                                std::uint64_t size);
  Result<> set_file_hash(std::int64_t file_id, std::string_view sha256);
  Result<> set_file_after(std::int64_t file_id, std::string_view sha256, bool changed);
  Result<> add_artifact(const Artifact& artifact);
  Result<> add_coverage(const Coverage& coverage);
  Result<> add_problem(const CaseProblem& problem);
  Result<> add_indicator_set(std::int64_t run_id, const IndicatorSetRow& set);

  /// Appends a line to the audit chain: each holds the SHA-256 of the line before. `data` is JSON.
  Result<> audit(std::string_view event, std::string_view data);

  /// Makes the views, leaves one file without journal and gives it its name. Errors: io; usage if the name was
  /// taken meanwhile. The .partial file is kept then.
  Result<> finish(std::span<const Artifact* const> artifacts);
  /// Deletes the .partial file of a case that cannot be finished.
  void discard();

 private:
  CaseFile(CaseDb db, std::string path) : db_(std::move(db)), path_(std::move(path)) {}

  CaseDb db_;
  std::string path_;
  bool partial_ = false;
};

/// SHA-256 hex of one audit line, as the chain uses it.
std::string audit_hash(std::int64_t n, std::string_view t, std::string_view event, std::string_view data,
                       std::string_view prev);
/// Errors: malformed, naming the first line that does not follow from the one before.
Result<> verify_audit(const CaseDb& db);

/// The wall clock as ISO text, whole seconds.
std::string now_iso();

}  // namespace bridle

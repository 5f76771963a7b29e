// SPDX-License-Identifier: Apache-2.0
// CaseReader: what a stored case says, table by table. It opens the file read-only and trusts neither its rows nor its
// schema: a case may come from somebody else.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridle/result.h"
#include "bridle/time.h"
#include "case/db.h"

namespace bridle::report {

struct Source {
  std::int64_t id = 0;
  std::string path, type, device;
  std::vector<std::pair<std::string, std::string>> properties;  ///< "product_version" -> "17.5.1"
  std::int64_t files = 0, bytes = 0, changed = 0;               ///< evidence files, their size, those that changed

  std::string property(std::string_view key) const;
};

struct Run {
  std::int64_t id = 0;
  std::string command, started, ended, tool, host;
  std::string sandbox;  ///< JSON: what was enforced while the source was opened
  std::optional<std::int64_t> exit_code;
};

struct CoverageRow {
  std::string artifact, summary, source, outcome, why;
  std::int64_t source_id = 0, files = 0, records = 0, wal_only = 0, problems = 0;
  std::optional<Time> oldest, newest;
};

struct ProblemRow {
  std::int64_t id = 0;
  std::string artifact, source, path, code, what;
  std::optional<std::int64_t> offset;
  std::int64_t rows_lost = 0, bytes_lost = 0;
};

struct IndicatorSetRow {
  std::int64_t run_id = 0, loaded = 0, skipped = 0;
  std::string name, path, sha256, format;
  std::string skipped_why;  ///< JSON: reason -> count
};

struct IndicatorRow {
  std::int64_t id = 0;
  std::string kind, value, malware, set, stix_id, reference;
};

struct RuleRow {
  std::string id, level, finding_class, status, reference, sha256, outcome;
};

struct RecordKey {
  std::string artifact;
  std::int64_t record_id = 0;
};

struct FindingRow {
  std::string id, finding_class, strength, level, clock, artifact, rule;
  std::string summary, why, innocent, confirm, forgeable, reference, strength_why;
  std::int64_t run_id = 0, records = 0;  ///< `records` counts all, `refs` holds the first of them
  std::optional<Time> time;
  std::optional<IndicatorRow> indicator;
  std::vector<RecordKey> refs;
};

struct StoredField {
  std::string name, type, doc, observables, epoch, clock, event;
};

struct StoredArtifact {
  std::string id, table, summary, timeline, reference, written_by, writable, forgeable;
  std::vector<StoredField> fields;

  const StoredField* field(std::string_view name) const;
};

struct AuditLine {
  std::int64_t n = 0;
  std::string t, event, data, hash;
};

/// One thread. Everything returned is a copy.
class CaseReader {
 public:
  /// Errors: not_found; malformed (no case, or one whose run did not end); unsupported (newer schema).
  static Result<CaseReader> open(const std::string& path);

  const std::string& path() const { return db_.path(); }
  const CaseDb& db() const { return db_; }

  Result<std::map<std::string, std::string>> meta() const;
  Result<std::vector<Source>> sources() const;
  Result<std::vector<Run>> runs() const;
  Result<std::vector<CoverageRow>> coverage() const;
  Result<std::vector<IndicatorSetRow>> indicator_sets() const;  ///< of all runs, newest run first
  Result<std::vector<RuleRow>> rules() const;
  Result<std::vector<StoredArtifact>> artifacts() const;

  /// Calls `each` for every problem, in order, until it returns false.
  Result<> problems(const std::function<bool(const ProblemRow&)>& each) const;
  /// Strongest first: by strength, level, then id.
  Result<> findings(const std::function<bool(const FindingRow&)>& each) const;
  /// Errors: not_found, naming the id.
  Result<FindingRow> finding(std::string_view id) const;

 private:
  explicit CaseReader(CaseDb db) : db_(std::move(db)) {}
  CaseDb db_;
};

/// True if `path` is a SQLite file that holds a Bridle case, whole or not. Never an error: a folder is no case.
bool is_case(const std::string& path);

}  // namespace bridle::report

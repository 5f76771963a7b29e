// SPDX-License-Identifier: Apache-2.0
// RecordWriter: bulk insertion of one artifact's records.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "bridle/record.h"
#include "bridle/result.h"
#include "case/case_file.h"

namespace bridle {

struct Artifact;

/// Inserts records of one artifact and one source through one prepared statement. The artifact's table must exist.
class RecordWriter {
 public:
  static Result<RecordWriter> open(CaseFile& file, const Artifact& artifact);

  /// Cells are in the order of the artifact's fields. Returns the record id. Errors: io.
  Result<std::int64_t> add(std::int64_t place, std::int64_t at, bool wal_only, std::span<const Cell> cells);

  std::int64_t records() const { return records_; }
  std::int64_t wal_only() const { return wal_only_; }
  std::optional<Time> oldest() const { return oldest_; }  ///< of times that are timeline events
  std::optional<Time> newest() const { return newest_; }

 private:
  RecordWriter(CaseStatement insert, const Artifact& artifact) : insert_(std::move(insert)), artifact_(&artifact) {}
  void bind(int& column, const Cell& cell, const Field& field);

  CaseStatement insert_;
  const Artifact* artifact_;
  std::int64_t before_ = 0;  // records of earlier sources
  std::int64_t records_ = 0, wal_only_ = 0;
  std::optional<Time> oldest_, newest_;
  std::string lists_;  // JSON of the row's list cells, alive until the step
};

/// A list as JSON text, as the case stores it: ["a","b"]. Bytes that are not UTF-8 become U+FFFD.
void append_json_list(std::string& out, List items);

}  // namespace bridle

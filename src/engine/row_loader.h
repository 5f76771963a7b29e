// SPDX-License-Identifier: Apache-2.0
// RowLoader: the parent's end. Checks what a worker says of one job and writes it into the case.
#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "bridle/artifact.h"
#include "case/case_file.h"
#include "case/record_writer.h"
#include "engine/wire.h"
#include "indicators/indicator_set.h"

namespace bridle {

/// Writes matches, and each indicator once, when a record first meets it.
class MatchWriter {
 public:
  static Result<MatchWriter> open(CaseFile& file, const IndicatorSet& indicators, std::int64_t run_id);

  /// Errors: malformed if there is no such indicator; io.
  Result<> add(const Artifact& artifact, std::int64_t record_id, const wire::RowMatch& match);
  std::int64_t matches() const { return matches_; }

 private:
  MatchWriter(const IndicatorSet& indicators, std::int64_t run_id) : indicators_(&indicators), run_id_(run_id) {}
  Result<std::int64_t> indicator_id(std::uint32_t index);

  const IndicatorSet* indicators_;
  std::int64_t run_id_;
  CaseStatement insert_match_, insert_indicator_;
  std::unordered_map<std::uint32_t, std::int64_t> ids_;
  std::int64_t matches_ = 0;
};

/// One job's records on their way into the case.
class RowLoader {
 public:
  /// `file_ids` are the case's ids of the job's files, in the job's order.
  static Result<RowLoader> open(CaseFile& file, MatchWriter& matches, const Artifact& artifact,
                                std::vector<std::int64_t> file_ids, std::vector<std::string> paths, std::int64_t source_id);

  /// False if the message is not one that a sound worker sends; errors of the case are in failure().
  bool take(wire::Kind kind, Bytes payload);
  /// Records a problem of the parent's own about this job ("the worker was ended by signal 11").
  void note(std::size_t file, Problem problem);

  /// What the job came to so far. Outcome and why are the caller's.
  Coverage coverage() const;
  std::size_t files_done() const { return files_done_; }
  std::size_t files_failed() const { return files_failed_; }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  RowLoader(CaseFile& file, MatchWriter& matches, const Artifact& artifact, RecordWriter writer)
      : file_(file), matches_(matches), artifact_(artifact), writer_(std::move(writer)) {}
  bool take_place(wire::Unpacker in);
  bool take_rows(wire::Unpacker in);
  bool take_problem(wire::Unpacker in);
  bool check(Result<> done);

  CaseFile& file_;
  MatchWriter& matches_;
  const Artifact& artifact_;
  RecordWriter writer_;
  std::vector<std::int64_t> file_ids_;
  std::vector<std::string> paths_;
  std::int64_t source_id_ = 0;
  std::vector<std::int64_t> places_;
  std::vector<Cell> cells_;
  std::vector<std::string_view> items_;
  std::int64_t problems_ = 0;
  std::size_t files_done_ = 0, files_failed_ = 0;
  std::optional<Error> failure_;
};

}  // namespace bridle

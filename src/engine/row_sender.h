// SPDX-License-Identifier: Apache-2.0
// RowSender: the worker's end. Matches each record against the indicators and sends it to the parent.
#pragma once
#include <map>
#include <string>
#include <unordered_map>

#include "bridle/artifact.h"
#include "engine/frames.h"
#include "engine/wire.h"
#include "indicators/indicator_set.h"

namespace bridle {

class RowSender final : public RecordSink, private MatchSink {
 public:
  RowSender(Channel& channel, const IndicatorSet& indicators, const Artifact& artifact);

  /// Records that follow come from this file of the job.
  void begin_file(std::uint32_t file);
  void add(const Row& row) override;
  void problem(Problem problem) override;
  /// Sends what is buffered, and how many problems of this file were counted but not sent.
  void end_file();

 private:
  void match(const Match& match) override;
  void match_fields(const Row& row);
  void match_value(Observables observables, std::string_view value);
  std::uint32_t place(std::string_view unit);
  void send_rows();
  void send_problem(const Problem& problem);

  Channel& channel_;
  const IndicatorSet& indicators_;
  const Artifact& artifact_;
  std::uint32_t file_ = 0, places_ = 0, rows_ = 0;
  std::uint64_t problems_ = 0, unsent_rows_lost_ = 0, unsent_bytes_lost_ = 0;
  std::map<std::string, std::uint32_t, std::less<>> place_of_unit_;
  std::vector<std::size_t> observed_;  // fields that hold something to match
  wire::Packer batch_, small_;
  std::vector<wire::RowMatch> matches_;
  std::uint32_t matching_field_ = 0;
};

}  // namespace bridle

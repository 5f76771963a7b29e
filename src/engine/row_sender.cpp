// SPDX-License-Identifier: Apache-2.0
#include "engine/row_sender.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace bridle {
namespace {

constexpr std::size_t kBatchBytes = 256 * 1024;
constexpr std::size_t kMatchesPerRow = 1'000;

}  // namespace

RowSender::RowSender(Channel& channel, const IndicatorSet& indicators, const Artifact& artifact)
    : channel_(channel), indicators_(indicators), artifact_(artifact) {
  for (std::size_t i = 0; i < artifact.fields.size(); ++i)
    if (!artifact.fields[i].observables.empty()) observed_.push_back(i);
}

void RowSender::begin_file(std::uint32_t file) {
  file_ = file;
  place_of_unit_.clear();
  problems_ = unsent_rows_lost_ = unsent_bytes_lost_ = 0;
}

std::uint32_t RowSender::place(std::string_view unit) {
  unit = unit.substr(0, limits::kUnitBytes);
  if (const auto known = place_of_unit_.find(unit); known != place_of_unit_.end()) return known->second;
  small_.clear();
  small_.u32(places_);
  small_.u32(file_);
  small_.text(unit);
  channel_.send(static_cast<std::uint8_t>(wire::Kind::place), small_.view());
  place_of_unit_.emplace(unit, places_);
  return places_++;
}

void RowSender::add(const Row& row) {
  const std::uint32_t at = place(row.locator.unit);
  if (batch_.size() == 0) batch_.u32(0);
  batch_.u32(at);
  batch_.i64(row.locator.number);
  batch_.u8(row.locator.wal_only);
  for (const Cell& cell : row.cells()) batch_.cell(cell);
  matches_.clear();
  match_fields(row);
  batch_.u32(static_cast<std::uint32_t>(matches_.size()));
  for (const wire::RowMatch& m : matches_) {
    batch_.u32(m.field);
    batch_.u32(m.indicator);
    batch_.u8(m.truncated);
    batch_.text(m.matched);
  }
  ++rows_;
  if (batch_.size() >= kBatchBytes) send_rows();
}

void RowSender::match_fields(const Row& row) {
  for (const std::size_t i : observed_) {
    matching_field_ = static_cast<std::uint32_t>(i);
    const Cell& cell = row.cells()[i];
    const Observables observables = artifact_.fields[i].observables;
    if (const auto* text = std::get_if<std::string_view>(&cell)) match_value(observables, *text);
    if (const auto* items = std::get_if<List>(&cell))
      for (const std::string_view item : *items) match_value(observables, item);
  }
  if (!indicators_.has_conjunctions()) return;
  std::vector<ObservedValue> values;
  const auto observe = [&](Observables observables, std::string_view value) {
    for (std::size_t o = 0; o < kObservables; ++o)
      if (observables.has(static_cast<Observable>(o))) values.push_back({static_cast<Observable>(o), value});
  };
  for (const std::size_t i : observed_) {
    const Cell& cell = row.cells()[i];
    if (const auto* text = std::get_if<std::string_view>(&cell)) observe(artifact_.fields[i].observables, *text);
    if (const auto* items = std::get_if<List>(&cell))
      for (const std::string_view item : *items) observe(artifact_.fields[i].observables, item);
  }
  if (!observed_.empty()) matching_field_ = static_cast<std::uint32_t>(observed_.front());
  indicators_.match_record(values, *this);
}

void RowSender::match_value(Observables observables, std::string_view value) {
  for (std::size_t o = 0; o < kObservables; ++o)
    if (observables.has(static_cast<Observable>(o))) indicators_.match(static_cast<Observable>(o), value, *this);
}

void RowSender::match(const Match& match) {
  const bool known = std::ranges::any_of(matches_, [&](const wire::RowMatch& m) {
    return m.field == matching_field_ && m.indicator == match.indicator;
  });
  if (known || matches_.size() >= kMatchesPerRow) return;
  matches_.push_back({matching_field_, match.indicator, match.text.substr(0, limits::kMatchedBytes), match.truncated});
}

void RowSender::send_rows() {
  if (rows_ == 0) return;
  batch_.patch_u32(0, rows_);
  const bool sent = channel_.send(static_cast<std::uint8_t>(wire::Kind::rows), batch_.view());
  const std::uint32_t rows = std::exchange(rows_, 0);
  const std::size_t bytes = batch_.size();
  batch_.clear();
  if (!sent)
    problem({{Errc::limit, "a batch of " + std::to_string(bytes) + " bytes is too large to keep", "", {}}, rows, bytes});
}

void RowSender::problem(Problem problem) {
  if (++problems_ > limits::kProblemsPerFile) {
    unsent_rows_lost_ += problem.rows_lost;
    unsent_bytes_lost_ += problem.bytes_lost;
    return;
  }
  send_problem(problem);
}

void RowSender::send_problem(const Problem& problem) {
  small_.clear();
  small_.u32(file_);
  small_.error(problem.error);
  small_.u64(problem.rows_lost);
  small_.u64(problem.bytes_lost);
  channel_.send(static_cast<std::uint8_t>(wire::Kind::problem), small_.view());
}

void RowSender::end_file() {
  send_rows();
  if (problems_ <= limits::kProblemsPerFile) return;
  send_problem({{Errc::limit, std::to_string(problems_ - limits::kProblemsPerFile) + " more problems in this file", "", {}},
                unsent_rows_lost_, unsent_bytes_lost_});
}

}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
#include "engine/row_loader.h"

#include "base/limits.h"
#include "base/text.h"

namespace bridle {

Result<MatchWriter> MatchWriter::open(CaseFile& file, const IndicatorSet& indicators, std::int64_t run_id) {
  MatchWriter out(indicators, run_id);
  auto match = file.db().prepare(
      "INSERT INTO \"match\"(run_id, artifact, record_id, field, indicator_id, matched, truncated) VALUES(?,?,?,?,?,?,?)");
  auto indicator = file.db().prepare(
      "INSERT INTO indicator(run_id, kind, value, malware, set_name, stix_id, reference) VALUES(?,?,?,?,?,?,?) RETURNING indicator_id");
  if (!match) return fail(match.error());
  if (!indicator) return fail(indicator.error());
  out.insert_match_ = std::move(*match);
  out.insert_indicator_ = std::move(*indicator);
  return out;
}

Result<std::int64_t> MatchWriter::indicator_id(std::uint32_t index) {
  if (const auto known = ids_.find(index); known != ids_.end()) return known->second;
  if (index >= indicators_->size()) return fail(Errc::malformed, "the worker named an indicator that does not exist");
  const Indicator& i = indicators_->indicator(index);
  const std::string& set = indicators_->sets()[i.set].name;
  insert_indicator_.bind(1, run_id_).bind(2, name(i.kind)).bind(3, i.value).bind_or_null(4, i.malware);
  insert_indicator_.bind(5, std::string_view(set)).bind_or_null(6, i.id).bind_or_null(7, i.reference);
  const auto row = insert_indicator_.step();
  if (!row) return fail(row.error());
  const std::int64_t id = insert_indicator_.integer(0);
  insert_indicator_.reset();
  return ids_[index] = id;
}

Result<> MatchWriter::add(const Artifact& artifact, std::int64_t record_id, const wire::RowMatch& match) {
  const auto id = indicator_id(match.indicator);
  if (!id) return fail(id.error());
  if (match.field >= artifact.fields.size()) return fail(Errc::malformed, "the worker named a field that does not exist");
  ++matches_;
  insert_match_.bind(1, run_id_).bind(2, artifact.id).bind(3, record_id).bind(4, artifact.fields[match.field].name);
  insert_match_.bind(5, *id).bind(6, match.matched).bind(7, std::int64_t{match.truncated});
  return insert_match_.run();
}

Result<RowLoader> RowLoader::open(CaseFile& file, MatchWriter& matches, const Artifact& artifact,
                                  std::vector<std::int64_t> file_ids, std::vector<std::string> paths,
                                  std::int64_t source_id) {
  auto writer = RecordWriter::open(file, artifact);
  if (!writer) return fail(writer.error());
  RowLoader out(file, matches, artifact, std::move(*writer));
  out.file_ids_ = std::move(file_ids);
  out.paths_ = std::move(paths);
  out.source_id_ = source_id;
  out.cells_.resize(artifact.fields.size());
  out.items_.reserve(limits::kListItems * 4);
  return out;
}

bool RowLoader::check(Result<> done) {
  if (done) return true;
  if (!failure_) failure_ = done.error();
  return false;
}

bool RowLoader::take(wire::Kind kind, Bytes payload) {
  wire::Unpacker in(payload);
  switch (kind) {
    case wire::Kind::place: return take_place(in);
    case wire::Kind::rows: return take_rows(in);
    case wire::Kind::problem: return take_problem(in);
    case wire::Kind::file_done: {
      const bool whole = in.u8() != 0;
      ++(whole ? files_done_ : files_failed_);
      return in.ok() && files_done_ + files_failed_ <= file_ids_.size();
    }
    default: return false;
  }
}

bool RowLoader::take_place(wire::Unpacker in) {
  const std::uint32_t number = in.u32(), file = in.u32();
  const std::string_view unit = in.text();
  if (!in.ok() || number != places_.size() || file >= file_ids_.size() || unit.size() > limits::kUnitBytes ||
      places_.size() >= limits::kPlaces)
    return false;
  auto insert = file_.db().prepare("INSERT INTO place(file_id, unit) VALUES(?,?) RETURNING place_id");
  if (!insert) return check(fail(insert.error()));
  insert->bind(1, file_ids_[file]).bind(2, unit);
  const auto row = insert->step();
  if (!row) return check(fail(row.error()));
  places_.push_back(insert->integer(0));
  return true;
}

bool RowLoader::take_rows(wire::Unpacker in) {
  const std::uint32_t rows = in.u32();
  for (std::uint32_t r = 0; in.ok() && r < rows; ++r) {
    const std::uint32_t place = in.u32();
    const std::int64_t at = in.i64();
    const bool wal_only = in.u8() != 0;
    items_.clear();
    for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i] = in.cell(artifact_.fields[i], items_);
    const std::uint32_t matches = in.u32();
    if (!in.ok() || place >= places_.size()) return false;
    const auto record_id = writer_.add(places_[place], at, wal_only, cells_);
    if (!record_id) return check(fail(record_id.error()));
    for (std::uint32_t m = 0; in.ok() && m < matches; ++m) {
      wire::RowMatch match{in.u32(), in.u32(), {}, in.u8() != 0};
      match.matched = in.text();
      if (!in.ok()) return false;
      if (const auto added = matches_.add(artifact_, *record_id, match); !added) {
        if (added.error().code == Errc::malformed) return false;
        return check(added);
      }
    }
  }
  return in.ok() && in.at_end();
}

bool RowLoader::take_problem(wire::Unpacker in) {
  const std::uint32_t file = in.u32();
  Problem problem{in.error(), in.u64(), in.u64()};
  if (!in.ok() || (file >= file_ids_.size() && !file_ids_.empty())) return false;
  note(file, std::move(problem));
  return !failure_;
}

void RowLoader::note(std::size_t file, Problem problem) {
  ++problems_;
  problem.error.what = to_valid_utf8(std::string_view(problem.error.what).substr(0, 1'000));
  std::string path = file < paths_.size() ? paths_[file] : "";
  if (!problem.error.where.empty())
    path += (path.empty() ? "" : ": ") + to_valid_utf8(std::string_view(problem.error.where).substr(0, 1'000));
  check(file_.add_problem({std::string(artifact_.id), source_id_, path, std::move(problem)}));
}

Coverage RowLoader::coverage() const {
  Coverage out;
  out.artifact = artifact_.id;
  out.source_id = source_id_;
  out.files = static_cast<std::int64_t>(file_ids_.size());
  out.records = writer_.records();
  out.wal_only = writer_.wal_only();
  out.problems = problems_;
  out.oldest = writer_.oldest();
  out.newest = writer_.newest();
  return out;
}

}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
// Matching a stored case again: workers read the observable columns of the case, the parent writes what they found.
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/version.h"
#include "case/schema.h"
#include "engine/audit_json.h"
#include "engine/check.h"
#include "engine/indicators.h"
#include "engine/row_loader.h"
#include "rules/conclude.h"

namespace bridle {
namespace {

constexpr std::int64_t kRecordsPerJob = 100'000;

struct ObservedColumn {
  std::string name;
  Observables observables;
  bool list = false;
};

struct StoredArtifact {
  std::string id, table;
  std::vector<ObservedColumn> columns;
  std::vector<Field> fields;  // only names: what MatchWriter needs
  Artifact artifact;
  std::int64_t last = 0;
};

struct RecheckJob {
  const StoredArtifact* artifact;
  std::int64_t first, last;
};

Observables parse_observables(std::string_view names) {
  std::uint16_t bits = 0;
  for (std::size_t o = 0; o < kObservables; ++o) {
    const auto wanted = name(static_cast<Observable>(o));
    for (std::size_t at = 0; at <= names.size();) {
      const auto end = std::min(names.find(',', at), names.size());
      if (names.substr(at, end - at) == wanted) bits = static_cast<std::uint16_t>(bits | 1U << o);
      at = end + 1;
    }
  }
  return Observables::from_bits(bits);
}

/// The artifacts of a case that hold something to match. Columns are the case's own words: it may be older than this
/// program and know other fields.
Result<std::vector<std::unique_ptr<StoredArtifact>>> stored_artifacts(CaseDb& db) {
  auto rows = db.prepare("SELECT a.artifact, a.table_name, f.name, f.observables, f.type FROM artifact a JOIN field f USING(artifact) "
                         "WHERE f.observables IS NOT NULL ORDER BY a.artifact, f.position");
  if (!rows) return fail(rows.error());
  std::vector<std::unique_ptr<StoredArtifact>> out;
  for (;;) {
    const auto row = rows->step();
    if (!row) return fail(row.error());
    if (!*row) break;
    if (out.empty() || out.back()->id != rows->text(0)) {
      out.push_back(std::make_unique<StoredArtifact>());
      out.back()->id = rows->text(0);
      out.back()->table = rows->text(1);
    }
    out.back()->columns.push_back({std::string(rows->text(2)), parse_observables(rows->text(3)), rows->text(4) == "list"});
  }
  for (const auto& a : out) {
    for (const ObservedColumn& c : a->columns) a->fields.push_back({c.name, ""});
    a->artifact = {.id = a->id, .fields = a->fields};
    auto last = db.prepare("SELECT coalesce(max(record_id), 0) FROM " + sql_name(a->table));
    if (!last) return fail(Errc::malformed, "the case names a table it does not have: " + a->table, db.path());
    if (const auto row = last->step(); !row) return fail(row.error());
    a->last = last->integer(0);
  }
  return out;
}

/// Collects the matches of one record.
class Matches final : public MatchSink {
 public:
  void match(const Match& m) override {
    const bool known = std::ranges::any_of(found, [&](const wire::RowMatch& f) { return f.field == field && f.indicator == m.indicator; });
    if (!known) found.push_back({field, m.indicator, m.text.substr(0, limits::kMatchedBytes), m.truncated});
  }
  std::vector<wire::RowMatch> found;
  std::uint32_t field = 0;
};

void match_value(const IndicatorSet& indicators, const ObservedColumn& column, std::string_view value, Matches& matches,
                 std::vector<ObservedValue>* together) {
  for (std::size_t o = 0; o < kObservables; ++o) {
    const auto observable = static_cast<Observable>(o);
    if (!column.observables.has(observable)) continue;
    indicators.match(observable, value, matches);
    if (together != nullptr) together->push_back({observable, value});
  }
}

void match_in_worker(const std::string& path, const RecheckJob& job, const IndicatorSet& indicators, Channel& channel) {
  const StoredArtifact& a = *job.artifact;
  std::string sql = "SELECT record_id";
  for (const ObservedColumn& c : a.columns) sql += ", " + sql_name(c.name);
  sql += " FROM " + sql_name(a.table) + " WHERE record_id BETWEEN ? AND ?";
  auto db = CaseDb::open(path, CaseDb::Mode::immutable);
  auto rows = db ? db->prepare(sql) : Result<CaseStatement>(fail(db.error()));
  wire::Packer message;
  std::optional<Error> failed;
  if (!rows) failed = rows.error();
  Matches matches;
  std::vector<ObservedValue> together;
  const bool conjunctions = indicators.has_conjunctions();
  if (rows) rows->bind(1, job.first).bind(2, job.last);
  while (!failed) {
    const auto row = rows->step();
    if (!row) failed = row.error();
    if (!row || !*row) break;
    matches.found.clear();
    together.clear();
    std::vector<std::string> items;  // of lists, alive until the record was matched
    for (std::size_t i = 0; i < a.columns.size(); ++i) {
      const int column = static_cast<int>(i) + 1;
      if (rows->is_null(column)) continue;
      matches.field = static_cast<std::uint32_t>(i);
      if (!a.columns[i].list) {
        match_value(indicators, a.columns[i], rows->text(column), matches, conjunctions ? &together : nullptr);
        continue;
      }
      const auto list = nlohmann::json::parse(rows->text(column), nullptr, false);
      items.reserve(items.size() + list.size());
      for (const auto& item : list)
        if (item.is_string()) match_value(indicators, a.columns[i], items.emplace_back(item.get<std::string>()), matches, nullptr);
    }
    if (conjunctions) indicators.match_record(together, matches);
    for (const wire::RowMatch& m : matches.found) {
      message.clear();
      message.i64(rows->integer(0)), message.u32(m.field), message.u32(m.indicator), message.u8(m.truncated), message.text(m.matched);
      channel.send(static_cast<std::uint8_t>(wire::Kind::rows), message.view());
    }
  }
  message.clear();
  if (failed) message.error(*failed);
  channel.send(static_cast<std::uint8_t>(failed ? wire::Kind::failed : wire::Kind::done), message.view());
}

struct FoundMatch {
  std::size_t job;
  std::int64_t record_id;
  wire::RowMatch match;
  std::string matched;
};

Result<std::vector<FoundMatch>> match_all(const RecheckOptions& options, const std::vector<RecheckJob>& jobs, const IndicatorSet& indicators,
                                          CheckResult& result) {
  std::vector<FoundMatch> found;
  std::optional<Error> failed;
  const std::string real = std::filesystem::canonical(options.case_path);
  PoolOptions pool{.workers = options.workers == 0 ? std::max(1U, std::thread::hardware_concurrency()) : options.workers,
                   .sandbox = {.read_only_paths = {real}}};
  const auto message = [&](std::size_t j, std::uint8_t type, Bytes payload) {
    wire::Unpacker in(payload);
    switch (static_cast<wire::Kind>(type)) {
      case wire::Kind::done: return true;
      case wire::Kind::failed: failed = in.error(); return in.ok();
      case wire::Kind::rows: {
        FoundMatch f{j, in.i64(), {in.u32(), in.u32(), {}, in.u8() != 0}, ""};
        f.matched = in.text();
        const bool sound = in.ok() && f.record_id >= jobs[j].first && f.record_id <= jobs[j].last &&
                           f.match.field < jobs[j].artifact->columns.size() && f.match.indicator < indicators.size();
        if (sound) found.push_back(std::move(f));
        return sound;
      }
      default: return false;
    }
  };
  const auto ended = [&](const JobOutcome& o) {
    if (o.end != JobEnd::done && !failed) failed = Error{Errc::internal, "matching stopped: the worker " + std::string(name(o.end)) + ": " + o.detail, real, {}};
  };
  const auto stats = run_jobs(jobs.size(), pool, [&](std::size_t j, Channel& c) { match_in_worker(real, jobs[j], indicators, c); }, message, ended);
  if (!stats) return fail(stats.error());
  if (failed) return fail(*failed);
  result.cancelled = stats->cancelled;
  result.peak_memory_bytes = stats->peak_memory_bytes;
  // Workers finish in any order; what is written must not depend on it.
  std::ranges::stable_sort(found, {}, &FoundMatch::job);
  return found;
}

Result<> write_matches(CaseFile& file, std::int64_t run_id, const std::vector<FoundMatch>& found, const std::vector<RecheckJob>& jobs,
                       const IndicatorSet& indicators) {
  auto writer = MatchWriter::open(file, indicators, run_id);
  if (!writer) return fail(writer.error());
  for (const FoundMatch& f : found) {
    wire::RowMatch match = f.match;
    match.matched = f.matched;
    if (auto ok = writer->add(jobs[f.job].artifact->artifact, f.record_id, match); !ok) return ok;
  }
  return {};
}

}  // namespace

Result<CheckResult> recheck(const RecheckOptions& options, Progress& progress) {
  auto file = CaseFile::open(options.case_path);
  if (!file) return fail(file.error());
  progress.stage("Indicators", 0);
  auto indicators = load_indicators(options.indicator_paths, options.builtin_indicators);
  if (!indicators) return fail(indicators.error());
  std::vector<Error> rule_errors;
  const std::vector<Rule> rules = load_rules(options.rule_directories, rule_errors);

  const auto artifacts = stored_artifacts(file->db());
  if (!artifacts) return fail(artifacts.error());
  CheckResult result{.case_path = options.case_path, .partial = !rule_errors.empty()};
  std::vector<RecheckJob> jobs;
  for (const auto& a : *artifacts)
    for (std::int64_t first = 1; first <= a->last; first += kRecordsPerJob)
      jobs.push_back({a.get(), first, std::min(a->last, first + kRecordsPerJob - 1)});
  progress.stage("Matching", 0);
  const auto found = match_all(options, jobs, *indicators, result);
  if (!found) return fail(found.error());
  if (result.cancelled) return result;

  progress.stage("Rules", 0);
  if (auto ok = file->begin(); !ok) return fail(ok.error());
  const auto written = [&]() -> Result<> {
    const auto run_id = file->begin_run(options.command, "bridle " + std::string(kVersion), host_line(), "");
    if (!run_id) return fail(run_id.error());
    if (auto ok = file->audit("recheck", audit_json({{"command", options.command}, {"tool", kVersion}})); !ok) return ok;
    if (auto ok = record_indicator_sets(*file, *run_id, *indicators); !ok) return ok;
    for (const Error& e : rule_errors)
      if (auto ok = file->add_problem({"", 0, "", {e}}); !ok) return ok;
    if (auto ok = write_matches(*file, *run_id, *found, jobs, *indicators); !ok) return ok;
    const auto concluded = conclude(*file, *run_id, rules);
    if (!concluded) return fail(concluded.error());
    result.findings = concluded->findings;
    result.new_findings = concluded->added;
    result.partial = result.partial || concluded->rules_failed;
    if (auto ok = file->end_run(*run_id, result.partial ? 3 : 0); !ok) return ok;
    return file->audit("end", audit_json({{"findings", std::to_string(result.findings)}, {"new", std::to_string(result.new_findings)}}));
  }();
  if (!written) {
    static_cast<void>(file->rollback());
    return fail(written.error());
  }
  if (auto ok = file->commit(); !ok) return fail(ok.error());
  return result;
}

}  // namespace bridle

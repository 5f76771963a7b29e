// SPDX-License-Identifier: Apache-2.0
#include "report/case_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "case/schema.h"

namespace bridle::report {
namespace {

std::string text(const CaseStatement& row, int i) { return std::string(row.text(i)); }

std::optional<Time> time(const CaseStatement& row, int i) {
  return row.is_null(i) ? std::nullopt : std::optional(Time{row.integer(i)});
}

/// Calls `each(row)` for the rows of a query until it returns false.
template <class Bind, class Each>
Result<> for_rows(const CaseDb& db, std::string_view sql, Bind&& bind, Each&& each) {
  auto rows = db.prepare(sql);
  if (!rows) return fail(rows.error());
  bind(*rows);
  for (;;) {
    const auto row = rows->step();
    if (!row) return fail(row.error());
    if (!*row || !each(*rows)) return {};
  }
}

template <class T, class Make>
Result<std::vector<T>> all(const CaseDb& db, std::string_view sql, Make&& make) {
  std::vector<T> out;
  auto ok = for_rows(db, sql, [](auto&) {}, [&](const CaseStatement& row) {
    out.push_back(make(row));
    return true;
  });
  if (!ok) return fail(ok.error());
  return out;
}

constexpr std::string_view kFindings = R"sql(
  SELECT f.finding_id, f.class, f.strength, f.level, f.clock, f.artifact, f.rule, f.summary, f.why, f.innocent,
         f.confirm, f.forgeable, f.reference, f.strength_why, f.run_id, f.records, f.time,
         f.indicator_id, i.kind, i.value, i.malware, i.set_name, i.stix_id, i.reference
    FROM finding f LEFT JOIN indicator i USING(indicator_id))sql";

FindingRow finding_of(const CaseStatement& row) {
  FindingRow f;
  const std::array<std::string*, 14> texts{&f.id,      &f.finding_class, &f.strength, &f.level,     &f.clock,     &f.artifact,
                                           &f.rule,    &f.summary,       &f.why,      &f.innocent,  &f.confirm,   &f.forgeable,
                                           &f.reference, &f.strength_why};
  int column = 0;
  for (std::string* to : texts) *to = row.text(column++);
  f.run_id = row.integer(14);
  f.records = row.integer(15);
  f.time = time(row, 16);
  if (!row.is_null(17) && !row.is_null(18))
    f.indicator = IndicatorRow{row.integer(17), text(row, 18), text(row, 19), text(row, 20), text(row, 21), text(row, 22), text(row, 23)};
  return f;
}

Result<std::vector<RecordKey>> refs_of(const CaseDb& db, const std::string& finding_id) {
  std::vector<RecordKey> out;
  auto ok = for_rows(db, "SELECT artifact, record_id FROM finding_record WHERE finding_id = ? ORDER BY position",
                     [&](auto& s) { s.bind(1, std::string_view(finding_id)); },
                     [&](const CaseStatement& row) {
                       out.push_back({text(row, 0), row.integer(1)});
                       return true;
                     });
  if (!ok) return fail(ok.error());
  return out;
}

Error no_case(const std::string& path) { return {Errc::malformed, "this file is not a Bridle case", path, {}}; }

Error incomplete(const std::string& path) {
  return {Errc::malformed, "this case is incomplete, because the run that wrote it did not end; check the source again, then delete this file",
          path, {}};
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

/// Says why a path can't be opened as a case, before SQLite is asked.
Result<> can_open(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    if (exists(path + ".partial")) return fail(incomplete(path + ".partial"));
    return fail(Errc::not_found, "there is no such case", path);
  }
  if (!S_ISREG(info.st_mode)) return fail(no_case(path));
  if (::access(path.c_str(), R_OK) != 0) return fail(Errc::io, "the case may not be read by this user", path);
  return {};
}

}  // namespace

std::string Source::property(std::string_view key) const {
  for (const auto& [k, value] : properties)
    if (k == key) return value;
  return {};
}

const StoredField* StoredArtifact::field(std::string_view wanted) const {
  const auto at = std::ranges::find(fields, wanted, &StoredField::name);
  return at == fields.end() ? nullptr : &*at;
}

bool is_case(const std::string& path) {
  if (!can_open(path)) return false;
  const auto db = CaseDb::open(path, CaseDb::Mode::read);
  if (!db) return false;
  auto format = db->prepare("SELECT value FROM meta WHERE key = 'format'");
  if (!format) return false;
  const auto row = format->step();
  return row && *row && format->text(0) == "bridle-case";
}

Result<CaseReader> CaseReader::open(const std::string& path) {
  if (auto ok = can_open(path); !ok) return fail(ok.error());
  auto db = CaseDb::open(path, CaseDb::Mode::read);
  if (!db) return fail(db.error());
  CaseReader out(std::move(*db));
  const auto meta = out.meta();
  if (!meta || !meta->contains("format") || meta->at("format") != "bridle-case") return fail(no_case(path));
  const auto schema = meta->find("schema");
  if (schema == meta->end()) return fail(no_case(path));
  if (std::atoi(schema->second.c_str()) > kCaseSchema)
    return fail(Errc::unsupported, "the case was written by a newer Bridle (its schema is " + schema->second.substr(0, 20) + "); update Bridle", path);
  if (const auto complete = meta->find("complete"); complete == meta->end() || complete->second != "yes") return fail(incomplete(path));
  return out;
}

Result<std::map<std::string, std::string>> CaseReader::meta() const {
  std::map<std::string, std::string> out;
  auto ok = for_rows(db_, "SELECT key, value FROM meta", [](auto&) {}, [&](const CaseStatement& row) {
    out[text(row, 0)] = row.text(1);
    return true;
  });
  if (!ok) return fail(ok.error());
  return out;
}

Result<std::vector<Source>> CaseReader::sources() const {
  auto out = all<Source>(db_, R"sql(
      SELECT s.source_id, s.path, s.type, s.device, count(f.file_id), coalesce(sum(f.size), 0), coalesce(sum(f.changed), 0)
        FROM source s LEFT JOIN file f USING(source_id) GROUP BY s.source_id ORDER BY s.source_id)sql",
                         [](const CaseStatement& row) {
                           return Source{row.integer(0), text(row, 1), text(row, 2), text(row, 3), {}, row.integer(4), row.integer(5), row.integer(6)};
                         });
  if (!out) return out;
  auto ok = for_rows(db_, "SELECT source_id, key, value FROM device", [](auto&) {}, [&](const CaseStatement& row) {
    for (Source& s : *out)
      if (s.id == row.integer(0)) s.properties.emplace_back(row.text(1), row.text(2));
    return true;
  });
  if (!ok) return fail(ok.error());
  return out;
}

Result<std::vector<Run>> CaseReader::runs() const {
  return all<Run>(db_, "SELECT run_id, command, started, ended, tool, host, sandbox, exit_code FROM run ORDER BY run_id",
                  [](const CaseStatement& row) {
                    return Run{row.integer(0), text(row, 1), text(row, 2), text(row, 3), text(row, 4), text(row, 5), text(row, 6),
                               row.is_null(7) ? std::nullopt : std::optional(row.integer(7))};
                  });
}

Result<std::vector<CoverageRow>> CaseReader::coverage() const {
  return all<CoverageRow>(db_, R"sql(
      SELECT c.artifact, a.summary, s.path, c.outcome, c.why, c.source_id, c.files, c.records, c.wal_only, c.problems, c.oldest, c.newest
        FROM coverage c LEFT JOIN artifact a USING(artifact) LEFT JOIN source s USING(source_id)
       ORDER BY c.source_id, c.artifact)sql",
                          [](const CaseStatement& row) {
                            return CoverageRow{text(row, 0), text(row, 1), text(row, 2), text(row, 3), text(row, 4), row.integer(5),
                                               row.integer(6), row.integer(7), row.integer(8), row.integer(9), time(row, 10), time(row, 11)};
                          });
}

Result<std::vector<IndicatorSetRow>> CaseReader::indicator_sets() const {
  return all<IndicatorSetRow>(db_, R"sql(
      SELECT run_id, loaded, skipped, name, path, sha256, format, skipped_why FROM indicator_set ORDER BY run_id DESC, rowid)sql",
                              [](const CaseStatement& row) {
                                return IndicatorSetRow{row.integer(0), row.integer(1), row.integer(2), text(row, 3),
                                                       text(row, 4),   text(row, 5),   text(row, 6),   text(row, 7)};
                              });
}

Result<std::vector<RuleRow>> CaseReader::rules() const {
  return all<RuleRow>(db_, "SELECT rule, level, class, status, reference, sha256, outcome FROM rule ORDER BY rule",
                      [](const CaseStatement& row) {
                        return RuleRow{text(row, 0), text(row, 1), text(row, 2), text(row, 3), text(row, 4), text(row, 5), text(row, 6)};
                      });
}

Result<std::vector<StoredArtifact>> CaseReader::artifacts() const {
  auto out = all<StoredArtifact>(db_, R"sql(
      SELECT artifact, table_name, summary, timeline, reference, written_by, writable, forgeable FROM artifact ORDER BY artifact)sql",
                                 [](const CaseStatement& row) {
                                   return StoredArtifact{text(row, 0), text(row, 1), text(row, 2), text(row, 3), text(row, 4),
                                                         text(row, 5), text(row, 6), text(row, 7), {}};
                                 });
  if (!out) return out;
  std::map<std::string_view, StoredArtifact*> by_id;
  for (StoredArtifact& a : *out) by_id[a.id] = &a;
  auto ok = for_rows(db_, "SELECT artifact, name, type, doc, observables, epoch, clock, event FROM field ORDER BY artifact, position",
                     [](auto&) {}, [&](const CaseStatement& row) {
                       if (const auto at = by_id.find(row.text(0)); at != by_id.end())
                         at->second->fields.push_back({text(row, 1), text(row, 2), text(row, 3), text(row, 4), text(row, 5), text(row, 6), text(row, 7)});
                       return true;
                     });
  if (!ok) return fail(ok.error());
  return out;
}

Result<> CaseReader::problems(const std::function<bool(const ProblemRow&)>& each) const {
  return for_rows(db_, R"sql(
      SELECT p.problem_id, p.artifact, s.path, p.path, p.code, p.what, p."offset", p.rows_lost, p.bytes_lost
        FROM problem p LEFT JOIN source s USING(source_id) ORDER BY p.problem_id)sql",
                  [](auto&) {}, [&](const CaseStatement& row) {
                    return each({row.integer(0), text(row, 1), text(row, 2), text(row, 3), text(row, 4), text(row, 5),
                                 row.is_null(6) ? std::nullopt : std::optional(row.integer(6)), row.integer(7), row.integer(8)});
                  });
}

Result<> CaseReader::findings(const std::function<bool(const FindingRow&)>& each) const {
  const std::string sql = std::string(kFindings) + R"sql(
     ORDER BY f.strength DESC, CASE f.level WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END,
              f.finding_id)sql";
  std::optional<Error> failed;
  auto ok = for_rows(db_, sql, [](auto&) {}, [&](const CaseStatement& row) {
    FindingRow f = finding_of(row);
    auto refs = refs_of(db_, f.id);
    if (!refs) {
      failed = refs.error();
      return false;
    }
    f.refs = std::move(*refs);
    return each(f);
  });
  if (failed) return fail(*failed);
  return ok;
}

Result<FindingRow> CaseReader::finding(std::string_view id) const {
  std::optional<FindingRow> out;
  auto ok = for_rows(db_, std::string(kFindings) + " WHERE f.finding_id = ?", [&](auto& s) { s.bind(1, id); },
                     [&](const CaseStatement& row) {
                       out = finding_of(row);
                       return false;
                     });
  if (!ok) return fail(ok.error());
  if (!out) return fail(Errc::not_found, "the case has no finding \"" + std::string(id.substr(0, 100)) + "\"; see: bridle show findings", path());
  auto refs = refs_of(db_, out->id);
  if (!refs) return fail(refs.error());
  out->refs = std::move(*refs);
  return *out;
}

}  // namespace bridle::report

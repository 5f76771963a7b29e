// SPDX-License-Identifier: Apache-2.0
#include "case/schema.h"

#include <algorithm>

#include "bridle/artifact.h"

namespace bridle {

std::string_view fixed_schema() {
  return R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE source(source_id INTEGER PRIMARY KEY, path TEXT, type TEXT, device TEXT);
CREATE TABLE device(source_id INTEGER, key TEXT, value TEXT);
CREATE TABLE file(file_id INTEGER PRIMARY KEY, source_id INTEGER, path TEXT, stored_as TEXT, size INTEGER,
                  sha256 TEXT, sha256_after TEXT, changed INTEGER);
CREATE TABLE place(place_id INTEGER PRIMARY KEY, file_id INTEGER, unit TEXT);
CREATE TABLE artifact(artifact TEXT PRIMARY KEY, table_name TEXT, summary TEXT, timeline TEXT, reference TEXT,
                      written_by TEXT, writable TEXT, forgeable TEXT) WITHOUT ROWID;
CREATE TABLE field(artifact TEXT, position INTEGER, name TEXT, type TEXT, doc TEXT, observables TEXT, epoch TEXT,
                   clock TEXT, event TEXT, PRIMARY KEY(artifact, position)) WITHOUT ROWID;
CREATE TABLE coverage(artifact TEXT, source_id INTEGER, outcome TEXT, files INTEGER, records INTEGER, wal_only INTEGER,
                      problems INTEGER, why TEXT, oldest INTEGER, newest INTEGER, PRIMARY KEY(artifact, source_id))
                      WITHOUT ROWID;
CREATE TABLE problem(problem_id INTEGER PRIMARY KEY, artifact TEXT, source_id INTEGER, path TEXT, code TEXT, what TEXT,
                     "offset" INTEGER, rows_lost INTEGER, bytes_lost INTEGER);
CREATE TABLE run(run_id INTEGER PRIMARY KEY, command TEXT, started TEXT, ended TEXT, tool TEXT, host TEXT, sandbox TEXT,
                 exit_code INTEGER);
CREATE TABLE indicator_set(run_id INTEGER, name TEXT, path TEXT, sha256 TEXT, format TEXT, loaded INTEGER,
                           skipped INTEGER, skipped_why TEXT);
CREATE TABLE indicator(indicator_id INTEGER PRIMARY KEY, run_id INTEGER, kind TEXT, value TEXT, malware TEXT,
                       set_name TEXT, stix_id TEXT, reference TEXT);
CREATE TABLE "match"(match_id INTEGER PRIMARY KEY, run_id INTEGER, artifact TEXT, record_id INTEGER, field TEXT,
                     indicator_id INTEGER, matched TEXT, truncated INTEGER);
CREATE TABLE rule(rule TEXT PRIMARY KEY, run_id INTEGER, level TEXT, class TEXT, status TEXT, why TEXT, innocent TEXT,
                  confirm TEXT, reference TEXT, sha256 TEXT, outcome TEXT) WITHOUT ROWID;
CREATE TABLE finding(finding_id TEXT PRIMARY KEY, key TEXT UNIQUE, run_id INTEGER, class TEXT, strength TEXT, level TEXT, time INTEGER,
                     clock TEXT, artifact TEXT, rule TEXT, indicator_id INTEGER, records INTEGER,
                     summary TEXT, why TEXT, innocent TEXT, confirm TEXT, forgeable TEXT, reference TEXT,
                     strength_why TEXT) WITHOUT ROWID;
CREATE TABLE finding_record(finding_id TEXT, position INTEGER, artifact TEXT, record_id INTEGER,
                            PRIMARY KEY(finding_id, position)) WITHOUT ROWID;
CREATE TABLE audit(n INTEGER PRIMARY KEY, t TEXT, event TEXT, data TEXT, prev TEXT, hash TEXT);
)sql";
}

std::string_view fixed_views() {
  return R"sql(
CREATE VIEW readable_findings AS
  SELECT f.finding_id, f.class, f.strength, f.level,
         CASE WHEN f.time IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%S', f.time / 1000000000, 'unixepoch') || 'Z' END AS time,
         f.summary, f.artifact, f.rule, i.kind AS indicator_kind, i.value AS indicator, i.malware, i.set_name, f.records
    FROM finding f LEFT JOIN indicator i USING(indicator_id) ORDER BY f.finding_id;
CREATE VIEW readable_coverage AS
  SELECT c.artifact, c.outcome, c.files, c.records, c.problems, c.wal_only, c.why, s.path AS source
    FROM coverage c JOIN source s USING(source_id) ORDER BY c.artifact;
)sql";
}

std::string sql_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

std::string table_name(std::string_view artifact_id) {
  std::string out(artifact_id);
  std::ranges::replace(out, '.', '_');
  return out;
}

namespace {

std::string_view sql_type(Type type) {
  switch (type) {
    case Type::integer: return "INTEGER";
    case Type::real: return "REAL";
    case Type::bytes: return "BLOB";
    case Type::time: return "INTEGER";
    case Type::text:
    case Type::list: return "TEXT";
  }
  return "TEXT";
}

/// ISO text of a nanosecond column, to the microsecond that SQLite's integers can show.
std::string iso_of(const std::string& column) {
  return "strftime('%Y-%m-%dT%H:%M:%S', " + column + " / 1000000000 - (" + column + " % 1000000000 < 0), 'unixepoch')" +
         " || printf('.%06dZ', ((" + column + " % 1000000000 + 1000000000) % 1000000000) / 1000)";
}

}  // namespace

std::string create_table(const Artifact& artifact) {
  std::string sql = "CREATE TABLE " + sql_name(table_name(artifact.id)) +
                    "(record_id INTEGER PRIMARY KEY, _place INTEGER, _at INTEGER, _wal_only INTEGER";
  for (const Field& f : artifact.fields) {
    sql += ", " + sql_name(f.name) + " " + std::string(sql_type(f.type));
    if (f.type == Type::time) sql += ", " + sql_name(std::string(f.name) + "_raw");
  }
  return sql + ")";
}

std::string insert_statement(const Artifact& artifact) {
  std::string sql = "INSERT INTO " + sql_name(table_name(artifact.id)) + " VALUES(?,?,?,?";
  for (const Field& f : artifact.fields) sql += f.type == Type::time ? ",?,?" : ",?";
  return sql + ")";
}

std::string readable_view(const Artifact& artifact) {
  const std::string table = table_name(artifact.id);
  std::string sql = "CREATE VIEW " + sql_name("readable_" + table) + " AS SELECT r.record_id";
  for (const Field& f : artifact.fields) {
    const std::string column = "r." + sql_name(f.name);
    sql += ", " + (f.type == Type::time ? iso_of(column) : column) + " AS " + sql_name(f.name);
  }
  return sql + ", f.path AS _path, p.unit || ' ' || r._at AS _locator, r._wal_only FROM " + sql_name(table) +
         " r LEFT JOIN place p ON p.place_id = r._place LEFT JOIN file f ON f.file_id = p.file_id";
}

std::string timeline_select(const Artifact& artifact) {
  std::string sql;
  for (const Field& f : artifact.fields) {
    if (f.event.empty()) continue;
    if (!sql.empty()) sql += " UNION ALL ";
    sql += "SELECT " + sql_name(f.name) + " AS time, '" + std::string(name(f.clock)) + "' AS clock, '" +
           std::string(artifact.id) + "' AS artifact, record_id, '" + std::string(f.event) + "' AS event FROM " +
           sql_name(table_name(artifact.id)) + " WHERE " + sql_name(f.name) + " IS NOT NULL";
  }
  return sql;
}

}  // namespace bridle

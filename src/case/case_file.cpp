// SPDX-License-Identifier: Apache-2.0
#include "case/case_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/hash.h"
#include "base/text.h"
#include "bridle/artifact.h"
#include "case/schema.h"
#include "case/timeline.h"

namespace bridle {
namespace {

constexpr std::array<std::string_view, 4> kOutcomes{"read", "partly", "absent", "failed"};

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

void remove_with_journals(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((path + suffix).c_str());
}

Result<> run(CaseDb& db, std::string_view sql, auto&& bind) {
  auto statement = db.prepare(sql);
  if (!statement) return fail(statement.error());
  bind(*statement);
  return statement->run();
}

Result<std::int64_t> insert(CaseDb& db, std::string_view sql, auto&& bind) {
  auto statement = db.prepare(std::string(sql) + " RETURNING rowid");
  if (!statement) return fail(statement.error());
  bind(*statement);
  const auto row = statement->step();
  if (!row) return fail(row.error());
  return statement->integer(0);
}

std::string_view name(Writable writable) {
  constexpr std::array<std::string_view, 3> kNames{"by_anyone", "by_user", "protected"};
  return kNames[static_cast<std::size_t>(writable)];
}

}  // namespace

std::string_view name(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }
std::optional<Outcome> outcome_named(std::string_view wanted) {
  for (std::size_t i = 0; i < kOutcomes.size(); ++i)
    if (kOutcomes[i] == wanted) return static_cast<Outcome>(i);
  return std::nullopt;
}

std::string now_iso() {
  using namespace std::chrono;
  return to_iso({duration_cast<nanoseconds>(floor<seconds>(system_clock::now()).time_since_epoch()).count()});
}

Result<CaseFile> CaseFile::create(const std::string& path) {
  if (exists(path)) return fail(Errc::usage, "the case exists already; choose another name with --case", path);
  const std::string partial = path + ".partial";
  remove_with_journals(partial);
  auto db = CaseDb::open(partial, CaseDb::Mode::create);
  if (!db) return fail(db.error());
  CaseFile out(std::move(*db), path);
  out.partial_ = true;
  // What was committed survives a crash of this process; losing power costs only the .partial file.
  for (const char* sql : {"PRAGMA page_size=8192", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF",
                          "PRAGMA wal_autocheckpoint=0", "PRAGMA locking_mode=EXCLUSIVE", "PRAGMA cache_size=-16384"})
    if (auto ok = out.db_.exec(sql); !ok) return fail(ok.error());
  if (auto ok = out.db_.exec("BEGIN;" + std::string(fixed_schema())); !ok) return fail(ok.error());
  for (const auto& [key, value] : {std::pair{"format", std::string("bridle-case")},
                                   std::pair{"schema", std::to_string(kCaseSchema)},
                                   std::pair{"created", now_iso()}, std::pair{"complete", std::string("no")}})
    if (auto ok = out.set_meta(key, value); !ok) return fail(ok.error());
  if (auto ok = out.commit(); !ok) return fail(ok.error());
  return out;
}

Result<CaseFile> CaseFile::open(const std::string& path) {
  auto db = CaseDb::open(path, CaseDb::Mode::write);
  if (!db) return fail(db.error());
  auto schema = db->prepare("SELECT value FROM meta WHERE key = 'schema'");
  if (!schema) return fail(Errc::malformed, "this file is not a Bridle case", path);
  const auto row = schema->step();
  if (!row || !*row) return fail(Errc::malformed, "this file is not a Bridle case", path);
  if (schema->integer(0) > kCaseSchema)
    return fail(Errc::unsupported, "the case was written by a newer Bridle; its schema is " + std::string(schema->text(0)), path);
  schema->reset();
  return CaseFile(std::move(*db), path);
}

Result<> CaseFile::begin() { return db_.exec("BEGIN"); }
Result<> CaseFile::commit() { return db_.exec("COMMIT"); }
Result<> CaseFile::rollback() { return db_.exec("ROLLBACK"); }

Result<> CaseFile::set_meta(std::string_view key, std::string_view value) {
  return run(db_, "INSERT OR REPLACE INTO meta VALUES(?,?)", [&](auto& s) { s.bind(1, key).bind(2, value); });
}

Result<std::int64_t> CaseFile::begin_run(std::string_view command, std::string_view tool, std::string_view host,
                                         std::string_view sandbox) {
  const std::string started = now_iso();
  return insert(db_, "INSERT INTO run(command, started, tool, host, sandbox) VALUES(?,?,?,?,?)", [&](auto& s) {
    s.bind(1, command).bind(2, started).bind(3, tool).bind(4, host).bind(5, sandbox);
  });
}

Result<> CaseFile::end_run(std::int64_t run_id, int exit_code) {
  const std::string ended = now_iso();
  return run(db_, "UPDATE run SET ended = ?, exit_code = ? WHERE run_id = ?",
             [&](auto& s) { s.bind(1, ended).bind(2, std::int64_t{exit_code}).bind(3, run_id); });
}

Result<std::int64_t> CaseFile::add_source(std::string_view path, std::string_view type, std::string_view device) {
  return insert(db_, "INSERT INTO source(path, type, device) VALUES(?,?,?)",
                [&](auto& s) { s.bind(1, path).bind(2, type).bind_or_null(3, device); });
}

Result<> CaseFile::add_device(std::int64_t source_id, std::string_view key, std::string_view value) {
  return run(db_, "INSERT INTO device VALUES(?,?,?)", [&](auto& s) { s.bind(1, source_id).bind(2, key).bind(3, value); });
}

Result<std::int64_t> CaseFile::add_file(std::int64_t source_id, std::string_view path, std::string_view stored_as,
                                        std::uint64_t size) {
  return insert(db_, "INSERT INTO file(source_id, path, stored_as, size) VALUES(?,?,?,?)", [&](auto& s) {
    s.bind(1, source_id).bind(2, path).bind_or_null(3, stored_as).bind(4, static_cast<std::int64_t>(size));
  });
}

Result<> CaseFile::set_file_hash(std::int64_t file_id, std::string_view sha256) {
  return run(db_, "UPDATE file SET sha256 = ? WHERE file_id = ?", [&](auto& s) { s.bind(1, sha256).bind(2, file_id); });
}

Result<> CaseFile::set_file_after(std::int64_t file_id, std::string_view sha256, bool changed) {
  return run(db_, "UPDATE file SET sha256_after = ?, changed = ? WHERE file_id = ?", [&](auto& s) {
    s.bind_or_null(1, sha256).bind(2, std::int64_t{changed}).bind(3, file_id);
  });
}

Result<> CaseFile::add_artifact(const Artifact& a) {
  if (auto ok = db_.exec(create_table(a)); !ok) return ok;
  const std::string table = table_name(a.id);
  auto ok = run(db_, "INSERT INTO artifact VALUES(?,?,?,?,?,?,?,?)", [&](auto& s) {
    s.bind(1, a.id).bind(2, table).bind(3, a.summary).bind_or_null(4, a.timeline).bind(5, a.reference);
    s.bind(6, a.written_by).bind(7, name(a.writable)).bind(8, a.forgeable);
  });
  if (!ok) return ok;
  std::int64_t position = 0;
  for (const Field& f : a.fields) {
    std::string observables;
    for (std::size_t o = 0; o < kObservables; ++o)
      if (f.observables.has(static_cast<Observable>(o)))
        observables += (observables.empty() ? "" : ",") + std::string(bridle::name(static_cast<Observable>(o)));
    ok = run(db_, "INSERT INTO field VALUES(?,?,?,?,?,?,?,?,?)", [&](auto& s) {
      const bool time = f.type == Type::time;
      s.bind(1, a.id).bind(2, position).bind(3, f.name).bind(4, bridle::name(f.type)).bind(5, f.doc);
      s.bind_or_null(6, observables).bind_or_null(7, time ? bridle::name(f.epoch) : "");
      s.bind_or_null(8, time ? bridle::name(f.clock) : "").bind_or_null(9, f.event);
    });
    if (!ok) return ok;
    ++position;
  }
  return {};
}

Result<> CaseFile::add_coverage(const Coverage& c) {
  return run(db_, "INSERT OR REPLACE INTO coverage VALUES(?,?,?,?,?,?,?,?,?,?)", [&](auto& s) {
    s.bind(1, std::string_view(c.artifact)).bind(2, c.source_id).bind(3, name(c.outcome)).bind(4, c.files);
    s.bind(5, c.records).bind(6, c.wal_only).bind(7, c.problems).bind_or_null(8, c.why);
    if (c.oldest) s.bind(9, c.oldest->ns);
    if (c.newest) s.bind(10, c.newest->ns);
  });
}

Result<> CaseFile::add_problem(const CaseProblem& p) {
  return run(db_, "INSERT INTO problem(artifact, source_id, path, code, what, \"offset\", rows_lost, bytes_lost) VALUES(?,?,?,?,?,?,?,?)",
             [&](auto& s) {
               const Error& e = p.problem.error;
               s.bind_or_null(1, p.artifact).bind(2, p.source_id).bind_or_null(3, p.path).bind(4, std::string_view(name(e.code)));
               s.bind(5, std::string_view(e.what));
               if (e.offset) s.bind(6, static_cast<std::int64_t>(*e.offset));
               s.bind(7, static_cast<std::int64_t>(p.problem.rows_lost)).bind(8, static_cast<std::int64_t>(p.problem.bytes_lost));
             });
}

Result<> CaseFile::add_indicator_set(std::int64_t run_id, const IndicatorSetRow& set) {
  return run(db_, "INSERT INTO indicator_set VALUES(?,?,?,?,?,?,?,?)", [&](auto& s) {
    s.bind(1, run_id).bind(2, std::string_view(set.name)).bind_or_null(3, set.path).bind_or_null(4, set.sha256);
    s.bind(5, std::string_view(set.format)).bind(6, set.loaded).bind(7, set.skipped).bind_or_null(8, set.skipped_why);
  });
}

std::string audit_hash(std::int64_t n, std::string_view t, std::string_view event, std::string_view data,
                       std::string_view prev) {
  std::string line = std::to_string(n);
  for (const std::string_view part : {t, event, data, prev}) line.append("\t").append(part);
  return sha256_hex(as_bytes(line));
}

Result<> CaseFile::audit(std::string_view event, std::string_view data) {
  std::int64_t n = 1;
  std::string prev(64, '0');
  {
    auto last = db_.prepare("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1");
    if (!last) return fail(last.error());
    const auto row = last->step();
    if (!row) return fail(row.error());
    if (*row) n = last->integer(0) + 1, prev = last->text(1);
  }
  const std::string t = now_iso();
  const std::string hash = audit_hash(n, t, event, data, prev);
  return run(db_, "INSERT INTO audit VALUES(?,?,?,?,?,?)", [&](auto& s) {
    s.bind(1, n).bind(2, std::string_view(t)).bind(3, event).bind(4, data).bind(5, std::string_view(prev)).bind(6, std::string_view(hash));
  });
}

Result<> verify_audit(const CaseDb& db) {
  auto lines = db.prepare("SELECT n, t, event, data, prev, hash FROM audit ORDER BY n");
  if (!lines) return fail(lines.error());
  std::string prev(64, '0');
  for (std::int64_t n = 1;; ++n) {
    const auto row = lines->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    const std::string hash = audit_hash(lines->integer(0), lines->text(1), lines->text(2), lines->text(3), lines->text(4));
    if (lines->integer(0) != n || lines->text(4) != prev || lines->text(5) != hash)
      return fail(Errc::malformed, "audit line " + std::to_string(n) + " does not follow from the line before", db.path());
    prev = hash;
  }
}

Result<> CaseFile::finish(std::span<const Artifact* const> artifacts) {
  for (const Artifact* a : artifacts)
    if (auto ok = db_.exec(readable_view(*a)); !ok) return ok;
  if (auto ok = db_.exec(std::string(fixed_views()) + timeline_view(artifacts)); !ok) return ok;
  if (auto ok = set_meta("complete", "yes"); !ok) return ok;
  for (const char* sql : {"PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA journal_mode=DELETE"})
    if (auto ok = db_.exec(sql); !ok) return ok;
  const std::string partial = db_.path();
  db_ = {};
  // The rename is what makes the case whole; the data must be on the disk before it.
  const int fd = ::open(partial.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced) return fail(Errc::io, std::string("cannot write the case: ") + std::strerror(errno), partial);
  if (::renameat2(AT_FDCWD, partial.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0)
    return fail(errno == EEXIST ? Errc::usage : Errc::io, std::string("cannot name the case: ") + std::strerror(errno), path_);
  partial_ = false;
  auto reopened = CaseDb::open(path_, CaseDb::Mode::write);
  if (!reopened) return fail(reopened.error());
  db_ = std::move(*reopened);
  return {};
}

void CaseFile::discard() {
  if (!partial_) return;
  const std::string partial = db_.path();
  db_ = {};
  remove_with_journals(partial);
  partial_ = false;
}

}  // namespace bridle

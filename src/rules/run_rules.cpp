// SPDX-License-Identifier: Apache-2.0
#include "rules/run_rules.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <map>

#include "case/schema.h"
#include "rules/sql_functions.h"

namespace bridle {
namespace {

struct Store {
  std::string id, written_by, writable, forgeable, clock;
};

/// Artifacts of the case by table name.
Result<std::map<std::string, Store, std::less<>>> stores(CaseDb& db) {
  auto rows = db.prepare(R"sql(
      SELECT a.table_name, a.artifact, a.written_by, a.writable, a.forgeable,
             (SELECT clock FROM field f WHERE f.artifact = a.artifact AND event IS NOT NULL ORDER BY position LIMIT 1)
        FROM artifact a)sql");
  if (!rows) return fail(rows.error());
  std::map<std::string, Store, std::less<>> out;
  for (;;) {
    const auto row = rows->step();
    if (!row) return fail(row.error());
    if (!*row) return out;
    const auto text = [&](int i) { return std::string(rows->text(i)); };
    out[text(0)] = {text(1), text(2), text(3), text(4), text(5)};
  }
}

std::string shown(const CaseStatement& row, int i) {
  switch (row.type(i)) {
    case SQLITE_NULL: return "(none)";
    case SQLITE_BLOB: return "(bytes)";
    default: return std::string(row.text(i).substr(0, 400));
  }
}

/// "Page {url}" with the values of the row.
std::string fill(std::string_view sentence, const CaseStatement& row) {
  std::string out;
  for (;;) {
    const auto open = sentence.find('{');
    const auto close = sentence.find('}', open);
    if (open == std::string_view::npos || close == std::string_view::npos) return out.append(sentence);
    out.append(sentence.substr(0, open));
    const std::string_view key = sentence.substr(open + 1, close - open - 1);
    for (int i = 0; i < row.columns(); ++i)
      if (row.column_name(i) == key) out += shown(row, i);
    sentence.remove_prefix(close + 1);
  }
}

/// The table a column like "ios_tcc_record" or "ios_tcc_record_2" points into; empty for other columns.
std::string_view record_table(std::string_view column) {
  const auto at = column.rfind("_record");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = column.substr(at + 7);
  if (!rest.empty() && (rest.front() != '_' || rest.find_first_not_of("0123456789", 1) != std::string_view::npos)) return {};
  return column.substr(0, at);
}

class RuleRun {
 public:
  RuleRun(CaseFile& file, std::int64_t run_id, const std::map<std::string, Store, std::less<>>& stores, std::vector<Finding>& out)
      : file_(file), run_id_(run_id), stores_(stores), out_(out) {}

  Result<> run(const Rule& rule) {
    for (const std::string& need : rule.needs)
      if (!stores_.contains(table_name(need))) return record(rule, "not run: the case has no " + need);
    auto rows = file_.db().prepare(rule.sql);
    if (!rows) return failed(rule, rows.error());
    if (sqlite3_stmt_readonly(rows->handle()) == 0)
      return failed(rule, {Errc::usage, "a rule may only read", rule.origin, {}});
    std::size_t found = 0;
    for (;;) {
      const auto row = rows->step();
      if (!row) return failed(rule, row.error());
      if (!*row) break;
      out_.push_back(finding_of(rule, *rows));
      ++found;
    }
    return record(rule, found == 0 ? "silent" : fmt::format("{} found", found));
  }

 private:
  Finding finding_of(const Rule& rule, const CaseStatement& row) {
    Finding f{.key = rule.id, .finding_class = rule.finding_class, .level = rule.level, .rule = rule.id,
              .summary = fill(rule.finding, row), .why = rule.why, .innocent = rule.innocent, .confirm = rule.confirm,
              .reference = rule.reference};
    std::map<std::string_view, const Store*> writers;
    bool guarded = false;
    for (int i = 0; i < row.columns(); ++i) {
      const std::string_view column = row.column_name(i);
      if (column == "time" && !row.is_null(i)) f.time = Time{row.integer(i)};
      if (column == "records") f.records = row.integer(i);
      const auto store = stores_.find(record_table(column));
      if (store == stores_.end() || row.is_null(i)) continue;
      if (f.refs.empty()) f.artifact = store->second.id, f.clock = store->second.clock, f.forgeable = store->second.forgeable;
      f.refs.push_back({store->second.id, row.integer(i)});
      f.key += fmt::format("|{}:{}", store->second.id, row.integer(i));
      writers[store->second.written_by] = &store->second;
      guarded = guarded || store->second.writable == "protected";
    }
    if (f.refs.empty()) f.key += "|" + f.summary;
    f.records = std::max<std::int64_t>(f.records, static_cast<std::int64_t>(f.refs.size()));
    f.strength = writers.size() > 1 ? (guarded ? 5 : 4) : f.records > 1 ? 3 : 2;
    f.strength_why = writers.size() > 1 ? fmt::format("{} stores written by different daemons", writers.size())
                     : f.records > 1    ? fmt::format("{} records of one store", f.records)
                                        : "one record of one store";
    return f;
  }

  Result<> failed(const Rule& rule, Error error) {
    error.where = rule.origin;
    error.what = "rule " + rule.id + " stopped: " + error.what;
    const CaseProblem problem{"", 0, "", {error}};
    if (auto ok = file_.add_problem(problem); !ok) return ok;
    return record(rule, "failed: " + error.what);
  }

  Result<> record(const Rule& rule, std::string_view outcome) {
    auto row = file_.db().prepare("INSERT OR REPLACE INTO rule VALUES(?,?,?,?,?,?,?,?,?,?,?)");
    if (!row) return fail(row.error());
    row->bind(1, std::string_view(rule.id)).bind(2, run_id_).bind(3, name(rule.level)).bind(4, name(rule.finding_class));
    row->bind(5, std::string_view(rule.status)).bind(6, std::string_view(rule.why)).bind(7, std::string_view(rule.innocent));
    row->bind(8, std::string_view(rule.confirm)).bind(9, std::string_view(rule.reference));
    row->bind(10, std::string_view(rule.sha256)).bind(11, outcome);
    return row->run();
  }

  CaseFile& file_;
  std::int64_t run_id_;
  const std::map<std::string, Store, std::less<>>& stores_;
  std::vector<Finding>& out_;
};

constexpr std::int64_t kDay = 86'400LL * 1'000'000'000;

}  // namespace

Result<std::vector<Finding>> run_rules(CaseFile& file, std::int64_t run_id, std::span<const Rule> rules) {
  if (auto ok = add_sql_functions(file.db().handle()); !ok) return fail(ok.error());
  const auto known = stores(file.db());
  if (!known) return fail(known.error());
  std::vector<Finding> out;
  RuleRun run(file, run_id, *known, out);
  for (const Rule& rule : rules)
    if (auto ok = run.run(rule); !ok) return fail(ok.error());
  return out;
}

Result<> corroborate(CaseFile& file, std::vector<Finding>& findings) {
  const auto known = stores(file.db());
  if (!known) return fail(known.error());
  auto malware_of = file.db().prepare("SELECT malware FROM indicator WHERE indicator_id = ?");
  if (!malware_of) return fail(malware_of.error());
  std::map<std::string, std::vector<Finding*>> groups;  // malware and class
  for (Finding& f : findings) {
    if (!f.indicator_id || !f.time || f.strength < 1) continue;
    malware_of->bind(1, *f.indicator_id);
    const auto row = malware_of->step();
    if (!row) return fail(row.error());
    if (*row && !malware_of->is_null(0))
      groups[fmt::format("{}|{}", malware_of->text(0), name(f.finding_class))].push_back(&f);
    malware_of->reset();
  }
  for (auto& [key, group] : groups) {
    for (Finding* f : group) {
      const Store& own = known->at(table_name(f->artifact));
      for (const Finding* other : group) {
        const Store& theirs = known->at(table_name(other->artifact));
        if (theirs.written_by == own.written_by || std::abs(other->time->ns - f->time->ns) > kDay) continue;
        const bool guarded = own.writable == "protected" || theirs.writable == "protected";
        if (f->strength >= (guarded ? 5 : 4)) continue;
        f->strength = guarded ? 5 : 4;
        f->strength_why = fmt::format("{} and {} agree within a day and are written by {} and {}", own.id, theirs.id,
                                      own.written_by, theirs.written_by);
        if (f->finding_class == FindingClass::execution) f->level = Level::critical;
      }
    }
  }
  return {};
}

}  // namespace bridle

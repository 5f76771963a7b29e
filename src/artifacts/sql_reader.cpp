// SPDX-License-Identifier: Apache-2.0
#include "artifacts/sql_reader.h"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "artifacts/wal_marker.h"
#include "base/limits.h"
#include "base/text.h"
#include "formats/sqlite.h"

namespace bridle {
namespace {

constexpr int kRowId = -1, kHidden = -2;

std::string_view column_text(sqlite3_stmt* s, int i) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(s, i));
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(s, i))};
}

Bytes column_bytes(sqlite3_stmt* s, int i) {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(s, i));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(s, i))};
}

/// Columns of the current row, for row functions.
class Columns final : public SqlRow {
 public:
  explicit Columns(sqlite3_stmt* statement) : statement_(statement) {
    for (int i = 0; i < sqlite3_column_count(statement); ++i) names_.emplace_back(sqlite3_column_name(statement, i));
  }
  Cell value(std::string_view column) const override {
    // Few columns: comparing them all is quicker than a map, and this is called for every row.
    const auto at = std::ranges::find(names_, column);
    if (at == names_.end()) return {};
    const int i = static_cast<int>(at - names_.begin());
    switch (sqlite3_column_type(statement_, i)) {
      case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement_, i)};
      case SQLITE_FLOAT: return sqlite3_column_double(statement_, i);
      case SQLITE_TEXT: return column_text(statement_, i);
      case SQLITE_BLOB: return column_bytes(statement_, i);
      default: return {};
    }
  }

 private:
  sqlite3_stmt* statement_;
  std::vector<std::string> names_;
};

/// Counts values that did not fit their field, so that a million of them are one problem.
class Misfits {
 public:
  void add(const Field& field, std::int64_t rowid, std::string_view shown) {
    Misfit& m = by_field_[field.name];
    if (m.count++ == 0) {
      m.first_row = rowid;
      m.shown = to_valid_utf8(shown.substr(0, 80));
      m.type = field.type;
    }
  }
  void report(std::string_view table, RecordSink& sink) const {
    for (const auto& [field, m] : by_field_)
      sink.problem({{Errc::malformed,
                     std::string(field) + ": " + std::to_string(m.count) + (m.count == 1 ? " value is" : " values are") + " no " +
                         std::string(name(m.type)) + ", the first \"" + m.shown + "\" in row " + std::to_string(m.first_row) +
                         "; left empty",
                     std::string(table), {}}});
  }

 private:
  struct Misfit {
    std::uint64_t count = 0;
    std::int64_t first_row = 0;
    std::string shown;
    Type type = Type::text;
  };
  std::map<std::string_view, Misfit> by_field_;
};

struct Prepared {
  const Query* query;
  sqlite::Statement statement;
  std::vector<int> targets;  // field of each result column, or kRowId, kHidden
};

std::vector<int> targets_of(const sqlite::Statement& statement, std::span<const Field> fields) {
  std::vector<int> out;
  for (int i = 0; i < statement.column_count(); ++i) {
    const std::string_view column = statement.column_name(i);
    const auto field = std::ranges::find(fields, column, &Field::name);
    out.push_back(column == "_rowid"         ? kRowId
                  : column.starts_with("_") || field == fields.end() ? kHidden
                                             : static_cast<int>(field - fields.begin()));
  }
  return out;
}

/// The first query of each set that the schema can prepare, in the order of the sets. `why` gets the last refusal.
std::vector<Prepared> choose(sqlite::Database& db, const Artifact& artifact, Error& why) {
  std::vector<Prepared> out;
  std::vector<std::string_view> done;
  for (const Query& query : artifact.queries) {
    if (std::ranges::find(done, query.set) != done.end()) continue;
    auto statement = db.prepare(query.sql);
    if (!statement) {
      why = statement.error();
      continue;
    }
    std::vector<int> targets = targets_of(*statement, artifact.fields);
    done.push_back(query.set);
    out.push_back({&query, std::move(*statement), std::move(targets)});
  }
  return out;
}

/// Names each table that is there although no query of its set fits it: a newer or damaged schema.
void report_unread(sqlite::Database& db, const Artifact& artifact, const std::vector<Prepared>& prepared, RecordSink& sink) {
  std::vector<std::string_view> told;
  for (const Query& query : artifact.queries) {
    const bool read = std::ranges::any_of(prepared, [&](const Prepared& p) {
      return p.query->set == query.set || p.query->table == query.table;
    });
    if (read || std::ranges::find(told, query.table) != told.end()) continue;
    auto table = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1 COLLATE NOCASE");
    if (!table) continue;
    table->bind(1, query.table);
    if (const auto found = table->step(); !found || !*found) continue;
    told.push_back(query.table);
    sink.problem({{Errc::unsupported, "no query fits the columns of this table; it was not read", std::string(query.table), {}}});
  }
}

std::string tables_of(sqlite::Database& db) {
  auto tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name LIMIT 12");
  if (!tables) return "its schema cannot be read";
  std::string out;
  for (auto row = tables->step(); row && *row; row = tables->step())
    out += (out.empty() ? "" : ", ") + to_valid_utf8(tables->text(0).substr(0, 60));
  return out.empty() ? "it has no tables" : "its tables are " + out;
}

bool set_column(sqlite3_stmt* s, int i, Row& row, std::size_t field) {
  switch (sqlite3_column_type(s, i)) {
    case SQLITE_NULL: return true;
    case SQLITE_INTEGER: return row.set(field, std::int64_t{sqlite3_column_int64(s, i)});
    case SQLITE_FLOAT: {
      const Type type = row.fields()[field].type;
      if (type == Type::text) return row.set(field, column_text(s, i));
      return row.set(field, sqlite3_column_double(s, i));
    }
    case SQLITE_TEXT: {
      const std::string_view text = column_text(s, i);
      row.set(field, text.substr(0, limits::kCellBytes));
      return row.fields()[field].type == Type::text && text.size() <= limits::kCellBytes;
    }
    default: {
      const Bytes data = column_bytes(s, i);
      const Type type = row.fields()[field].type;
      row.set(field, data.first(std::min(data.size(), limits::kCellBytes)));
      return (type == Type::bytes || type == Type::text) && data.size() <= limits::kCellBytes;
    }
  }
}

class QueryRun {
 public:
  QueryRun(const Artifact& artifact, WalMarker& marker, RecordSink& sink)
      : artifact_(artifact), marker_(marker), sink_(sink), row_(artifact.fields) {}

  void run(Prepared& p) {
    sqlite3_stmt* s = p.statement.handle();
    marker_.begin_table(p.query->table);
    const Columns columns(s);
    Misfits misfits;
    std::int64_t count = 0;
    auto stepped = p.statement.step();
    for (; stepped && *stepped; stepped = p.statement.step()) {
      row_.clear();
      row_.locator = {p.query->table, count++};
      bind(s, p.targets, misfits);
      row_.locator.wal_only = marker_.wal_only(row_.locator.number);
      if (artifact_.row == nullptr || artifact_.row(columns, row_, sink_)) sink_.add(row_);
    }
    misfits.report(p.query->table, sink_);
    if (stepped) return;
    Error error = stepped.error();
    error.what = "reading stopped after " + std::to_string(count) + " rows of " + std::string(p.query->table) + ": " + error.what;
    sink_.problem({error});
  }

 private:
  void bind(sqlite3_stmt* s, const std::vector<int>& targets, Misfits& misfits) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const int column = static_cast<int>(i);
      if (targets[i] == kRowId) row_.locator.number = sqlite3_column_int64(s, column);
      if (targets[i] < 0) continue;
      const auto field = static_cast<std::size_t>(targets[i]);
      if (!set_column(s, column, row_, field) && artifact_.fields[field].labels.empty())
        misfits.add(artifact_.fields[field], row_.locator.number, column_text(s, column));
    }
  }

  const Artifact& artifact_;
  WalMarker& marker_;
  RecordSink& sink_;
  Row row_;
};

}  // namespace

Result<> read_sql(const Artifact& artifact, const InputFile& file, RecordSink& sink) {
  auto db = sqlite::open_evidence(*file.blob, file.wal);
  if (!db) return fail(db.error());
  for (const Error& warning : db->warnings()) sink.problem({warning});
  Error why;
  auto prepared = choose(*db, artifact, why);
  if (prepared.empty()) {
    if (why.code != Errc::not_found && why.code != Errc::usage) return fail(why);
    return fail(Errc::unsupported, "no query of " + std::string(artifact.id) + " fits this database (" + why.what + "); " + tables_of(*db));
  }
  report_unread(*db, artifact, prepared, sink);
  WalMarker marker(*db, file, sink);
  QueryRun run(artifact, marker, sink);
  for (Prepared& p : prepared) run.run(p);
  return {};
}

}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
#include "case/db.h"

#include <sqlite3.h>

namespace bridle {
namespace {

/// A path as part of a file: URI.
std::string uri_path(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#' || byte < 0x21 || byte > 0x7E) {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

Error error_of(sqlite3* db, const std::string& doing, const std::string& path) {
  switch (sqlite3_errcode(db) & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {Errc::io, "another program has the case open; close it and try again", path, {}};
    case SQLITE_FULL: return {Errc::io, "the disk is full", path, {}};
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN: return {Errc::io, "the case cannot be written: " + std::string(sqlite3_errmsg(db)), path, {}};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return {Errc::malformed, "the case is damaged: " + std::string(sqlite3_errmsg(db)), path, {}};
    default: return {Errc::internal, std::string(sqlite3_errmsg(db)) + " " + doing, path, {}};
  }
}

}  // namespace

void configure_sqlite() {
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 1'200, 400);  // bytes and slots for small allocations of a connection
}

void CaseStatement::Finalize::operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
void CaseDb::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }

CaseStatement& CaseStatement::bind(int i, std::int64_t value) {
  sqlite3_bind_int64(handle(), i, value);
  return *this;
}
CaseStatement& CaseStatement::bind(int i, double value) {
  sqlite3_bind_double(handle(), i, value);
  return *this;
}
CaseStatement& CaseStatement::bind(int i, std::string_view value) {
  // SQLite takes a null pointer for NULL; an empty view may hold one.
  sqlite3_bind_text64(handle(), i, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}
CaseStatement& CaseStatement::bind_bytes(int i, Bytes value) {
  if (value.empty()) {
    sqlite3_bind_zeroblob(handle(), i, 0);
  } else {
    sqlite3_bind_blob64(handle(), i, value.data(), value.size(), SQLITE_STATIC);
  }
  return *this;
}
CaseStatement& CaseStatement::bind_null(int i) {
  sqlite3_bind_null(handle(), i);
  return *this;
}
CaseStatement& CaseStatement::bind_or_null(int i, std::string_view value) {
  return value.empty() ? bind_null(i) : bind(i, value);
}

Result<bool> CaseStatement::step() {
  switch (sqlite3_step(handle())) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: break;
  }
  return fail(error_of(sqlite3_db_handle(handle()), "case database", ""));
}

Result<> CaseStatement::run() {
  const auto stepped = step();
  reset();
  if (!stepped) return fail(stepped.error());
  return {};
}

void CaseStatement::reset() { sqlite3_reset(handle()); }

bool CaseStatement::is_null(int i) const { return type(i) == SQLITE_NULL; }
int CaseStatement::type(int i) const { return sqlite3_column_type(handle(), i); }
std::int64_t CaseStatement::integer(int i) const { return sqlite3_column_int64(handle(), i); }
double CaseStatement::real(int i) const { return sqlite3_column_double(handle(), i); }
std::string_view CaseStatement::text(int i) const {
  const auto* text = sqlite3_column_text(handle(), i);
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(sqlite3_column_bytes(handle(), i))};
}
Bytes CaseStatement::bytes(int i) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle(), i));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle(), i))};
}
int CaseStatement::columns() const { return sqlite3_column_count(handle()); }
std::string_view CaseStatement::column_name(int i) const { return sqlite3_column_name(handle(), i); }

Result<CaseDb> CaseDb::open(const std::string& path, Mode mode) {
  CaseDb out;
  out.path_ = path;
  const int flags = mode == Mode::write    ? SQLITE_OPEN_READWRITE
                    : mode == Mode::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                           : SQLITE_OPEN_READONLY;
  const std::string name = mode == Mode::immutable ? "file:" + uri_path(path) + "?immutable=1" : path;
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX | (mode == Mode::immutable ? SQLITE_OPEN_URI : 0), nullptr);
  out.db_.reset(db);
  if (code != SQLITE_OK)
    return fail(mode == Mode::create ? Errc::io : Errc::not_found,
                std::string("cannot open the case: ") + sqlite3_errstr(code), path);
  // A case may come from somebody else: its schema gets no more trust than its rows.
  sqlite3_busy_timeout(db, 5'000);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  if (auto ok = out.exec("PRAGMA temp_store=MEMORY"); !ok) return fail(ok.error());
  return out;
}

Result<> CaseDb::exec(const std::string& sql) {
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return fail(last_error(sql.substr(0, 60)));
  return {};
}

Result<CaseStatement> CaseDb::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK)
    return fail(last_error(sql.substr(0, 60)));
  return CaseStatement(statement);
}

Error CaseDb::last_error(std::string_view doing) const {
  return error_of(handle(), "while running \"" + std::string(doing) + "\"", path_);
}

}  // namespace bridle

// SPDX-License-Identifier: Apache-2.0
#include "formats/sqlite.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "formats/sqlite_vfs.h"
#include "formats/sqlite_wal.h"

namespace bridle::sqlite {
namespace {

constexpr int kStepsPerCheck = 100'000;  // about a millisecond

/// How long a database may keep the process busy.
struct Budget {
  std::uint64_t steps = 0;
  std::chrono::steady_clock::time_point end =
      std::chrono::steady_clock::now() + std::chrono::seconds(limits::kSqliteSeconds);
};

int on_progress(void* budget) {
  auto& b = *static_cast<Budget*>(budget);
  b.steps += kStepsPerCheck;
  return b.steps > limits::kSqliteSteps || std::chrono::steady_clock::now() > b.end ? 1 : 0;
}

/// Reading is all that is allowed. The functions refused reach outside SQL: shared objects, pointers, the log.
int authorize(void*, int action, const char*, const char* name, const char*, const char*) {
  constexpr std::array<std::string_view, 3> kRefused{"load_extension", "fts3_tokenizer", "sqlite_log"};
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return std::ranges::find(kRefused, name) == kRefused.end() ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

/// The database header (https://www.sqlite.org/fileformat2.html, section 1.3), as far as it bears on sizes.
struct Header {
  std::uint32_t page_size = 0;  // 0: not a database
  std::uint64_t size = 0;       // in bytes as the header states it; 0 if it does not
};

Result<Header> read_header(const Blob& main) {
  std::array<std::byte, 100> bytes{};
  const auto got = main.read_at(0, bytes);
  if (!got) return fail(got.error());
  if (*got == 0) return fail(Errc::truncated, "empty file", {}, 0);
  Header h;
  Reader in(Bytes(bytes).first(*got));
  if (in.text(16) != std::string_view("SQLite format 3\0", 16)) return h;
  const std::uint16_t stored = in.u16be();
  h.page_size = stored == 1 ? 65536 : stored;
  in.seek(24);
  const std::uint32_t changes = in.u32be();
  const std::uint64_t pages = in.u32be();
  in.seek(92);
  if (in.u32be() == changes && in.ok()) h.size = pages * h.page_size;
  return h;
}

void set_limits(sqlite3* db) {
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, static_cast<int>(limits::kSqliteValueBytes));
  sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(limits::kSqlBytes));
  sqlite3_limit(db, SQLITE_LIMIT_COLUMN, limits::kSqliteColumns);
  sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, limits::kSqlExpressionDepth);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

/// Shuts what a database written by somebody else could use against its reader
/// (https://www.sqlite.org/security.html, section 1.1).
int harden(sqlite3* db) {
  for (const auto& [option, on] : std::array<std::pair<int, int>, 8>{{{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                                                      {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
                                                                      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                                                      {SQLITE_DBCONFIG_DQS_DML, 0},
                                                                      {SQLITE_DBCONFIG_DQS_DDL, 0},
                                                                      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                                                                      {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
                                                                      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}}})
    if (const int rc = sqlite3_db_config(db, option, on, nullptr); rc != SQLITE_OK) return rc;
  // Full-text and R-tree modules parse the content of their shadow tables: much code, and nothing here asks for it.
  std::array<const char*, 3> kept{"json_each", "json_tree", nullptr};
  if (const int rc = sqlite3_drop_modules(db, kept.data()); rc != SQLITE_OK) return rc;
  set_limits(db);
  return sqlite3_exec(db,
                      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON;"
                      "PRAGMA cache_size=-8000",
                      nullptr, nullptr, nullptr);
}

Errc code_for(int rc) {
  switch (rc & 0xff) {
    case SQLITE_TOOBIG:
    case SQLITE_INTERRUPT:
    case SQLITE_NOMEM:
    case SQLITE_FULL:
      return Errc::limit;
    case SQLITE_IOERR:
      return Errc::io;
    case SQLITE_AUTH:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return Errc::usage;
    default:
      return Errc::malformed;
  }
}

}  // namespace

struct Connection {
  Connection(const Blob& main, std::uint64_t size, const Blob* wal) : vfs(main, size, wal) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { sqlite3_close(db); }

  Vfs vfs;
  sqlite3* db = nullptr;
  Budget budget;
  std::uint64_t wal_frames = 0;
  std::vector<Error> warnings;

  Result<> open();
  Error error(int rc);
};

Result<> Connection::open() {
  const auto opened = vfs.open();
  if (!opened) return fail(opened.error());
  db = *opened;
  if (const int rc = harden(db); rc != SQLITE_OK) return fail(error(rc));
  sqlite3_progress_handler(db, kStepsPerCheck, on_progress, &budget);
  // The JSON tables are instantiated here, because declaring their columns counts as a write for the authorizer.
  const int rc = sqlite3_exec(db, "SELECT 1 FROM sqlite_schema, json_each('[]'), json_tree('[]') LIMIT 1", nullptr,
                              nullptr, nullptr);
  if (rc != SQLITE_OK) return fail(error(rc));
  sqlite3_set_authorizer(db, authorize, nullptr);
  return {};
}

/// What the connection last failed of, with the place if the fault is in the bytes.
Error Connection::error(int rc) {
  if (auto blob_error = vfs.take_read_error()) return *std::move(blob_error);
  Error e{code_for(rc), sqlite3_errmsg(db)};
  if (e.code == Errc::limit && (rc & 0xff) == SQLITE_INTERRUPT)
    e.what = fmt::format("the query was stopped after {} steps: the limits are {} steps and {} s", budget.steps,
                         limits::kSqliteSteps, limits::kSqliteSeconds);
  if ((rc & 0xff) != SQLITE_CORRUPT && (rc & 0xff) != SQLITE_NOTADB) return e;
  const Vfs::File& file = vfs.last_file();
  e.offset = file.last_read;
  if (file.is_wal) e.what += ", last read in the write-ahead log";
  if (!file.is_wal && file.last_read >= file.reader.size()) {
    e.code = Errc::truncated;
    e.what = fmt::format("a page lies past the end of the file, which has {} bytes", file.reader.size());
  }
  return e;
}

Result<bool> Statement::step() {
  const int rc = sqlite3_step(statement_.get());
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  return fail(connection_->error(rc));
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}
void Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), index, value);
}
void Statement::bind(int index, std::string_view value) {
  sqlite3_bind_text64(statement_.get(), index, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

int Statement::column_count() const {
  return sqlite3_column_count(statement_.get());
}

std::string_view Statement::column_name(int column) const {
  const char* name = sqlite3_column_name(statement_.get(), column);
  return name == nullptr ? std::string_view{} : name;
}

ValueType Statement::type(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
      return ValueType::integer;
    case SQLITE_FLOAT:
      return ValueType::real;
    case SQLITE_TEXT:
      return ValueType::text;
    case SQLITE_BLOB:
      return ValueType::bytes;
    default:
      return ValueType::null;
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Bytes Statement::bytes(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

sqlite3* Database::handle() const {
  return connection_->db;
}
std::uint64_t Database::wal_frames() const {
  return connection_->wal_frames;
}
std::span<const Error> Database::warnings() const {
  return connection_->warnings;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const std::string text(sql.substr(0, limits::kSqlBytes + 1));  // one byte too many is what SQLite refuses
  const int rc = sqlite3_prepare_v2(connection_->db, text.c_str(), static_cast<int>(text.size()), &statement, nullptr);
  if (rc == SQLITE_OK) {
    Statement out(*connection_, statement);
    if (out.column_count() == 0) return fail(Errc::usage, "the SQL is not a SELECT");
    return out;
  }
  Error e = connection_->error(rc);
  if (rc == SQLITE_ERROR) e.code = e.what.starts_with("no such") ? Errc::not_found : Errc::usage;
  return fail(std::move(e));
}

Result<Database> open_evidence(const Blob& main, const Blob* wal) {
  const auto header = read_header(main);
  if (!header) return fail(header.error());
  if (header->page_size == 0) return fail(Errc::malformed, "file is not a database", {}, 0);
  WalReport log;
  if (wal != nullptr) {
    auto checked = check_wal(*wal, header->page_size);
    if (!checked) return fail(checked.error());
    log = *std::move(checked);
  }
  const bool cut = log.frames == 0 && header->size > main.size();
  if (cut)
    log.warnings.push_back({Errc::truncated,
                            fmt::format("the database has {} bytes, its header states {}", main.size(), header->size),
                            {},
                            main.size()});
  auto connection = std::make_unique<Connection>(main, cut ? header->size : main.size(), log.usable ? wal : nullptr);
  connection->wal_frames = log.frames;
  connection->warnings = std::move(log.warnings);
  const auto opened = connection->open();
  if (opened) return Database(std::move(connection));
  if (log.frames == 0) return fail(opened.error());
  auto without = open_evidence(main, nullptr);
  if (!without) return fail(opened.error());
  without->connection_->warnings.push_back(
      {Errc::malformed, fmt::format("the database cannot be read with its write-ahead log ({}) "
                                    "and is read without it",
                                    opened.error().what)});
  return without;
}

}  // namespace bridle::sqlite
